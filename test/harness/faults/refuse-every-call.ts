import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Job, runJob, tempDir } from '../job/job.ts';
import { keyFolders, litter, published } from '../storm/remains.ts';
import type { ErrorName } from './at-call.ts';
import { callByCall } from './call-by-call.ts';
import { atCall, expectHealed, expectWhole, inputs, type Scene } from './kill-every-call.ts';

/** What a disk may say. */
export type Refusal = Extract<ErrorName, 'ENOSPC' | 'EROFS' | 'EACCES' | 'EIO'>;

/** The calls that may hear it; a full disk can still be read, and cleared. */
const CALLS: Readonly<Record<Refusal, string>> = {
  ENOSPC: '^(mkdir|write|appendFile|rename|link|symlink|copyFile|fsync|fdatasync)',
  EROFS: '^(mkdir|write|appendFile|rename|link|symlink|copyFile|rm|unlink|utimes|chmod|lchown)',
  EACCES: '',
  EIO: '',
};

/** Longest time, in ms, that a step may take on such a disk. */
const LIMIT_MS = 30_000;

/**
 * The disk refuses a step's first call below the root, then another step's second, and so on until one is refused
 * nothing. Each of them ends by itself: it has built, or says in one error what was refused and where. Nothing half is
 * published, and on a disk that is well again a step ends well and clears away what is left.
 * @param every 3: only every third call
 * @param forGood every call after the first one is refused as well
 * @returns how many steps were refused something, and how many of those built all the same
 */
export async function refuseEveryCall(scene: Scene, error: Refusal, forGood: boolean, every = 1) {
  const built = await callByCall((nth) => refuse(scene, error, forGood, nth * every));
  return { refused: built.length, built: built.filter(Boolean).length };
}

/** Returns whether the step built all the same; undefined if it was refused nothing. */
async function refuse(scene: Scene, error: Refusal, forGood: boolean, nth: number): Promise<boolean | undefined> {
  const root = tempDir();
  await scene.before(root);
  const before = published(root);
  const report = join(tempDir(), 'call');
  const plan = { below: root, nth, match: CALLS[error], error, forGood };
  const began = performance.now();
  const job = await runJob({ root, inputs: scene.inputs, ...atCall(plan, report) });
  const tookMs = performance.now() - began;
  if (!existsSync(report)) return undefined;
  const told = `${error}${forGood ? ' for good, from' : ','} ${readFileSync(report, 'utf8').trim()}`;
  expect.soft(tookMs, told).toBeLessThan(LIMIT_MS);
  if (job.end.code === 0) expectWhole(job.outputs.path, told);
  else expectToldOnce(job, error, root, told);
  expectNothingHalf(root, before, told);
  await expectHealed(root, scene.next ?? inputs, told);
  scene.after?.(root, told);
  expect.soft(litter(root), told).toEqual([]);
  return job.end.code === 0;
}

function expectToldOnce(job: Job, error: Refusal, root: string, told: string): void {
  const errors = [...job.log.matchAll(/^::error::(.*)$/gm)].map(([, text]) => text);
  expect.soft(errors, `${told}\n${job.log}`).toHaveLength(1);
  expect.soft(job.log, told).not.toMatch(/^\s+at /m);
  const own = /^The build of "sdk" failed with exit code 3\./.test(errors[0] ?? '');
  const unusable = `The shared cache at ${root} cannot be used: ${error} at ${root}`;
  // A manifest that may not be read can be another user's, and whole.
  const unread = new RegExp(`^${root}/\\S+/entry/manifest\\.json may not be read by this user \\(${error}\\): `);
  if (!own && !unread.test(errors[0] ?? '')) expect.soft(errors[0], told).toContain(unusable);
  expect.soft(job.outputs.path ?? '', told).toBe('');
}

/** What is published is whole, also where the step could not see that it had published. */
function expectNothingHalf(root: string, before: readonly string[], told: string): void {
  const [dir] = keyFolders(root);
  const now = published(root);
  for (const build of new Set([...before, ...now])) expectWhole(join(dir ?? '', build), told);
  expect.soft(now.length, told).toBeGreaterThanOrEqual(before.length);
}
