import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir, find } from '@actions/tool-cache';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { entryId, newToken } from '../../../src/base/key.ts';
import { type EntryPaths, entryAt, entryPaths } from '../../../src/store/layout.ts';
import { MANIFEST_FORMAT, type Manifest, writeManifest } from '../../../src/store/manifest.ts';
import { adoptable, adoptTool } from '../../../src/store/tool/adopt.ts';
import { linkTool, requireFreePlace } from '../../../src/store/tool/link.ts';
import type { ToolPlace } from '../../../src/store/tool/place.ts';
import { toolLinkState } from '../../../src/store/tool/state.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'relative symlinks');

const SOURCE = join(import.meta.dirname, '../../../src/store/tool');
const WHOLE = 'the whole of it';

/** A tool cache, with a root that is the same folder, as it is by default, or another one. */
class Cache {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'tool-link-test-')));
  readonly toolCache = join(this.dir, 'tools');
  readonly root: string;
  readonly place: ToolPlace;

  constructor({ root = 'tools', adopt = false } = {}) {
    this.root = join(this.dir, root);
    this.place = { name: 'llvm', version: '18.1.8', arch: 'x64', adopt, toolCache: this.toolCache };
    mkdirSync(this.toolCache);
    vi.stubEnv('RUNNER_TOOL_CACHE', this.toolCache);
    vi.stubEnv('RUNNER_TEMP', join(this.dir, 'temp'));
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  get folder(): string {
    return join(this.toolCache, 'llvm/18.1.8');
  }

  get link(): string {
    return join(this.folder, 'x64');
  }

  get marker(): string {
    return `${this.link}.complete`;
  }

  entryDir(key: string): string {
    const subject = { key, scope: 'shared', platform: 'any', relocatable: false, root: this.root };
    return join(this.root, 'build-once/v1', entryId(subject));
  }

  /** Publishes one more build of the key; returns its folder. */
  publish(key: string): string {
    const entryDir = this.entryDir(key);
    const token = newToken();
    const build = join(entryDir, token);
    mkdirSync(build, { recursive: true });
    writeFileSync(join(build, 'content'), WHOLE);
    mkdirSync(join(entryDir, 'entry'), { recursive: true });
    writeFileSync(join(entryDir, 'entry/manifest.json'), writeManifest(manifestOf(key, token, build)));
    return build;
  }

  /** What `@actions/tool-cache` finds, resolved; undefined: nothing. */
  found(): string | undefined {
    // It logs each look.
    const muted = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const path = find('llvm', '18.1.8', 'x64');
    muted.mockRestore();
    return path === '' ? undefined : realpathSync(path);
  }

  /** What another action does. */
  async cachedByOthers(content = WHOLE): Promise<void> {
    const source = join(this.dir, 'source');
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, 'content'), content);
    const muted = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await cacheDir(source, 'llvm', '18.1.8', 'x64');
    muted.mockRestore();
  }

  scratches(): string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith('.'));
  }
}

function manifestOf(key: string, build: string, path: string): Manifest {
  const builtBy = { repository: 'o/r', workflow: '', job: '', runUrl: '', runner: '', host: '' };
  const facts = { format: MANIFEST_FORMAT, scope: 'shared', producer: 'run', fingerprint: '', buildMs: 1 };
  return { ...facts, key, build, path, createdAt: '', platform: 'any', bootId: '', builtBy };
}

function entryOf(dir: string): EntryPaths {
  return entryAt(dir) ?? expect.fail(`${dir} is no folder of an entry`);
}

function makeOlder(path: string, seconds: number): void {
  const then = lstatSync(path).mtimeMs / 1000 - seconds;
  lutimesSync(path, then, then);
}

function makeLink(text: string, path: string): string {
  symlinkSync(text, path);
  return path;
}

