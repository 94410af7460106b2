import { OnceError, systemCode } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { deadlineIn, sleep } from '../../base/wait.ts';
import { firstOf, type Watch } from '../../base/watch.ts';
import { type Claim, type Holder, isClaim, type LockEngine } from '../../lock/engine.ts';
import { BuildEntry } from '../../store/build-entry.ts';
import { hold } from '../build/hold.ts';
import type { BuildContext, Context } from '../context.ts';
import { type Contention, taken, type WaitResult } from './contention.ts';
import { Crossing } from './crossing.ts';
import { refuseOwnClaim } from './own-claim.ts';
import { SharedFailures } from './shared-failures.ts';
import { timedOut } from './timed-out.ts';
import { describeHolder, isSlow, WaitLog } from './wait-log.ts';

/** Losing the lock this often means that something is wrong with the disk, not with luck. */
const LOST_LIMIT = 3;

/**
 * What a step does when nothing was there at its first look: claims the lock, or waits for a change, until there is a
 * build it takes, or a reason to stop. Waiters wait for the artifact, not for the lock: every time they wake they look
 * again without the lock, and claim it only if the artifact is still missing and nobody alive holds it.
 *
 * @param met whether another holder is known to have been there
 */
export async function contend(looking: Context, engine: LockEngine, met = false): Promise<WaitResult> {
  const entry = new BuildEntry(looking.entry.subject, looking.entry.groupShared);
  const context: BuildContext = { ...looking, entry };
  const { request } = context;
  if (request.policy.mode === 'build') await makeRoom(context, engine);
  const watch = firstOf(engine.watch(entry.id), entry.watch());
  const crossing = new Crossing(context, engine);
  try {
    return await takeTurns({ context, engine, met }, watch, crossing);
  } finally {
    crossing.leave();
    await watch[Symbol.asyncDispose]();
  }
}

/** Longest time, in ms, for which a network client is believed to remember a folder that is gone. MooseFS's does for 1 s. */
const REMEMBERED_MS = 3000;
const RETRY_MS = 100;

/**
 * Makes the folders of the key. If another host has removed those above, and maybe made them anew, this one still sees
 * the old ones for a while, and cannot make anything in them (ENOENT, seen on MooseFS): that passes.
 */
async function makeRoom({ entry, services }: BuildContext, engine: LockEngine): Promise<void> {
  const limit = deadlineIn(REMEMBERED_MS);
  for (;;) {
    try {
      entry.prepare();
      engine.prepare(entry.id);
      return;
    } catch (error) {
      if (!['ENOENT', 'ESTALE'].includes(systemCode(error) ?? '') || limit.left() <= 0) throw error;
      await sleep(RETRY_MS, services.signal);
      services.signal.throwIfAborted();
    }
  }
}

async function takeTurns(
  { context, engine, met }: Pick<Contention, 'context' | 'engine' | 'met'>,
  watch: Watch,
  crossing: Crossing,
): Promise<WaitResult> {
  const { request, services, entry, acceptance, tally } = context;
  const { key } = request.subject;
  const failures = new SharedFailures(entry, request.policy.attempts);
  const log = new WaitLog(services.reporter);
  const pool = { refused: new Set<string>() };
  const contention: Contention = { context, engine, failures, met, paused: false, pool };
  for (let losses = 0; losses < LOST_LIMIT; ) {
    services.signal.throwIfAborted();
    const found = await acceptance.look();
    if (found !== undefined) return taken(contention, found);
    const answer = await holderOrClaim(contention);
    if (answer === undefined) {
      if (!contention.met || contention.paused) return lastLook(contention);
      await pause(contention, watch);
      continue;
    }
    if (isClaim(answer)) {
      tally.lock.stop();
      crossing.leave();
      const result = await hold(contention, answer);
      // What another host has published is not taken. Another attempt builds in its place.
      if (result === 'again') continue;
      if (result !== undefined) return result;
      // Somebody else took the lock over, or was the first to publish: a holder was met.
      contention.met = true;
      losses += 1;
      continue;
    }
    refuseOwnClaim(answer, context);
    await crossing.check(answer);
    contention.met = true;
    contention.paused = false;
    tally.lock.start();
    const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
    if (leftMs <= 0) return timedOut(contention, answer, engine.where(entry.id));
    log.note(isSlow(answer) ? `${answer.token}, slow` : answer.token, tally.lock.ms, (waiting) =>
      waitingFor(waiting, answer, context),
    );
    await watch.next(services.signal, leftMs);
  }
  throw new OnceError(
    'LOCK_LOST',
    `The lock of "${shorten(key)}" in ${entry.dir} was lost ${LOST_LIMIT} times while building, and nothing was published. The disk or its network does not let heartbeats through: see the kernel log of this host.`,
  );
}

const PAUSE_MS = 500;

/** A builder that failed or died has gone, and another waiter is about to take its place: that is not "nobody builds". */
async function pause(contention: Contention, watch: Watch): Promise<void> {
  contention.paused = true;
  await watch.next(contention.context.services.signal, PAUSE_MS);
}

/** Who has the lock, or our claim; undefined when nobody has it and this step does not build. */
async function holderOrClaim({ context, engine, failures }: Contention): Promise<Claim | Holder | undefined> {
  const { request, services, entry } = context;
  const holder = await engine.holder(entry.id);
  if (holder !== undefined) return holder;
  if (request.policy.mode !== 'build') return undefined;
  failures.check();
  const { who, steps, worker } = services;
  return engine.claim(entry.id, { key: request.subject.key, who, ...(steps && { job: worker.id }) });
}

function waitingFor(waiting: string, holder: Holder, { request, acceptance, tally }: Context): string {
  const last = acceptance.lastBuildMs;
  const usual = last === undefined ? '' : ` The last build of this key took ${formatDuration(last)}.`;
  const who = describeHolder(holder, tally.lock.ms);
  const key = `"${shorten(request.subject.key)}"`;
  // Only the holder knows whether it has a slot yet. All jobs of a key need one or none, so that is what can be said.
  const doing = request.policy.slots === undefined ? `builds ${key}` : `builds ${key}, or waits for a build slot to`;
  return `${waiting} for ${who}, which ${doing}.${usual}`;
}

/** The holder may have published and gone between our look and our question who it is. */
async function lastLook(contention: Contention): Promise<WaitResult> {
  const found = await contention.context.acceptance.look();
  return found === undefined ? { result: 'missed' } : taken(contention, found);
}
