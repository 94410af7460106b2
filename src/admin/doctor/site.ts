import { messageOf } from '../../base/errors.ts';
import { within } from '../../base/wait.ts';
import { type FileSystem, fileSystemOf } from '../../host/file-system.ts';
import { realPath } from '../../step/inputs/paths.ts';
import { type Finding, problem } from './finding.ts';
import { Contender } from './process.ts';

/** A root that exists. */
export interface Site {
  /** The root as the user wrote it. */
  readonly given: string;
  /** Its real path, which the action uses. */
  readonly root: string;
  readonly fileSystem: FileSystem;
}

const ABOUT = 'root';
/** Milliseconds after which a disk that has not answered counts as hanging. */
const ANSWER_LIMIT_MS = 10_000;
const KERNEL_LOG = 'See the kernel log of this host (dmesg).';

/** By error code: what is wrong with a root, after its path, and the advice. */
const refusals: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  ENOENT: ['does not exist', 'Mount it, or make it with the owner and group of the runners.'],
  ENOTDIR: ['lies below something that is a file', 'Name a folder.'],
  EACCES: [
    'lies in a folder that this user may not enter',
    'Run it as the user of the runners, or give that user access.',
  ],
  ESTALE: ['is another disk on the server now (ESTALE)', 'Unmount it and mount it again.'],
};

/**
 * Finds a root, or says why it cannot be used. A process of its own looks first, because a call to a network disk that
 * does not answer may never return.
 */
export async function findSite(given: string, signal: AbortSignal): Promise<Site | Finding> {
  await using scout = new Contender('look', { root: given, id: '', network: false }, signal);
  try {
    const answer = await within(scout.hear('looked'), ANSWER_LIMIT_MS, signal);
    if (answer === 'late') {
      const what = `${given} does not answer: a look at it did not return within ${ANSWER_LIMIT_MS / 1000} s.`;
      return problem(ABOUT, what, `Look whether its server and the network are up. ${KERNEL_LOG}`);
    }
    if (answer.code !== undefined) {
      const [what, advice] = refusals[answer.code] ?? [`cannot be looked at: ${answer.code}`, KERNEL_LOG];
      return problem(ABOUT, `${given} ${what}.`, advice);
    }
    if (!answer.folder) return problem(ABOUT, `${given} is a file.`, 'Name a folder.');
    const root = realPath(given);
    return { given, root, fileSystem: fileSystemOf(root) };
  } catch (error) {
    return problem(ABOUT, messageOf(error), 'Run it again. If the error comes back, please report it.');
  }
}
