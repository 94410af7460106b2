import { join } from 'node:path';
import { hasControls } from '../../base/format.ts';
import { readShared } from '../../host/read-shared.ts';
import type { PublishedBuild } from '../producer.ts';

/** Whether this is the full name of a commit, SHA-1 or SHA-256. */
export function isFullName(ref: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
}

/** A commit's name shortened for people. */
export function shortName(commit: string): string {
  return commit.slice(0, 7);
}

/**
 * Commit that a checkout is at, read without git: a checkout of ours names it in `.git/HEAD`, so this is one read. The
 * files may be any that somebody put there: what is not to be read gives an empty text, which is no commit.
 */
export function headOf(checkout: string): string | undefined {
  const dir = join(checkout, '.git');
  const head = read(join(dir, 'HEAD'));
  const branch = /^ref: (refs\/.+)$/.exec(head ?? '')?.[1];
  if (branch === undefined) return head;
  return leadsInside(branch) ? (read(join(dir, branch)) ?? packed(dir, branch)) : '';
}

/** Whether the name of a ref is a path inside of `.git`. Git allows neither of these in a name. */
function leadsInside(branch: string): boolean {
  return !hasControls(branch) && !branch.includes('..') && !branch.includes('\\');
}

/** Why a published checkout is no longer at its commit, to follow "it is not taken: "; undefined if it is. */
export function staleHead({ identity, path }: PublishedBuild): string | undefined {
  const head = headOf(path);
  if (identity === undefined || head === identity) return undefined;
  const expected = `but ${shortName(identity)} was checked out`;
  return head === undefined ? `its HEAD is gone, ${expected}` : `its HEAD is ${visible(head)}, ${expected}`;
}

function visible(head: string): string {
  return isFullName(head) ? shortName(head) : 'no commit';
}

/** Some 100,000 refs. */
const PACKED_REFS_BYTES = 16 * 1024 * 1024;

function packed(dir: string, branch: string): string | undefined {
  const lines = read(join(dir, 'packed-refs'), PACKED_REFS_BYTES)?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${branch}`))?.split(' ', 1)[0];
}

function read(file: string, maxBytes?: number): string | undefined {
  const found = readShared(file, maxBytes);
  if (found.kind === 'absent') return undefined;
  return found.kind === 'text' ? found.text.trim() : '';
}
