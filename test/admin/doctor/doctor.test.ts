import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { canMount, mountSpace, needsMounts } from '../../harness/disks/mounts.ts';
import type { Fault } from '../../harness/faults/broken-disk.ts';
import { atCall } from '../../harness/faults/kill-every-call.ts';
import { type CliEnd, type CliOptions, runCli, startCli } from '../../harness/job/cli.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { section } from '../../harness/markdown.ts';

const BROKEN_DISK = join(import.meta.dirname, '../../harness/faults/broken-disk.ts');
/** As a runner's user, who may not do what root may. */
const PLAIN = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'];
const plain = process.getuid?.() === 0 ? PLAIN : [];

interface Report {
  readonly roots: readonly string[];
  readonly fit: boolean;
  readonly findings: readonly { root: string; level: string; about: string; what: string; advice?: string }[];
}

/** Without the contest for the lock, which starts processes and takes its time, unless a test is about it. */
async function examine(
  roots: readonly string[],
  { seconds = 0, ...options }: CliOptions & { readonly seconds?: number } = {},
): Promise<Report & CliEnd> {
  const args = ['doctor', '--seconds', String(seconds), '--json', ...roots.flatMap((root) => ['--root', root])];
  const end = await runCli(args, options);
  expect(end.err).toBe('');
  const report = JSON.parse(end.out) as Report;
  expect(end.code).toBe(report.fit ? 0 : 1);
  return { ...report, ...end };
}

function problemsOf({ findings }: Report) {
  return findings.filter(({ level }) => level === 'problem');
}

function whatOf({ findings }: Report, about: string): string {
  return findings
    .filter((finding) => finding.about === about)
    .map(({ level, what }) => `${level}: ${what}`)
    .join('\n');
}

test('a folder that is fit: every check is told, and nothing of it is left', async () => {
  const root = tempDir();
  const report = await examine([root], { seconds: 1 });
  expect(report, report.out).toMatchObject({ roots: [root], fit: true });
  expect(problemsOf(report)).toEqual([]);
  const abouts = new Set(report.findings.map(({ about }) => about));
  for (const about of ['disk', 'sharing', 'space', 'rights', 'renames', 'heartbeats', 'watch']) {
    expect(abouts).toContain(about);
  }
  expect(whatOf(report, 'lock')).toMatch(/^ok: 4 processes claimed it \d\d+ times in 1 s, one at a time\.$/);
  expect(whatOf(report, 'takeover')).toMatch(
    /^ok: Holders killed: [1-9]\d*\. Each lock was taken over within \d+ ms\.$/,
  );
  expect(readdirSync(root)).toEqual([]);
});

test('for people it prints a line for each check, and the last line says what is to be done', async () => {
  const root = tempDir();
  const fit = await runCli(['doctor', '--seconds', '1'], { env: { RUNNER_TOOL_CACHE: root } });
  expect(fit).toMatchObject({ code: 0, err: '' });
  expect(fit.out.split('\n')[0]).toBe(root);
  expect(fit.out).toMatch(/^ok {7}lock {8}4 processes claimed it/m);
  expect(fit.out).toMatch(/\n\nNothing has to be changed\.\n$/);
  const missing = await runCli(['doctor', '--root', join(root, 'missing')]);
  expect(missing).toMatchObject({ code: 1, err: '' });
  expect(missing.out).toMatch(/^PROBLEM {2}root .* does not exist\.\n {21}-> Mount it/m);
  expect(missing.out).toMatch(/\n\nOne thing has to be changed: see PROBLEM above\.\n$/);
  const relative = await runCli(['doctor', '--root', 'not/there']);
  expect(relative.out.split('\n')[0]).toMatch(/^\/.*\/not\/there$/);
});

test('the output in the documents is what it prints, but for the disk of this machine and for numbers', async () => {
  const [, example = ''] = /\n```text\n(.*?)\n```/s.exec(section('docs/operations.md', '### Check it')) ?? [];
  const root = tempDir();
  chmodSync(root, 0o3775);
  const { out } = await runCli(['doctor', '--seconds', '1', '--root', root], { wrapper: plain });
  const ofMachine = /^(?:\w+ +(?:disk|sharing|space|mount)|note +rights +This user is root,) .*\n(?: +->.*\n)?/gm;
  const comparable = (text: string, folder: string) =>
    text
      .trim()
      .replaceAll(folder, 'ROOT')
      .replaceAll(ofMachine, '')
      .replaceAll(/\d+(?:\.\d+)?(?: m?s\b)?/g, 'N');
  expect(comparable(out, root)).toBe(comparable(example, '/opt/ci-cache'));
});

