import { closeSync, openSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { rootError, systemCode, unless } from '../../base/errors.ts';
import { sleep } from '../../base/wait.ts';
import { type Asker, type Claim, isClaim, type LockEngine } from '../../lock/engine.ts';
import { openFileEngine } from '../../step/engine.ts';
import { whoOf } from '../../step/job.ts';
import { entryPaths } from '../../store/layout.ts';
import { silent } from '../silent.ts';
import type { Post, Report, Task } from './protocol.ts';

/** Longest hold, and longest rest after it, in ms. Random times let the contenders interleave. */
const TURN_MS = 4;

/** The main function of a contender: a process that uses the lock as a job does. It lives as long as the doctor. */
export async function serve([task, text = '{}']: readonly string[]): Promise<number> {
  const post = JSON.parse(text) as Post;
  // The doctor is gone. The lock library's exit handler releases what this process holds.
  process.once('disconnect', () => process.exit(1));
  try {
    if (task === 'look') report(look(post.root));
    else await useLock(task as Task, post);
  } catch (error) {
    report({ type: 'failed', why: rootError(error, post.root).message });
  }
  process.disconnect();
  return 0;
}

async function useLock(task: Task, post: Post): Promise<never> {
  const engine = await openFileEngine({ root: post.root, network: post.network, groupShared: false, reporter: silent });
  engine.prepare(post.id);
  report({ type: 'ready' });
  if (task === 'contend') return contend(engine, post);
  await claimInTurn(engine, post.id);
  report({ type: 'holding' });
  return new Promise<never>(() => {});
}

function report(message: Report): void {
  process.send?.(message);
}

function look(path: string): Report {
  try {
    return { type: 'looked', code: undefined, folder: statSync(path).isDirectory() };
  } catch (error) {
    return { type: 'looked', code: systemCode(error) ?? 'error', folder: false };
  }
}

/** Waits for the lock and claims it. */
async function claimInTurn(engine: LockEngine, id: string): Promise<Claim> {
  const asker: Asker = { key: 'build-once doctor', who: whoOf(process.env) };
  const never = new AbortController().signal;
  await using watch = engine.watch(id);
  for (;;) {
    const answer = await engine.claim(id, asker);
    if (isClaim(answer)) return answer;
    await watch.next(never, Infinity);
  }
}

/**
 * Claims and releases for ever. The file `inside`, which only one process at a time can make, shows whether the holder is
 * alone. It does not depend on the lock.
 */
async function contend(engine: LockEngine, { root, id }: Post): Promise<never> {
  const inside = join(entryPaths(root, id).dir, 'inside');
  for (;;) {
    const claim = await claimInTurn(engine, id);
    const listed = await claim.confirm();
    const alone = makeFile(inside);
    report({ type: 'claimed', alone, listed });
    await sleep(Math.random() * TURN_MS);
    if (alone) unless(['ENOENT'], () => unlinkSync(inside));
    await claim[Symbol.asyncDispose]();
    await sleep(Math.random() * TURN_MS);
  }
}

/** Whether the file was made by this call. */
function makeFile(path: string): boolean {
  const made = unless(['EEXIST'], () => openSync(path, 'wx'));
  if (made !== undefined) closeSync(made);
  return made !== undefined;
}
