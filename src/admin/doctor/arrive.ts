import { messageOf } from '../../base/errors.ts';
import { fileSystemOf } from '../../host/file-system.ts';
import { realPath } from '../../step/inputs/paths.ts';
import { atMost } from './at-most.ts';
import { type Finding, problem } from './finding.ts';
import { mountOf } from './mounts.ts';
import { Contender } from './process.ts';
import type { Site } from './site.ts';

const ABOUT = 'root';
/** Milliseconds after which a disk that has not answered counts as hanging. */
const ANSWER_LIMIT_MS = 10_000;

/**
 * Looks whether a root is there. By a process of its own, since a call to a network disk that does not answer may
 * never return, and could not be ended from within.
 */
export async function arrive(given: string, signal: AbortSignal): Promise<Site | Finding> {
  const knocker = new Contender({ root: given, id: '', network: false });
  const stop = () => void knocker.kill();
  signal.addEventListener('abort', stop);
  try {
    await knocker.hear('ready');
    knocker.order({ do: 'knock', path: given });
    const answer = await atMost(ANSWER_LIMIT_MS, knocker.hear('open'), signal);
    if (answer === undefined) return hanging(given);
    if (answer.code !== undefined) return closed(given, answer.code);
    return answer.folder ? siteAt(given) : problem(ABOUT, `${given} is a file.`, 'Name a folder.');
  } catch (error) {
    return problem(ABOUT, messageOf(error), 'Run it again; if it stays so, please report it.');
  } finally {
    signal.removeEventListener('abort', stop);
    await knocker.kill();
  }
}

function siteAt(given: string): Site {
  const root = realPath(given);
  return { given, root, fileSystem: fileSystemOf(root), mount: mountOf(root) };
}

function hanging(given: string): Finding {
  const what = `${given} does not answer: a look at it did not return within ${ANSWER_LIMIT_MS / 1000} s.`;
  return problem(
    ABOUT,
    what,
    'See whether its server and the network are up, and the kernel log of this host (dmesg).',
  );
}

function closed(given: string, code: string): Finding {
  if (code === 'ENOENT') {
    const advice = 'Mount it, or make it with the owner and group that the runners have. The action would make it too.';
    return problem(ABOUT, `${given} does not exist.`, advice);
  }
  if (code === 'ENOTDIR') return problem(ABOUT, `A part of ${given} is a file.`, 'Name a folder.');
  if (code === 'EACCES')
    return problem(
      ABOUT,
      `You may not look into the folders above ${given}.`,
      'Run it as the user of the runners, or give that user access.',
    );
  if (code === 'ESTALE')
    return problem(ABOUT, `${given}: the server has another disk there now (ESTALE).`, 'Unmount and mount it again.');
  return problem(ABOUT, `${given} cannot be looked at: ${code}.`, 'See the kernel log of this host (dmesg).');
}
