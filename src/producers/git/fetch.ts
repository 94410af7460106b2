import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter } from '../../base/reporter.ts';
import type { RepositorySpec } from '../spec.ts';
import type { Git } from './git.ts';
import { failed, unknownRef } from './trouble.ts';

/** What is fetched, and into which folder. */
interface Fetching {
  readonly git: Git;
  readonly spec: RepositorySpec;
  /** The build folder. */
  readonly out: string;
  readonly reporter: Pick<Reporter, 'info'>;
}

/** The arguments of one fetch that may bring the commit. */
type Step = (fetching: Fetching, commit: string) => string[];

/** A tag with its commit, so that `git describe` knows it. */
const byTag: Step = (fetching) => {
  const { tag = '' } = fetching.spec;
  return [...lean(fetching), 'origin', `+refs/tags/${tag}:refs/tags/${tag}`];
};
/** Fetches the least. Old servers and protocol 0 may refuse a commit that no ref points at. */
const byName: Step = (fetching, commit) => [...lean(fetching), 'origin', commit];
/** For servers that refuse to fetch by commit, also if `ref` is an annotated tag. */
const byRef: Step = (fetching) => [...lean(fetching), 'origin', fetching.spec.ref];
/** Fetches all branches and tags with their history. */
const everything: Step = ({ spec, out }) => [
  ...fetchWith(spec),
  ...(existsSync(join(out, '.git/shallow')) ? ['--unshallow'] : []),
  'origin',
  '+refs/heads/*:refs/remotes/origin/*',
  '+refs/tags/*:refs/tags/*',
];

function lean({ spec }: Fetching): string[] {
  return [...fetchWith(spec), ...(spec.depth === Infinity ? [] : [`--depth=${spec.depth}`])];
}

function fetchWith({ filter }: RepositorySpec): string[] {
  const options = ['--progress', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--no-auto-gc'];
  return ['fetch', ...options, ...(filter === undefined ? [] : [`--filter=${filter}`])];
}

/**
 * Fetches one commit, with larger and larger fetches until it has arrived.
 * @throws OnceError BUILD_FAILED if the repository does not have it, or cannot be fetched from
 */
export async function fetchCommit(fetching: Fetching, commit: string): Promise<void> {
  const steps = fetching.spec.depth === Infinity ? [everything, byName] : [byName, byRef, everything];
  if (fetching.spec.tag !== undefined && fetching.spec.depth !== Infinity) steps.unshift(byTag);
  for (const step of steps) {
    if (step === everything && steps.length > 2) {
      fetching.reporter.info('The server does not send that commit alone, so all branches and tags are fetched.');
    }
    await fetch(fetching, step, commit);
    if (await resolve(fetching, commit)) return;
  }
  throw unknownRef(fetching.spec);
}

/**
 * Fetches everything, and looks a commit up by its short name.
 * @returns the commit's full name
 * @throws OnceError BUILD_FAILED if no commit of a branch or tag has that name, or several have
 */
export async function fetchShort(fetching: Fetching): Promise<string> {
  await fetch(fetching, everything, '');
  const commit = await resolve(fetching, fetching.spec.ref);
  if (commit === undefined) throw unknownRef(fetching.spec);
  return commit;
}

async function fetch(fetching: Fetching, step: Step, commit: string): Promise<void> {
  const { git, spec } = fetching;
  const [command = 'fetch', ...args] = step(fetching, commit);
  const failure = await git.try(command, ...args);
  if (failure !== undefined && failure.trouble !== 'refused') throw failed(failure, spec, command);
}

async function resolve({ git }: Fetching, name: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.ask('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  return exitCode === 0 ? stdout.trim() : undefined;
}
