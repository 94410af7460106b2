import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runJob, tempDir } from '../harness/job/job.ts';
import { type DockerDaemon, dockerForTests } from '../harness/servers/docker-daemon.ts';
import { flakyServer } from '../harness/servers/flaky-server.ts';
import { expectCheckout, Repository } from '../harness/servers/git-repository.ts';
import { HttpGitServer } from '../harness/servers/git-server.ts';
import { newContext, newImage, stepsOn } from '../harness/servers/images.ts';
import { litter } from '../harness/storm/remains.ts';
import { expectSameSaid, good, type Inputs, whole } from './scene.ts';
import { directions, type Version } from './versions.ts';

const { daemon: found, why } = await dockerForTests();
const daemon = found as DockerDaemon;
afterAll(() => found?.stop());

/** The second version reuses what the first one built by the same inputs, and says of it what the first would say. */
async function expectReused(root: string, first: Version, second: Version, inputs: Inputs, env = {}) {
  const step = ({ main }: Version, more: Inputs = {}) =>
    runJob({ root, entry: main, env, inputs: { ...inputs, ...more } });
  const built = await step(first);
  expect(built.outputs.result, built.log).toBe('built');
  const strict = { 'on-change': 'fail' };
  const [same, other] = [await step(first, strict), await step(second, strict)];
  expect(other.end, other.log).toEqual(good);
  expectSameSaid(same, other);
  const { path, identity, key } = built.outputs;
  expect(other.outputs).toMatchObject({ result: 'reused', path, identity, key });
  expect(litter(root)).toEqual([]);
  return other;
}

describe.each(directions)('$first.name builds, $second.name reuses', ({ first, second }) => {
  test('a download', async () => {
    const root = tempDir();
    const server = await flakyServer('content');
    const reused = await expectReused(root, first, second, { url: server.url('file.bin') });
    expect(readFileSync(join(reused.outputs.path ?? '', 'file.bin'), 'utf8')).toBe('content');
    expect(server.seen).toHaveLength(1);
  });

  test('a checkout of a branch, whose commit is looked up each time', async () => {
    const root = tempDir();
    const server = await new HttpGitServer().open();
    const repository = new Repository(server.projects, 'plugin.git');
    const commit = repository.commit({ a: 'first' });
    const inputs = { repository: `${server.url}/plugin.git`, ref: 'main', update: 'true' };
    expectCheckout(await expectReused(root, first, second, inputs), commit, { a: 'first' });
    expect(server.fetches).toBe(1);
  });

  test('a tool in the tool cache', async () => {
    const root = tempDir();
    const tool = { key: 'llvm', tool: 'llvm', version: '18.1.8', run: whole };
    await expectReused(root, first, second, tool);
    // The link that the first made leads to what the second replaced it by.
    const forced = await runJob({ root, entry: second.main, inputs: { ...tool, force: 'true' } });
    expect(forced.outputs.result, forced.log).toBe('built');
    const again = await runJob({ root, entry: first.main, inputs: tool });
    expect(again.outputs, again.log).toMatchObject({ result: 'reused', path: forced.outputs.path });
    expect(litter(root)).toEqual([]);
  });

  // Of an image under another name, 0.1.0 did not write down what it was made of: it is built anew, once.
  test.skipIf(!found).each([
    ['with a key', newImage(), { key: 'an image' }],
    ['with a digest in its tag', `${newImage()}-${'0123456789abcdef'.repeat(4)}`, {}],
  ])(`an image %s${why}`, async (_which, image, more) => {
    const root = tempDir();
    const { env = {} } = stepsOn(daemon).job(root, { image });
    const inputs = { ...more, image, context: newContext() };
    const reused = await expectReused(root, first, second, inputs, env);
    expect(reused.outputs.identity).toBe(daemon.idOf(image));
  });
});
