import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, 'image-cache.ts')).href;
/** That of Wine: it makes nothing where the folder is there. */
const RECIPE = join(import.meta.dirname, '../windows/wine/image.sh');

/** A cache with an image for each version of Node, and processes that use them. */
function aCache() {
  const cache = tempDir();
  const env = { ...process.env, BUILD_ONCE_LAB_CACHE: cache };
  const args = (version: string) => [join(import.meta.dirname, '../../package-lock.json'), version];
  const imageFor = (version: string) => {
    const image = execFileSync(RECIPE, ['--where', ...args(version)], { env, encoding: 'utf8' }).trim();
    mkdirSync(join(image, 'usr'), { recursive: true });
    writeFileSync(join(image, 'usr/file'), '');
    return basename(image);
  };
  /** Starts a process that uses an image until it is killed. */
  const use = async (version: string) => {
    const script = `const { imageOf } = await import('${MODULE}');
      console.log(await imageOf('${RECIPE}', ${JSON.stringify(args(version))}));
      process.stdin.resume();`;
    const node = ['--input-type=module', '-e', script];
    const child = spawn(process.execPath, node, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(child.stdout, 'data');
    const kill = async () => {
      child.kill('SIGKILL');
      await once(child, 'close');
    };
    return { image: basename(`${line}`.trim()), kill };
  };
  const there = () => readdirSync(cache).sort();
  return { cache, imageFor, use, there };
}

test('an image of another digest is removed when no process uses one, and never before', async () => {
  const { imageFor, use, there } = aCache();
  const [old, new_] = [imageFor('1.0.0'), imageFor('2.0.0')];
  const user = await use('1.0.0');
  // What nobody used when it came is gone.
  expect([user.image, there()]).toEqual([old, ['.wine-used', old]]);
  imageFor('2.0.0');
  const next = await use('2.0.0');
  expect([next.image, there()]).toEqual([new_, ['.wine-used', old, new_].sort()]);
  await user.kill();
  await next.kill();
  await use('2.0.0');
  expect(there()).toEqual(['.wine-used', new_]);
});

test('images of other kinds stay, and what was being made and is nobody´s is removed', async () => {
  const { cache, imageFor, use, there } = aCache();
  const image = imageFor('1.0.0');
  const names = ['.making-abandoned', '.making-now', 'nfs-guest-0123456789abcdef', 'wine-of-somebody'];
  for (const name of names) mkdirSync(join(cache, name));
  const days = new Date(Date.now() - 48 * 3_600_000);
  utimesSync(join(cache, '.making-abandoned'), days, days);
  await use('1.0.0');
  expect(there()).toEqual([...names.slice(1), '.wine-used', image].sort());
});
