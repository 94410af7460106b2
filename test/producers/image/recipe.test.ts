import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { recipeOf } from '../../../src/producers/image/recipe.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { hostFacts } from '../../../src/step/platform.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'modes and links of files');

let workspace = '';
const file = (name: string, text: string) => writeFileSync(join(workspace, name), text);

beforeEach(() => {
  workspace = tempDir();
  mkdirSync(join(workspace, 'docker/lib'), { recursive: true });
  file('docker/Dockerfile', 'FROM scratch\nCOPY . /\n');
  file('docker/lib/a', 'a');
  file('docker/lib/b', 'b');
});

/** The recipe of the image that a step with these inputs builds. */
async function recipe(more: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}) {
  const inputs = { image: 'team/ci:1', context: 'docker', ...more };
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const all = { ...env, ...Object.fromEntries(given), GITHUB_WORKSPACE: workspace, RUNNER_TOOL_CACHE: workspace };
  const { producer } = readRequest(all, hostFacts());
  if (producer?.name !== 'image' || producer.spec.how.kind !== 'build') return expect.unreachable();
  const reporter = expect.anything();
  const signal = new AbortController().signal;
  return recipeOf(producer.spec.image, producer.spec.how, { env, signal, reporter, scratch: '' });
}

describe('what an image is made of: it is another one', () => {
  test.each<[string, () => void]>([
    ['a Dockerfile that changed', () => file('docker/Dockerfile', 'FROM scratch\n')],
    ['a file that changed', () => file('docker/lib/a', 'A')],
    ['a file more', () => file('docker/lib/c', '')],
    ['a file less', () => rmSync(join(workspace, 'docker/lib/b'))],
    ['a file that may be executed now', () => chmodSync(join(workspace, 'docker/lib/a'), 0o755)],
    ['a link', () => symlinkSync('a', join(workspace, 'docker/lib/c'))],
    ['a file that is hidden', () => file('docker/.env', 'A=1')],
  ])('with %s', async (_what, change) => {
    const before = await recipe();
    expect(await recipe()).toBe(before);
    change();
    expect(await recipe()).not.toBe(before);
  });

  test.each([
    { 'build-args': 'A=1' },
    { 'build-args': 'A' },
    { target: 'ci' },
    { labels: 'a=b' },
    { platforms: 'linux/arm64' },
    { dockerfile: 'docker/lib/a' },
    { context: 'docker/lib', dockerfile: 'docker/Dockerfile' },
  ])('with %j', async (more) => {
    expect(await recipe(more)).not.toBe(await recipe());
  });

  test('with a build argument that has another value in the environment', async () => {
    const values = ['1', '2'].map((A) => recipe({ 'build-args': 'A' }, { A }));
    expect(new Set(await Promise.all(values)).size).toBe(2);
  });
});

describe('what an image is made of: it is the same one', () => {
  test('with other times, secrets, caches and `.git`', async () => {
    const before = await recipe();
    utimesSync(join(workspace, 'docker/lib/a'), 1e9, 1e9);
    mkdirSync(join(workspace, 'docker/.git'));
    file('docker/.git/HEAD', 'main');
    expect(await recipe({ secrets: 'A=1', 'cache-from': 'type=gha', 'cache-to': 'type=gha', pull: 'true' })).toBe(
      before,
    );
  });

  test('with changes of what `.dockerignore` leaves out, exceptions excepted', async () => {
    file('docker/.dockerignore', '# comment\nlib\n!lib/b\n**/*.log\n');
    const before = await recipe();
    file('docker/lib/a', 'A');
    file('docker/x.log', '');
    expect(await recipe()).toBe(before);
    file('docker/lib/b', 'B');
    expect(await recipe()).not.toBe(before);
  });

  test("with changes of what the Dockerfile's own ignore file leaves out", async () => {
    file('docker/Dockerfile.dockerignore', 'lib');
    const before = await recipe();
    file('docker/lib/a', 'A');
    expect(await recipe()).toBe(before);
  });

  test('with a digest or a commit in its tag, which says it: then nothing is read', async () => {
    for (const digest of ['ab'.repeat(32), 'cd'.repeat(20)]) {
      const image = `team/ci:py3-${digest}`;
      const before = await recipe({ image });
      expect(await recipe({ image, context: 'docker/lib' })).toBe(before);
      expect(await recipe({ image, context: 'not/there' })).toBe(before);
      expect(await recipe({ image, 'build-args': 'A=1' })).not.toBe(before);
    }
  });

  test('with a URL as context, where the URL is', async () => {
    const at = (branch: string) => recipe({ context: `https://git.example/a/b.git#${branch}` });
    expect(await at('main')).toBe(await at('main'));
    expect(await at('main')).not.toBe(await at('next'));
  });
});

test('a context that is not checked out is told by name, with what to do', async () => {
  await expect(recipe({ context: 'not/there' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringMatching(/^context: "not\/there" \(.*\) is looked at to find out .* Check it out/),
  });
});

test('all inputs reach `docker build`, and no secret is on its command line', async () => {
  const bin = tempDir();
  // Stands in for a docker with BuildKit: writes down how it was started, and says that it has each image.
  const docker = [
    '#!/bin/sh',
    'case "$1" in',
    'info) echo "docker id host /var";;',
    'image) [ "$2" != inspect ] || echo sha256:0000000000000000000000000000000000000000000000000000000000000000;;',
    `build) printf '%s\\n' "$@" > '${bin}/args'; env > '${bin}/env';;`,
    'esac',
  ];
  writeFileSync(join(bin, 'docker'), docker.join('\n'), { mode: 0o755 });
  const inputs = {
    image: 'team/ci:1',
    context: workspace,
    secrets: 'NPM=hush=1\nid=npm,src=docker/.npmrc\nid=aws,env=AWS',
    'cache-from': 'type=gha\nteam/ci:cache',
    'cache-to': 'type=gha,mode=max',
    platforms: 'linux/amd64,linux/arm64',
    pull: 'true',
    labels: 'a=b c',
  };
  const env = {
    PATH: [bin, process.env.PATH].join(delimiter),
    ACTIONS_RESULTS_URL: 'https://r',
    ACTIONS_ID_TOKEN: 'no',
  };
  const job = await runJob({ root: tempDir(), inputs, env });
  expect(job.outputs.result, job.log).toBe('built');
  const args = readFileSync(join(bin, 'args'), 'utf8').split('\n').slice(3, -2);
  expect(args).toEqual([
    ...['--secret', 'id=NPM,env=BUILD_ONCE_SECRET_0'],
    ...['--secret', `id=npm,src=${job.workspace}/docker/.npmrc`],
    ...['--secret', 'id=aws,env=AWS'],
    ...['--cache-from', 'type=gha', '--cache-from', 'team/ci:cache', '--cache-to', 'type=gha,mode=max'],
    ...['--platform', 'linux/amd64,linux/arm64', '--pull', '--label', 'a=b c'],
  ]);
  const given = readFileSync(join(bin, 'env'), 'utf8').split('\n');
  expect(given).toContain('BUILD_ONCE_SECRET_0=hush=1');
  expect(given).toContain('ACTIONS_RESULTS_URL=https://r');
  expect(given).not.toContain('ACTIONS_ID_TOKEN=no');
  expect(job.log).not.toContain('hush');
});
