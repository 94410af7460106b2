import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Manifest } from '../../../src/store/manifest.ts';
import { gateIn, type Job } from '../../harness/job/job-process.ts';
import type { Side } from '../../harness/storm/side.ts';
import { type Check, demand, type Lab, seconds } from './check.ts';
import { hostsOf } from './host.ts';
import { Jobs } from './jobs.ts';

/** What those who wait are promised, in ms. */
const LIMIT_MS = 3000;
/** Until one who waits looks as seldom as it ever does. */
const LONG_MS = 8000;

/** What one host publishes is found by a job of the other, which has looked for it many times. */
export const sight: Check = {
  name: 'seen by the other host',
  async run(lab) {
    const [a, b] = hostsOf(lab.sides);
    const times: number[] = [];
    for (let round = 0; round < lab.sizes.rounds; round++) {
      const [from, to] = round % 2 === 0 ? [a, b] : [b, a];
      times.push(await oneRound(lab, from, to, `seen-${round}`));
    }
    const worst = Math.max(...times);
    const told = `${times.length} rounds, after ${times.map(seconds).join(', ')}`;
    demand(worst <= LIMIT_MS, `${told}, which is more than ${seconds(LIMIT_MS)}`);
    return `${told} (at most ${seconds(LIMIT_MS)} are allowed)`;
  },
};

/** Milliseconds from when the manifest was written, right before it was published, until the other one has the build. */
async function oneRound({ temp }: Lab, from: Side, to: Side, key: string): Promise<number> {
  await using jobs = new Jobs(temp);
  const { wait, open, close } = gateIn(temp);
  try {
    const inputs = { key, run: `${wait}\necho "${key}" > "$BUILD_ONCE_OUT/tool"` };
    const builder = jobs.start(from, { inputs });
    await builder.said('::group::');
    const waiter = jobs.start(to, { inputs });
    await waiter.said('Waiting for');
    await setTimeout(LONG_MS);
    open();
    await waiter.said(`"${key}": waited`);
    const found = Date.now();
    await builder.ended;
    return found - writtenAt(builder);
  } finally {
    close();
  }
}

/** By this machine's clock, which all sides have. */
function writtenAt(builder: Job): number {
  const file = join(dirname(builder.outputs.path ?? ''), 'entry/manifest.json');
  return Date.parse((JSON.parse(readFileSync(file, 'utf8')) as Manifest).createdAt);
}
