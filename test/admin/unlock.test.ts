import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processState } from '../../src/host/proc.ts';
import { runCli, startCli } from '../harness/job/cli.ts';
import { keysIn } from '../harness/job/ended.ts';
import { gate, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { claim, publish } from '../harness/job/split.ts';
import { canRun, OTHER_USER } from '../harness/lock/client.ts';
import { builds, keyFolders, litter } from '../harness/storm/remains.ts';

const run = 'touch "$BUILD_ONCE_OUT/tool"';
const linux = process.platform === 'linux';

/** A job that is at its build; the build prints its pid. */
async function aBuilder(root: string, inputs: Record<string, string> = {}) {
  const door = gate();
  const job = startJob({ root, inputs: { key: 'sdk', run: `echo "pid $$."; ${door.wait}; ${run}`, ...inputs } });
  await job.said('pid ');
  await expect.poll(() => job.log).toMatch(/pid \d+\./);
  return { job, open: door.open, pid: Number(/pid (\d+)\./.exec(job.log)?.[1]) };
}

/** Whether a process does something: one that has ended may wait for its parent to ask for its exit code. */
function runs(pid: number): boolean {
  return processState(pid)?.zombie === false;
}

function unlock(root: string, ...args: string[]) {
  return runCli(['unlock', 'sdk', '--root', root, ...args]);
}

const WHO = 'octo/tools, job .* on .* \\(.*\\), https://.*/attempts/1';

test('the lock of a dead holder is opened, its processes end, and what it left is cleared away', async () => {
  const root = tempDir();
  const { job, pid } = await aBuilder(root);
  job.kill('SIGKILL');
  await job.ended;
  if (linux) expect(runs(pid)).toBe(true);
  expect(litter(root)).not.toEqual([]);
  const { code, out, err } = await unlock(root);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    new RegExp(
      `^opened "sdk": its holder, ${WHO} \\(for .*\\), is dead; what its build left is cleared away, and the next job builds\n$`,
    ),
  );
  if (linux) expect(runs(pid)).toBe(false);
  expect([litter(root), builds(root)]).toEqual([[], []]);
  expect((await runJob({ root, inputs: { key: 'sdk', run } })).outputs.result).toBe('built');
});

test('a holder that lives is named and keeps its lock, and nothing is done', async () => {
  const root = tempDir();
  const { job, open } = await aBuilder(root);
  const [dir = ''] = keyFolders(root);
  const before = readdirSync(dir, { recursive: true }).sort();
  const { code, out } = await unlock(root);
  expect(code).toBe(1);
  expect(out).toMatch(
    new RegExp(
      `^left "sdk": ${WHO} \\(for .*\\) holds it and lives \\(its process runs\\)\\. Nothing was done\\. Cancel that job, or take the lock from it with --force\n$`,
    ),
  );
  expect(readdirSync(dir, { recursive: true }).sort()).toEqual(before);
  open();
  await job.ended;
  expect(job.outputs.result).toBe('built');
});

test('--force robs a holder that lives: it publishes nothing of its build, and takes that of the job that waited', async () => {
  const root = tempDir();
  const made = ledger();
  const [first, second] = [gate(), gate()];
  const script = (door: string, name: string) =>
    `${made.note}; echo "${name} builds"; ${door}; echo ${name} > "$BUILD_ONCE_OUT/tool"`;
  const robbed = startJob({ root, inputs: { key: 'sdk', run: script(first.wait, 'first') } });
  await robbed.said('first builds');
  const waiter = startJob({ root, inputs: { key: 'sdk', run: script(second.wait, 'second') } });
  await waiter.said('Waiting for');
  const { code, out } = await unlock(root, '--force');
  expect(code, out).toBe(0);
  expect(out).toMatch(new RegExp(`^robbed "sdk": taken from ${WHO} \\(for .*\\), which finds its lock lost`));
  await waiter.said('second builds');
  // Its script would never end by itself.
  await robbed.said('Waiting for');
  expect(keysIn(root)).toEqual([]);
  second.open();
  await Promise.all([robbed.ended, waiter.ended]);
  expect([robbed.outputs.result, waiter.outputs.result]).toEqual(['waited', 'built']);
  expect(robbed.outputs.path).toBe(waiter.outputs.path);
  expect(readFileSync(join(robbed.outputs.path ?? '', 'tool'), 'utf8')).toBe('second\n');
  expect([builds(root).length, litter(root), made.lines().length]).toEqual([1, [], 2]);
}, 60_000);

test('a robbed build that is ready before its next heartbeat is not published', async () => {
  const root = tempDir();
  const { job, open } = await aBuilder(root);
  const rights = () => keyFolders(root).flatMap((dir) => readdirSync(dir).filter((name) => name.startsWith('entry.')));
  expect(rights()).toHaveLength(1);
  const { code } = await unlock(root, '--force');
  expect(code).toBe(0);
  // Without it the build could not be published even if its job did not ask for the lock any more.
  expect(rights()).toEqual([]);
  open();
  await job.ended;
  expect(job.log).toContain(
    '\n"sdk": this build is not published, for its lock or its slot was taken over. Going on.\n',
  );
  // It asks for its lock before it publishes, finds it lost, and builds once more.
  expect(job.log.match(/^pid \d+\.$/gm)).toHaveLength(2);
  expect(job.outputs.result).toBe('built');
  expect([builds(root).length, litter(root)]).toEqual([1, []]);
});

