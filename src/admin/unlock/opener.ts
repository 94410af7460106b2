import { messageOf } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { sleep } from '../../base/wait.ts';
import { pruneKey } from '../../recipe/prune/prune-key.ts';
import { whoOf } from '../../step/job.ts';
import { entryPaths } from '../../store/layout.ts';
import { shareWithGroup } from '../group.ts';
import { keyLocks, type LockRow, type LockSight, openSight } from '../locks.ts';
import { silent } from '../silent.ts';
import { holderOf, INTERRUPTED_BEFORE, LOOK_MS, livesOn, type Opened } from './opened.ts';

/** How an {@link Opener} works. */
export interface OpenerOptions {
  readonly force: boolean;
  /** Only locks of this scope; undefined: of all. */
  readonly scope: string | undefined;
  readonly signal: AbortSignal;
}

/** Opens locks of the dead; with `force` also of the living. */
export class Opener {
  readonly sight: LockSight;
  readonly #options: OpenerOptions;

  private constructor(sight: LockSight, options: OpenerOptions) {
    this.sight = sight;
    this.#options = options;
  }

  /** @throws OnceError ROOT_UNUSABLE */
  static async open(root: string, options: OpenerOptions): Promise<Opener> {
    const warn = (line: string) => void process.stderr.write(`${line}\n`);
    const sight = await openSight(root, { ...silent, warn });
    shareWithGroup(root);
    return new Opener(sight, options);
  }

  /** Never throws for what one lock has. */
  async unlock(lock: LockRow): Promise<Opened> {
    const name = nameOf(lock);
    try {
      return { lock, name, ...(await this.#unlock(lock)) };
    } catch (error) {
      return { lock, name, became: 'left', why: `it cannot be opened: ${messageOf(error)}` };
    }
  }

  async #unlock(lock: LockRow): Promise<Pick<Opened, 'became' | 'why'>> {
    const { token } = lock;
    const { scope, force } = this.#options;
    if (scope !== undefined && lock.scope === undefined) {
      return { became: 'left', why: `its scope is written nowhere yet; if you mean it, name its folder: ${lock.id}` };
    }
    if (token === undefined) return { became: 'left', why: `it cannot be read (${lock.trouble}); call this as root` };
    if (lock.state !== 'dead' && force) return this.#rob(lock, token);
    const state = lock.state === 'dead' ? 'dead' : await this.#judged(lock);
    if (state === 'unsure') return { became: 'left', why: INTERRUPTED_BEFORE };
    if (state === 'gone') return { became: 'opened', why: `${holderOf(lock)} has given it up itself` };
    if (state !== 'dead') return { became: 'left', why: livesOn(lock, SEEN[state]) };
    const isTaken = await this.#clear(lock);
    const next = isTaken ? 'another job has it by now' : 'what its build left is cleared away, and the next job builds';
    return { became: 'opened', why: `its holder, ${holderOf(lock)}, is dead; ${next}` };
  }

  async #rob(lock: LockRow, token: string): Promise<Pick<Opened, 'became' | 'why'>> {
    if (!(await this.sight.keys.rob(lock.id, token))) {
      return { became: 'opened', why: `${holderOf(lock)} has given it up itself` };
    }
    // Takes away its right to publish, unless a job came first: then that one does.
    await this.#clear(lock);
    return {
      became: 'robbed',
      why: `taken from ${holderOf(lock)}, which finds its lock lost at its next heartbeat, ends its build and publishes nothing of it`,
    };
  }

  /** Under the lock, with its processes ended: as a job that takes over. @returns whether another job was faster */
  async #clear({ id, key = id }: LockRow): Promise<boolean> {
    const paths = entryPaths(this.sight.root, id);
    const order = { paths, key, who: whoOf(process.env), builds: [] };
    return (await pruneKey(order, this.sight.keys, this.#options.signal)).locked;
  }

  /** Watches a holder whose process cannot be asked, until its heartbeat moves or has stood still for too long. */
  async #judged(lock: LockRow): Promise<'dead' | 'gone' | 'unsure' | 'process' | 'heartbeat'> {
    for (let looks = 0; ; looks++) {
      if (this.#options.signal.aborted) return 'unsure';
      const now = (await keyLocks(this.sight, lock.id)).find(({ token }) => token === lock.token);
      if (now === undefined) return 'gone';
      if (now.state === 'dead') return 'dead';
      if (now.state === 'running' || now.state === 'alive') return 'process';
      // The first look is that of the search, so a heartbeat that has not stood still since has moved.
      if (now.silentMs === 0) return 'heartbeat';
      if (looks === 0) tellWatch(now);
      await sleep(LOOK_MS, this.#options.signal);
    }
  }
}

const SEEN = { process: 'its process runs', heartbeat: 'its heartbeat moves' } as const;

function tellWatch(lock: LockRow): void {
  const why = lock.state === 'stopped' ? 'is stopped' : 'cannot be seen from here';
  const forMs = formatDuration(lock.limitMs ?? 0);
  process.stderr.write(`The process of ${holderOf(lock)} ${why}: watching its heartbeat for up to ${forMs}.\n`);
}

function nameOf({ key, scope, id }: LockRow): string {
  const name = key === undefined ? id : `"${shorten(key)}"`;
  return scope === undefined ? name : `${name} of ${shorten(scope, 40)}`;
}
