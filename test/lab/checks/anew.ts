import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { reopen } from '../../../src/host/file-system.ts';
import { versionDir } from '../../../src/store/layout.ts';
import type { Side } from '../../harness/storm/side.ts';
import { type Check, demand, type Lab, seconds } from './check.ts';
import { hostsOf } from './host.ts';
import { Jobs } from './jobs.ts';

/**
 * One host empties the disk, as an operator does or the doctor that cleans up, and maybe makes the folders anew. The
 * other host, which was in them a moment ago, still sees the old ones.
 */
export const anew: Check = {
  name: 'folders made anew',
  async run(lab) {
    const [a, b] = hostsOf(lab.sides);
    const version = versionDir(a.root);
    const times: number[] = [];
    for (let round = 0; round < lab.sizes.rounds; round++) {
      await build(lab, b, `warm-${round}`);
      // This host may remember that nothing was there.
      for (const folder of [a.root, dirname(version)]) reopen(folder);
      rmSync(version, { recursive: true, maxRetries: 5 });
      if (round % 2 === 0) mkdirSync(version);
      times.push(await build(lab, b, `anew-${round}`));
    }
    return `${times.length} rounds, built in ${times.map(seconds).join(', ')}`;
  },
};

/** Milliseconds of a job that builds. */
async function build({ temp }: Lab, side: Side, key: string): Promise<number> {
  await using jobs = new Jobs(temp);
  const began = performance.now();
  const job = jobs.start(side, { inputs: { key, run: 'echo whole > "$BUILD_ONCE_OUT/tool"' } });
  const { code } = await job.ended;
  demand(code === 0 && job.outputs.result === 'built', job.log);
  return performance.now() - began;
}
