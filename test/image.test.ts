import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DockerDaemon, dockerForTests } from './harness/docker-daemon.ts';
import { ImageServer } from './harness/image-server.ts';
import { type Job, type JobOptions, ledger, runJob, startJob, tempDir } from './harness/job.ts';
import { builds, keyFolders, litter } from './harness/remains.ts';
import { signal } from './harness/signal.ts';

const { daemon: found, why } = await dockerForTests();
const daemon = found as DockerDaemon;
afterAll(() => found?.stop());
const buildKit = found?.withBuildKit();
const builders = found ? [['the classic builder', daemon.env] as const, ['BuildKit', buildKit] as const] : [];

const shortStep = join(import.meta.dirname, 'harness/short-step.ts');

let images = 0;
const newImage = () => `acme/app:${++images}`;

/** A folder to build from: a Dockerfile of these lines. */
function contextOf(...lines: readonly string[]): string {
  const context = tempDir();
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
  return context;
}

/** A folder to build from that makes an image unlike all others. */
const newContext = () => contextOf('FROM scratch', 'COPY Dockerfile /', `LABEL number=${++images}`);

/** A job that has the daemon. */
function job(root: string, inputs: JobOptions['inputs'], more: Partial<JobOptions> = {}): JobOptions {
  return { root, inputs, ...more, env: { ...daemon.env, ...more.env } };
}

async function step(...given: Parameters<typeof job>): Promise<Job> {
  const ran = await runJob(job(...given));
  expect(ran.end.code, ran.log).toBe(0);
  return ran;
}

/** It ended well, and what it says is what the daemon has. */
function expectImage(image: string, { outputs, log }: Job, result: string): void {
  expect(outputs.result, log).toBe(result);
  expect(outputs.identity).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(outputs.identity).toBe(daemon.idOf(image));
  expect(daemon.temporaryNames()).toEqual([]);
}

