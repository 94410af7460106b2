import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Job, ledger, tempDir } from '../harness/job/job.ts';
import { allEnded, times } from '../harness/job/together.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';
import { build, expectWhole, shell } from './script.ts';
import { startTogether } from './together.ts';

const SCANNER = join(import.meta.dirname, 'scanner.ts');

/** A scanner over a folder; `stop` tells how many files it held. */
async function scan(folder: string, ms: number): Promise<{ readonly stop: () => Promise<number> }> {
  const child = spawn(process.execPath, [SCANNER, folder, `${ms}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child.stdout, 'data');
  const stop = async () => {
    child.stdin.end();
    await once(child, 'close');
    return Number(/held (\d+)/.exec(said)?.[1]);
  };
  return { stop };
}

test.for([50, 700])(
  'a scanner holds each new file for %d ms: one build, replaced once, and nothing left',
  async (ms) => {
    const root = tempDir();
    const scanner = await scan(root, ms);
    const { file, lines } = ledger();
    const all: Job[] = [];
    for (const force of ['false', 'true']) {
      const inputs = { key: 'sdk', run: build(file), shell, force };
      const jobs = await startTogether(times(force === 'true' ? 1 : 8, { root, inputs }));
      const ends = await allEnded(jobs);
      expect(ends, jobs.map(({ log }) => log).join('\n')).toEqual(times(jobs.length, { code: 0, signal: null }));
      all.push(...jobs);
    }
    console.log(`files held for ${ms} ms: ${await scanner.stop()}`);
    all.forEach(expectWhole);
    expect(lines()).toHaveLength(2);
    expect(litter(root)).toEqual([]);
    expect(published(root)).toHaveLength(1);
    expect(builds(root)).toEqual(expect.arrayContaining(published(root)));
  },
);
