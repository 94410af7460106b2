import { OnceError } from '../../base/errors.ts';
import { withPlainAddresses } from '../../base/redact.ts';
import { type ProbeResult, probe } from '../probe.ts';
import type { Environment, Surroundings } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';
import { gitEnvironment } from './settings.ts';
import { failed, failureIn, retryNetwork, unknownRef } from './trouble.ts';

/** What a ref points at. */
export interface Found {
  readonly commit: string;
  /** The name of the tag that the ref is; undefined for a branch. */
  readonly tag: string | undefined;
}

const LIMIT_MS = 60_000;

/**
 * Asks the server which commit `ref` points at, with one `ls-remote` for all refs that it may name. A branch takes
 * precedence over a tag of the same name, as with `git clone --branch`. An annotated tag gives its commit.
 *
 * @param limitMs most time for one try, in ms; never more than 60,000
 * @returns undefined if `ref` can only be the short name of a commit, which servers do not look up
 * @throws OnceError BUILD_FAILED if the server does not answer, or has no such ref; BAD_INPUT if git is missing
 */
export async function lookUp(
  spec: RepositorySpec,
  { env, signal, reporter }: Pick<Surroundings, 'env' | 'signal' | 'reporter'>,
  limitMs = LIMIT_MS,
): Promise<Found | undefined> {
  const surroundings = { env: gitEnvironment(spec, env), signal, reporter };
  await requireGit(surroundings);
  const names = namesFor(spec.ref);
  const timeoutMs = Math.min(limitMs, LIMIT_MS);
  const answer = await retryNetwork(surroundings, async () => {
    const probed = await probe('git', ['ls-remote', '--', spec.url, ...names], surroundings, { timeoutMs });
    return { ...probed, failure: probed.exitCode === 0 ? undefined : failureIn(probed.stderr) };
  });
  if (answer.failure !== undefined) {
    // The runner also ends lines at a carriage return, and would obey a workflow command after it.
    for (const line of answer.stderr.trim().split(/[\r\n]+/)) reporter.info(`git: ${withPlainAddresses(line)}`);
    throw failed(answer.failure, spec, 'ls-remote');
  }
  const found = foundIn(answer, names);
  if (found === undefined && !/^[0-9a-f]{4,64}$/i.test(spec.ref)) throw unknownRef(spec);
  return found;
}

/** The refs that `ref` may name, in order of precedence. */
function namesFor(ref: string): string[] {
  const full = ref === 'HEAD' || ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  return full.flatMap((name) => (name.startsWith('refs/tags/') ? [`${name}^{}`, name] : [name]));
}

function foundIn({ stdout }: ProbeResult, names: readonly string[]): Found | undefined {
  const lines = stdout.split('\n').map((line) => line.split('\t', 2));
  for (const name of names) {
    const commit = lines.find(([, each]) => each === name)?.[0];
    if (commit !== undefined) return { commit, tag: /^refs\/tags\/(.+?)(?:\^\{\})?$/.exec(name)?.[1] };
  }
  return undefined;
}

/** The first version that reads settings, and so the token, from its environment. */
const OLDEST = [2, 31] as const;

/**
 * Checks the version of git.
 * @throws OnceError BAD_INPUT if git is missing or too old
 */
export async function requireGit(surroundings: { readonly env: Environment; readonly signal: AbortSignal }) {
  const { stdout } = await probe('git', ['version'], surroundings);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout)?.slice(1) ?? []).map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  const found = stdout.trim() || 'another program';
  throw new OnceError('BAD_INPUT', `repository: ${found} is too old here: install git ${OLDEST.join('.')} or newer.`);
}
