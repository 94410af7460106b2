import { join } from 'node:path';
import { OnceError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { stopwatch } from '../../base/wait.ts';
import { WITHIN_VARIABLE } from '../../host/proc.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { probe } from '../probe.ts';
import type { Attempt, Product } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';
import { fetchCommit, fetchShort } from './fetch.ts';
import { Git } from './git.ts';
import { headOf, isFullName, shortName } from './head.ts';
import { type Found, lookUp, requireGit } from './look-up.ts';
import { failed, nameOf } from './trouble.ts';

/**
 * Checks a repository out into the build folder, detached at one commit. The checkout is complete: it depends on nothing
 * of this job, and contains none of its secrets.
 * @throws OnceError BUILD_FAILED; BAD_INPUT if git or git-lfs is missing; the signal's reason if aborted
 */
export async function checkOut(spec: RepositorySpec, attempt: Attempt): Promise<Product> {
  const { reporter } = attempt;
  attempt.signal.throwIfAborted();
  reporter.openGroup(`Fetching ${nameOf(spec)}`);
  try {
    return { identity: await checkOutCommit(spec, attempt) };
  } finally {
    reporter.closeGroup();
  }
}

async function checkOutCommit(spec: RepositorySpec, attempt: Attempt): Promise<string> {
  const elapsed = stopwatch();
  const { out, env, signal, within, reporter } = attempt;
  // Carries the attempt's token, by which a takeover from a killed step finds a probe that is still running.
  const surroundings = { env: { ...env, [WITHIN_VARIABLE]: within.join(',') }, signal, reporter };
  const git = new Git(spec, attempt);
  await requireGit(surroundings);
  if (spec.lfs) await requireLfs(surroundings);
  const { commit: known, tag } = await pointedAt(spec, () => lookUp(spec, surroundings, git.leftMs()));
  await git.run('init', '--quiet', ...(known?.length === 64 ? ['--object-format=sha256'] : []));
  await git.run('remote', 'add', '--', 'origin', spec.url);
  if (known === undefined) reporter.info(`"${spec.ref}" is a short commit, so all branches and tags are fetched.`);
  else await fetchCommit({ git, spec: { ...spec, tag }, out, reporter }, known);
  const commit = known ?? (await fetchShort({ git, spec, out, reporter }));
  if (spec.lfs) await git.run(...INSTALL_LFS);
  await git.run('checkout', '--progress', '--force', '--detach', commit);
  await updateSubmodules(spec, git, attempt);
  if (headOf(out) !== commit) throw new Error(`HEAD is ${headOf(out)}, expected ${commit}`);
  reporter.info(`Checked out ${shortName(commit)} in ${formatDuration(elapsed())}.`);
  return commit;
}

async function pointedAt(
  { ref, commit, tag }: RepositorySpec,
  ask: () => Promise<Found | undefined>,
): Promise<Partial<Found>> {
  if (commit !== undefined) return { commit, tag };
  return isFullName(ref) ? { commit: ref.toLowerCase() } : ((await ask()) ?? {});
}

async function requireLfs(surroundings: Pick<Attempt, 'env' | 'signal'>): Promise<void> {
  const { exitCode } = await probe('git', ['lfs', 'version'], surroundings);
  if (exitCode === 0) return;
  throw new OnceError('BAD_INPUT', 'lfs: git-lfs is not installed on this runner. Install it, or remove `lfs`.');
}

/** Writes the filters into the checkout's own config, so that git finds its files unchanged in later jobs too. */
const INSTALL_LFS = ['lfs', 'install', '--local', '--skip-repo'] as const;

async function updateSubmodules(spec: RepositorySpec, git: Git, attempt: Attempt): Promise<void> {
  const { submodules, depth, lfs } = spec;
  if (submodules === 'false') return;
  const all = submodules === 'recursive' ? ['--recursive'] : [];
  const shallow = depth === Infinity ? [] : [`--depth=${depth}`];
  const update = ['submodule', 'update', '--init', '--progress', ...all] as const;
  const failure = await git.try(...update, ...shallow);
  if (failure !== undefined) {
    if (failure.trouble !== 'refused' || shallow.length === 0) throw failed(failure, spec, 'submodule');
    attempt.reporter.info('A server refuses to send a submodule without its history, so all of it is fetched.');
    // What came without it would be in the way.
    await git.run('submodule', 'deinit', '--all', '--force');
    await removeTree(join(attempt.out, '.git/modules'), attempt.signal);
    await git.run(...update);
  }
  if (lfs) await git.run('submodule', 'foreach', '--quiet', ...all, `git ${INSTALL_LFS.join(' ')}`);
}
