import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { jitter, sleep } from '../../base/wait.ts';
import type { Surroundings } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';

/** What was wrong when git failed, as far as its words tell. */
export type Trouble = 'login' | 'moved' | 'missing' | 'refused' | 'network' | 'other';

/** In this order: a server that refuses us also hangs up. */
const words: readonly (readonly [Trouble, RegExp])[] = [
  ['refused', /not our ref|does not allow request for unadvertised|couldn't find remote ref|no such remote ref/i],
  [
    'login',
    /authentication failed|could not read (?:username|password)|prompts disabled|error: 40[13]\b|permission denied|access denied:|host key verification/i,
  ],
  ['moved', /error: 30\d\b/i],
  ['missing', /repository .*not found|error: 4(?:04|10)\b|not appear to be a git repo|does not exist|not exported/i],
  [
    'network',
    /could not resolve|failed to connect|couldn't connect|unable to connect|connection (?:refused|reset|timed out|closed|was)|early eof|hung up|unexpected disconnect|rpc failed|error: (?:408|429|5\d\d)\b|timed out|too slow|empty reply|transfer closed|recv failure|send failure|still expected|invalid index-pack|network is unreachable|no route to host|temporary failure/i,
  ],
];

/** Reads what git printed before it failed. */
export function troubleIn(output: string): Trouble {
  return words.find(([, pattern]) => pattern.test(output))?.[0] ?? 'other';
}

/** A repository for people: without a query, which may be a secret. */
export function nameOf({ url }: RepositorySpec): string {
  return shorten(url.replace(/[?#].*/, ''));
}

/** Waits in ms before the second try, and before the third. */
const PAUSES_MS = [1000, 3000];

/**
 * Tries again after a failure of the network, twice at most and later each time; nothing else gets better by waiting.
 * @returns what the last try came to
 */
export async function patiently<T extends { readonly trouble?: Trouble | undefined }>(
  { signal, reporter }: Pick<Surroundings, 'signal' | 'reporter'>,
  action: () => Promise<T>,
): Promise<T> {
  for (const pause of PAUSES_MS) {
    const result = await action();
    if (result.trouble !== 'network') return result;
    reporter.info(`The server cannot be reached, or broke off. Next try in ${pause / 1000} s.`);
    await sleep(jitter(pause), signal);
    signal.throwIfAborted();
  }
  return action();
}

/** The failure for people, who may be those of another job: what it was and what to do, without a word of the output. */
export function failed(trouble: Trouble, spec: RepositorySpec, command: string): OnceError {
  return new OnceError('BUILD_FAILED', `${sentence(trouble, spec, command)}.`);
}

function sentence(trouble: Trouble, spec: RepositorySpec, command: string): string {
  const name = nameOf(spec);
  switch (trouble) {
    case 'login':
      return spec.token === undefined
        ? `repository: ${name} asks for a login (some servers do so for what does not exist too). Check the name, or set \`token\` to one that may read it`
        : `token: ${name} does not take it. Check that it is still valid and may read this repository`;
    case 'missing':
      return `repository: there is no ${name}, or who asks may not know of it. Check the name, and that \`token\` may read it`;
    case 'moved':
      return `repository: ${name} redirects to another address, and the token is sent to none but its own. Write the address where it is now`;
    case 'network':
      return `repository: ${name} cannot be reached, or breaks off; it was tried 3 times. The log of that step says why: look at the server, and at the network and the proxy of this runner`;
    default:
      return `repository: \`git ${command}\` of ${name} failed; the log of that step says why`;
  }
}

/** There is no such thing as what `ref` names. */
export function unknownRef(spec: RepositorySpec): OnceError {
  const what =
    spec.ref === 'HEAD'
      ? `repository: ${nameOf(spec)} has no default branch, or no commit yet. Name a branch, a tag or a commit as \`ref\``
      : `ref: "${shorten(spec.ref)}" is no branch, no tag and no commit of ${nameOf(spec)}. Check how it is written, and that it was pushed`;
  return new OnceError('BUILD_FAILED', `${what}.`);
}
