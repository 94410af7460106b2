import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { removeTree } from '../../../src/host/remove-tree.ts';
import { digestTree } from '../../../src/store/tree/digest.ts';
import { flushBudget, flushTree } from '../../../src/store/tree/flush.ts';
import { makeReadOnly, measureTree } from '../../../src/store/tree/measure.ts';
import { needs } from '../../harness/needs.ts';
import { removeAll } from '../../harness/remove-all.ts';

needs('posix', 'modes, symlinks and pipes of POSIX');

const MODULES = ['store/tree/measure.ts', 'host/remove-tree.ts'].map((name) =>
  join(import.meta.dirname, '../../../src', name),
);
const linux = process.platform === 'linux';
const root = process.getuid?.() === 0;
/** Root may do anything to read-only folders, so these tests run as somebody who may not. */
const nobody = root ? { uid: 65534, gid: 65534 } : {};

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tree-test-'));
  onTestFinished(() => removeAll(dir));
  // The user `nobody` has to get in.
  chmodSync(dir, 0o755);
  return dir;
}

/** Makes a tree: a string is a file's content, a nested object a folder, `->x` a symlink to x, `+x` an executable. */
type Plan = { readonly [name: string]: string | Plan };

function tree(plan: Plan, dir = join(folder(), 'tree')): string {
  mkdirSync(dir, { recursive: true });
  for (const [name, what] of Object.entries(plan)) {
    const path = join(dir, name);
    if (typeof what !== 'string') tree(what, path);
    else if (what.startsWith('->')) symlinkSync(what.slice(2), path);
    else if (what.startsWith('+')) writeFileSync(path, what.slice(1), { mode: 0o755 });
    else writeFileSync(path, what, { mode: 0o644 });
  }
  return dir;
}

function manyFiles(count: number, dir = join(folder(), 'many')): string {
  for (let i = 0; i < count; i++) {
    if (i % 500 === 0) mkdirSync(join(dir, `d${i / 500}`), { recursive: true });
    writeFileSync(join(dir, `d${Math.floor(i / 500)}`, `f${i}`), 'x');
  }
  return dir;
}

/** A function that runs `action` when it is called for the `nth` time. */
function atCall(nth: number, action: () => void): () => void {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls === nth) action();
  };
}

/** A name that is no UTF-8, which only Linux has. */
function bytes(dir: string, ...name: number[]): Buffer {
  return Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name)]);
}

