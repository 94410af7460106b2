import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { resultOf, warningsOf } from '../harness/hosts.ts';
import { type JobOptions, startJob, tempDir } from '../harness/job/job.ts';
import { processesOf } from '../harness/job/split.ts';
import { CacheServer } from '../harness/servers/cache-server.ts';

const FILES = 10;
const EACH = 100_000_000;
const MB = 1_000_000;
/** Peak memory, in bytes, of a step and of each process that carries for it. */
const MOST = 250 * MB;
/** Two trees and two packs, and some room. */
const NEEDED = 6e9;

const { bavail, bsize } = statfsSync(tmpdir());
const skipped =
  process.platform !== 'linux'
    ? ' (skipped: needs /proc)'
    : bavail * bsize < NEEDED
      ? ' (skipped: the disk of temporary files has less than 6 GB free)'
      : '';

/** Nothing that can be packed smaller, without holes; a window of zstd sees no two of the files at once. */
const run = `cd "$BUILD_ONCE_OUT"
head -c ${EACH} /dev/urandom > 0
for n in $(seq 1 ${FILES - 1}); do cp --reflink=never --sparse=never 0 $n; done`;

test.skipIf(skipped !== '').for(['v1', 'v2'] as const)(
  `1 GB is saved and restored by version %s of the protocol, in less than 250 MB of memory each${skipped}`,
  async (protocol) => {
    const server = await new CacheServer().listen();
    const options = (): JobOptions => ({
      root: tempDir(),
      inputs: { key: 'large', run, relocatable: 'true', remote: 'actions-cache' },
      env: server.env(protocol),
    });
    const [built, restored] = [await measured(options()), await measured(options())];
    expect([built, restored].map(({ job }) => resultOf(job))).toEqual(['built build', 'reused remote']);
    expect([built, restored].flatMap(({ job }) => warningsOf(job))).toEqual([]);
    expect(server.saved[0]?.content?.length).toBeGreaterThan(FILES * EACH);
    const [here = '', there = ''] = [built, restored].map(({ job }) => job.outputs.path);
    expect(readdirSync(there)).toHaveLength(FILES);
    for (const name of readdirSync(here)) execFileSync('cmp', [join(here, name), join(there, name)]);
    for (const { what, peaks, ms } of [
      { what: 'saved', ...built },
      { what: 'restored', ...restored },
    ]) {
      const told = [...peaks].map(([name, bytes]) => `${name} ${Math.round(bytes / MB)} MB`).join(', ');
      console.log(`1 GB ${what} (${protocol}) in ${(ms / 1000).toFixed(1)} s, peaks of memory: ${told}`);
      expect([...peaks.keys()]).toEqual(expect.arrayContaining(['main.js', 'carry.js']));
      for (const [name, bytes] of peaks) expect(bytes, name).toBeLessThan(MOST);
    }
  },
);

/** Runs a job, and looks again and again at the most memory that each of its programs has had so far, in bytes. */
async function measured(options: JobOptions) {
  const since = stopwatch();
  const job = startJob(options);
  const peaks = new Map<string, number>();
  let over = false;
  void job.ended.then(() => {
    over = true;
  });
  while (!over) {
    for (const pid of [job.pid, ...processesOf(job)]) look(pid, peaks);
    // There is no event to wait for: a peak only ever rises.
    await Promise.race([delay(50), job.ended]);
  }
  expect((await job.ended).code, job.log).toBe(0);
  return { job, peaks, ms: since() };
}

function look(pid: number, peaks: Map<string, number>): void {
  try {
    const [, name] = /\/(main\.js|carry\.js)\0/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? [];
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (name !== undefined) peaks.set(name, Math.max(peaks.get(name) ?? 0, Number(kilobytes ?? 0) * 1024));
  } catch {
    // It has ended meanwhile.
  }
}