test.runIf(linux)(
  'of a claim that is robbed nothing is published, and its publish step says that it was lost',
  async () => {
    const root = tempDir();
    const job = await claim({ root, inputs: { key: 'sdk' } });
    expect(job.end.code, job.log).toBe(0);
    writeFileSync(join(job.outputs.path ?? '', 'tool'), 'made by steps');
    const { code, out } = await unlock(root, '--force');
    expect(code, out).toBe(0);
    const done = await publish(job, root);
    expect(done.log).toContain('::error::The claim of "sdk" was lost, and nothing of this job was published.');
    expect([done.end.code, keysIn(root)]).toEqual([1, []]);
  },
);

test('a stopped holder is watched until a signal, and robbed with --force together with its processes', async () => {
  const root = tempDir();
  const { job, pid, open } = await aBuilder(root);
  job.kill('SIGSTOP');
  const { child, ended } = startCli(['unlock', 'sdk', '--root', root]);
  const said = new Promise<string>((resolve) => child.stderr?.once('data', (text) => resolve(`${text}`)));
  expect(await said).toMatch(/^The process of octo.* is stopped: watching its heartbeat for up to 30 s\.\n$/);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, out: 'left "sdk": interrupted, and nothing was done\n' });
  const { code, out } = await unlock(root, '--force', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ root, key: 'sdk', locks: [{ became: 'robbed', state: 'stopped' }] });
  if (linux) expect(runs(pid)).toBe(false);
  job.kill('SIGCONT');
  // For the build that it makes instead.
  open();
  await job.ended;
  expect([builds(root).length, litter(root)]).toEqual([1, []]);
});

test('a holder elsewhere is left once its heartbeat is seen to move', async () => {
  const root = tempDir();
  await aBuilder(root);
  const [dir = ''] = keyFolders(root);
  const [name = ''] = readdirSync(join(dir, 'holders')).filter((each) => each.endsWith('.json'));
  const file = join(dir, 'holders', name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"'));
  const { code, out, err } = await unlock(root);
  expect(err).toMatch(/^The process of .* cannot be seen from here: watching its heartbeat for up to 30 s\.\n$/);
  expect(out).toContain('holds it and lives (its heartbeat moves). Nothing was done.');
  expect(code).toBe(1);
});

test('all scopes of a key are opened, and with --scope that one alone', async () => {
  const root = tempDir();
  const kill = async (inputs: Record<string, string>) => {
    await runJob({ root, inputs: { key: 'sdk', run, ...inputs } });
    const { job } = await aBuilder(root, { force: 'true', ...inputs });
    job.kill('SIGKILL');
    await job.ended;
  };
  await kill({ scope: 'shared' });
  await kill({ scope: 'other' });
  const one = await unlock(root, '--scope', 'other');
  expect(one.out).toMatch(/^opened "sdk" of other: .*\n$/);
  await kill({ scope: 'other' });
  const both = await unlock(root);
  expect(both.code).toBe(0);
  expect(both.out.match(/^opened "sdk" of (?:shared|other): /gm)).toHaveLength(2);
  expect(await unlock(root)).toEqual({ code: 0, out: 'Nobody holds "sdk".\n', err: '' });
});

test('with --scope, a lock whose scope is written nowhere is left, and opened by its folder', async () => {
  const root = tempDir();
  const { job } = await aBuilder(root);
  job.kill('SIGKILL');
  await job.ended;
  const { code, out } = await unlock(root, '--scope', 'octo/tools');
  expect(code).toBe(1);
  const [, id = ''] = /^left "sdk": its scope is written nowhere yet; .*: (sdk-\w+)$/m.exec(out) ?? [];
  const byFolder = await runCli(['unlock', id, '--root', root]);
  expect(byFolder).toMatchObject({ code: 0, err: '' });
});

test('a key that nobody knows is an error, and a KEY that is missing is bad usage', async () => {
  const root = tempDir();
  const line = `${root} has no key "sdk", and nobody builds it. See build-once list\n`;
  expect(await unlock(root)).toEqual({ code: 1, out: '', err: line });
  const { code, err } = await runCli(['unlock', '--root', root]);
  expect([code, err]).toEqual([2, 'build-once: KEY is missing. See build-once unlock --help\n']);
});

const noOther = canRun(OTHER_USER) ? '' : ' (skipped: this user may not run setpriv here)';

describe.skipIf(noOther)(`for another user${noOther}`, () => {
  test('a lock that this user may not open is left, with the reason', async () => {
    const root = tempDir();
    const { job } = await aBuilder(root);
    job.kill('SIGKILL');
    await job.ended;
    const wrapper = ['sh', '-c', `chmod 755 ${root}; exec "$@"`, 'sh', ...OTHER_USER];
    const { code, out } = await runCli(['unlock', 'sdk', '--root', root], { wrapper });
    expect(code).toBe(1);
    expect(out).toMatch(/^left "sdk": it cannot be opened: EACCES/);
  });
});