const linkingScript = (cache: Cache, build: string) =>
  `const { linkTool } = await import(${JSON.stringify(join(SOURCE, 'link.ts'))});
   linkTool(${JSON.stringify(cache.place)}, ${JSON.stringify(build)}, ${JSON.stringify(entryOf(dirname(build)))});`;

interface End {
  readonly code: number | null;
  readonly stderr: string;
}

function node(script: string): {
  readonly ready: Promise<unknown>;
  readonly go: () => void;
  readonly end: Promise<End>;
} {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const end = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  return { ready: once(child.stdout, 'data'), go: () => void child.stdin.end('go'), end };
}

/** Runs scripts at the same moment, each in a process of its own; what they import is loaded before. */
async function atOnce(scripts: readonly string[]): Promise<End[]> {
  const barrier = `await import(${JSON.stringify(join(SOURCE, 'link.ts'))}); process.stdout.write('ready');
    await new Promise((go) => process.stdin.once('data', go));`;
  const children = scripts.map((script) => node(barrier + script));
  await Promise.all(children.map(({ ready }) => ready));
  for (const { go } of children) go();
  return Promise.all(children.map(({ end }) => end));
}

/** Runs a script in a process where others do `meanwhile` right before its first call of `name`. */
async function interrupted(name: string, meanwhile: string, script: string): Promise<End> {
  const patch = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    const real = fs.${name};
    fs.${name} = (...args) => { fs.${name} = real; syncBuiltinESMExports(); ${meanwhile}; return real(...args); };
    syncBuiltinESMExports();`;
  return node(patch + script).end;
}

/** Runs a script in a process that kills itself right before its `at`-th change to the file system. */
async function killedAt(at: number, script: string): Promise<'killed' | 'ended'> {
  const killer = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    let left = ${at};
    for (const name of ['mkdirSync', 'symlinkSync', 'renameSync', 'unlinkSync', 'rmdirSync', 'writeFileSync']) {
      const real = fs[name];
      fs[name] = (...args) => { if (left-- === 0) process.kill(process.pid, 'SIGKILL'); return real(...args); };
    }
    syncBuiltinESMExports();`;
  const { code, stderr } = await node(killer + script).end;
  if (code !== null && code !== 0) throw new Error(stderr);
  return code === 0 ? 'ended' : 'killed';
}

