import type { PastEvent } from '../../store/journal/read-event.ts';

/** Sums over steps: all of them, those of a day, or those of a key. Times in ms, sizes in bytes. */
export class Figures {
  reused = 0;
  waited = 0;
  built = 0;
  /** Built for one job alone. */
  private = 0;
  /** Looked, found nothing, and was not to build. */
  missed = 0;
  failed = 0;
  /** Of builds that were published, or were for one job alone. */
  buildMs = 0;
  /** Of builds that failed or were cancelled. */
  lostMs = 0;
  waitedMs = 0;
  slotWaitedMs = 0;
  publishMs = 0;
  restoreMs = 0;
  deliverMs = 0;
  /** What the builds took that jobs were handed, less the time for which those jobs waited. */
  avoidedMs = 0;
  builtBytes = 0;
  /** The size of each build, counted once for each job that was handed it and did not make it. */
  handedBytes = 0;
  takeovers = 0;
  /** Steps that brought a build from a remote store onto this disk, and the sizes of those builds. */
  remote = 0;
  remoteBytes = 0;

  add(event: PastEvent): void {
    const { result, bytes = 0, waitedMs, buildMs = 0 } = event;
    if (result === '') {
      this.failed += 1;
      this.lostMs += ownBuildMs(event) ?? 0;
    } else this[result as Ending] += 1;
    if (result === 'built' || result === 'private') this.buildMs += buildMs;
    if (result === 'built') this.builtBytes += bytes;
    if (result === 'reused' || result === 'waited') {
      this.avoidedMs += Math.max(0, buildMs - waitedMs);
      this.handedBytes += bytes;
    }
    if (event.source === 'remote') {
      this.remote += 1;
      this.remoteBytes += bytes;
    }
    this.waitedMs += waitedMs;
    this.slotWaitedMs += event.slotWaitedMs;
    this.publishMs += event.publishMs ?? 0;
    this.restoreMs += event.restoreMs ?? 0;
    this.deliverMs += event.deliverMs ?? 0;
    this.takeovers += event.takeovers ?? 0;
  }

  get steps(): number {
    return this.answered + this.failed;
  }

  /** Steps that did not fail. */
  get answered(): number {
    return this.reused + this.waited + this.built + this.private + this.missed;
  }

  /** Steps that were handed a build which they did not make, of all that did not fail; undefined: there is none. */
  get hitRatio(): number | undefined {
    return this.answered === 0 ? undefined : (this.reused + this.waited) / this.answered;
  }
}

type Ending = 'reused' | 'waited' | 'built' | 'private' | 'missed';

/**
 * Milliseconds for which the step built itself, also in vain; undefined: it did not. A step that failed when it had been
 * handed a build tells what that took, which is mostly longer than the step.
 */
export function ownBuildMs({ result, buildMs, stepMs }: PastEvent): number | undefined {
  if (result === 'built' || result === 'private') return buildMs;
  return result === '' && buildMs !== undefined && buildMs <= stepMs ? buildMs : undefined;
}
