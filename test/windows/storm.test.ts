import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledger, startJob, tempDir } from '../harness/job/job.ts';
import { allEnded, builderOf, times } from '../harness/job/together.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';
import { countsOf, ROUNDS, ROUNDS_LIMIT_MS } from '../harness/storm/rounds.ts';
import { build, expectWhole, shell } from './script.ts';
import { startTogether } from './together.ts';

const JOBS = 16;
const good = { code: 0, signal: null };

test(`${ROUNDS} times ${JOBS} jobs that begin at one moment: one builds, all have its build, nothing is left`, {
  timeout: ROUNDS_LIMIT_MS,
}, async () => {
  const root = tempDir();
  const counts = countsOf('jobs that begin at one moment', root);
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { file, lines } = ledger();
    const inputs = { key: `sdk-${round}`, run: build(file), shell };
    const jobs = await startTogether(times(JOBS, { root, inputs }));
    counts.jobs += jobs.length;
    const began = performance.now();
    expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(JOBS, good));
    took.push(Math.round(performance.now() - began));
    counts.builds += lines().length;
    expect(lines()).toHaveLength(1);
    expect(jobs.filter(({ outputs }) => outputs.result === 'built')).toHaveLength(1);
    expect(new Set(jobs.map(({ outputs }) => outputs.path)).size).toBe(1);
    jobs.forEach(expectWhole);
    expect(litter(root)).toEqual([]);
    counts.rounds += 1;
  }
  console.log(`until the last of ${JOBS} jobs had it, in ms: ${took.join(' ')}`);
});

test(`${ROUNDS} holders that are killed while they build: who waits takes over, and nothing is left`, {
  timeout: ROUNDS_LIMIT_MS,
}, async () => {
  const root = tempDir();
  const counts = countsOf('holders that are killed', root);
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { file, lines } = ledger();
    const first = join(tempDir(), 'first');
    const hang = `try { fs.writeFileSync('${first.replaceAll('\\', '/')}', String(process.pid), { flag: 'wx' });
      console.log('begun'); while (true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } catch {}`;
    const inputs = { key: `sdk-${round}`, run: build(file, hang), shell };
    const jobs = times(3, { root, inputs }).map((options) => startJob(options));
    counts.jobs += jobs.length;
    const holder = await builderOf(jobs);
    await holder.said('begun');
    holder.kill('SIGKILL');
    await holder.ended;
    counts.kills += 1;
    const began = performance.now();
    const others = jobs.filter((job) => job !== holder);
    expect(await allEnded(others), others.map(({ log }) => log).join('\n')).toEqual(times(2, good));
    took.push(Math.round(performance.now() - began));
    endBuild(Number(readFileSync(first, 'utf8')));
    counts.builds += lines().length;
    counts.takeovers += others.filter(({ outputs }) => outputs.result === 'built').length;
    expect(lines()).toHaveLength(1);
    expect(others.map(({ outputs }) => outputs.result).sort()).toEqual(['built', 'waited']);
    others.forEach(expectWhole);
    expect(litter(root)).toEqual([]);
    counts.rounds += 1;
  }
  expect(builds(root).sort()).toEqual(published(root).sort());
  console.log(`from the kill until both others had it, in ms: ${took.join(' ')}`);
});

/** The runner's orphan clean-up. On Windows a process that Node has started ends with it. */
function endBuild(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
  }
}