describe('linkTool', () => {
  test.for(['tools', 'elsewhere'])('find() finds the build when the root is %s', (root) => {
    const cache = new Cache({ root });
    const build = cache.publish('k');
    expect(cache.found()).toBeUndefined();
    linkTool(cache.place, build, entryOf(cache.entryDir('k')));
    expect(cache.found()).toBe(build);
    expect(toolLinkState(cache.place, build, cache.entryDir('k'))).toEqual({ kind: 'right' });
    expect(readlinkSync(cache.link).startsWith('..')).toBe(root === 'tools');
    expect(cache.scratches()).toEqual([]);
  });

  test('the link stays true where the whole tool cache is mounted elsewhere', () => {
    const cache = new Cache();
    const build = cache.publish('k');
    linkTool(cache.place, build, entryOf(cache.entryDir('k')));
    const moved = join(cache.dir, 'mounted');
    renameSync(cache.toolCache, moved);
    const place = { ...cache.place, toolCache: moved };
    const there = build.replace(cache.toolCache, moved);
    expect(toolLinkState(place, there, dirname(there))).toEqual({ kind: 'right' });
  });

  test('repairs a missing marker, a missing link and a dangling one', () => {
    const cache = new Cache();
    const build = cache.publish('k');
    const entry = cache.entryDir('k');
    const breakages: readonly (readonly [string, () => void])[] = [
      ['absent', () => {}],
      ['unmarked', () => unlinkSync(cache.marker)],
      ['absent', () => unlinkSync(cache.link)],
      ['dangling', () => renameSync(makeLink('../nowhere', join(cache.dir, 'new')), cache.link)],
      ['dangling', () => renameSync(makeLink('x64', join(cache.dir, 'new')), cache.link)],
    ];
    for (const [kind, breakIt] of breakages) {
      breakIt();
      expect(toolLinkState(cache.place, build, entry)).toEqual({ kind });
      linkTool(cache.place, build, entryOf(entry));
      expect(cache.found()).toBe(build);
    }
  });

  test('follows the manifest to a newer build, also for a step that still holds the older one', () => {
    const cache = new Cache();
    const older = cache.publish('k');
    linkTool(cache.place, older, entryOf(cache.entryDir('k')));
    const newer = cache.publish('k');
    expect(toolLinkState(cache.place, newer, cache.entryDir('k'))).toEqual({ kind: 'ours-older' });
    linkTool(cache.place, older, entryOf(cache.entryDir('k')));
    expect(cache.found()).toBe(newer);
  });

  test('refuses a place that belongs to another key, names both, and replaces it once that build is gone', () => {
    const cache = new Cache();
    const [theirs, ours] = [cache.publish('their-key'), cache.publish('our-key')];
    linkTool(cache.place, theirs, entryOf(cache.entryDir('their-key')));
    const entry = cache.entryDir('our-key');
    expect(toolLinkState(cache.place, ours, entry)).toEqual({ kind: 'other-key', entry: entryOf(dirname(theirs)) });
    expect(() => linkTool(cache.place, ours, entryOf(entry))).toThrow(
      expect.objectContaining({ code: 'LINK_TAKEN', message: expect.stringMatching(/"their-key".*"our-key"/) }),
    );
    expect(() => requireFreePlace(cache.place, entryOf(entry), 'our-key')).toThrow('"their-key"');
    expect(cache.found()).toBe(theirs);
    rmSync(dirname(theirs), { recursive: true });
    linkTool(cache.place, ours, entryOf(entry));
    expect(cache.found()).toBe(ours);
  });

  test('refuses what others put there, and says how to go on', async () => {
    const cache = new Cache();
    const build = cache.publish('k');
    const link = () => linkTool(cache.place, build, entryOf(cache.entryDir('k')));
    await cache.cachedByOthers();
    expect(link).toThrow(
      expect.objectContaining({ code: 'LINK_TAKEN', message: expect.stringContaining('adopt: true') }),
    );
    expect(readFileSync(join(cache.link, 'content'), 'utf8')).toBe(WHOLE);
    rmSync(cache.link, { recursive: true });
    writeFileSync(cache.link, 'a file');
    expect(link).toThrow('is a file');
    unlinkSync(cache.link);
    symlinkSync(cache.dir, cache.link);
    expect(link).toThrow('is a link to');
    expect(readlinkSync(cache.link)).toBe(cache.dir);
  });

  test('tidies what killed ones left, but not what others are about to rename', () => {
    const cache = new Cache();
    const older = cache.publish('k');
    linkTool(cache.place, older, entryOf(cache.entryDir('k')));
    const [abandoned, busy] = ['.build-once-aaaaaaaaaaaa', '.build-once-bbbbbbbbbbbb'];
    for (const name of [abandoned, busy]) symlinkSync('x', join(cache.folder, name));
    makeOlder(join(cache.folder, abandoned), 120);
    linkTool(cache.place, cache.publish('k'), entryOf(cache.entryDir('k')));
    expect(cache.scratches()).toEqual([busy]);
  });

  test.for(['absent', 'dangling', 'ours-older'])('8 processes at once make it right from %s', async (state) => {
    const cache = new Cache();
    if (state !== 'absent') linkTool(cache.place, cache.publish('k'), entryOf(cache.entryDir('k')));
    if (state === 'dangling') rmSync(realpathSync(cache.link), { recursive: true });
    const build = cache.publish('k');
    expect(toolLinkState(cache.place, build, cache.entryDir('k')).kind).toBe(state);
    const ends = await atOnce(Array.from({ length: 8 }, () => linkingScript(cache, build)));
    expect(ends).toEqual(ends.map(() => ({ code: 0, stderr: '' })));
    expect(cache.found()).toBe(build);
    expect(cache.scratches()).toEqual([]);
  });

  test('of two keys that meet at an empty place one wins, and every step of the other is told', async () => {
    const cache = new Cache();
    const builds = [cache.publish('key-a'), cache.publish('key-b')];
    const ends = await atOnce(Array.from({ length: 8 }, (_, i) => linkingScript(cache, builds[i % 2] ?? '')));
    const winner = builds.indexOf(cache.found() ?? '');
    expect(winner).not.toBe(-1);
    for (const [i, { code, stderr }] of ends.entries()) {
      expect(code).toBe(i % 2 === winner ? 0 : 1);
      if (code === 1) expect(stderr).toMatch(/"key-[ab]".*"key-[ab]"/);
    }
  });

  test('a build that is published while an older one is being linked gets the link', async () => {
    const cache = new Cache();
    linkTool(cache.place, cache.publish('k'), entryOf(cache.entryDir('k')));
    const older = cache.publish('k');
    const manifest = join(cache.entryDir('k'), 'entry/manifest.json');
    const before = readFileSync(manifest);
    const newer = cache.publish('k');
    renameSync(manifest, join(cache.dir, 'newer.json'));
    writeFileSync(manifest, before);
    const publish = `fs.renameSync(${JSON.stringify(join(cache.dir, 'newer.json'))}, ${JSON.stringify(manifest)})`;
    const { stderr } = await interrupted('renameSync', publish, linkingScript(cache, older));
    expect(stderr).toBe('');
    expect(cache.found()).toBe(newer);
  });

  test('an empty place that another key takes in the last moment stays theirs', async () => {
    const cache = new Cache();
    const [theirs, ours] = [cache.publish('theirs'), cache.publish('ours')];
    const link = `fs.symlinkSync(${JSON.stringify(theirs)}, ${JSON.stringify(cache.link)})`;
    const { stderr } = await interrupted('symlinkSync', link, linkingScript(cache, ours));
    expect(stderr).toMatch(/"theirs".*"ours"/);
    expect(cache.found()).toBe(theirs);
  });

  test.for(['renameSync', 'writeFileSync'])(
    'a folder that others begin right before %s stays theirs, unmarked',
    async (name) => {
      const cache = new Cache();
      if (name === 'renameSync') linkTool(cache.place, cache.publish('k'), entryOf(cache.entryDir('k')));
      const build = cache.publish('k');
      // The beginning of cacheDir() of @actions/tool-cache.
      const others = `for (const path of ${JSON.stringify([cache.link, cache.marker])}) fs.rmSync(path, { force: true });
      fs.mkdirSync(${JSON.stringify(join(cache.link, 'half'))}, { recursive: true })`;
      const { stderr } = await interrupted(name, others, linkingScript(cache, build));
      expect(stderr).toContain('put there');
      expect(readdirSync(cache.link)).toEqual(['half']);
      expect(cache.found()).toBeUndefined();
      expect(cache.scratches()).toEqual([]);
    },
  );

  test.for(['absent', 'unmarked', 'ours-older'])(
    'killed at any point from %s, find() finds a whole build or none, and the next step repairs it',
    async (state) => {
      for (let at = 0; ; at++) {
        const cache = new Cache();
        if (state !== 'absent') linkTool(cache.place, cache.publish('k'), entryOf(cache.entryDir('k')));
        if (state === 'unmarked') unlinkSync(cache.marker);
        const build = state === 'unmarked' ? realpathSync(cache.link) : cache.publish('k');
        const outcome = await killedAt(at, linkingScript(cache, build));
        const found = cache.found();
        if (found !== undefined) expect(readFileSync(join(found, 'content'), 'utf8')).toBe(WHOLE);
        linkTool(cache.place, build, entryOf(cache.entryDir('k')));
        expect(cache.found()).toBe(build);
        if (outcome === 'ended') return expect(at).toBeGreaterThan(0);
      }
    },
  );
});

