import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { describeWho } from '../../base/who.ts';
import type { BuildEntry } from '../../store/build-entry.ts';
import type { Failure } from '../../store/failures.ts';

/**
 * Counts the builds that failed since this step began. Each step counts for itself, so that a wave of jobs gives up
 * together and a job that comes later starts afresh.
 */
export class SharedFailures {
  readonly #entry: BuildEntry;
  readonly #attempts: number;
  readonly #before: ReadonlySet<string>;

  /** @param attempts how many new failures are too many */
  constructor(entry: BuildEntry, attempts: number) {
    this.#entry = entry;
    this.#attempts = attempts;
    this.#before = new Set(entry.failureNames());
  }

  /** @throws OnceError SHARED_FAILURE when there are too many; it names the newest one's reason and link. */
  check(): void {
    refuseTooMany(this.#entry.subject.key, this.#entry.failures(this.#before), this.#attempts);
  }
}

/**
 * @param fresh the failures since the step began
 * @param attempts how many of them are too many
 * @throws OnceError SHARED_FAILURE
 */
export function refuseTooMany(key: string, fresh: readonly Failure[], attempts: number): void {
  if (fresh.length < attempts) return;
  const newest = fresh.reduce((a, b) => (b.at > a.at ? b : a));
  const times = fresh.length === 1 ? 'once' : `${fresh.length} times`;
  throw new OnceError(
    'SHARED_FAILURE',
    `"${shorten(key)}" failed to build ${times} while this step waited, so it is not tried again. The newest: ${shorten(newest.reason, 300)}, by ${describeWho(newest.who)}. Its log tells why.`,
    { exitCode: newest.exitCode },
  );
}
