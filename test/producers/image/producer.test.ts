import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { type JobOptions, tempDir } from '../../harness/job/job.ts';
import { type DockerDaemon, dockerForTests } from '../../harness/servers/docker-daemon.ts';
import { ImageServer } from '../../harness/servers/image-server.ts';
import { producerContract, type Source } from '../contract.ts';

const { daemon: found, why } = await dockerForTests();
const daemon = found as DockerDaemon;
afterAll(() => found?.stop());
const buildKit = found?.withBuildKit();

let images = 0;

/** A folder to build from, whose Dockerfile adds a file of the server to `from`. */
function contextOf(server: ImageServer, { from = 'scratch', file = 'file' } = {}): string {
  const context = tempDir();
  writeFileSync(join(context, 'Dockerfile'), `FROM ${from}\nADD http://${server.address}/${file} /${file}\n`);
  return context;
}

function sourceOf(server: ImageServer, image: string, inputs: JobOptions['inputs'], env = daemon.env): Source {
  let broken = false;
  return {
    inputs: { image, ...inputs },
    env,
    fetches: () => server.seen(),
    fail: () => {
      broken = true;
      server.mood = 'breaks';
    },
    stall: () => {
      broken = true;
      return { reached: server.stall() };
    },
    heal: () => {
      broken = false;
      server.heal();
    },
    check: (job) => expect(daemon.idOf(image)).toBe(job.outputs.identity),
    remains: () => [...daemon.temporaryNames(), ...(broken ? [daemon.idOf(image) ?? []].flat() : [])],
  };
}

describe.skipIf(!found)(`an image that is pulled${why}`, () => {
  producerContract(async () => {
    const server = await ImageServer.open();
    return sourceOf(server, `${server.address}/acme/tool:1`, {});
  });
});

describe.skipIf(!found)(`an image that the classic builder builds${why}`, () => {
  producerContract(async () => {
    const server = await ImageServer.open();
    return sourceOf(server, `acme/classic:${++images}`, { context: contextOf(server) });
  });
});

const noBuildKit = why || (buildKit ? '' : ' (skipped: no docker command line here has BuildKit)');

describe.skipIf(!buildKit)(`an image that BuildKit builds${noBuildKit}`, () => {
  producerContract(async () => {
    const server = await ImageServer.open();
    return sourceOf(server, `acme/buildkit:${++images}`, { context: contextOf(server) }, buildKit);
  });
});
