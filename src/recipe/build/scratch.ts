import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, OnceError, systemCode } from '../../base/errors.ts';
import type { Reporter } from '../../base/reporter.ts';
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
  const scratch = makeScratch(temp);
  try {
    return await action({ env, signal, reporter, scratch });
  } finally {
    await removeScratch(scratch, reporter);
  }
}

/** Deletes a private folder. That it fails is a warning: what was made is as good as it was. */
export async function removeScratch(scratch: string, reporter: Reporter): Promise<void> {
  try {
    // Loaded here, because a hit has no such folder.
    const { removeTree } = await import('../../host/remove-tree.ts');
    // In slices: heartbeats and signals are served while a large one is deleted.
    await removeTree(scratch);
  } catch (error) {
    reporter.warn(`${scratch} could not be deleted: ${messageOf(error)}. Look what is left in it, and delete it.`);
  }
}

/**
 * Makes a private folder below the job's own.
 * @throws OnceError BAD_INPUT where that is not there or refuses it
 */
export function makeScratch(temp: string): string {
  try {
    return mkdtempSync(join(temp, 'build-once-'));
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new OnceError(
      'BAD_INPUT',
      `The folder for temporary files ${temp} cannot be used: ${messageOf(error)}. A runner makes its own, RUNNER_TEMP, for each job: look whether an earlier step removed it, and at its disk. Elsewhere TMPDIR names it.`,
      { cause: error },
    );
  }
}
