import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AtCall } from '../harness/faults/at-call.ts';
import { atCall } from '../harness/faults/kill-every-call.ts';
import { resultOf, warningsOf } from '../harness/hosts.ts';
import { type JobOptions, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { OnePath, tokenIn } from '../harness/one-path.ts';
import { litter } from '../harness/storm/remains.ts';

/** The call that gives a build the name of its origin. */
const RENAMING = '^renameSync \\S+/[0-9a-f]{12} \\S+/[0-9a-f]{12}$';

/** The job, one of whose calls goes wrong. */
function spoiled(hosts: OnePath, plan: Pick<AtCall, 'match' | 'error' | 'isMade'>): JobOptions {
  const options = hosts.options();
  const { env, nodeArgs = [] } = atCall({ below: hosts.root, nth: 0, ...plan }, join(tempDir(), 'call'));
  return { ...options, nodeArgs, env: { ...options.env, ...env } };
}

test('a build that contains its path is restored at that path, on hosts whose caches are there', async () => {
  const hosts = await OnePath.start();
  const built = await runJob(hosts.options());
  expect([resultOf(built), warningsOf(built)], built.log).toEqual(['built build', []]);
  hosts.switchTo('second');
  const restored = await runJob(hosts.options({ verify: 'full' }));
  expect([resultOf(restored), warningsOf(restored)], restored.log).toEqual(['reused remote', []]);
  expect(restored.outputs.path).toBe(built.outputs.path);
  expect(tokenIn(restored)).toBe(basename(built.outputs.path ?? ''));
  const again = await runJob(hosts.options({ verify: 'full' }));
  expect([resultOf(again), again.outputs.path], again.log).toEqual(['reused disk', built.outputs.path]);
  expect(hosts.built.lines()).toHaveLength(1);
  expect(hosts.server.saved).toHaveLength(1);
  expect(litter(hosts.root)).toEqual([]);
});

test('a host whose cache is elsewhere builds for itself', async () => {
  const hosts = await OnePath.start();
  await runJob(hosts.options());
  const job = await runJob({ ...hosts.options(), root: tempDir() });
  expect([resultOf(job), warningsOf(job)], job.log).toEqual(['built build', []]);
  expect(hosts.server.saved).toHaveLength(2);
});

describe.each(['first', 'second'])('on the %s host, where it is gone', (host) => {
  test('it is built anew, for a path is used once; and that build is restored elsewhere', async () => {
    const hosts = await OnePath.start();
    const old = await runJob(hosts.options());
    hosts.switchTo('second');
    await runJob(hosts.options());
    if (host === 'first') hosts.switchTo('first');
    await hosts.prune();
    const before = hosts.server.seen.length;
    const job = await runJob(hosts.options());
    expect(resultOf(job), job.log).toBe('built build');
    expect(warningsOf(job)).toEqual([expect.stringContaining('a path is used only once')]);
    expect(hosts.server.seen.slice(before).filter((each) => each.startsWith('GET'))).toEqual([]);
    expect(job.outputs.path).not.toBe(old.outputs.path);
    expect(tokenIn(job)).toBe(basename(job.outputs.path ?? ''));
    expect(litter(hosts.root)).toEqual([]);
    hosts.switchTo('third');
    const third = await runJob(hosts.options());
    expect([resultOf(third), third.outputs.path], third.log).toEqual(['reused remote', job.outputs.path]);
  });
});

test('its check runs where it works; what the check refuses is built, and its name is not used again', async () => {
  const hosts = await OnePath.start();
  const check = 'test -n "$("$BUILD_ONCE_OUT/tool")"';
  const old = await runJob(hosts.options({ check }));
  hosts.switchTo('second');
  const restored = await runJob(hosts.options({ check }));
  expect(resultOf(restored), restored.log).toBe('reused remote');
  const other = `${check} && test "$("$BUILD_ONCE_OUT/tool")" != ${tokenIn(restored)}`;
  hosts.switchTo('third');
  const job = await runJob(hosts.options({ check: other }));
  expect([resultOf(job), warningsOf(job)], job.log).toEqual([
    'built build',
    [expect.stringContaining('not taken: its check says')],
  ]);
  expect(job.outputs.path).not.toBe(old.outputs.path);
  expect(tokenIn(job)).toBe(basename(job.outputs.path ?? ''));
  expect(litter(hosts.root)).toEqual([]);
});

test('what a step refuses in any place spends no name: another step restores it', async () => {
  const hosts = await OnePath.start();
  const old = await runJob(hosts.options());
  hosts.switchTo('second');
  const { inputs } = hosts.options();
  const refused = await runJob(hosts.options({ run: `${inputs.run}\n:`, 'on-change': 'fail' }));
  expect([refused.end.code, refused.log]).toEqual([1, expect.stringContaining('::error::on-change: the script')]);
  expect(litter(hosts.root)).toEqual([]);
  const restored = await runJob(hosts.options());
  expect([resultOf(restored), restored.outputs.path], restored.log).toEqual(['reused remote', old.outputs.path]);
});

test('a step that is cancelled in its check has put away what it was restoring, before its lock opens', async () => {
  const hosts = await OnePath.start();
  await runJob(hosts.options());
  hosts.switchTo('second');
  const checking = join(tempDir(), 'checking');
  execFileSync('mkfifo', [checking]);
  // It is asked about the folder of the attempt first, where nothing is.
  const check = `test -e "$BUILD_ONCE_OUT/tool" && echo there > ${checking} && sleep 60`;
  const job = startJob(hosts.options({ check }));
  await readFile(checking);
  job.kill('SIGINT');
  expect((await job.ended).code, job.log).toBe(130);
  // A sweep comes after the lock was opened, and says what it finds.
  expect(job.log).not.toContain('Swept');
  expect(litter(hosts.root)).toEqual([]);
});

test.each([
  ['its note', '^mkdirSync \\S+/carried/\\S+/\\S+$', 'EEXIST'],
  ['its name', RENAMING, 'ENOENT'],
] as const)('it is restored where the answer to %s was lost', async (_what, match, error) => {
  const hosts = await OnePath.start();
  await runJob(hosts.options());
  hosts.switchTo('second');
  const job = await runJob(spoiled(hosts, { match, error, isMade: true }));
  expect([resultOf(job), warningsOf(job)], job.log).toEqual(['reused remote', []]);
  expect(tokenIn(job)).toBe(basename(job.outputs.path ?? ''));
  expect(litter(hosts.root)).toEqual([]);
});

describe('what is in the way of its name, or says another path, is a warning, and it is built', () => {
  const puts: readonly (readonly [string, (path: string) => void])[] = [
    ['a folder with something in it', (path) => mkdirSync(join(path, 'mine'), { recursive: true })],
    ['a file', (path) => writeFileSync(path, 'mine')],
    ['a link', (path) => symlinkSync(tempDir(), path)],
  ];
  test.each(puts)('%s', async (_what, put) => {
    const hosts = await OnePath.start();
    const old = await runJob(hosts.options());
    const path = old.outputs.path ?? '';
    hosts.switchTo('second');
    mkdirSync(dirname(path), { recursive: true });
    put(path);
    const last = await runJob(hosts.options());
    expect(resultOf(last), last.log).toBe('built build');
    expect(warningsOf(last)).toEqual([expect.stringContaining('a path is used only once')]);
    expect(tokenIn(last)).toBe(basename(last.outputs.path ?? ''));
  });

  test('what does not let it be renamed, as a scanner on Windows', async () => {
    const hosts = await OnePath.start();
    await runJob(hosts.options());
    hosts.switchTo('second');
    const job = await runJob(spoiled(hosts, { match: RENAMING, error: 'EBUSY' }));
    expect(resultOf(job), job.log).toBe('built build');
    expect(warningsOf(job)).toEqual([expect.stringContaining('it cannot be given the name that it had (EBUSY')]);
    expect(tokenIn(job)).toBe(basename(job.outputs.path ?? ''));
    expect(litter(hosts.root)).toEqual([]);
  });

  test('a pack of another path under this name', async () => {
    const hosts = await OnePath.start();
    const root = tempDir();
    await runJob({ ...hosts.options(), root });
    const own = await runJob(hosts.options());
    const [foreign, mine] = hosts.server.archives;
    if (mine !== undefined) Object.assign(mine, { content: foreign?.content, key: renamed(mine.key, foreign?.key) });
    hosts.switchTo('second');
    const job = await runJob(hosts.options());
    expect(resultOf(job), own.log + job.log).toBe('built build');
    expect(warningsOf(job)).toEqual([expect.stringContaining(`was built in ${root}`)]);
  });
});

/** The name of a pack of one entry, with the token and the digest of another. */
function renamed(name: string, from = ''): string {
  return name.replace(/[0-9a-f]{12}-[0-9a-f]{64}$/, from.match(/[0-9a-f]{12}-[0-9a-f]{64}$/)?.[0] ?? '');
}

describe('links out of a build', () => {
  const linked = (hosts: OnePath, target: string) => {
    const { inputs } = hosts.options();
    return hosts.options({ run: `${inputs.run}\nln -s ${target} "$BUILD_ONCE_OUT/out"` });
  };

  test('are carried, as those of a Python environment are, to hosts that have what they lead to', async () => {
    const hosts = await OnePath.start();
    const elsewhere = join(tempDir(), 'python3');
    writeFileSync(elsewhere, 'one');
    await runJob(linked(hosts, elsewhere));
    hosts.switchTo('second');
    const restored = await runJob(linked(hosts, elsewhere));
    expect([resultOf(restored), warningsOf(restored)], restored.log).toEqual(['reused remote', []]);
    expect(readFileSync(join(restored.outputs.path ?? '', 'out'), 'utf8')).toBe('one');
    hosts.switchTo('third');
    rmSync(elsewhere);
    const built = await runJob(linked(hosts, elsewhere));
    expect(resultOf(built), built.log).toBe('built build');
    expect(warningsOf(built)).toEqual([
      expect.stringMatching(
        /not taken: .*"tree\/out" is a link to .*python3, and nothing is there on this host\. It is built/,
      ),
      expect.stringMatching(/not saved in the Actions cache: .*"out" is a link to .*python3, and nothing is there/),
    ]);
    expect(litter(hosts.root)).toEqual([]);
  });
});
