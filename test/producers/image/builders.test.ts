import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Job, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { signal } from '../../harness/job/signal.ts';
import { type DockerDaemon, dockerForTests } from '../../harness/servers/docker-daemon.ts';
import { contextOf, newContext, newImage, stepsOn } from '../../harness/servers/images.ts';
import { builds, litter } from '../../harness/storm/remains.ts';

const { daemon: found, why } = await dockerForTests();
const daemon = found as DockerDaemon;
afterAll(() => found?.stop());
const { job, step, expectImage } = stepsOn(daemon);
const buildKit = found?.withBuildKit();
const builders = found ? [['the classic builder', daemon.env] as const, ['BuildKit', buildKit] as const] : [];

const shortStep = join(import.meta.dirname, '../../harness/job/short-step.ts');

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
      `::error::The build of "${image}" succeeded, but there is no image with the name in $BUILD_ONCE_IMAGE. Let the script leave one: docker build -t "$BUILD_ONCE_IMAGE" .`,
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
    expect(next.log).toContain(`Removed the image ${left}, left by a build that died.`);
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
