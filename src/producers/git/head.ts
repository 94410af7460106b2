import { join } from 'node:path';
import { readShared } from '../../host/read-shared.ts';
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
  const lines = read(join(dir, 'packed-refs'), PACKED_BYTES)?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${branch}`))?.split(' ', 1)[0];
}

/** A large repository has some 100,000 refs. */
const PACKED_BYTES = 16 * 1024 * 1024;

/** undefined also for what git would not have written there, such as a pipe: it is then read as no HEAD. */
function read(file: string, most?: number): string | undefined {
  const shared = readShared(file, most);
  return shared.kind === 'text' ? shared.text.trim() : undefined;
}
