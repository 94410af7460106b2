import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from '../../producers/producer.ts';

/** What a producer looks at the world with, but for the folder that is made for it below `temp`. */
export interface WithTemp extends Omit<Surroundings, 'scratch'> {
  /** The job's private folder. */
  readonly temp: string;
}

/** Does something with what producers are given of the job, and with a private folder that is gone afterwards. */
export async function withScratch<T>(
  { env, signal, reporter, temp }: WithTemp,
  action: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(join(temp, 'build-once-'));
  try {
    return await action({ env, signal, reporter, scratch });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
