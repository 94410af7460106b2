import { linkSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { Entry } from '../../harness/job/entry.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { canTrace, needsTrace } from '../../harness/needs.ts';

const [FEW, MANY] = [10, 5000] as const;

describe.skipIf(!canTrace)(`a root with ${MANY} keys${needsTrace}`, () => {
  test(`is used by exactly as many system calls as one with ${FEW}`, async () => {
    const [few, many] = [await cacheOf(FEW), await cacheOf(MANY)];
    const steps = {
      'a hit': { key: 'sdk', run: 'true', 'allow-empty': 'true' },
      'a claim, with its build': { key: 'new', run: 'true', 'allow-empty': 'true' },
    };
    for (const [what, inputs] of Object.entries(steps)) {
      const [ofFew, ofMany] = [await callsOf(few, inputs), await callsOf(many, inputs)];
      console.log(`${what}: ${ofFew.length} calls below a root of ${FEW} keys, ${ofMany.length} below one of ${MANY}`);
      expect(ofFew.length).toBeGreaterThan(4);
      expect(ofMany).toEqual(ofFew);
    }
    for (const key of ['sdk', 'newer']) {
      const tookMs: number[] = [];
      for (const root of [few, many]) {
        const since = stopwatch();
        await runJob({ root, inputs: { key, run: 'true', 'allow-empty': 'true' } });
        tookMs.push(Math.round(since()));
      }
      console.log(`a step for "${key}": ${tookMs[0]} ms with ${FEW} keys, ${tookMs[1]} ms with ${MANY}`);
    }
    // Fifteen thousand files and folders take a starved machine longer than other tests.
  }, 180_000);
});

/** A root with that many keys, each with what a look finds; one of them is `sdk`. */
async function cacheOf(keys: number): Promise<string> {
  const root = tempDir();
  const built = await runJob({ root, inputs: { key: 'sdk', run: 'touch "$BUILD_ONCE_OUT/tool"' } });
  expect(built.outputs.result, built.log).toBe('built');
  const { dir, file, manifest } = new Entry(root);
  for (let key = 1; key < keys; key++) {
    const other = join(dirname(dir), `key-${key.toString(16).padStart(20, '0')}`);
    for (const folder of [other, join(other, 'entry'), join(other, manifest.build)]) mkdirSync(folder);
    linkSync(file, join(other, 'entry', basename(file)));
  }
  return root;
}

/** The system calls of a step that name something below the root, without what is random in them. */
async function callsOf(root: string, inputs: Readonly<Record<string, string>>): Promise<string[]> {
  const trace = join(tempDir(), 'trace');
  const wrapper = ['strace', '-f', '-y', '-e', 'trace=%file,getdents64', '-o', trace, '--'];
  const job = await runJob({ root, wrapper, inputs });
  expect(job.end.code, job.log).toBe(0);
  const lines = readFileSync(trace, 'utf8').split('\n');
  const calls = lines.filter((line) => line.includes(`${root}/`) || line.includes(`${root}"`));
  return calls.map((line) => line.replace(/^\d+\s+/, '').replace(/[("].*$/, '')).sort();
}