describe.skipIf(!found)(`an image${why}`, () => {
  test('in layers: base, then env, then instance, three steps in each of 6 workers: each is built once', async () => {
    const root = tempDir();
    const server = await ImageServer.open();
    const number = ++images;
    const [base, env, instance] = [`acme/base:${number}`, `acme/env:${number}`, `acme/instance:${number}`];
    const add = (file: string) => `ADD http://${server.address}/${file} /${file}`;
    const layers = [
      { image: base, context: contextOf('FROM scratch', add('base')) },
      { image: env, context: contextOf(`FROM ${base}`, add('env')) },
      { image: instance, context: contextOf(`FROM ${env}`, add('instance')) },
    ];
    const worker = async (): Promise<Job[]> => {
      const done: Job[] = [];
      for (const layer of layers) done.push(await step(root, layer));
      return done;
    };
    const workers = await Promise.all(Array.from({ length: 6 }, worker));
    expect(['/base', '/env', '/instance'].map((file) => server.seen(file))).toEqual([1, 1, 1]);
    for (const [index, { image }] of layers.entries()) {
      const steps = workers.map((done) => done[index] as Job);
      expect(steps.filter(({ outputs }) => outputs.result === 'built')).toHaveLength(1);
      expect(new Set(steps.map(({ outputs }) => outputs.identity))).toEqual(new Set([daemon.idOf(image)]));
    }
    expect(daemon.temporaryNames()).toEqual([]);
    expect(litter(root)).toEqual([]);
  });

  test('that was removed behind our back is built again', async () => {
    const root = tempDir();
    const image = newImage();
    const inputs = { image, context: newContext() };
    expectImage(image, await step(root, inputs), 'built');
    expectImage(image, await step(root, inputs), 'reused');
    daemon.docker('rmi', image);
    const looked = await step(root, { image, 'lookup-only': 'true' });
    expect(looked.outputs).toMatchObject({ result: 'missed', identity: '' });
    const again = await step(root, inputs);
    expectImage(image, again, 'built');
    expect(again.log).toContain(`is not taken: the image ${image} is gone from the daemon. It is built again.`);
    expectImage(image, await step(root, { image, 'lookup-only': 'true' }), 'reused');
  });

  test('whose name was given to another image is built again', async () => {
    const root = tempDir();
    const image = newImage();
    const inputs = { image, context: newContext() };
    const first = await step(root, inputs);
    daemon.docker('build', '--tag', image, newContext());
    const again = await step(root, inputs);
    expectImage(image, again, 'built');
    expect(again.outputs.identity).toBe(first.outputs.identity);
    expect(again.log).toMatch(new RegExp(`the name ${image} stands for another image now \\(sha256:`));
  });

  test('that somebody else put there is reused, and nothing is built', async () => {
    const root = tempDir();
    const image = newImage();
    daemon.docker('build', '--tag', image, newContext());
    const theirs = daemon.idOf(image);
    const inputs = { image, context: contextOf('FROM does.not/exist:1') };
    const adopted = await step(root, inputs);
    expectImage(image, adopted, 'reused');
    expect(adopted.outputs.identity).toBe(theirs);
    expectImage(image, await step(root, inputs), 'reused');
  });

  test.each(['that was built', 'that was adopted'])('%s for one key is not taken for another key', async (how) => {
    const root = tempDir();
    const image = newImage();
    if (how === 'that was adopted') daemon.docker('build', '--tag', image, newContext());
    const first = await step(root, { key: 'env-1', image, context: newContext() });
    const second = await step(root, { key: 'env-2', image, context: newContext() });
    expectImage(image, second, 'built');
    expect(second.outputs.identity).not.toBe(first.outputs.identity);
    expect(second.log).toContain(`The name ${image} stands for an image that was made for another key`);
  });

  test('is adopted by its own key where only the manifest was lost', async () => {
    const root = tempDir();
    const image = newImage();
    const inputs = { key: 'env-1', image, context: newContext() };
    const { outputs } = await step(root, inputs);
    const [dir = ''] = keyFolders(root);
    rmSync(dir, { recursive: true });
    const again = await step(root, inputs);
    expectImage(image, again, 'reused');
    expect(again.outputs.identity).toBe(outputs.identity);
  });

  test('on one root for two daemons has two entries', async () => {
    const root = tempDir();
    const other = await DockerDaemon.start();
    try {
      const inputs = { image: newImage(), context: newContext() };
      expectImage(inputs.image, await step(root, inputs), 'built');
      expect(other.idOf(inputs.image)).toBeUndefined();
      const there = await step(root, inputs, { env: other.env });
      expect(there.outputs).toMatchObject({ result: 'built', identity: other.idOf(inputs.image) });
      expect(keyFolders(root)).toHaveLength(2);
      expectImage(inputs.image, await step(root, inputs), 'reused');
    } finally {
      await other.stop();
    }
  });

  test('can be built for one job alone', async () => {
    const root = tempDir();
    const image = newImage();
    const ran = await step(root, { image, context: newContext(), enabled: 'false' });
    expectImage(image, ran, 'private');
    expect(keyFolders(root)).toEqual([]);
  });

  test('named by a digest is pulled', async () => {
    const root = tempDir();
    const server = await ImageServer.open();
    const pinned = server.pinned('acme/pinned');
    const ran = await step(root, { image: pinned });
    expect(ran.outputs).toMatchObject({ result: 'built', key: pinned });
    expect(ran.outputs.identity).toBe(daemon.docker('image', 'inspect', '--format', '{{.Id}}', pinned));
    expect((await step(root, { image: pinned })).outputs.result).toBe('reused');
    expect(server.seen()).toBe(1);
  });
});