describe('adoption', () => {
  test('waits until the marker is a minute old, by the clock of the file system', async () => {
    const cache = new Cache({ adopt: true });
    expect(adoptable(cache.place)).toBe('no folder');
    await cache.cachedByOthers();
    expect(adoptable(cache.place)).toBe('too fresh');
    // Were our clock asked, the marker would be two minutes old.
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 120_000);
    expect(adoptable(cache.place)).toBe('too fresh');
    makeOlder(cache.marker, 61);
    expect(adoptable(cache.place)).toBe('yes');
    unlinkSync(cache.marker);
    expect(adoptable(cache.place)).toBe('unmarked');
    expect(cache.scratches()).toEqual([]);
  });

  test('moves the folder to the build and links it', async () => {
    const cache = new Cache({ adopt: true });
    await cache.cachedByOthers('theirs');
    makeOlder(cache.marker, 61);
    requireFreePlace(cache.place, entryOf(cache.entryDir('k')), 'k');
    const build = join(cache.entryDir('k'), newToken());
    mkdirSync(build, { recursive: true });
    await adoptTool(cache.place, build, entryOf(cache.entryDir('k')));
    expect(cache.found()).toBe(build);
    expect(readFileSync(join(build, 'content'), 'utf8')).toBe('theirs');
    expect(toolLinkState(cache.place, build, cache.entryDir('k'))).toEqual({ kind: 'right' });
    expect(adoptable(cache.place)).toBe('no folder');
    expect(cache.scratches()).toEqual([]);
  });

  test('killed at any point, find() finds the whole folder or none, and the next step makes all right', async () => {
    for (let at = 0; ; at++) {
      const cache = new Cache({ adopt: true });
      await cache.cachedByOthers();
      makeOlder(cache.marker, 61);
      const build = join(cache.entryDir('k'), newToken());
      mkdirSync(build, { recursive: true });
      const script = `const { adoptTool } = await import(${JSON.stringify(join(SOURCE, 'adopt.ts'))});
        await adoptTool(${JSON.stringify(cache.place)}, ${JSON.stringify(build)}, ${JSON.stringify(dirname(build))});`;
      const outcome = await killedAt(at, script);
      const found = cache.found();
      if (found !== undefined) expect(readFileSync(join(found, 'content'), 'utf8')).toBe(WHOLE);
      if (adoptable(cache.place) === 'yes') {
        // As if nothing had happened: the next step adopts it.
        await adoptTool(cache.place, build, entryOf(dirname(build)));
        expect(cache.found()).toBe(build);
      } else {
        // The next step builds, sweeps what the dead one left, and links.
        const rebuilt = cache.publish('k');
        rmSync(build, { recursive: true });
        linkTool(cache.place, rebuilt, entryOf(cache.entryDir('k')));
        expect(cache.found()).toBe(rebuilt);
      }
      if (outcome === 'ended') return expect(at).toBeGreaterThan(2);
    }
  });

  test.runIf(existsSync('/dev/shm'))('a root on another file system is an error, and the folder stays', async () => {
    const cache = new Cache({ adopt: true });
    await cache.cachedByOthers();
    const root = mkdtempSync('/dev/shm/tool-link-test-');
    onTestFinished(() => rmSync(root, { recursive: true }));
    const entry = entryPaths(root, 'llvm-0123456789abcdef0123');
    mkdirSync(entry.dir, { recursive: true });
    await expect(adoptTool(cache.place, join(entry.dir, newToken()), entry)).rejects.toThrow(
      expect.objectContaining({ code: 'LINK_TAKEN', message: expect.stringContaining('another file system') }),
    );
    expect(cache.found()).toBe(cache.link);
    expect(cache.scratches()).toEqual([]);
  });
});
