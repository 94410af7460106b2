import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Built } from './probes/builder.ts';

const BUILDER = join(import.meta.dirname, 'probes/builder.ts');

export interface BuildersOptions {
  readonly root: string;
  readonly workers: number;
  /** The number of builds of all workers together. */
  readonly builds: number;
  readonly slots: number;
  /** The script of a build, a line of shell. */
  readonly run: string;
  /** Arguments for Node before the program. */
  readonly nodeArgs?: readonly string[];
}

/** Starts workers that compete for a few slots, and make one build after the other. Returns the times of each build. */
export async function builders(options: BuildersOptions): Promise<Built[]> {
  const { root, workers, builds, slots, run, nodeArgs = [] } = options;
  const each = Array.from({ length: workers }, async (_, worker) => {
    const share = Math.floor((builds + worker) / workers);
    const args = [...nodeArgs, BUILDER, root, `worker-${worker}`, `${share}`, `${slots}`, run];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    if (code !== 0) throw new Error(`a builder ended with exit code ${code}`);
    return said
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Built);
  });
  return (await Promise.all(each)).flat();
}
