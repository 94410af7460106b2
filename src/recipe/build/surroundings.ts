import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from '../../producers/producer.ts';
import type { Services } from '../services.ts';

/** Does something with what producers are given of the job, and with a private folder that is gone afterwards. */
export async function withScratch<T>(
  { env, signal, reporter, temp }: Services,
  action: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(join(temp, 'build-once-'));
  try {
    return await action({ env, signal, reporter, scratch });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
