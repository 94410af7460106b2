import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../harness/job/cli.ts';
import { gate, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { canRun, NAMESPACE, OTHER_HOST } from '../harness/lock/client.ts';
import { noOrdinary, ORDINARY } from '../harness/ordinary.ts';
import { keyFolders } from '../harness/storm/remains.ts';

const run = 'touch "$BUILD_ONCE_OUT/tool"';

async function locks(root: string): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await runCli(['list', '--locks', '--json', '--root', root]);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out).locks;
}

/** A job that is at its build. */
async function aBuilder(root: string, inputs: Record<string, string> = {}, wrapper?: readonly string[]) {
  const open = gate();
  const script = `echo ready; ${open.wait}; ${run}`;
  const job = startJob({ root, inputs: { key: 'sdk', run: script, ...inputs }, ...(wrapper && { wrapper }) });
  await job.said('ready');
  return { job, open: open.open };
}

test('--locks tells who builds which key and has which slot, and nothing once they have ended', async () => {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'other', run } });
  const { job, open } = await aBuilder(root, { 'max-in-flight': '2', group: 'big' });
  const { code, out } = await runCli(['list', '--locks', '--root', root]);
  expect(code).toBe(0);
  const [head, key, slot, ...rest] = out.split('\n');
  expect(head).toMatch(/^LOCK +KEY +STATE +FOR +HEARTBEAT +WHO$/);
  const who = 'octo/tools, job .* on .* \\(.*\\), https://.*/attempts/1';
  expect(key).toMatch(new RegExp(`^key +sdk +running +[\\d.]+ m?s +[\\d.]+ m?s ago +${who}$`));
  expect(slot).toMatch(new RegExp(`^slot big/0 +sdk +running +[\\d.]+ m?s +[\\d.]+ m?s ago +${who}$`));
  expect(rest).toEqual(['', '2 locks held.', '']);
  const [first, second] = await locks(root);
  expect(first).toMatchObject({ kind: 'key', key: 'sdk', state: 'running', limitMs: 600_000 });
  expect(first?.who).toMatchObject({ repository: 'octo/tools' });
  expect(Date.parse(`${first?.since}`)).toBeGreaterThan(Date.now() - 600_000);
  expect(second).toMatchObject({ kind: 'slot', id: 'big/0' });
  open();
  expect((await job.ended).code).toBe(0);
  expect((await runCli(['list', '--locks', '--root', root])).out).toBe(`Nobody holds a lock in ${root}.\n`);
});

test('a holder that was stopped, and one that was killed, are told as such, and nothing is taken over', async () => {
  const root = tempDir();
  const { job } = await aBuilder(root);
  job.kill('SIGSTOP');
  await expect.poll(async () => (await locks(root))[0]?.state).toBe('stopped');
  job.kill('SIGKILL');
  await job.ended;
  const [dir = ''] = keyFolders(root);
  const before = readdirSync(dir, { recursive: true }).sort();
  expect(await locks(root)).toMatchObject([{ key: 'sdk', state: 'dead' }]);
  const { out } = await runCli(['list', '--locks', '--root', root]);
  expect(out).toContain(
    '1 lock held, 1 of them by the dead: the next job that needs one takes over, and so does build-once unlock.',
  );
  expect(readdirSync(dir, { recursive: true }).sort()).toEqual(before);
});

test('a step that waits for a key which another job has claimed is told, with the name of its job', async () => {
  const root = tempDir();
  const { job } = await aBuilder(root);
  const version = join(root, 'build-once/v1');
  const [id = ''] = readdirSync(version).filter((name) => name.startsWith('sdk'));
  mkdirSync(join(version, '.waits'));
  writeFileSync(join(version, '.waits', `${'0'.repeat(20)}.0123456789ab`), id);
  writeFileSync(join(version, '.waits', 'README'), 'no note');
  const [, wait, ...others] = await locks(root);
  expect(others).toEqual([]);
  expect(wait).toMatchObject({ kind: 'waits', key: 'sdk', id, job: '0'.repeat(20), trouble: `job ${'0'.repeat(20)}` });
  expect(wait?.beatMs).toBeLessThan(60_000);
  job.kill('SIGKILL');
});

test('what is no lock of ours is shown as such', async () => {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'sdk', run } });
  const [dir = ''] = keyFolders(root);
  mkdirSync(join(dir, 'lock'));
  writeFileSync(join(dir, 'lock/README'), 'somebody left it here');
  expect(await locks(root)).toMatchObject([{ key: 'sdk', state: 'unknown', trouble: 'no record', token: 'README' }]);
});

const noNamespace = canRun(NAMESPACE) ? '' : ' (skipped: this user may not run unshare here)';

describe.skipIf(noNamespace)(`from another container${noNamespace}`, () => {
  test('a holder whose process cannot be seen answers by its socket', async () => {
    const root = tempDir();
    const { job, open } = await aBuilder(root, {}, NAMESPACE);
    expect(await locks(root)).toMatchObject([{ key: 'sdk', state: 'alive' }]);
    // A kill reaches only the wrapper.
    open();
    await job.ended;
  });

  test('the times of a holder on another host are not compared with the clock of this one', async () => {
    const root = tempDir();
    await aBuilder(root, {}, OTHER_HOST);
    const [lock] = await locks(root);
    expect(lock).toMatchObject({ key: 'sdk', silentMs: 0 });
    expect(lock).not.toHaveProperty('beatMs');
    expect(lock).not.toHaveProperty('heldMs');
    const { out } = await runCli(['list', '--locks', '--root', root]);
    expect(out).toMatch(/^key +sdk +\w+ +since \d{4}-\S+ \(its clock\)/m);
  });
});

describe.skipIf(noOrdinary)(`for an ordinary user${noOrdinary}`, () => {
  test('a lock that may not be read hides no other', async () => {
    const root = tempDir();
    await runJob({ root, inputs: { key: 'a-hidden-one', run } });
    const [dir = ''] = keyFolders(root);
    await aBuilder(root);
    chmodSync(dir, 0);
    const { code, out, err } = await runCli(['list', '--locks', '--root', root], { wrapper: ORDINARY });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^key +\(folder a-hidden-one-[0-9a-f]{20}\) +unknown +\(EACCES\)$/m);
    expect(out).toMatch(/^key +sdk +running/m);
  });
});
