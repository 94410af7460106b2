import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Side } from '../../harness/storm/side.ts';
import { type Check, demand, type Lab } from './check.ts';
import { hostsOf } from './host.ts';
import { Jobs } from './jobs.ts';

/**
 * A job that looks before there is anything, not even the folders that all keys share, leaves its host believing that
 * they are missing. The next look of that host, which takes no lock, has to find what the other one published meanwhile.
 */
export const earlyLook: Check = {
  name: 'a look that came too early',
  async run(lab) {
    for (let round = 0; round < lab.sizes.rounds; round++) await oneRound(lab);
    return `${lab.sizes.rounds} rounds: missed, then built by the other host, then reused at once`;
  },
};

async function oneRound(lab: Lab): Promise<void> {
  const [a, b] = hostsOf(below(lab));
  await using jobs = new Jobs(lab.temp);
  const key = 'early';
  const step = async (side: Side, inputs: Readonly<Record<string, string>>) => {
    const job = jobs.start(side, { inputs: { key, run: 'echo tool > "$BUILD_ONCE_OUT/tool"', ...inputs } });
    const { code } = await job.ended;
    demand(code === 0, job.log);
    return job.outputs.result;
  };
  // A step that never builds: it looks, and goes.
  const look = { build: 'false' };
  const results = [await step(b, look), await step(a, {}), await step(b, look)].join(' ');
  demand(results === 'missed built reused', `the jobs said ${results}`);
}

/** The same two sides of a folder in which nobody has been. */
function below({ sides: [a, b] }: Lab): readonly [Side, Side] {
  const folder = mkdtempSync(join(a.root, 'early-'));
  mkdirSync(join(b.root, folder.slice(a.root.length)), { recursive: true });
  return [
    { ...a, root: folder },
    { ...b, root: join(b.root, folder.slice(a.root.length)) },
  ];
}
