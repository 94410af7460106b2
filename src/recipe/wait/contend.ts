import { messageOf, OnceError, systemCode } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { deadlineIn, sleep } from '../../base/wait.ts';
import { type Claim, type Holder, isClaim, type LockEngine, type Watch } from '../../lock/engine.ts';
import { makeEntryDirs } from '../../store/layout.ts';
import { refuseSticky } from '../../store/sticky.ts';
import { sweep } from '../../store/sweep.ts';
import { attempt } from '../build/attempt.ts';
import type { Context } from '../context.ts';
import type { Accepted } from '../find/acceptance.ts';
import type { Result } from '../outcome.ts';
import { inSlot } from '../slots/slot.ts';
import { Crossing } from './crossing.ts';
import { digestOf, refuseOwnClaim } from './own-claim.ts';
import { SharedFailures } from './shared-failures.ts';
import { describeHolder, WaitLog } from './wait-log.ts';

/** What claiming or waiting led to. `missed` and `private` come without a build: there is none, or it is yet to be made. */
export interface WaitResult {
  readonly result: Result;
  readonly accepted?: Accepted | undefined;
}

/** Losing the lock this often means that something is wrong with the disk, not with luck. */
const LOST_LIMIT = 3;

/**
 * What a step does when nothing was there at its first look: claims the lock, or waits for a change, until there is a
 * build it takes, or a reason to stop. Waiters wait for the artifact, not for the lock: every time they wake they look
 * again without it, and only if the artifact is still missing and nobody alive holds the lock does one claim.
 *
 * @param met whether another holder is known to have been there
 */
