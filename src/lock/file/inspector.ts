import type { LockInspector, Standing } from '../inspector.ts';
import { FileEngine, type FileEngineOptions } from './engine.ts';
import { type LockFolders, ownerIn } from './folders.ts';
import { type Judged, UNKNOWN } from './judge.ts';
import { list, removeOwner } from './leftovers.ts';
import { endOrphans } from './orphans.ts';
import { here } from './record.ts';

/** The lock on a folder, for a command that looks at it. Its code is loaded by no step. */
export class FileInspector extends FileEngine implements LockInspector {
  readonly #reporter: FileEngineOptions['reporter'];

  constructor(options: FileEngineOptions) {
    super(options);
    this.#reporter = options.reporter;
  }

  async inspect(id: string): Promise<readonly Standing[]> {
    const folders = this.folders(id);
    const names = list(folders.lock);
    const tokens = names.map(ownerIn).filter((token) => token !== undefined);
    if (tokens.length === 0) return this.#foreign(folders, names);
    const judged = await Promise.all(tokens.map((token) => this.judge.look(folders, token)));
    return judged.filter((each) => each !== undefined).map((each) => this.#standingOf(each));
  }

  async rob(id: string, token: string): Promise<boolean> {
    const folders = this.folders(id);
    const judged = await this.judge.look(folders, token);
    // Before its processes end: a holder whose script is killed asks whether the lock is still its own.
    if (judged === undefined || !removeOwner(folders, token)) return false;
    const { record, verdict } = judged;
    const place = here();
    // One that runs ends its build itself, and its record says to sweepers that it is at it.
    if (verdict !== 'running' && record?.bootId === place.bootId) await endOrphans(record, place, this.#reporter);
    return true;
  }

  #standingOf(judged: Judged): Standing {
    const { verdict = 'unknown', beatAt, silentMs, limitMs } = judged;
    const holder = this.judge.holderOf(judged);
    // Each beat is written by the holder's clock, as the start of its record is.
    const beatMs = holder.heldMs === undefined ? undefined : Math.max(0, Date.now() - beatAt);
    return { ...holder, state: silentMs >= limitMs ? 'dead' : verdict, beatMs, limitMs };
  }

  /** What is in a lock and no owner, as a holder of whom nothing is known. */
  #foreign(folders: LockFolders, names: readonly string[]): readonly Standing[] {
    const silentMs = names.length === 0 ? undefined : this.judge.foreignMs(folders);
    if (silentMs === undefined) return [];
    const [token = ''] = names;
    const { staleMs: limitMs } = this.judge;
    const state = silentMs >= limitMs ? 'dead' : 'unknown';
    return [{ token, ...UNKNOWN, silentMs, state, beatMs: undefined, limitMs }];
  }
}