describe.skipIf(!found)(`an image that a script builds${why}`, () => {
  test('is what it leaves under $BUILD_ONCE_IMAGE', async () => {
    const root = tempDir();
    const image = newImage();
    const script = `docker build --tag "$BUILD_ONCE_IMAGE" ${newContext()}`;
    expectImage(image, await step(root, { image, run: script }), 'built');
    expectImage(image, await step(root, { image, run: script }), 'reused');
  });

  test('fails when it leaves none', async () => {
    const root = tempDir();
    const image = newImage();
    const ran = await runJob(job(root, { image, run: `docker build ${newContext()}` }));
    expect(ran.end.code).toBe(1);
    expect(ran.log).toContain(
      `::error::The build of "${image}" ended well, but there is no image with the name in $BUILD_ONCE_IMAGE. Let the script leave one: docker build -t "$BUILD_ONCE_IMAGE" .`,
    );
    expect(daemon.idOf(image)).toBeUndefined();
    expect(litter(root)).toEqual([]);
  });

  test.each([
    ['fails', 'exit 1', 1, {}],
    ['does not pass its check', 'true', 1, { check: 'false' }],
    ['is cancelled', 'cancel', 130, {}],
  ])('and that %s after it made the image leaves no name', async (_how, end, code, more) => {
    const root = tempDir();
    const image = newImage();
    const made = signal();
    const script = `docker build --tag "$BUILD_ONCE_IMAGE" ${newContext()}; ${made.give}`;
    const run = `${script}; ${end === 'cancel' ? 'sleep 300' : end}`;
    const ran = startJob(job(root, { image, run, attempts: '1', ...more }));
    await made.given;
    if (end === 'cancel') ran.kill('SIGINT');
    expect((await ran.ended).code, ran.log).toBe(code);
    expect(daemon.idOf(image)).toBeUndefined();
    expect(daemon.temporaryNames()).toEqual([]);
    expect([...litter(root), ...builds(root)]).toEqual([]);
  });

  test('and that is killed after it made the image leaves a name that the next step takes away', async () => {
    const root = tempDir();
    const image = newImage();
    const made = signal();
    const script = `docker build --tag "$BUILD_ONCE_IMAGE" ${newContext()}`;
    const killed = startJob(job(root, { image, run: `${script}; ${made.give}; sleep 300` }));
    await made.given;
    killed.kill('SIGKILL');
    await killed.ended;
    const [left, ...others] = daemon.temporaryNames();
    expect([daemon.idOf(image), others]).toEqual([undefined, []]);
    const next = await step(root, { image, run: script });
    expectImage(image, next, 'built');
    expect(next.log).toContain(`Removed the image ${left}, which a build that died had left.`);
    expect(litter(root)).toEqual([]);
  });

  test.each(['confirming', 'confirmed'])(
    'and that was robbed of its lock while %s gives its image no name',
    async (stop) => {
      const root = tempDir();
      const image = newImage();
      const inputs = () => ({ key: 'env', image, run: `docker build --tag "$BUILD_ONCE_IMAGE" ${newContext()}` });
      const stopped = startJob(job(root, inputs(), { entry: shortStep, env: { TEST_STOP: stop } }));
      await stopped.said('::endgroup::');
      const robber = startJob(job(root, inputs(), { entry: shortStep }));
      await robber.ended;
      expect(robber.log).toContain('"result":"built"');
      const theirs = daemon.idOf(image);
      stopped.kill('SIGCONT');
      await stopped.ended;
      expect(stopped.log).toContain('"result":"waited"');
      expect(daemon.idOf(image)).toBe(theirs);
      expect(daemon.temporaryNames()).toEqual([]);
      expect(litter(root)).toEqual([]);
    },
  );

  test('and that is cancelled between its build and its publish gives its image no name', async () => {
    const root = tempDir();
    const image = newImage();
    const run = `docker build --tag "$BUILD_ONCE_IMAGE" ${newContext()}`;
    const ran = startJob(job(root, { image, run }, { entry: shortStep, env: { TEST_STOP: 'confirming' } }));
    await hasStopped(ran);
    expect(daemon.temporaryNames()).toHaveLength(1);
    ran.kill('SIGINT');
    ran.kill('SIGCONT');
    await ran.ended;
    expect(ran.log).toContain('"error":"Cancelled by SIGINT');
    expect(daemon.idOf(image)).toBeUndefined();
    expect(daemon.temporaryNames()).toEqual([]);
    expect([...litter(root), ...builds(root)]).toEqual([]);
  });
});

