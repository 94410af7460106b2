import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { withPlainAddresses } from '../../base/redact.ts';
import { jitter, sleep } from '../../base/wait.ts';
import type { Surroundings } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';

/** Why git failed, as far as its messages say. */
export type Trouble = 'login' | 'moved' | 'missing' | 'refused' | 'network' | 'other';

/** A failure of git. */
export interface Failure {
  readonly trouble: Trouble;
  /** The line in which git says what went wrong; empty if there is none. It contains no login and no query. */
  readonly line: string;
}

/** Tried in this order: after a refusal a server also closes the connection. */
const patterns: readonly (readonly [Trouble, RegExp])[] = [
  [
    'refused',
    /not our ref|does not allow request for unadvertised|couldn't find remote ref|no such remote ref|not support shallow/i,
  ],
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

/** Why git failed, by its output. */
export function failureIn(output: string): Failure {
  const trouble = patterns.find(([, pattern]) => pattern.test(output))?.[0] ?? 'other';
  const lines = output.split(/[\r\n]+/).map((line) => line.replace(/^\| /, '').trim());
  const line = lines.findLast((each) => /^(?:fatal|error):/.test(each)) ?? '';
  return { trouble, line: shorten(withPlainAddresses(line), 200) };
}

/** The repository for messages, without the query, which may be a secret. */
export function nameOf({ url }: RepositorySpec): string {
  return shorten(url.replace(/[?#].*/, ''));
}

/** Pauses before the second and the third try, in ms. */
const PAUSES_MS = [1000, 3000];

/**
 * Repeats `action` after a network failure, at most twice and after longer pauses. Other failures are final.
 * @returns the result of the last try
 * @throws the signal's reason if aborted; what `action` throws
 */
export async function retryNetwork<T extends { readonly failure?: Failure | undefined }>(
  { signal, reporter }: Pick<Surroundings, 'signal' | 'reporter'>,
  action: () => Promise<T>,
): Promise<T> {
  for (const pause of PAUSES_MS) {
    const result = await action();
    if (result.failure?.trouble !== 'network') return result;
    reporter.info(`The server cannot be reached, or closed the connection. Next try in ${pause / 1000} s.`);
    await sleep(jitter(pause), signal);
    signal.throwIfAborted();
  }
  return action();
}

/** The error for a failed command. Other jobs may print it, so of git's output it has one line at most, without secrets. */
export function failed(failure: Failure, spec: RepositorySpec, command: string): OnceError {
  return new OnceError('BUILD_FAILED', `${sentence(failure, spec, command)}.`);
}

function sentence({ trouble, line }: Failure, spec: RepositorySpec, command: string): string {
  const why = line === '' ? '; git says no more' : `; git says "${line}"`;
  const name = nameOf(spec);
  switch (trouble) {
    case 'login':
      return spec.token === undefined
        ? `repository: ${name} asks for a login (some servers also do so for a repository that does not exist). Check the name, or set \`token\` to one that may read it`
        : `token: ${name} rejects it. Check that it is still valid and may read this repository`;
    case 'missing':
      return `repository: ${name} does not exist, or is hidden from this login. Check the name, and that \`token\` may read it`;
    case 'moved':
      return `repository: ${name} redirects to another address, where the token is not sent. Write the new address`;
    case 'network':
      return `repository: ${name} cannot be reached, or closes the connection; it was tried 3 times${why}. Check the server, and the network and the proxy of this runner`;
    default:
      return `repository: \`git ${command}\` of ${name} failed${why}`;
  }
}

/** The error for a `ref` that the repository does not have. */
export function unknownRef(spec: RepositorySpec): OnceError {
  const what =
    spec.ref === 'HEAD'
      ? `repository: ${nameOf(spec)} has no default branch, or no commit yet. Name a branch, a tag or a commit as \`ref\``
      : `ref: "${shorten(spec.ref)}" is not a branch, tag or commit of ${nameOf(spec)}. Check the spelling, and that it was pushed`;
  return new OnceError('BUILD_FAILED', `${what}.`);
}
