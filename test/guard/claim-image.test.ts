import { afterAll, describe, expect, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';
import { allGone, claim, holders, publish } from '../harness/job/split.ts';
import { type DockerDaemon, dockerForTests } from '../harness/servers/docker-daemon.ts';
import { newContext, newImage, stepsOn } from '../harness/servers/images.ts';
import { litter } from '../harness/storm/remains.ts';

const { daemon: found, why } = await dockerForTests();
const daemon = found as DockerDaemon;
afterAll(() => found?.stop());
const { step, job } = stepsOn(daemon);

describe.skipIf(!found)(`an image that other steps make${why}`, () => {
  test.each(['living', 'killed'] as const)('is published with its id, by a %s keeper', async (keeper) => {
    const root = tempDir();
    const image = newImage();
    const first = await claim(job(root, { image }));
    expect(first.outputs, first.log).toMatchObject({ result: 'claimed', key: image });
    daemon.docker('build', '--tag', image, newContext());
    if (keeper === 'killed') {
      for (const pid of holders(root)) process.kill(pid, 'SIGKILL');
      await allGone(first);
    }
    const done = await publish(first, root, { env: daemon.env });
    expect(done.outputs, done.log).toMatchObject({ result: 'built', identity: daemon.idOf(image) });
    expect((await claim(job(root, { image }))).outputs).toMatchObject({
      result: 'reused',
      identity: daemon.idOf(image),
    });
    daemon.docker('rmi', image);
    expect((await step(root, { image, 'lookup-only': 'true' })).outputs.result).toBe('missed');
    expect(litter(root)).toEqual([]);
  });

  test('and that is not there is not published', async () => {
    const root = tempDir();
    const image = newImage();
    const first = await claim(job(root, { image }));
    const done = await publish(first, root, { env: daemon.env });
    expect(done.end.code).toBe(1);
    expect(done.log).toContain(`::error::The daemon has no image ${image}: the steps between claim and publish`);
    await allGone(first);
    expect(litter(root)).toEqual([]);
  });
});
