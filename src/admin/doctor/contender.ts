import { closeSync, openSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { rootError, systemCode, unless } from '../../base/errors.ts';
import type { Reporter } from '../../base/reporter.ts';
import { sleep } from '../../base/wait.ts';
import { type Asker, type Claim, isClaim, type LockEngine } from '../../lock/engine.ts';
import { openFileEngine } from '../../step/engine.ts';
import type { Env } from '../../step/inputs/read.ts';
import { whoOf } from '../../step/job.ts';
import { entryPaths } from '../../store/layout.ts';
import type { Answer, Order, Post, Score } from './protocol.ts';

/** Longest time, in ms, that a claim is kept or that its process rests after it: others are to get between. */
const TURN_MS = 4;

/** A process that uses the lock as steps do, told by the doctor what to do. It ends with the doctor. */
export async function serve([text = '{}']: readonly string[], env: Env): Promise<number> {
  const post = JSON.parse(text) as Post;
  const asker: Asker = { key: 'build-once doctor', who: whoOf(env) };
  const stop = new AbortController();
  // The lock library's exit handler opens what this process holds.
  process.once('disconnect', () => process.exit(1));
  const first = new Promise<Order>((resolve) => {
    process.on('message', (order: Order) => (order.do === 'stop' ? stop.abort() : resolve(order)));
  });
  tell({ said: 'ready' });
  try {
    await obey(await first, post, asker, stop.signal);
  } catch (error) {
    tell({ said: 'failed', why: rootError(error, post.root).message });
  }
  process.disconnect();
  return 0;
}

async function obey(order: Order, post: Post, asker: Asker, stop: AbortSignal): Promise<void> {
  if (order.do === 'knock') return tell(knock(order.path));
  const engine = await openFileEngine({ ...post, groupShared: false, reporter: hearTakeovers() });
  engine.prepare(post.id);
  if (order.do === 'contend') return tell({ said: 'done', score: await contend(engine, post, asker, stop) });
  await claimOf(engine, post, asker);
  tell({ said: 'holding' });
  await new Promise<never>(() => {});
}

function tell(answer: Answer): void {
  process.send?.(answer);
}

function knock(path: string): Answer {
  try {
    return { said: 'open', code: undefined, folder: statSync(path).isDirectory() };
  } catch (error) {
    return { said: 'open', code: systemCode(error) ?? 'error', folder: false };
  }
}

/** The engine reports nothing but takeovers as information. */
function hearTakeovers(): Reporter {
  const quiet = () => {};
  const info = () => tell({ said: 'took' });
  return { debug: quiet, info, notice: quiet, warn: quiet, output: quiet, openGroup: quiet, closeGroup: quiet };
}

async function claimOf(engine: LockEngine, { id }: Post, asker: Asker): Promise<Claim> {
  await using watch = engine.watch(id);
  for (;;) {
    const answer = await engine.claim(id, asker);
    if (isClaim(answer)) return answer;
    await watch.next(new AbortController().signal, Infinity);
  }
}

async function contend(engine: LockEngine, post: Post, asker: Asker, stop: AbortSignal): Promise<Score> {
  const score = { claims: 0, overlaps: 0, unlisted: 0 };
  await using watch = engine.watch(post.id);
  try {
    while (!stop.aborted) {
      const answer = await engine.claim(post.id, asker);
      if (isClaim(answer)) await prove(answer, post, score);
      else await watch.next(stop, Infinity);
    }
    return { ...score, error: undefined };
  } catch (error) {
    return { ...score, error: rootError(error, post.root).message };
  }
}

/** Exclusion is shown by a file that only one at a time can have made, which has nothing to do with the lock. */
async function prove(
  claim: Claim,
  { root, id }: Post,
  score: { -readonly [Name in 'claims' | 'overlaps' | 'unlisted']: number },
) {
  const inside = join(entryPaths(root, id).dir, 'inside');
  score.claims += 1;
  if (!(await claim.confirm())) score.unlisted += 1;
  const made = unless(['EEXIST'], () => openSync(inside, 'wx'));
  if (made === undefined) score.overlaps += 1;
  else closeSync(made);
  await sleep(Math.random() * TURN_MS);
  if (made !== undefined) unless(['ENOENT'], () => unlinkSync(inside));
  await claim[Symbol.asyncDispose]();
  await sleep(Math.random() * TURN_MS);
}
