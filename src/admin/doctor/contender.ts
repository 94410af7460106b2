import { closeSync, openSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { rootError, systemCode, unless } from '../../base/errors.ts';
import type { Reporter } from '../../base/reporter.ts';
import { sleep } from '../../base/wait.ts';
import { type Asker, type Claim, isClaim, type LockEngine } from '../../lock/engine.ts';
import { openFileEngine } from '../../step/engine.ts';
import { whoOf } from '../../step/job.ts';
import { entryPaths } from '../../store/layout.ts';
import type { Order, Post, Report } from './protocol.ts';

/** Longest hold, and longest rest after it, in ms. Random times let the contenders interleave. */
const TURN_MS = 4;

/** The main function of a contender: a process that uses the lock as a job does, on the doctor's orders. */
export async function serve([text = '{}']: readonly string[]): Promise<number> {
  const post = JSON.parse(text) as Post;
  const stop = new AbortController();
  // The doctor is gone. The lock library's exit handler releases what this process holds.
  process.once('disconnect', () => process.exit(1));
  const first = new Promise<Order>((resolve) => {
    process.on('message', (order: Order) => (order === 'stop' ? stop.abort() : resolve(order)));
  });
  report({ type: 'ready' });
  try {
    await obey(await first, post, stop.signal);
  } catch (error) {
    report({ type: 'failed', why: rootError(error, post.root).message });
  }
  process.disconnect();
  return 0;
}

function report(message: Report): void {
  process.send?.(message);
}

async function obey(order: Order, post: Post, stop: AbortSignal): Promise<void> {
  if (order === 'look') return report(look(post.root));
  const engine = await openFileEngine({ root: post.root, network: post.network, groupShared: false, reporter: silent });
  engine.prepare(post.id);
  if (order === 'contend') return contend(engine, post, stop);
  await claimInTurn(engine, post.id, new AbortController().signal);
  report({ type: 'holding' });
  await new Promise<never>(() => {});
}

function look(path: string): Report {
  try {
    return { type: 'looked', code: undefined, folder: statSync(path).isDirectory() };
  } catch (error) {
    return { type: 'looked', code: systemCode(error) ?? 'error', folder: false };
  }
}

const nothing = () => {};
const silent: Reporter = {
  debug: nothing,
  info: nothing,
  notice: nothing,
  warn: nothing,
  output: nothing,
  openGroup: nothing,
  closeGroup: nothing,
};

/** Waits for the lock and claims it; undefined if `stop` aborts first. */
async function claimInTurn(engine: LockEngine, id: string, stop: AbortSignal): Promise<Claim | undefined> {
  const asker: Asker = { key: 'build-once doctor', who: whoOf(process.env) };
  await using watch = engine.watch(id);
  while (!stop.aborted) {
    const answer = await engine.claim(id, asker);
    if (isClaim(answer)) return answer;
    await watch.next(stop, Infinity);
  }
  return undefined;
}

/**
 * Claims and releases until `stop` aborts. The file `inside`, which only one process at a time can make, shows whether
 * the holder is alone. It does not depend on the lock.
 */
async function contend(engine: LockEngine, { root, id }: Post, stop: AbortSignal): Promise<void> {
  const inside = join(entryPaths(root, id).dir, 'inside');
  for (;;) {
    const claim = await claimInTurn(engine, id, stop);
    if (claim === undefined) break;
    const listed = await claim.confirm();
    const alone = makeFile(inside);
    report({ type: 'claimed', alone, listed });
    await sleep(Math.random() * TURN_MS);
    if (alone) unless(['ENOENT'], () => unlinkSync(inside));
    await claim[Symbol.asyncDispose]();
    await sleep(Math.random() * TURN_MS);
  }
  report({ type: 'done' });
}

/** Whether the file was made by this call. */
function makeFile(path: string): boolean {
  const made = unless(['EEXIST'], () => openSync(path, 'wx'));
  if (made !== undefined) closeSync(made);
  return made !== undefined;
}
