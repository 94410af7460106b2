import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Job, type JobOptions, startJob } from '../harness/job/job.ts';

const START_LINE = pathToFileURL(join(import.meta.dirname, 'start-line.ts')).href;

/** Starts jobs that begin at one moment: all of them have started, and none has looked at anything yet. */
export async function startTogether(each: readonly JobOptions[]): Promise<Job[]> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const there: Socket[] = [];
  const allThere = new Promise<void>((resolve) => {
    server.on('connection', (socket) => {
      // A job that is killed at the line is no trouble of ours.
      socket.on('error', () => {});
      if (there.push(socket) === each.length) resolve();
    });
  });
  const jobs = each.map(({ env, nodeArgs = [], ...rest }) =>
    startJob({ ...rest, nodeArgs: ['--import', START_LINE, ...nodeArgs], env: { ...env, START_LINE: `${port}` } }),
  );
  await allThere;
  for (const socket of there) socket.write('go');
  return jobs;
}
