import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { gate, type Job, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { DockerDaemon, dockerForTests } from '../../harness/servers/docker-daemon.ts';
import { ImageServer } from '../../harness/servers/image-server.ts';
import { contextOf, newContext, newImage, stepsOn } from '../../harness/servers/images.ts';
import { keyFolders, litter } from '../../harness/storm/remains.ts';

const { daemon: found, why } = await dockerForTests();
const daemon = found as DockerDaemon;
afterAll(() => found?.stop());
const { job, step, expectImage } = stepsOn(daemon);

describe.skipIf(!found)(`an image${why}`, () => {
  test('in layers: base, then env, then instance, three steps in each of 6 workers: each is built once', async () => {
    const root = tempDir();
    const server = await ImageServer.open();
    const [base, env, instance] = [newImage(), newImage(), newImage()];
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

  test('that was built from a context is reused without a warning by a step that names it and never builds', async () => {
    const root = tempDir();
    const image = newImage();
    const built = await step(root, { key: 'tools', image, context: newContext() });
    expect(built.log).toContain(`::group::Building ${image}\n`);
    expect(built.log).toContain(`"tools": built (${built.outputs.identity})\n`);
    for (const never of ['build', 'lookup-only']) {
      const named = await step(root, { key: 'tools', image, [never]: never === 'build' ? 'false' : 'true' });
      expectImage(image, named, 'reused');
      expect(named.log).not.toContain('::warning::');
    }
    const pulls = await step(root, { key: 'tools', image });
    expectImage(image, pulls, 'reused');
    expect(pulls.log).toContain('::warning::on-change: what this step says about `image` is not what');
  });

  test('is built by tags, context and file as well, under the names of docker/build-push-action', async () => {
    const root = tempDir();
    const [image, context] = [newImage(), newContext()];
    const file = join(context, 'other');
    rmSync(join(context, 'Dockerfile'));
    writeFileSync(file, 'FROM scratch\nCOPY other /\n');
    const built = await step(root, { tags: `${image}\n`, context, file });
    expectImage(image, built, 'built');
    expectImage(image, await step(root, { image, context, dockerfile: file }), 'reused');
  });

  test('under a fixed name is built again when what it is made of changes, and reused when that was there last', async () => {
    const root = tempDir();
    const image = newImage();
    const context = newContext();
    const inputs = { image, context };
    const first = await step(root, inputs);
    expectImage(image, await step(root, inputs), 'reused');
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nARG A\nCOPY Dockerfile /\nLABEL a=$A\n');
    const changed = await step(root, inputs);
    expectImage(image, changed, 'built');
    expect(changed.outputs.identity).not.toBe(first.outputs.identity);
    expect(changed.log).toContain('what this step says about `image` is not what');
    expect(changed.log).not.toContain('::warning::The published build');
    for (const args of ['A=1', 'A=2']) {
      expectImage(image, await step(root, { ...inputs, 'build-args': args }), 'built');
      expectImage(image, await step(root, { ...inputs, 'build-args': args }), 'reused');
      expect(daemon.docker('image', 'inspect', '--format', '{{.Config.Labels.a}}', image)).toBe(args.slice(2));
    }
    expectImage(image, await step(root, { image, build: 'false' }), 'reused');
    const strict = await runJob(job(root, { ...inputs, 'on-change': 'fail' }));
    expect(strict.end.code).toBe(1);
    expect(strict.log).toContain('::error::on-change: what this step says about `image` is not what');
  });

  test('with a digest in its tag is reused whatever the context, but not with other build arguments', async () => {
    const root = tempDir();
    const image = `${newImage()}-${'0a'.repeat(32)}`;
    expectImage(image, await step(root, { image, context: newContext() }), 'built');
    expectImage(image, await step(root, { image, context: newContext() }), 'reused');
    expectImage(image, await step(root, { image, context: newContext(), 'build-args': 'A=1' }), 'built');
  });

  test('that somebody else built under a fixed name is not taken for the one that this step builds', async () => {
    const root = tempDir();
    const image = newImage();
    daemon.docker('build', '--tag', image, newContext());
    const theirs = daemon.idOf(image);
    const ours = await step(root, { image, context: newContext() });
    expectImage(image, ours, 'built');
    expect(ours.outputs.identity).not.toBe(theirs);
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
    const inputs = { key: 'env', image, context: contextOf('FROM does.not/exist:1') };
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
    expect(second.log).toContain(`The name ${image} stands for an image that was built for another key`);
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

  test('for one job alone, with max-in-flight, leaves alone what another job is building', async () => {
    const root = tempDir();
    const inputs = { image: newImage(), context: newContext(), 'max-in-flight': '2' };
    const { wait, open } = gate();
    const run = `docker build --tag "$BUILD_ONCE_IMAGE" '${inputs.context}'\necho built\n${wait}`;
    const builder = startJob({ root, inputs: { image: inputs.image, run, 'max-in-flight': '2' }, env: daemon.env });
    await builder.said('built');
    await step(root, { ...inputs, enabled: 'false' });
    open();
    expect((await builder.ended).code, builder.log).toBe(0);
    expectImage(inputs.image, builder, 'built');
  });

  test('that cannot be pulled: the message says that it was a pull', async () => {
    const image = 'localhost:1/acme/none:1';
    const ran = await runJob(job(tempDir(), { image }));
    expect(ran.end.code).toBe(1);
    expect(ran.log).toContain(`::error::Pulling "${image}" failed with exit code 1.\n`);
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
