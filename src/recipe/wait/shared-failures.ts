import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { describeWho } from '../../base/who.ts';
import type { LockEngine } from '../../lock/engine.ts';

/**
 * Counts the builds that failed since this step began. Each step counts for itself, so that a wave of jobs gives up
 * together and one that comes later starts afresh.
 */
export class SharedFailures {
  readonly #engine: LockEngine;
  readonly #id: string;
  readonly #key: string;
  readonly #attempts: number;
  readonly #before: ReadonlySet<string>;

  private constructor(engine: LockEngine, id: string, key: string, attempts: number, before: ReadonlySet<string>) {
    this.#engine = engine;
    this.#id = id;
    this.#key = key;
    this.#attempts = attempts;
    this.#before = before;
  }

  /** @param attempts how many new failures are too many */
  static async since(engine: LockEngine, id: string, key: string, attempts: number): Promise<SharedFailures> {
    const before = new Set((await engine.failures(id)).map((failure) => failure.token));
    return new SharedFailures(engine, id, key, attempts, before);
  }

  /** @throws OnceError SHARED_FAILURE when there are too many, naming the newest one's reason and link. */
  async check(): Promise<void> {
    const fresh = (await this.#engine.failures(this.#id)).filter(({ token }) => !this.#before.has(token));
    if (fresh.length < this.#attempts) return;
    const newest = fresh.reduce((a, b) => (b.at > a.at ? b : a));
    const times = fresh.length === 1 ? 'once' : `${fresh.length} times`;
    throw new OnceError(
      'SHARED_FAILURE',
      `"${shorten(this.#key)}" failed to build ${times} while this step waited, so it is not tried again. The newest: ${shorten(newest.reason, 300)}, by ${describeWho(newest.who)}. Its log tells why.`,
      { exitCode: newest.exitCode },
    );
  }
}
