import { expect, test } from 'vitest';
import { sleep, stopwatch } from '../../src/base/wait.ts';
import { places } from '../harness/disks/places.ts';
import { Hosts, resultOf } from '../harness/hosts.ts';
import { builtAs, good, oneBuildEach, runOf } from '../harness/hosts-round.ts';
import { type Job, runJob } from '../harness/job/job.ts';
import { allEnded, startTogether, times } from '../harness/job/together.ts';
import { needsRedis } from '../harness/servers/redis.ts';
import { ROUNDS, ROUNDS_LIMIT_MS } from '../harness/storm/rounds.ts';

const HOSTS = 4;

test.skipIf(needsRedis !== '')(`4 hosts with 8 jobs each want one key: one build${needsRedis}`, async () => {
  const hosts = await Hosts.start();
  const all = times(HOSTS, '').map(() => ({ root: hosts.newHost() }));
  for (let round = 0; round < 2; round++)
    await oneBuildEach(hosts, all, { name: `sdk-${round}`, keys: 1, jobsEach: 8 });
});

test.skipIf(needsRedis !== '')(`4 hosts want 20 keys each: 20 builds${needsRedis}`, async () => {
  const hosts = await Hosts.start();
  const all = times(HOSTS, '').map(() => ({ root: hosts.newHost() }));
  await oneBuildEach(hosts, all, { name: 'sdk', keys: 20, jobsEach: 1 });
});

/** What happens to a round while its jobs are at work, and how many builds it may cost. */
const blows = {
  'the holder is killed': { builds: 2, strike: ({ holder }: Struck) => holder()?.kill('SIGKILL') },
  'its host is killed': {
    builds: 2,
    strike: ({ holder, jobs, roots }: Struck) => {
      const dead = roots.get(holder() ?? oneOf(jobs));
      for (const job of jobs) if (roots.get(job) === dead) job.kill('SIGKILL');
    },
  },
  'connections are cut': {
    builds: 1,
    strike: ({ hosts }: Struck) => {
      for (const kind of ['normal', 'pubsub']) hosts.redis.ask('CLIENT', 'KILL', 'TYPE', kind);
    },
  },
} as const;

interface Struck {
  readonly hosts: Hosts;
  readonly jobs: readonly Job[];
  /** The host of each job. */
  readonly roots: ReadonlyMap<Job, string>;
  /** Who builds, as far as it has said so. */
  readonly holder: () => Job | undefined;
}

test.skipIf(needsRedis !== '')(
  `${ROUNDS} rounds of 4 hosts with 4 jobs each, and a blow in each: never two build, and who lives has the build${needsRedis}`,
  async () => {
    const hosts = await Hosts.start();
    const roots = times(HOSTS, '').map(() => hosts.newHost());
    const told = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const blow = Object.keys(blows)[round % 3] as keyof typeof blows;
      const results = await struckRound(hosts, roots, `round-${round}`, blow);
      for (const each of [blow, ...results]) told.set(each, (told.get(each) ?? 0) + 1);
      const isTold = round % 20 === 19 || round === ROUNDS - 1;
      const counts = [...told].map(([what, count]) => `${count} x ${what}`).join(', ');
      if (isTold) console.log(`${round + 1} rounds of a pool: ${counts}`);
    }
  },
  ROUNDS_LIMIT_MS,
);

/** Returns the results of those that were not killed. */
async function struckRound(hosts: Hosts, all: readonly string[], key: string, blow: keyof typeof blows) {
  const proof = places(1);
  const before = hosts.builds.lines().length;
  const options = all.flatMap((root) =>
    times(4, hosts.options(root, { key, run: runOf(hosts, proof.enter), 'pool-lease': '8s' })),
  );
  const jobs = await startTogether(options);
  const roots = new Map(jobs.map((job, index) => [job, options[index]?.root ?? '']));
  const holder = () => jobs.find(({ log, process }) => log.includes('::group::') && process.exitCode === null);
  if (Math.random() < 0.7) await Promise.race(jobs.map((job) => job.said('::group::')));
  await sleep(700 * Math.random());
  blows[blow].strike({ hosts, jobs, roots, holder });
  const ends = await allEnded(jobs);
  const alive = jobs.filter((_, index) => ends[index]?.signal !== 'SIGKILL');
  const log = jobs.map((job) => `${roots.get(job)}\n${job.log}`).join('\n');
  for (const job of alive) expect(await job.ended, `${key}, ${blow}:\n${log}`).toEqual(good);
  expect(proof.tooMany(), log).toBe(0);
  const builds = hosts.builds.lines().length - before;
  expect(builds, log).toBeGreaterThan(0);
  // A machine that stands still for longer than a lease costs builds too: they are ended, and are published nowhere.
  const ended = alive.filter((job) => job.log.includes('this build is not published')).length;
  expect(builds, log).toBeLessThanOrEqual(blows[blow].builds + ended);
  // One that is killed after it has published on its host leaves a build that only this host reuses.
  for (const root of all) {
    const here = alive.filter((job) => roots.get(job) === root);
    expect(new Set(here.map(builtAs)).size, log).toBeLessThanOrEqual(1);
  }
  expect(new Set(alive.map(builtAs)).size, log).toBeLessThanOrEqual(builds);
  return [...alive.map(resultOf), ...times(ended, 'build ended for a lost lock')];
}

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