test('a cache that is in use is left as it is', async () => {
  const root = tempDir();
  const inputs = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };
  await runJob({ root, inputs });
  const before = readdirSync(root, { recursive: true }).sort();
  expect((await examine([root], { seconds: 1 })).fit).toBe(true);
  expect(readdirSync(root, { recursive: true }).sort()).toEqual(before);
  expect((await runJob({ root, inputs })).outputs.result).toBe('reused');
});

describe('a disk that is broken is found out', () => {
  const broken = (fault: Fault, root: string, seconds = 0) =>
    examine([root], {
      seconds,
      nodeArgs: ['--import', BROKEN_DISK],
      env: { TEST_BROKEN_DISK: fault },
    });

  test('by the contest, where renames of the lock replace a folder that is not empty', async () => {
    const root = tempDir();
    const report = await broken('renames-replace', root, 1);
    expect(whatOf(report, 'lock')).toMatch(/^problem: .*, and \d+ times two had it at once\.$/);
    expect(whatOf(report, 'renames')).toMatch(/^ok/);
    expect(readdirSync(root)).toEqual([]);
  });

  test('by a look at renames, where all of them do', async () => {
    const report = await broken('all-renames-replace', tempDir());
    expect(whatOf(report, 'renames')).toBe(
      'problem: A rename of a folder onto one that is not empty was done, and must fail.',
    );
  });

  test('where listings are old', async () => {
    const report = await broken('old-listings', tempDir(), 1);
    expect(whatOf(report, 'lock')).toMatch(/^problem: .*\d+ times a listing of the folder did not show/);
  });

  test('where heartbeats are not kept as they were set', async () => {
    const report = await broken('coarse-times', tempDir());
    expect(whatOf(report, 'heartbeats')).toBe('problem: A time set on a file is read back as another one.');
  });

  test('where it does not answer', async () => {
    const root = tempDir();
    const report = await broken('hangs', root);
    expect(report.findings).toHaveLength(1);
    expect(whatOf(report, 'root')).toMatch(/^problem: .* does not answer/);
  });

  test('but is fit where it only does not tell of changes', async () => {
    const report = await broken('no-watch', tempDir());
    expect(whatOf(report, 'watch')).toMatch(/^note: This user may watch no more folders \(EMFILE\)/);
    expect(report.fit).toBe(true);
  });
});

describe('a root that cannot be used is a finding', () => {
  test('when it is missing, or a file', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    for (const [name, what] of [
      ['missing', 'does not exist'],
      ['file', 'is a file'],
      ['file/below', 'lies below something that is a file'],
    ] as const) {
      const report = await examine([join(dir, name)]);
      expect(whatOf(report, 'root')).toMatch(new RegExp(`^problem: .*${what}\\.$`));
    }
  });

  test('when this user may not write there, or not in what others made', async () => {
    const root = tempDir();
    chmodSync(root, 0o555);
    const closed = await examine([root], { wrapper: plain });
    expect(whatOf(closed, 'no rights')).toMatch(/^problem: This user may not write to .* \(EACCES; mode 555, owner /);
    chmodSync(root, 0o755);
    const key = join(root, 'build-once/v1/sdk-0');
    mkdirSync(key, { recursive: true });
    chmodSync(key, 0o555);
    const within = await examine([root], { wrapper: plain });
    expect(whatOf(within, 'rights')).toMatch(/problem: This user may not write to 1 of 3 folders in it: .*sdk-0/);
  });

  test.skipIf(!canMount)(`when it is read-only${needsMounts}`, async () => {
    const root = tempDir();
    const { wrapper } = await mountSpace(`mount --bind '${root}' '${root}' && mount -o remount,bind,ro '${root}'`);
    const report = await examine([root], { wrapper });
    expect(whatOf(report, 'no rights')).toMatch(/^problem: .* is on a read-only file system\.$/);
  });

  test.skipIf(!canMount)(`when it is full${needsMounts}`, async () => {
    const root = tempDir();
    const { wrapper, see } = await mountSpace(`mount -t tmpfs -o size=1m tmpfs '${root}'`);
    writeFileSync(join(see(root), 'filler'), Buffer.alloc(1024 * 1024));
    const report = await examine([root], { wrapper });
    expect(whatOf(report, 'space')).toBe('problem: Only 0 B free: builds will fail.');
    expect(whatOf(report, 'sharing')).toMatch(/^problem: The cache .* is on tmpfs, which goes away/);
    expect(whatOf(report, 'disk')).toMatch(/problem: The shared cache at .* cannot be used: ENOSPC/);
    expect(readdirSync(see(root))).toEqual(['filler']);
  });

  test('when it goes away while the processes that contend for its lock are starting', async () => {
    const root = tempDir();
    // The first calls that only they make.
    const plan = { below: root, nth: 0, match: '^mkdirSync .*/holders$', error: 'ENOENT', forGood: true } as const;
    const given = ['doctor', '--seconds', '1', '--json', '--root', root];
    const { code, out, err } = await runCli(given, atCall(plan, join(tempDir(), 'call')));
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('ENOENT');
    expect(problemsOf(JSON.parse(out)).length).toBeGreaterThan(0);
  });

  test('when it goes away meanwhile', async () => {
    const root = join(tempDir(), 'cache');
    mkdirSync(root);
    const { ended } = startCli(['doctor', '--seconds', '2', '--json', '--root', root]);
    await made(root);
    await delay(500);
    renameSync(root, `${root}-gone`);
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(problemsOf(JSON.parse(out)).length).toBeGreaterThan(0);
  });
});

