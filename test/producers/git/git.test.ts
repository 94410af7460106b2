import { describe, expect } from 'vitest';
import { filesWith } from '../../harness/disks/shared.ts';
import { expectCheckout, large, Repository } from '../../harness/servers/git-repository.ts';
import { commandLinesWith, GitDaemon, HttpGitServer } from '../../harness/servers/git-server.ts';
import { producerContract, type Source } from '../contract.ts';

const TOKEN = 'ghs_notForOthers1234';

describe.each([
  ['over HTTP, with a token', () => new HttpGitServer()],
  ['from git daemon', () => new GitDaemon()],
])('a repository %s', (_name, make) => {
  producerContract(async (): Promise<Source> => {
    const server = await make().open();
    const repository = new Repository(server.projects, 'plugin.git');
    const files = { 'plugin.txt': 'first', 'data.bin': large() };
    const commit = repository.commit(files);
    const inputs: Record<string, string> = { repository: `${server.url}/plugin.git`, ref: 'main' };
    if (server instanceof HttpGitServer) {
      server.token = TOKEN;
      inputs.token = TOKEN;
    }
    return {
      inputs,
      fetches: () => server.fetches,
      fail: () => {
        server.mode = 'cut';
      },
      stall: () => ({ reached: server.stall() }),
      heal: () => {
        server.mode = 'whole';
      },
      check: (job) => {
        expectCheckout(job, commit, files);
        expect(filesWith(job.outputs.path ?? '', TOKEN)).toEqual([]);
      },
      remains: () => commandLinesWith(server.url),
    };
  });
});
