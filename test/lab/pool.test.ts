import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Hosts, resultOf, warningsOf } from '../harness/hosts.ts';
import { oneBuildEach } from '../harness/hosts-round.ts';
import { gate, type Job } from '../harness/job/job.ts';
import { CacheServer } from '../harness/servers/cache-server.ts';
import { missing } from './pool/missing.ts';
import { Network, type NetworkHost } from './pool/network.ts';

const lacking = missing();
const why = lacking === undefined ? '' : ` (skipped: needs ${lacking})`;

/** Hosts in networks of their own, and the two servers in another one. */
async function lab(count: number) {
  const network = await Network.start(count);
  const cache = await new CacheServer().listen(await network.listen());
  const hosts = await Hosts.around(cache, network.place);
  const job = ({ root, wrapper, temp }: NetworkHost, more: Record<string, string> = {}) =>
    hosts.start({ ...hosts.options(root, more, { TMPDIR: temp }), wrapper });
  return { hosts, job, all: network.hosts };
}

describe.skipIf(lacking !== undefined)(`hosts with a network each${why}`, () => {
  test('4 hosts with 8 jobs each want one key: one build, restored at most 3 times', async () => {
    const { hosts, all } = await lab(4);
    await oneBuildEach(hosts, all, { name: 'sdk', keys: 1, jobsEach: 8 });
  });

  test('4 hosts want 20 keys each at one moment: 20 builds', async () => {
    const { hosts, all } = await lab(4);
    await oneBuildEach(hosts, all, { name: 'sdk', keys: 20, jobsEach: 1 });
  });
});

describe.skipIf(lacking !== undefined)(`a host whose link is down for longer than its lease${why}`, () => {
  test('the others go on, it decides for itself or fails as `on-pool-error` says, and nothing is published twice', async () => {
    const { hosts, job, all } = await lab(4);
    const [cut, other, third, failing] = all as [NetworkHost, NetworkHost, NetworkHost, NetworkHost];
    const { wait, open } = gate();
    const run = `${wait}\n${hosts.options('').inputs.run}`;
    const lonely = job(cut, { run, 'on-pool-error': 'local' });
    const strict = job(failing, { run, key: 'strict' });
    await Promise.all([lonely, strict].map((each) => each.said('::group::Building')));
    for (const each of [cut, failing]) each.cut();
    const builder = job(other, { run });
    await builder.said(/Waiting for .*\(host-1\).* for the pool/);
    await builder.said('::group::Building');
    open();
    await expectGood(builder, 'built build');
    await lonely.said('This host decides for itself');
    cut.plug();
    await expectGood(lonely, 'waited remote');
    expect(warningsOf(lonely), lonely.log).toEqual([
      expect.stringMatching(
        /^The pool's server .*ENETUNREACH.* This host decides for itself \(on-pool-error: local\)\.$/,
      ),
    ]);
    expect((await strict.ended).code).toBe(1);
    expect(warningsOf(strict), strict.log).toEqual([]);
    expect(strict.log.match(/^::error::.*/gm), strict.log).toEqual([
      expect.stringMatching(/The pool's server .*ENETUNREACH/),
    ]);
    const [token] = hosts.builds.lines();
    expect(hosts.builds.lines()).toEqual([token]);
    expect(hosts.cache.saved.map(({ key }) => key.split('-').at(-2))).toEqual([token]);
    const later = job(third, { run });
    await expectGood(later, 'reused remote');
    for (const each of [lonely, later]) expect(madeIn(each)).toBe(token);
    failing.plug();
    const back = job(failing, { key: 'strict' });
    await expectGood(back, 'built build');
    expect(warningsOf(back)).toEqual([]);
    expect([hosts.cache.saved.length, hosts.held]).toEqual([2, []]);
  });
});

const madeIn = ({ outputs }: Job) => readFileSync(join(outputs.path ?? '', 'made'), 'utf8').trim();

async function expectGood(job: Job, result: string): Promise<void> {
  expect((await job.ended).code, job.log).toBe(0);
  expect(resultOf(job), job.log).toBe(result);
}