describe.each(builders)('%s', (_name, env) => {
  const noBuilder = env ? '' : ' (skipped: no docker command line here has BuildKit)';

  test.skipIf(!env)(
    `gets dockerfile, target and build arguments, none of whose values is on a command line${noBuilder}`,
    async () => {
      const root = tempDir();
      const image = newImage();
      const context = contextOf('FROM scratch', 'COPY Dockerfile /');
      const dockerfile = join(tempDir(), 'other');
      const args = ['ARG GIVEN', 'ARG TAKEN', 'ARG DOCKER_X', 'ENV ALL="$GIVEN,$TAKEN,$DOCKER_X"'];
      writeFileSync(dockerfile, ['FROM scratch AS wanted', 'COPY Dockerfile /', ...args, 'FROM scratch'].join('\n'));
      const spy = spiedOn({ ...process.env, ...env });
      const inputs = {
        image,
        context,
        dockerfile,
        target: 'wanted',
        'build-args': 'GIVEN=se=cret\nTAKEN\nDOCKER_X=/no/where',
      };
      const secrets = { ACTIONS_RUNTIME_TOKEN: 'hidden' };
      expectImage(
        image,
        await step(root, inputs, { env: { ...env, ...spy.env, ...secrets, TAKEN: 'of the job' } }),
        'built',
      );
      expect(daemon.docker('image', 'inspect', '--format', '{{json .Config.Env}}', image)).toContain(
        '"ALL=se=cret,of the job,/no/where"',
      );
      const build = spy.lines().find((line) => line.startsWith('build '));
      expect(build).toContain(
        `--file ${dockerfile} --target wanted --build-arg GIVEN --build-arg TAKEN --build-arg DOCKER_X=/no/where ${context}`,
      );
      expect(spy.lines().filter((line) => line.startsWith('private '))).toEqual([]);
    },
  );

  test.skipIf(!env)(`fails with the exit code of the builder, and leaves nothing${noBuilder}`, async () => {
    const root = tempDir();
    const image = newImage();
    const inputs = { image, context: contextOf('FROM scratch', 'COPY missing /'), attempts: '1' };
    const ran = await runJob(job(root, inputs, { env: { ...env } }));
    expect(ran.end.code, ran.log).toBe(1);
    expect(ran.log).toContain(`::error::The build of "${image}" failed with exit code 1.`);
    expect([daemon.idOf(image), ...daemon.temporaryNames()]).toEqual([undefined]);
    expect([...litter(root), ...builds(root)]).toEqual([]);
  });
});

/** Resolves when it has stopped itself, which nothing else tells. */
async function hasStopped({ pid }: Job): Promise<void> {
  while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A `docker` that notes how it was called before it does what it is asked. */
function spiedOn({ PATH = '' }: NodeJS.ProcessEnv) {
  const bin = tempDir();
  const { file, lines } = ledger();
  const note = `echo "$*" >> '${file}'; env | grep -E '^(INPUT_|ACTIONS_)' | sed 's/^/private /' >> '${file}'`;
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\n${note}\nPATH='${PATH}' exec docker "$@"\n`, { mode: 0o755 });
  return { env: { PATH: [bin, PATH].join(delimiter) }, lines };
}

describe('a step with image', () => {
  const inputs = { image: 'acme/app:1' };

  test('says so when there is no docker', async () => {
    const ran = await runJob({ root: tempDir(), inputs, env: { PATH: tempDir() } });
    expect(ran.end.code).toBe(1);
    expect(ran.log).toContain('::error::The program "docker" is not on this runner');
  });

  test.skipIf(!found)(`says so when no daemon answers${why}`, async () => {
    const env = { DOCKER_HOST: `unix://${tempDir()}/none` };
    const ran = await runJob({ root: tempDir(), inputs, env });
    expect(ran.end.code, ran.log).toBe(1);
    expect(ran.log).toContain(
      `::error::image: the container daemon cannot be used: Cannot connect to the Docker daemon at ${env.DOCKER_HOST}`,
    );
    expect(ran.log).toContain('Start the daemon on this host, or correct DOCKER_HOST.');
  });
});