describe('measureTree', () => {
  test('counts files and symlinks, and the bytes of files alone', async () => {
    const dir = tree({ a: '12345', b: { c: '123', link: '->../a', folder: '->../b', dangling: '->nowhere' }, e: {} });
    expect(await measureTree(dir)).toEqual({ files: 5, bytes: 8 });
  });

  test.runIf(linux)('counts names that are no UTF-8', async () => {
    const dir = tree({});
    writeFileSync(bytes(dir, 0xff, 0xfe), '12');
    expect(await measureTree(dir)).toEqual({ files: 1, bytes: 2 });
  });

  test('counts below a folder whose own name is not ASCII', async () => {
    expect(await measureTree(tree({ a: '1', b: { c: '2' } }, join(folder(), 'größe')))).toEqual({ files: 2, bytes: 2 });
  });

  test('leaves out what vanishes while it counts', async () => {
    const dir = tree({ a: '1', b: { c: '2' }, d: '3' });
    const vanish = () => {
      for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
    };
    // Asked before each name: the second time the first folder has been listed.
    const throwIfAborted = atCall(2, vanish);
    expect(await measureTree(dir, { signal: { throwIfAborted } as AbortSignal })).toEqual({ files: 0, bytes: 0 });
  });

  test('lets timers run now and then', async () => {
    const dir = tree({ a: '1', b: '2' });
    let now = 0;
    const clock = vi.spyOn(process, 'hrtime').mockImplementation(() => {
      now += 30;
      return [0, now * 1e6];
    });
    onTestFinished(() => clock.mockRestore());
    let ran = false;
    setImmediate(() => {
      ran = true;
    });
    await measureTree(dir);
    expect(ran).toBe(true);
  });

  test('says nothing when its time is up', async () => {
    expect(await measureTree(tree({ a: '1' }), { budgetMs: 0 })).toBeUndefined();
  });

  test('throws the reason of an abort, and the error of a missing folder', async () => {
    const dir = tree({ a: '1' });
    await expect(measureTree(dir, { signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
    await expect(measureTree(join(dir, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('says nothing about a tree that it may not list in full', () => {
    const dir = tree({ a: '1', locked: { b: '2' } });
    chmodSync(join(dir, 'locked'), 0);
    expect(asNobody(`console.log(await tree.measureTree(${JSON.stringify(dir)}))`)).toBe('undefined');
  });
});

describe('digestTree', () => {
  const same = (a: Plan, b: Plan) => Promise.all([digestTree(tree(a)), digestTree(tree(b))]).then(([x, y]) => x === y);

  test('is equal for equal trees, in whatever order they were made', async () => {
    const forwards = tree({ a: '1', b: { c: '2', d: '->../a' }, e: {} });
    const backwards = tree({ e: {}, b: { d: '->../a', c: '2' }, a: '1' });
    expect(await digestTree(forwards)).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestTree(forwards)).toBe(await digestTree(backwards));
  });

  test('does not change with times and write bits', async () => {
    const dir = tree({ a: '1', b: { c: '+x' } });
    const before = await digestTree(dir);
    utimesSync(join(dir, 'a'), 1, 1);
    await makeReadOnly(dir);
    expect(await digestTree(dir)).toBe(before);
  });

  test.for<[string, Plan, Plan]>([
    ['a flipped byte', { a: 'abcd' }, { a: 'abcE' }],
    ['another name', { a: '1' }, { b: '1' }],
    ['contents that move to the next file', { a: 'xy', b: '' }, { a: 'x', b: 'y' }],
    ['a name that takes a byte of the content', { a: 'bc' }, { ab: 'c' }],
    ['an executable bit', { a: '+x' }, { a: 'x' }],
    ['a link in the place of a file', { a: 'target' }, { a: '->target' }],
    ['another target of a link', { a: '->b' }, { a: '->c' }],
    ['an empty folder more', { a: '1' }, { a: '1', b: {} }],
    ['a folder in the place of a file', { a: '' }, { a: {} }],
    ['a file that moves into a folder', { a: {}, b: '1' }, { a: { b: '1' } }],
    ['a folder that moves into its neighbour', { a: { x: '1' }, b: {} }, { a: { b: {}, x: '1' } }],
  ])('tells %s', async ([, a, b]) => {
    expect(await same(a, b)).toBe(false);
    expect(await same(a, a)).toBe(true);
  });

  test.runIf(linux)('tells names apart that differ only in bytes that are no UTF-8', async () => {
    const [left, right] = [tree({}), tree({})];
    writeFileSync(bytes(left, 0xff), '');
    writeFileSync(bytes(right, 0xfe), '');
    expect(await digestTree(left)).not.toBe(await digestTree(right));
  });

  test('never waits for a pipe', async () => {
    const dir = tree({ a: '1' });
    const before = await digestTree(dir);
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    const withPipe = await digestTree(dir);
    expect(withPipe).not.toBe(before);
    rmSync(join(dir, 'pipe'));
    mkdirSync(join(dir, 'pipe'));
    expect(await digestTree(dir)).not.toBe(withPipe);
  });

  test('ends when a timer aborts it in the middle of a large file, so timers do run', async () => {
    const dir = tree({ huge: '' });
    // Large to read, and takes no space.
    truncateSync(join(dir, 'huge'), 2 ** 32);
    const abort = new AbortController();
    setTimeout(() => abort.abort('stop'), 20);
    await expect(digestTree(dir, abort.signal)).rejects.toBe('stop');
  });
});

describe('makeReadOnly', () => {
  test('leaves a file alone that has a name outside of the tree too, and not one whose names are all inside', async () => {
    const dir = join(folder(), 'tree');
    const store = folder();
    mkdirSync(join(dir, 'lib'), { recursive: true });
    for (const name of ['own', 'theirs']) writeFileSync(join(dir, name), name, { mode: 0o644 });
    linkSync(join(dir, 'own'), join(dir, 'lib/own'));
    for (const name of ['lib/theirs', 'lib/theirs-too']) linkSync(join(dir, 'theirs'), join(dir, name));
    linkSync(join(dir, 'theirs'), join(store, 'theirs'));
    expect(await makeReadOnly(dir)).toBe(1);
    expect(lstatSync(join(dir, 'own')).mode & 0o777).toBe(0o444);
    expect(lstatSync(join(store, 'theirs')).mode & 0o777).toBe(0o644);
    expect(lstatSync(join(dir, 'lib')).mode & 0o222).toBe(0);
    chmodSync(dir, 0o755);
    chmodSync(join(dir, 'lib'), 0o755);
  });

  test('take the write bits of files and folders, but not of what links lead to', async () => {
    const outside = tree({ file: 'x' });
    const dir = tree({ a: '1', b: { c: '+x' }, link: `->${join(outside, 'file')}` });
    await makeReadOnly(dir);
    const modes = ['', 'a', 'b', 'b/c'].map((name) => lstatSync(join(dir, name)).mode & 0o777);
    expect(modes.map((mode) => mode.toString(8))).toEqual(['555', '444', '555', '555']);
    expect(lstatSync(join(outside, 'file')).mode & 0o222).not.toBe(0);
  });

  test('a read-only tree is one that its owner can still delete, with removeTree', async () => {
    const parent = tree({ tree: { b: { c: '1' } } });
    giveToNobody(parent);
    await makeReadOnly(join(parent, 'tree'));
    const path = JSON.stringify(join(parent, 'tree'));
    const remove = `(await import('node:fs')).rmSync(${path}, { recursive: true })`;
    expect(() => asNobody(remove)).toThrow(/EACCES|EPERM|ENOTEMPTY/);
    asNobody(`await tree.removeTree(${path})`);
    expect(existsSync(join(parent, 'tree'))).toBe(false);
  });
});

describe('removeTree', () => {
  test.runIf(linux)('removes links, not what they lead to', async () => {
    const outside = tree({ keep: '1' });
    const dir = tree({ a: { link: `->${outside}`, dangling: '->nowhere' }, b: '1' });
    writeFileSync(bytes(dir, 0xff), '');
    expect(await removeTree(dir)).toBe(true);
    expect(existsSync(dir)).toBe(false);
    symlinkSync(outside, dir);
    expect(await removeTree(dir)).toBe(true);
    expect(readdirSync(outside)).toEqual(['keep']);
  });

  test('is content when there is nothing', async () => {
    expect(await removeTree(join(folder(), 'missing'))).toBe(true);
  });

  test('removes a read-only tree as its owner, who is not root', async () => {
    const parent = tree({ tree: { b: { c: '1' }, secret: { d: '2' } } });
    giveToNobody(parent);
    await makeReadOnly(join(parent, 'tree'));
    chmodSync(join(parent, 'tree/secret'), 0);
    expect(asNobody(`console.log(await tree.removeTree(${JSON.stringify(join(parent, 'tree'))}))`)).toBe('true');
    expect(readdirSync(parent)).toEqual([]);
  });

  test.runIf(root)('says what it may not remove, and removes the rest', () => {
    const parent = tree({ tree: { a: '1', secret: { b: '2' }, theirs: { c: '3' }, z: '4' } });
    giveToNobody(parent);
    for (const name of ['secret', 'theirs']) chownSync(join(parent, 'tree', name), 0, 0);
    chmodSync(join(parent, 'tree/secret'), 0o700);
    const remove = `await tree.removeTree(${JSON.stringify(join(parent, 'tree'))})`;
    expect(() => asNobody(remove)).toThrow('EACCES');
    expect(readdirSync(join(parent, 'tree'))).toEqual(['secret', 'theirs']);
  });

  test.for([0, 100, 502])('leaves the rest when aborted before name %i, and the next call ends it', async (at) => {
    const dir = manyFiles(500);
    let asked = 0;
    const signal = {
      get aborted() {
        asked += 1;
        return asked > at;
      },
    };
    expect(await removeTree(dir, signal as AbortSignal)).toBe(false);
    expect(existsSync(dir)).toBe(true);
    expect(await removeTree(dir)).toBe(true);
    expect(existsSync(dir)).toBe(false);
  });

  test('two processes remove one tree at the same time, and neither stumbles', async () => {
    const dir = manyFiles(3_000);
    const script = `${imports}process.stdout.write('ready'); await new Promise((go) => process.stdin.once('data', go)); process.exit((await tree.removeTree(${JSON.stringify(dir)})) ? 0 : 3);`;
    const both = [1, 2].map(() => spawn(process.execPath, ['--input-type=module', '-e', script]));
    const codes = both.map(async (child) => (await once(child, 'exit'))[0]);
    await Promise.all(both.map((child) => once(child.stdout, 'data')));
    for (const child of both) child.stdin.end('go');
    expect(await Promise.all(codes)).toEqual([0, 0]);
    expect(existsSync(dir)).toBe(false);
  });

  test.runIf(root && linux)('leaves a file system alone that is mounted inside', async (context) => {
    const dir = tree({ a: '1', mount: {} });
    const mount = join(dir, 'mount');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', mount]).status === 0;
    context.skip(!mounted, 'this machine allows no mounts');
    onTestFinished(() => void spawnSync('umount', [mount]));
    writeFileSync(join(mount, 'precious'), '1');
    await expect(removeTree(dir)).rejects.toThrow();
    expect(readdirSync(mount)).toEqual(['precious']);
    expect(readdirSync(dir)).toEqual(['mount']);
  });
});

describe('flushTree', () => {
  test('waits for the disk', async () => {
    expect(await flushTree(tree({ a: '1', b: { c: '2' } }), 30_000)).toBe('flushed');
    expect(await flushTree(join(folder(), 'missing'), 30_000)).toBe('gave up');
  });

  test('starts no child for a few files', async () => {
    const spawned = vi.fn();
    subscribe('child_process', spawned);
    onTestFinished(() => void unsubscribe('child_process', spawned));
    expect(await flushTree(tree({ a: '1', b: '2', c: '', link: '->nowhere' }), 30_000)).toBe('flushed');
    expect(spawned).not.toHaveBeenCalled();
  });

  test('gives up when its time is over, or at an abort', async () => {
    const dir = manyFiles(100);
    expect(await flushTree(dir, 30_000, AbortSignal.abort())).toBe('gave up');
    // File by file, which takes many turns.
    const { platform } = process;
    onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }));
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    expect(await flushTree(dir, 0)).toBe('gave up');
  });

  test('syncs each file where there is no such command', async () => {
    const { platform } = process;
    onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }));
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    const dir = tree({ a: '1', b: { c: '2', link: '->nowhere' } });
    expect(await flushTree(dir, 30_000)).toBe('flushed');
    expect(await flushTree(join(dir, 'missing'), 30_000)).toBe('gave up');
  });

  test('may take 2 % of what the build took, from 20 ms to 5 s', () => {
    expect([0, 1_000, 60_000, 3_600_000].map(flushBudget)).toEqual([20, 20, 1_200, 5_000]);
  });
});

const imports = `const tree = Object.assign({}, ...(await Promise.all(${JSON.stringify(MODULES)}.map((file) => import(file)))));`;

/** Runs a script that has `tree` as a user who is not root; returns what it printed. */
function asNobody(script: string): string {
  const args = ['--input-type=module', '-e', imports + script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...nobody, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function giveToNobody(dir: string): void {
  if (root) execFileSync('chown', ['-R', '65534:65534', dir]);
}
