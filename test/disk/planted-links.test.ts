import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { type Job, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { needs } from '../harness/needs.ts';

needs('posix', 'symlinks that every user may make');

const run = 'echo whole > "$BUILD_ONCE_OUT/file"';
const force = { key: 'sdk', run, force: 'true' };

/** What somebody else keeps on this host, with names like those that build-once deletes. */
function aVictim(): string {
  const home = join(tempDir(), 'home');
  for (const folder of ['project', '.trash-0123456789ab', '0123456789ab', '2020-01-01', 'owner-0123456789ab']) {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, 'thesis'), 'years of work');
  }
  for (const file of ['0123456789ab.json', '0123456789ab.sock', 'manifest.json', `${'0'.repeat(20)}.0123456789ab`]) {
    writeFileSync(join(home, file), 'years of work');
    utimesSync(join(home, file), 1e9, 1e9);
  }
  return home;
}

function errorOf({ log }: Job): string {
  return /^::error::(.*)$/m.exec(log)?.[1] ?? '';
}

function stateOf(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const stats = lstatSync(join(dir, name));
    return `${name} ${stats.mode.toString(8)} ${stats.isFile() ? readFileSync(join(dir, name), 'utf8') : ''}`;
  });
}

function plant(path: string, victim: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(victim, path);
}

async function aCache(): Promise<{ readonly root: string; readonly version: string; readonly key: string }> {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'sdk', run } });
  const version = join(root, 'build-once/v1');
  const [id = ''] = readdirSync(version).filter((name) => name.startsWith('sdk-'));
  return { root, version, key: join(version, id) };
}

describe('a link in the place of a folder of the cache leads no step out of it:', () => {
  const below = ['lock', 'holders', 'tmp', 'failures', 'readers', 'published', 'entry'];
  const places: Readonly<Record<string, (cache: Awaited<ReturnType<typeof aCache>>) => string>> = {
    'build-once': ({ root }) => join(root, 'build-once'),
    v1: ({ version }) => version,
    'the key': ({ key }) => key,
    ...Object.fromEntries(below.map((name) => [name, ({ key }: { readonly key: string }) => join(key, name)])),
    '.journal': ({ version }) => join(version, '.journal'),
    '.waits': ({ version }) => join(version, '.waits'),
    '.slots': ({ version }) => join(version, '.slots'),
    'the slots of a group': ({ version }) => join(version, '.slots/default'),
    'a slot': ({ version }) => join(version, '.slots/default/0'),
    'tmp of a slot': ({ version }) => join(version, '.slots/default/0/tmp'),
    'lock of a slot': ({ version }) => join(version, '.slots/default/0/lock'),
  };

  test.each(Object.keys(places))('%s', async (name) => {
    const cache = await aCache();
    const victim = aVictim();
    const before = stateOf(victim);
    const place = places[name]?.(cache) ?? '';
    plant(place, victim);
    const since = stopwatch();
    const job = await runJob({ root: cache.root, inputs: { ...force, 'max-in-flight': '1' } });
    expect(since()).toBeLessThan(20_000);
    expect(stateOf(victim)).toEqual(before);
    // Either it does without, or it says what is in its way.
    if (job.end.code !== 0)
      expect(errorOf(job)).toContain(`${place} is a link, and build-once keeps its files in folders`);
    else expect(job.outputs.result).toBe('built');
  });
});

test('a file or a link in the place of the entry is replaced by the next build', async () => {
  for (const strange of ['file', 'link']) {
    const { root, key } = await aCache();
    rmSync(join(key, 'entry'), { recursive: true });
    if (strange === 'file') writeFileSync(join(key, 'entry'), '');
    else symlinkSync('/nowhere', join(key, 'entry'));
    expect((await runJob({ root, inputs: { key: 'sdk', run } })).outputs.result).toBe('built');
    expect((await runJob({ root, inputs: { key: 'sdk', run } })).outputs.result).toBe('reused');
  }
});

/** Puts links in the place of folders, and takes them away, as fast as it can. */
const ENEMY = `
  const [key, victim, ...names] = process.argv.slice(1);
  const fs = require('node:fs');
  process.stdout.write('ready');
  for (let turn = 0; ; turn++) {
    const path = key + '/' + names[turn % names.length];
    const aside = key + '/enemy-' + (turn % 7);
    try { fs.renameSync(path, aside); } catch {}
    try { fs.symlinkSync(victim, path); } catch {}
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, turn % 5);
    try { if (fs.lstatSync(path).isSymbolicLink()) fs.unlinkSync(path); } catch {}
    try { fs.renameSync(aside, path); } catch {}
  }`;

test('for 8 s folders of the key are swapped for links while jobs build: nothing outside is changed or deleted, and no step hangs', async () => {
  const { root, key } = await aCache();
  const victim = aVictim();
  const before = stateOf(victim);
  const names = ['lock', 'holders', 'tmp', 'failures', 'readers', 'published'];
  const enemy = spawn(process.execPath, ['-e', ENEMY, key, victim, ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void enemy.kill('SIGKILL'));
  await once(enemy.stdout, 'data');
  const since = stopwatch();
  const ends: Job[] = [];
  const worker = async () => {
    while (since() < 8000) {
      const job = startJob({ root, inputs: { ...force, 'wait-timeout': '5s' } });
      await job.ended;
      ends.push(job);
      if (job.outputs.result === 'built')
        expect(readFileSync(join(job.outputs.path ?? '', 'file'), 'utf8')).toBe('whole\n');
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  enemy.kill('SIGKILL');
  await once(enemy, 'exit');
  console.log(
    `${ends.length} steps beside the enemy, ${ends.filter(({ outputs }) => outputs.result === 'built').length} built`,
  );
  expect(ends.length).toBeGreaterThan(3);
  // What is made in the very moment of a swap may come to lie there; what was there stays as it is.
  expect(stateOf(victim)).toEqual(expect.arrayContaining(before));
  for (const job of ends) expect(job.log).not.toContain('build-once itself failed');
  // Once the enemy is gone, the key can be built after its links are deleted.
  for (const name of names)
    if (lstatSync(join(key, name), { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(join(key, name));
  for (const name of readdirSync(key))
    if (name.startsWith('enemy-')) renameSync(join(key, name), join(tempDir(), name));
  expect((await runJob({ root, inputs: force })).outputs.result).toBe('built');
});
