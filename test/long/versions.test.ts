import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { sleep, stopwatch } from '../../src/base/wait.ts';
import { places } from '../harness/disks/places.ts';
import { type Job, type JobEnd, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { processesOf } from '../harness/job/split.ts';
import { times } from '../harness/job/together.ts';
import { litter } from '../harness/storm/remains.ts';
import { faultOf, someInputs } from '../harness/storm/step.ts';
import { NEW, OLD, type Version } from '../versions/versions.ts';

const SECONDS = 20;
const WORKERS = 6;
const KEYS = ['a', 'b', 'c'];

test(`for ${SECONDS} s jobs of both versions are killed at random: never two build one key, and each build is whole`, async () => {
  const root = tempDir();
  const proofs = new Map(KEYS.map((key) => [key, places(1)]));
  const jobs: Job[] = [];
  const results = new Map<string, number>();
  const handed = new Map<string, string>();
  const kills = { old: 0, new: 0 };
  const inputsFor = (key: string) => {
    const { run = '', ...inputs } = someInputs(key, undefined);
    return { shell: 'sh', 'wait-timeout': '60s', ...inputs, run: `${proofs.get(key)?.enter}\n${run}` };
  };
  const check = (job: Job, { name }: Version, { code, signal }: JobEnd) => {
    if (signal === 'SIGKILL') {
      kills[name] += 1;
      return;
    }
    const { result = '', path = '' } = job.outputs;
    count(results, code === 0 ? `${name}: ${result}` : `${name}: failed`);
    // What a script of the storm is made to fail by: its own exit, or the limit of 1 s.
    if (code !== 0) expect(job.log).toMatch(/::error::.*(exit code 3|\b1 s\b)/);
    else {
      expect(faultOf(path, basename(path)), job.log).toBeUndefined();
      handed.set(path, basename(path));
    }
  };
  const elapsed = stopwatch();
  /** One job after the other, each killed some time after its start or its build's, or not at all. */
  const worker = async () => {
    while (elapsed() < SECONDS * 1000) {
      const version = oneOf([OLD, NEW]);
      const job = startJob({ root, entry: version.main, inputs: inputsFor(oneOf(KEYS)) });
      jobs.push(job);
      const dice = Math.random();
      if (dice < 0.3) await job.said('::group::').catch(() => {});
      if (dice < 0.6) {
        await sleep(300 * Math.random());
        job.kill('SIGKILL');
      }
      check(job, version, await job.ended);
    }
  };
  await Promise.all(times(WORKERS, undefined).map(worker));
  console.log(`${jobs.length} jobs, ${JSON.stringify({ ...kills, ...Object.fromEntries([...results].sort()) })}`);
  for (const { tooMany } of proofs.values()) expect(tooMany()).toBe(0);
  for (const { name } of [OLD, NEW]) {
    expect(kills[name]).toBeGreaterThan(5);
    for (const result of ['built', 'waited']) expect(results.get(`${name}: ${result}`)).toBeGreaterThan(0);
  }
  // Nothing is stuck, nothing is left over, and what was handed out is still whole.
  for (const key of KEYS) {
    for (const { name, main } of [OLD, NEW]) {
      const run = 'echo "$BUILD_ONCE_TOKEN 1 1" > "$BUILD_ONCE_OUT/1"';
      const last = await runJob({ root, entry: main, inputs: { key, run, force: 'true', 'wait-timeout': '5s' } });
      expect(last.outputs.result, `${key}, ${name}: ${last.log}`).toBe('built');
    }
  }
  for (const [path, token] of handed) expect(faultOf(path, token)).toBeUndefined();
  expect(litter(root)).toEqual([]);
  expect(jobs.flatMap(processesOf)).toEqual([]);
});

function oneOf<T>(these: readonly T[]): T {
  return these[Math.floor(these.length * Math.random())] as T;
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
