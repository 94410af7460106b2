import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { journalDir } from '../../../src/store/journal/days.ts';
import { runCli } from '../../harness/job/cli.ts';
import { gate, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { aDay, anEvent, fileOf, writeEvents } from '../../harness/journal.ts';
import { noOrdinary, ORDINARY } from '../../harness/ordinary.ts';
import { journalOf } from './a-journal.ts';

const run = 'head -c 1500 /dev/zero > "$BUILD_ONCE_OUT/tool"';
const HOUR = 3_600_000;

async function jsonOf(root: string, ...args: readonly string[]) {
  const { code, out, err } = await runCli(['report', '--root', root, '--format', 'json', ...args]);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

test('a report sums up what real steps did', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const builder = startJob({ root, inputs: { key: 'llvm', run: `echo building; ${wait}; ${run}` } });
  await builder.said('building');
  const waiter = startJob({ root, inputs: { key: 'llvm', run } });
  await waiter.said('Waiting for');
  open();
  await Promise.all([builder.ended, waiter.ended]);
  await runJob({ root, inputs: { key: 'llvm', run } });
  await runJob({ root, inputs: { key: 'zlib', 'lookup-only': 'true' } });
  await runJob({ root, inputs: { key: 'zlib', run: 'exit 3' } });
  const { total, keys, failures, days, unread } = await jsonOf(root);
  expect(total).toMatchObject({ steps: 5, built: 1, waited: 1, reused: 1, missed: 1, failed: 1, hitRatio: 0.5 });
  expect(total).toMatchObject({ builtBytes: 1500, handedBytes: 3000, private: 0, takeovers: 0 });
  expect(total.avoidedMs).toBeGreaterThan(0);
  expect(total.waitedMs).toBeGreaterThan(0);
  expect(keys[0]).toMatchObject({ key: 'llvm', scope: 'octo/tools', steps: 3, bytes: 1500, slowestMs: total.buildMs });
  expect(failures).toMatchObject([{ reason: 'BUILD_FAILED', count: 1, newest: { key: 'zlib' } }]);
  expect(days.reduce((sum: number, { steps }: { steps: number }) => sum + steps, 0)).toBe(5);
  expect(unread).toEqual({ count: 0, examples: [] });
});

test('build time avoided is what the builds took, less the waits for them, and never negative', async () => {
  const root = journalOf(
    { result: 'reused', buildMs: 90_000 },
    { result: 'waited', buildMs: 90_000, waitedMs: 60_000 },
    { result: 'waited', buildMs: 90_000, waitedMs: 200_000 },
    { result: 'built', buildMs: 90_000 },
  );
  const { total } = await jsonOf(root);
  expect(total).toMatchObject({ avoidedMs: 120_000, buildMs: 90_000, waitedMs: 260_000, lostMs: 0 });
});

test('a failed build is time that was lost; a failed delivery of another´s build is not', async () => {
  const root = journalOf(
    { result: '', error: 'BUILD_FAILED', buildMs: 5000, stepMs: 5100 },
    { result: '', error: 'DELIVERY_FAILED', buildMs: 90_000, stepMs: 50 },
  );
  expect((await jsonOf(root)).total).toMatchObject({ lostMs: 5000, buildMs: 0, avoidedMs: 0, failed: 2 });
});

test('what came from a remote store is told', async () => {
  const root = journalOf({ source: 'remote', restoreMs: 7000, bytes: 500 }, { source: 'disk' }, { source: 'build' });
  expect((await jsonOf(root)).total).toMatchObject({ remote: 1, remoteBytes: 500, restoreMs: 7000 });
});

test('slots are told by group', async () => {
  const root = journalOf(
    { result: 'built', slotGroup: 'cc', slotWaitedMs: 4000, buildMs: 9000, publishMs: 500 },
    { result: 'waited', slotGroup: 'cc', slotWaitedMs: 0 },
    { result: 'built', slotGroup: 'ld', slotWaitedMs: 1000, takeovers: 2 },
  );
  const { slotGroups, total } = await jsonOf(root);
  const byName = Object.fromEntries(slotGroups.map((each: { group: string }) => [each.group, each]));
  expect(byName.cc).toEqual({ group: 'cc', asked: 2, heldMs: 9500, waited: 1, waitedMs: 4000, longestMs: 4000 });
  expect(byName.ld).toMatchObject({ asked: 1, waited: 1, waitedMs: 1000 });
  expect(total.takeovers).toBe(2);
});

test('--since and --key choose', async () => {
  const root = journalOf({ key: 'llvm-18' }, { key: 'zlib' }, { key: 'llvm-17' });
  const count = async (...args: readonly string[]) => (await jsonOf(root, ...args)).total.steps;
  expect(await count()).toBe(3);
  expect(await count('--since', '90m')).toBe(2);
  expect(await count('--since', '2d')).toBe(3);
  expect(await count('--key', 'llvm-*')).toBe(2);
  expect(await count('--key', 'llvm-1?', '--since', '90m')).toBe(1);
});

test('a key of any form is shown in one line, and files that are no events are counted', async () => {
  const root = journalOf({ key: `a\nb\u202e${'x'.repeat(5000)}` });
  const [day = ''] = readdirSync(journalDir(root));
  for (const name of ['aaaaaaaaaaaa.json', 'bbbbbbbbbbbb.json']) writeFileSync(join(journalDir(root), day, name), '{');
  const { keys, unread } = await jsonOf(root);
  expect(keys[0].key).toMatch(/^a\\nb\\u202exxx+…$/);
  expect(keys[0].key.length).toBe(200);
  expect(unread.count).toBe(2);
  expect(unread.examples[0]).toContain('is no event that this version knows');
});

test('days of many jobs are summed up by day and by key', async () => {
  const root = tempDir();
  for (const days of [0, 1, 2]) writeEvents(aDay(root, Date.now() - days * 24 * HOUR, 500));
  const { total, days, keys } = await jsonOf(root, '--since', '7d');
  expect(total.steps).toBeGreaterThan(1000);
  expect(total.steps).toBeLessThanOrEqual(1500);
  expect(days.length).toBe(3);
  expect(keys.length).toBe(40);
  expect(total.reused + total.waited + total.built + total.failed).toBe(total.steps);
});

test('an empty cache is no error, and nothing is written into it', async () => {
  const root = tempDir();
  expect((await jsonOf(root)).total).toMatchObject({ steps: 0 });
  expect(readdirSync(root)).toEqual([]);
});

test.each([
  ['a root that is not there', ['--root', '/nowhere/at/all'], 1, '/nowhere/at/all does not exist.'],
  ['a time that is none', ['--since', 'yesterday'], 2, 'build-once: --since'],
  ['no time at all', ['--since', '0'], 2, '--since "0" is no length of time such as 7d. See build-once report --help'],
  ['an endless time', ['--since', 'none'], 2, '--since "none" is no length of time such as 7d'],
  ['a format that nobody knows', ['--format', 'yaml'], 2, 'build-once: --format'],
])('%s is told in one line', async (_what, args, code, told) => {
  const root = tempDir();
  const end = await runCli(['report', ...(args.includes('--root') ? [] : ['--root', root]), ...args]);
  expect([end.code, end.out]).toEqual([code, '']);
  expect(end.err).toContain(told);
  expect(end.err.trim().split('\n').length).toBe(1);
});

test('a journal that is a link is an error that names it', async () => {
  const [root, elsewhere] = [tempDir(), journalOf({})];
  mkdirSync(join(journalDir(root), '..'), { recursive: true });
  symlinkSync(journalDir(elsewhere), journalDir(root));
  const { code, err } = await runCli(['report', '--root', root]);
  expect(code).toBe(1);
  expect(err).toContain(`${journalDir(root)} is a link`);
});

test('jobs may run meanwhile', async () => {
  const root = tempDir();
  const jobs = Promise.all(
    [1, 2, 3, 4, 5, 6].map((job) => runJob({ root, inputs: { key: `sdk-${job % 3}`, run: `sleep 0.2; ${run}` } })),
  );
  let over = false;
  void jobs.then(() => {
    over = true;
  });
  while (!over) expect((await jsonOf(root)).unread).toEqual({ count: 0, examples: [] });
  expect((await jsonOf(root)).total).toMatchObject({ steps: 6, built: 3 });
});

describe.skipIf(noOrdinary)(`for an ordinary user${noOrdinary}`, () => {
  test('what may not be read is told, and hides no other', async () => {
    const [root, now] = [tempDir(), Date.now()];
    writeEvents([now - 3 * 24 * HOUR, now, now].map((atMs) => fileOf(root, atMs, anEvent())));
    const [closed = '', day = ''] = readdirSync(journalDir(root)).sort();
    const [file = ''] = readdirSync(join(journalDir(root), day));
    chmodSync(join(journalDir(root), closed), 0);
    chmodSync(join(journalDir(root), day, file), 0);
    const { code, out, err } = await runCli(['report', '--root', root, '--format', 'json'], { wrapper: ORDINARY });
    expect([code, err]).toEqual([0, '']);
    const { total, unread } = JSON.parse(out);
    expect(total.steps).toBe(1);
    expect(unread).toEqual({
      count: 2,
      examples: [`${closed} cannot be read (EACCES)`, `${day}/${file} may not be read by this user (EACCES)`],
    });
  });

  test('a cache that may not be read at all is an error that says so', async () => {
    const root = journalOf({});
    chmodSync(journalDir(root), 0);
    const { code, err } = await runCli(['report', '--root', root], { wrapper: ORDINARY });
    expect(code).toBe(1);
    expect(err).toContain('may not be read by this user.');
    expect(err.trim().split('\n').length).toBe(1);
  });
});
