import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sleep, stopwatch } from '../../src/base/wait.ts';
import { places } from '../harness/disks/places.ts';
import { Hosts, resultOf } from '../harness/hosts.ts';
import { type Job, runJob } from '../harness/job/job.ts';
import { allEnded, startTogether, times } from '../harness/job/together.ts';
import { needsRedis } from '../harness/servers/redis.ts';
import { litter } from '../harness/storm/remains.ts';

const HOSTS = 4;
const good = { code: 0, signal: null };

/** Two files that tell of the same build, if it is whole. */
function builtAs({ outputs, log }: Job): string {
  const [first, last] = ['made', 'last'].map((name) => readFileSync(join(outputs.path ?? '', name), 'utf8').trim());
  expect(first, log).toMatch(/^[0-9a-f]{12}$/);
  expect(last, log).toBe(first);
  return first ?? '';
}

function runOf(hosts: Hosts, enter: string): string {
  const make = ['made', 'last'].map((name) => `echo "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/${name}"`);
  return [enter, hosts.builds.note, make[0], 'sleep 0.2', make[1]].join('\n');
}

/** All jobs of all hosts want their key at one moment; each key is built once, and restored once by each other host. */
async function expectOneBuildEach(keys: number, jobsEach: number, round: number): Promise<void> {
  const hosts = await Hosts.start();
  const roots = times(HOSTS, '').map(() => hosts.newHost());
  const proofs = times(keys, '').map(() => places(1));
  const options = roots.flatMap((root) =>
    proofs.flatMap(({ enter }, key) =>
      times(
        jobsEach,
        hosts.options(root, { key: `sdk-${round}-${key}`, run: runOf(hosts, enter), 'pool-lease': '45s' }),
      ),
    ),
  );
  const jobs = await startTogether(options);
  expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(jobs.length, good));
  for (let key = 0; key < keys; key++) {
    const mine = jobs.filter(({ outputs }) => outputs.key === `sdk-${round}-${key}`);
    const results = mine.map(resultOf);
    expect(results.filter((each) => each === 'built build')).toHaveLength(1);
    expect(results.filter((each) => each.endsWith('remote')).length).toBeLessThanOrEqual(HOSTS - 1);
    expect(new Set(mine.map(builtAs)).size).toBe(1);
  }
  expect(hosts.builds.lines()).toHaveLength(keys);
  expect(proofs.map((proof) => proof.tooMany())).toEqual(times(keys, 0));
  expect(hosts.held).toEqual([]);
  expect(roots.flatMap((root) => litter(root))).toEqual([]);
}

test.skipIf(needsRedis !== '')(`4 hosts with 8 jobs each want one key: one build${needsRedis}`, async () => {
  for (let round = 0; round < 2; round++) await expectOneBuildEach(1, 8, round);
});

test.skipIf(needsRedis !== '')(`4 hosts want 20 keys each: 20 builds${needsRedis}`, async () => {
  await expectOneBuildEach(20, 1, 0);
});

const SECONDS = 30;

test.skipIf(needsRedis !== '')(
  `for ${SECONDS} s jobs of 4 hosts and their connections are killed at random: never two build one key, and each build is whole${needsRedis}`,
  async () => {
    const hosts = await Hosts.start();
    const roots = times(HOSTS, '').map(() => hosts.newHost());
    const proofs = new Map<string, ReturnType<typeof places>>();
    /** The one place of each key: keys that are new may be built while the ones before them still are. */
    const placeOf = (name: string) => {
      const proof = proofs.get(name) ?? places(1);
      proofs.set(name, proof);
      return proof;
    };
    const results = new Map<string, number>();
    const elapsed = stopwatch();
    let kills = 0;
    let cuts = 0;
    let round = 0;
    /** One job after the other, each killed some time after its start, or not at all. */
    const worker = async () => {
      while (elapsed() < SECONDS * 1000) {
        // Every few seconds all keys are new.
        const name = `${oneOf(['a', 'b', 'c'])}-${Math.floor(elapsed() / 4000)}`;
        const job = hosts.job(oneOf(roots), {
          key: name,
          run: runOf(hosts, placeOf(name).enter),
          'wait-timeout': '60s',
          // A killed host is waited for; a machine with two cores must not look like one.
          'pool-lease': '8s',
          force: oneOf(['true', 'false', 'false']),
        });
        round += 1;
        if (Math.random() < 0.4) {
          await sleep(1200 * Math.random());
          job.kill('SIGKILL');
        }
        const { code, signal } = await job.ended;
        if (signal === 'SIGKILL') kills += 1;
        else {
          expect(code, job.log).toBe(0);
          builtAs(job);
          results.set(resultOf(job), (results.get(resultOf(job)) ?? 0) + 1);
        }
      }
    };
    const cutter = async () => {
      while (elapsed() < SECONDS * 1000) {
        await sleep(700);
        hosts.redis.ask('CLIENT', 'KILL', 'TYPE', oneOf(['normal', 'pubsub']));
        cuts += 1;
      }
    };
    await Promise.all([...times(6, worker).map((work) => work()), cutter()]);
    // Each host can still build: nothing that a kill left behind blocks it.
    for (const root of roots) await runJob(hosts.options(root, { key: 'last', run: runOf(hosts, '') }));
    const told = [...results].map(([result, count]) => `${count} ${result}`).join(', ');
    console.log(`storm of a pool: ${round} jobs, ${kills} killed, connections cut ${cuts} times; ${told}`);
    expect(kills).toBeGreaterThan(5);
    expect([...proofs].filter(([, proof]) => proof.tooMany() > 0).map(([name]) => name)).toEqual([]);
  },
);

function oneOf<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T;
}
