import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositorySpec } from '../spec.ts';
import type { Git } from './git.ts';
import { failed, unknownRef } from './trouble.ts';

/** Where and how one commit is fetched. */
interface Fetching {
  readonly git: Git;
  readonly spec: RepositorySpec;
  /** The build folder. */
  readonly out: string;
}

type Step = (fetching: Fetching, commit: string) => string[];

/** With as little as asked for. Servers may refuse it for a commit that no ref is at: old ones, and protocol 0. */
const byName: Step = (fetching, commit) => [...lean(fetching), 'origin', commit];
/** What a server that refuses names of commits gives, an annotated tag's among them. */
const byRef: Step = (fetching) => [...lean(fetching), 'origin', fetching.spec.ref];
/** All branches and tags with their history. */
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
 * Fetches one commit, step by step more until it is there.
 * @throws OnceError BUILD_FAILED when the repository has it not, or cannot be fetched from
 */
export async function fetchCommit(fetching: Fetching, commit: string): Promise<void> {
  const steps = fetching.spec.depth === Infinity ? [everything, byName] : [byName, byRef, everything];
  for (const step of steps) {
    await fetch(fetching, step, commit);
    if (await resolve(fetching, commit)) return;
  }
  throw unknownRef(fetching.spec);
}

/**
 * Fetches everything, and looks a short name up in it.
 * @returns the commit's full name
 * @throws OnceError BUILD_FAILED when no commit of a branch or tag has that name, or several have
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
  const trouble = await git.try(command, ...args);
  if (trouble !== undefined && trouble !== 'refused') throw failed(trouble, spec, command);
}

async function resolve({ git }: Fetching, name: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.ask('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  return exitCode === 0 ? stdout.trim() : undefined;
}
