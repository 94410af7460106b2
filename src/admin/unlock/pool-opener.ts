import { messageOf } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { sleep } from '../../base/wait.ts';
import type { PoolInspector } from '../../lock/pool-inspector.ts';
import { type PoolRow, rowsOf } from '../pool/rows.ts';
import { holderOf, INTERRUPTED_BEFORE, LOOK_MS, livesOn, type Opened } from './opened.ts';

/** Opens locks of a pool: those of holders that do not renew them, and with `force` also of others. */
export class PoolOpener {
  readonly #inspector: PoolInspector;
  readonly #force: boolean;
  readonly #signal: AbortSignal;

  constructor(inspector: PoolInspector, force: boolean, signal: AbortSignal) {
    this.#inspector = inspector;
    this.#force = force;
    this.#signal = signal;
  }

  /**
   * The locks of a key, on whatever host.
   * @param key the key, or the name of its folder
   * @throws OnceError POOL_UNUSABLE
   */
  async find(key: string): Promise<{ readonly locks: readonly PoolRow[]; readonly isPart: boolean }> {
    const found = await this.#inspector.all(this.#signal);
    const locks = rowsOf({ ...found, slots: new Map() }).filter((row) => row.id === key || row.key === key);
    return { locks, isPart: found.isPart };
  }

  /** Never throws for what the server says. */
  async unlock(lock: PoolRow): Promise<Opened> {
    const name = lock.key === undefined ? lock.id : `"${shorten(lock.key)}"`;
    try {
      return { lock, name, ...(await (this.#force ? this.#rob(lock) : this.#watch(lock))) };
    } catch (error) {
      return { lock, name, became: 'left', why: `it cannot be opened: ${messageOf(error)}` };
    }
  }

  async #rob(lock: PoolRow): Promise<Pick<Opened, 'became' | 'why'>> {
    if (!(await this.#inspector.rob(lock.id, lock.token))) return ended(lock);
    const loses =
      'which finds its lock lost at its next renewal, ends its build, and publishes nothing of it for the pool';
    return { became: 'robbed', why: `taken from ${holderOf(lock)}, ${loses}` };
  }

  /** A lease that is renewed is that of a holder that lives; one that is not ends by itself. */
  async #watch(lock: PoolRow): Promise<Pick<Opened, 'became' | 'why'>> {
    let { leftMs } = lock;
    if (leftMs !== undefined) tellWatch(lock, leftMs);
    while (leftMs !== undefined) {
      await sleep(LOOK_MS, this.#signal);
      if (this.#signal.aborted) return { became: 'left', why: INTERRUPTED_BEFORE };
      const now = await this.#inspector.inspect(lock.id);
      if (now?.token !== lock.token) return ended(lock);
      if (now.leftMs !== undefined && now.leftMs > leftMs) {
        return { became: 'left', why: livesOn(lock, 'it renews its lease') };
      }
      leftMs = now.leftMs;
    }
    const why =
      'it has no end, as no lock of build-once has; the next job that asks for it gives it one. Open it with --force';
    return { became: 'left', why };
  }
}

function ended(lock: PoolRow): Pick<Opened, 'became' | 'why'> {
  return { became: 'opened', why: `${holderOf(lock)} has given it up, or its lease has ended` };
}

function tellWatch(lock: PoolRow, leftMs: number): void {
  const line = `Watching for up to ${formatDuration(leftMs)} whether ${holderOf(lock)} renews its lease.\n`;
  process.stderr.write(line);
}
