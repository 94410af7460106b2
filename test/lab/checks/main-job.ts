import { existsSync } from 'node:fs';
import { ledgerIn } from '../../harness/job/job-process.ts';
import { type Check, demand, type Lab, seconds } from './check.ts';
import { hostsOf } from './host.ts';
import { Jobs } from './jobs.ts';

const JOBS = 16;
/** The files of a build, which each job reads after its step. */
const FILES = 20;

/** Jobs of both hosts want one key at one moment. */
export const mainJob: Check = {
  name: `main job, ${JOBS} jobs`,
  async run(lab) {
    const times: number[] = [];
    for (let round = 0; round < lab.sizes.rounds; round++) times.push(await oneRound(lab, `sdk-${round}`));
    return `${times.length} rounds: 1 build in each, all others have it; ${times.map(seconds).join(', ')}`;
  },
};

/** Milliseconds from the start of all to the end of the last. */
async function oneRound({ sides, temp }: Lab, key: string): Promise<number> {
  await using jobs = new Jobs(temp);
  const builds = ledgerIn(temp);
  const files = `i=0; while [ $i -lt ${FILES} ]; do echo "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/$i"; i=$((i+1)); done`;
  // As the next step of each job would: it reads the whole artifact on its own host.
  const check = `test "$(sort -u "$BUILD_ONCE_OUT"/* | wc -l)" = 1 && test "$(ls "$BUILD_ONCE_OUT" | wc -l)" = ${FILES}`;
  const all = await jobs.startTogether(hostsOf(sides), JOBS, { key, run: `${builds.note}\n${files}`, check });
  const began = performance.now();
  const ends = await Promise.all(all.map((job) => job.ended));
  const ms = performance.now() - began;
  const failed = all.filter((_, index) => ends[index]?.code !== 0);
  demand(failed.length === 0, `${failed.length} of ${JOBS} jobs failed:\n${failed.map((job) => job.log).join('\n')}`);
  demand(builds.lines().length === 1, `${key} was built ${builds.lines().length} times`);
  const results = all.map((job) => job.outputs.result ?? '');
  const told = `the jobs said ${results.join(' ')}`;
  demand(results.filter((result) => result === 'built').length === 1, told);
  demand(
    results.every((result) => ['built', 'waited', 'reused'].includes(result)),
    told,
  );
  const paths = new Set(all.map((job) => job.outputs.path ?? ''));
  demand(paths.size === 1 && [...paths].every((path) => existsSync(path)), `different paths: ${[...paths].join(', ')}`);
  return ms;
}
