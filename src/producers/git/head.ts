import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import type { PublishedBuild } from '../producer.ts';

/** Whether this is a commit's name in full: SHA-1 or SHA-256. */
export function isWholeName(ref: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
}

/** The first digits of a commit, as people name it. */
export function shortName(commit: string): string {
  return commit.slice(0, 7);
}

/** Commit that a checkout is at, read without git: a checkout of ours names it in `.git/HEAD`, so this is one read. */
export function headOf(checkout: string): string | undefined {
  const dir = join(checkout, '.git');
  const head = read(join(dir, 'HEAD'));
  const branch = /^ref: (refs\/.+)$/.exec(head ?? '')?.[1];
  return branch === undefined ? head : (read(join(dir, branch)) ?? packed(dir, branch));
}

/** Why a published checkout is not what was checked out, as in "it is not taken: …"; undefined: it is. */
export function staleHead({ identity, path }: PublishedBuild): string | undefined {
  const head = headOf(path);
  if (identity === undefined || head === identity) return undefined;
  const was = `${shortName(identity)} was checked out`;
  return head === undefined ? `it has no HEAD any more, where ${was}` : `its HEAD is ${visible(head)}, where ${was}`;
}

function visible(head: string): string {
  return isWholeName(head) ? shortName(head) : 'no commit';
}

function packed(dir: string, branch: string): string | undefined {
  const lines = read(join(dir, 'packed-refs'))?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${branch}`))?.split(' ', 1)[0];
}

function read(file: string): string | undefined {
  return unless(['ENOENT', 'ENOTDIR', 'EISDIR'], () => readFileSync(file, 'utf8'))?.trim();
}