describe('what is worth changing is told', () => {
  test('of a sticky folder, which keeps users from taking over from each other', async () => {
    const root = tempDir();
    chmodSync(root, 0o1777);
    const report = await examine([root]);
    expect(whatOf(report, 'rights')).toMatch(/problem: .* is sticky: .* nobody takes over the lock of another user\./);
  });

  test('of a root inside the work folder of a runner, and of one that is a link', async () => {
    const dir = realpathSync(tempDir());
    mkdirSync(join(dir, '_work/_tool'), { recursive: true });
    symlinkSync(join(dir, '_work/_tool'), join(dir, 'cache'));
    const report = await examine([join(dir, 'cache')]);
    expect(whatOf(report, 'sharing')).toMatch(/^problem: .*_work\/_tool lies in the work folder of a runner/);
    expect(whatOf(report, 'disk')).toContain(`It is a link: jobs see the build at ${join(dir, '_work/_tool')}`);
  });
});

describe.skipIf(!canMount)(`two roots${needsMounts}`, () => {
  test('that are one disk are contended for from both', async () => {
    const [a, b] = [tempDir(), tempDir()];
    const { wrapper } = await mountSpace(`mount --bind '${a}' '${b}'`);
    const report = await examine([a, b], { wrapper, seconds: 1 });
    expect(whatOf(report, 'mounts')).toMatch(/^note: .* are one mount of this host, with one cache/);
    expect(whatOf(report, 'publishing')).toMatch(/^ok: .* is seen through the other after \d+ ms at most, 5 times\.$/);
    expect(whatOf(report, 'lock')).toMatch(/^ok/);
    expect(report.fit).toBe(true);
    expect(readdirSync(a)).toEqual([]);
  });

  test('that are not one disk are told apart', async () => {
    const [a, b] = [tempDir(), tempDir()];
    const report = await examine([a, b]);
    expect(whatOf(report, 'mounts')).toMatch(/^problem: .* are not one disk/);
    expect([...readdirSync(a), ...readdirSync(b)]).toEqual([]);
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it with nothing left behind, no file and no process',
  async (signal) => {
    const root = tempDir();
    const { child, ended } = startCli(['doctor', '--seconds', '60', '--root', root]);
    await made(root);
    await delay(800);
    child.kill(signal);
    expect((await ended).code).toBe(130);
    expect(readdirSync(root)).toEqual([]);
  },
);

test('when it is killed itself, the processes that it started end too', async () => {
  const root = tempDir();
  const { child, ended } = startCli(['doctor', '--seconds', '60', '--root', root]);
  const room = await made(root);
  const holders = () => readdirSync(join(room, 'holders')).filter((name) => name.endsWith('.json'));
  await expect.poll(() => holders().length, { timeout: 20_000 }).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await ended;
  const pids = () => processesWith(room.slice(-12));
  await expect.poll(pids, { timeout: 5000 }).toEqual([]);
});

/** Pids of all processes that have `text` among their arguments. */
function processesWith(text: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => existsSync(`/proc/${pid}/cmdline`) && argumentsOf(pid).includes(text));
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

test('whoever stops reading what it prints does not stop it from cleaning up', async () => {
  const root = tempDir();
  const { child, ended } = startCli(['doctor', '--seconds', '1', '--root', root]);
  const [first] = await once(child.stdout ?? process.stdin, 'data');
  expect(String(first)).toContain(root);
  child.stdout?.destroy();
  expect((await ended).err).toBe('');
  expect(existsSync(join(root, 'build-once'))).toBe(false);
});

/** The folder that the doctor works in, once it is there. */
async function made(root: string): Promise<string> {
  const version = join(root, 'build-once/v1');
  const names = () => (existsSync(version) ? readdirSync(version).filter((name) => name.startsWith('.doctor-')) : []);
  await expect.poll(() => names().length, { timeout: 20_000 }).toBe(1);
  return join(version, names()[0] ?? '');
}
