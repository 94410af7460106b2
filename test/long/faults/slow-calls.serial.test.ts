import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sleep, stopwatch } from '../../../src/base/wait.ts';
import { atCall } from '../../harness/faults/kill-every-call.ts';
import { ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { allEnded, times } from '../../harness/job/together.ts';
import { canTrace, needsTrace } from '../../harness/needs.ts';
import { builds, litter, published } from '../../harness/storm/remains.ts';

const good = { code: 0, signal: null };

/** Its locks go stale after 2 s. */
const entry = join(import.meta.dirname, '../../harness/job/short-step.ts');
const DELAY_MS = 3000;
/** They mostly sleep. */
const AT_A_TIME = 20;

/** The kinds of calls that a step makes below its root, without what is random in them. */
async function kindsOfCalls(): Promise<string[]> {
  const [root, list] = [tempDir(), join(tempDir(), 'calls')];
  const plan = { below: root, nth: Infinity, list };
  await runJob({ root, entry, inputs: { key: 'sdk', run: 'echo > "$BUILD_ONCE_OUT/a"' }, ...atCall(plan, '') });
  const calls = readFileSync(list, 'utf8').trim().split('\n');
  return [...new Set(calls.map((call) => call.replace(/[0-9a-f]{12,20}/g, 'TOKEN')))];
}

function patternOf(kind: string): string {
  return `^${kind.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('TOKEN', '[0-9a-f]{12,20}')}$`;
}

/** One holder whose disk holds up one call for longer than its lock is believed, and two rivals. */
async function expectOneBuild(kind: string): Promise<void> {
  const root = tempDir();
  const built = ledger();
  const inputs = { key: 'sdk', run: `${built.note}; sleep 0.2; echo whole > "$BUILD_ONCE_OUT/file"` };
  const report = join(tempDir(), 'call');
  const plan = { below: root, nth: 0, match: patternOf(kind), delayMs: DELAY_MS };
  const slow = startJob({ root, entry, inputs, ...atCall(plan, report) });
  while (!existsSync(report) && slow.process.exitCode === null) await sleep(20);
  const rivals = times(2, { root, entry, inputs }).map((options) => startJob(options));
  const ends = await allEnded([slow, ...rivals]);
  const logs = [slow, ...rivals].map(({ log }) => log).join('\n---\n');
  expect.soft(ends, `${kind}\n${logs}`).toEqual(times(3, good));
  expect.soft(built.lines(), `${kind}\n${logs}`).toHaveLength(1);
  expect.soft(published(root), kind).toHaveLength(1);
  expect.soft(builds(root), kind).toEqual(published(root));
  expect.soft(litter(root), kind).toEqual([]);
}

test('every kind of call of a step held up for longer than its lock is believed: one build, also with two rivals', async () => {
  const kinds = await kindsOfCalls();
  expect(kinds.length).toBeGreaterThan(40);
  const took = stopwatch();
  const left = [...kinds];
  const lane = async () => {
    for (let kind = left.pop(); kind !== undefined; kind = left.pop()) await expectOneBuild(kind);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  console.log(`${kinds.length} kinds of calls, each held up for ${DELAY_MS / 1000} s: ${Math.round(took() / 1000)} s`);
});

const SLOW = ['strace', '-f', '-o', '/dev/null', '-e', 'inject=fsync:delay_enter=36000000:when=1', '--'];

test.skipIf(!canTrace)(`a flush that takes 36 s keeps nobody waiting for as long${needsTrace}`, async () => {
  const root = tempDir();
  const built = ledger();
  const run = `${built.note}; mkdir "$BUILD_ONCE_OUT/d"; echo whole > "$BUILD_ONCE_OUT/d/file"`;
  const slow = startJob({ root, inputs: { key: 'sdk', run }, wrapper: SLOW });
  await slow.said('::endgroup::');
  const took = stopwatch();
  const waiters = times(2, { root, inputs: { key: 'sdk', run: 'exit 1' } }).map((options) => startJob(options));
  expect(await allEnded(waiters)).toEqual(times(2, good));
  console.log(`two who wait for a publish whose flush takes 36 s have it after ${(took() / 1000).toFixed(1)} s`);
  expect(took()).toBeLessThan(20_000);
  expect(await slow.ended).toEqual(good);
  expect(built.lines()).toHaveLength(1);
  expect(litter(root)).toEqual([]);
});
