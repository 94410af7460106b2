import { join } from 'node:path';
import { silent } from '../../src/admin/silent.ts';
import { isClaim } from '../../src/lock/engine.ts';
import { parseAddress } from '../../src/lock/redis/address.ts';
import { RedisEngine } from '../../src/lock/redis/engine.ts';
import { RedisServer } from '../../src/lock/redis/server.ts';
import { redisPrograms, TestRedis } from '../../test/harness/servers/redis.ts';
import { compare, inTurn, median } from '../measure.ts';
import { Step } from '../step.ts';
import type { Findings, Row, Settings } from '../suite.ts';
import { slotsOver } from './pool-slots.ts';

const WAITERS = 200;

/** Measures a miss with a pool beside one without, how soon waiters of a pool wake, and how evenly they get its slots. */
export async function pool(dir: string, { runs, wakes, builds }: Settings): Promise<Findings> {
  const [program] = redisPrograms;
  if (program === undefined) return { rows: [], notes: ['There is no Redis here.'] };
  const server = await TestRedis.startIn(dir, program);
  try {
    server.settle();
    const misses = missOver(server.url, dir, runs);
    const woken = await wakeOver(server.url, wakes);
    return { rows: [...misses, ...woken, ...(await slotsOver(server.url, 5 * builds))], notes: [] };
  } finally {
    await server.stop();
  }
}

function missOver(url: string, dir: string, runs: number): Row[] {
  const step = new Step(join(dir, 'cache'), 'pool', { run: 'true', 'allow-empty': 'true' });
  const { ours, plain } = inTurn(runs, {
    ours: (round) => step.run([], { key: `pool-${round}`, pool: url }),
    plain: (round) => step.run([], { key: `plain-${round}` }),
  });
  return (['wall', 'cpu'] as const).map((kind) => {
    const { peer: value, ...rest } = compare(kind, ours, plain);
    const what = kind === 'wall' ? 'a miss that asks a pool' : 'the same, CPU time';
    return { what, unit: 'ms', ...rest, peer: { name: 'a miss without', value } };
  });
}

/** All wait in one process, so that the machine is not what is measured. */
async function wakeOver(url: string, wakes: number): Promise<Row[]> {
  const middle: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < wakes; round++) {
    const server = new RedisServer({ address: parseAddress(url), reporter: silent });
    const engine = new RedisEngine({ server, reporter: silent });
    const who = { repository: '', workflow: '', job: '', runUrl: '', runner: '', host: '' };
    const claim = await engine.claim(`wake-${round}`, { key: 'wake', who });
    if (!isClaim(claim)) throw new Error('the lock is held');
    const watches = Array.from({ length: WAITERS }, () => engine.watch(`wake-${round}`));
    const never = new AbortController().signal;
    // Their first polls are behind them, and the next ones far away.
    await Promise.all(watches.map((watch) => watch.next(never, 300)));
    let released = 0;
    const woken = watches.map(async (watch) => {
      await watch.next(never, 10_000);
      return performance.now() - released;
    });
    released = performance.now();
    await claim[Symbol.asyncDispose]();
    const ms = (await Promise.all(woken)).sort((a, b) => a - b);
    middle.push(median(ms));
    last.push(ms.at(-1) ?? Number.NaN);
    for (const watch of watches) await watch[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  }
  return [
    {
      what: `${WAITERS} waiters of a pool wake: median`,
      ours: median(middle),
      unit: 'ms',
      goal: { of: 'ours', atMost: 20 },
    },
    { what: 'the last of them', ours: median(last), unit: 'ms', goal: { of: 'ours', atMost: 100 } },
  ];
}