export async function contend(context: Context, engine: LockEngine, met = false): Promise<WaitResult> {
  const { request, paths } = context;
  if (request.policy.mode === 'build') {
    if (request.policy.groupShared) refuseSticky(request.subject.root, paths);
    await makeRoom(context);
  }
  const watch = engine.watch(paths.id);
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
const TRIES_APART_MS = 100;

/**
 * Makes the folders of the key. Where another host has removed those above, and maybe made them anew, this one still
 * sees the old ones for a while, in which nothing can be made (ENOENT, seen on MooseFS): that passes. Making folders
 * again is safe at any time, since a folder that is there stays as it is.
 */
async function makeRoom({ paths, services }: Context): Promise<void> {
  const left = deadlineIn(REMEMBERED_MS);
  for (;;) {
    try {
      return makeEntryDirs(paths);
    } catch (error) {
      if (!['ENOENT', 'ESTALE'].includes(systemCode(error) ?? '') || left.left() <= 0) throw error;
      await sleep(TRIES_APART_MS, services.signal);
      services.signal.throwIfAborted();
    }
  }
}

async function takeTurns(
  { context, engine, met }: Pick<Contention, 'context' | 'engine' | 'met'>,
  watch: Watch,
  crossing: Crossing,
): Promise<WaitResult> {
  const { request, services, paths, acceptance, tally } = context;
  const { key } = request.subject;
  const failures = await SharedFailures.since(engine, paths.id, key, request.policy.attempts);
  const log = new WaitLog(services.reporter);
  const contest: Contention = { context, engine, failures, met, paused: false };
  for (let losses = 0; losses < LOST_LIMIT; ) {
    services.signal.throwIfAborted();
    const found = await acceptance.find();
    if (found !== undefined) return taken(contest, found);
    const answer = await approach(contest);
    if (answer === undefined) {
      if (!contest.met || contest.paused) return lastLook(contest);
      await pause(contest, watch);
      continue;
    }
    if (isClaim(answer)) {
      tally.lock.stop();
      crossing.leave();
      const ending = await hold(contest, answer);
      if (ending !== undefined) return ending;
      // Somebody else took the lock over, or was the first to publish: a holder was met.
      contest.met = true;
      losses += 1;
      continue;
    }
    refuseOwnClaim(answer, context);
    await crossing.check(answer);
    contest.met = true;
    contest.paused = false;
    tally.lock.start();
    const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
    if (leftMs <= 0) return timedOut(context, answer);
    log.note(answer.token, tally.lock.ms, (after) => waitingFor(answer, context, after));
    await watch.next(services.signal, leftMs);
  }
  throw new OnceError(
    'LOCK_LOST',
    `The lock of "${shorten(key)}" in ${paths.dir} was lost ${LOST_LIMIT} times while building, and nothing was published. The disk or its network does not let heartbeats through: see the kernel log of this host.`,
  );
}

interface Contention {
  readonly context: Context;
  readonly engine: LockEngine;
  readonly failures: SharedFailures;
  /** Whether another holder was met. */
  met: boolean;
  /** Whether this step, which never builds, gave those who do a moment to go on after one of them failed. */
  paused: boolean;
}

const PAUSE_MS = 500;

/** A builder that failed or died has gone, and another waiter is about to take its place: that is not "nobody builds". */
async function pause(contest: Contention, watch: Watch): Promise<void> {
  contest.paused = true;
  await watch.next(contest.context.services.signal, PAUSE_MS);
}

function taken({ met }: Contention, accepted: Accepted): WaitResult {
  return { result: met ? 'waited' : 'reused', accepted };
}

/** Who has the lock, or our claim; undefined when nobody has it and this step does not build. */
async function approach({ context, engine, failures }: Contention): Promise<Claim | Holder | undefined> {
  const { request, services, paths } = context;
  const holder = await engine.holder(paths.id);
  if (holder !== undefined) return holder;
  if (request.policy.mode !== 'build') return undefined;
  await failures.check();
  const { who, steps, worker } = services;
  return engine.claim(paths.id, { key: request.subject.key, who, ...(steps && { job: digestOf(worker, who) }) });
}

function waitingFor(holder: Holder, { request, acceptance, tally }: Context, after: string): string {
  const last = acceptance.lastBuildMs;
  const usual = last === undefined ? '' : ` The last build of this key took ${formatDuration(last)}.`;
  const who = describeHolder(holder, tally.lock.ms);
  const key = `"${shorten(request.subject.key)}"`;
  // Whether it has a slot yet only itself knows; what is the same for all jobs of a key is that it needs one.
  const doing = request.policy.slots === undefined ? `builds ${key}` : `builds ${key}, or waits for a build slot to`;
  return `Waiting${after} for ${who}, which ${doing}.${usual}`;
}

/** The holder may have published and gone between our look and our question who it is. */
async function lastLook(contest: Contention): Promise<WaitResult> {
  const found = await contest.context.acceptance.find();
  return found === undefined ? { result: 'missed' } : taken(contest, found);
}

/** Holding the lock: looks again, then builds. undefined: the lock or the race was lost, and it is worth another round. */
async function hold(contest: Contention, claim: Claim): Promise<WaitResult | undefined> {
  const { context, failures } = contest;
  const { services } = context;
  try {
    services.reporter.debug(`lock ${context.paths.id}: claimed as ${claim.token}`);
    // Between our look and our claim another holder may have come and gone, with a build or with a failure.
    const found = await context.acceptance.find();
    if (found !== undefined) return taken(contest, found);
    await failures.check();
    // Once a build, not once a reuse, and before an hour is spent on it.
    if (services.unsharedReason !== undefined) services.reporter.warn(services.unsharedReason);
    return await inSlot(context, { token: claim.token, instead: () => instead(contest, claim) }, async (slot) => {
      const made = await attempt(context, claim, slot);
      if (made === undefined) return undefined;
      return made.found ? taken(contest, made) : { result: 'built', accepted: made };
    });
  } finally {
    await releaseAndSweep(contest, claim);
  }
}

/** While a holder waits for a slot: its lock may be lost, or the artifact turn up by other means. */
async function instead(
  contest: Contention,
  claim: Claim,
): Promise<{ readonly value: WaitResult | undefined } | undefined> {
  if (claim.lost.aborted) return { value: undefined };
  const found = await contest.context.acceptance.find();
  return found && { value: taken(contest, found) };
}

/** Releases, always; then clears away what the dead left, for which nobody waits any more. */
export async function releaseAndSweep(
  { context, engine }: Pick<Contention, 'context' | 'engine'>,
  claim: Claim,
): Promise<void> {
  const { services, paths } = context;
  try {
    await claim[Symbol.asyncDispose]();
    services.reporter.debug(`lock ${paths.id}: released`);
    const swept = await sweep(paths, (token) => engine.alive(paths.id, token), services.cleanupDeadline);
    if (swept > 0) services.reporter.info(`Swept ${swept === 1 ? 'a build' : `${swept} builds`} that died unfinished.`);
  } catch (error) {
    // What the step did stays true. A lock that could not be removed is taken over once this process is gone.
    services.reporter.warn(`Cleaning up in ${paths.dir} failed: ${messageOf(error)}. The next build tries again.`);
  }
}

function timedOut({ request, services, paths, tally }: Context, holder: Holder): WaitResult {
  const { mode, waitTimeoutMs, onTimeout } = request.policy;
  tally.lock.stop();
  if (onTimeout === 'build') {
    const limit = formatDuration(waitTimeoutMs);
    services.reporter.info(`The wait is over (wait-timeout ${limit}): this job builds for itself (on-timeout: build).`);
    return { result: 'private' };
  }
  const what =
    waitTimeoutMs === 0
      ? 'was not there, and `wait-timeout: 0` does not wait'
      : `was not there after waiting ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
  const instead = mode === 'build' ? ', or let this job build for itself with `on-timeout: build`' : '';
  throw new OnceError(
    'WAIT_TIMEOUT',
    `"${shorten(request.subject.key)}" ${what} for ${describeHolder(holder, tally.lock.ms)}. Give it longer with \`wait-timeout\`${instead}. The lock is ${paths.lock}.`,
  );
}
