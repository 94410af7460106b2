import { messageOf, systemCode, unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Reporter } from '../base/reporter.ts';
import type { Who } from '../base/who.ts';
import { fileSystemOf, GONE } from '../host/file-system.ts';
import { Pace } from '../host/walk.ts';
import type { LockEngine } from '../lock/engine.ts';
import type { HolderState, LockInspector, Standing } from '../lock/inspector.ts';
import { slotIds } from '../store/catalog.ts';
import { entryPaths, slotsDir } from '../store/layout.ts';
import { type Manifest, readManifest } from '../store/manifest.ts';
import { allWaits } from '../store/waits.ts';
import { keyIds } from './read-catalog.ts';
import { silent } from './silent.ts';

/** The locks of a cache, for one who looks at them again and again: only so a heartbeat is seen to stand still. */
export interface LockSight {
  readonly root: string;
  readonly network: boolean;
  readonly keys: LockEngine & LockInspector;
  readonly slots: LockInspector;
}

/** Who holds a lock, or waits for one that is claimed. As `--json` gives it. */
export interface LockRow {
  readonly kind: 'key' | 'slot' | 'waits';
  /** The name of the folder of a key, or `<group>/<number>` of a slot. */
  readonly id: string;
  readonly folder: string;
  /** What is built; undefined: that is written nowhere. */
  readonly key: string | undefined;
  /** Known once something was published under the key. */
  readonly scope: string | undefined;
  readonly token: string | undefined;
  readonly state: HolderState | '';
  readonly who: Who | undefined;
  /** ISO 8601, by the holder's clock. */
  readonly since: string | undefined;
  readonly heldMs: number | undefined;
  readonly beatMs: number | undefined;
  /** For how long its heartbeat has been seen to stand still, and after how long it counts as dead. */
  readonly silentMs: number | undefined;
  readonly limitMs: number | undefined;
  /** The job for whose steps it is held, or whose step waits: a digest. */
  readonly job: string | undefined;
  /** The system's error code if this user cannot read the lock. */
  readonly trouble: string | undefined;
}

/** @throws OnceError ROOT_UNUSABLE */
export async function openSight(root: string, reporter: Reporter = silent): Promise<LockSight> {
  keyIds(root);
  const { FileInspector } = await import('../lock/file/inspector.ts');
  const { network } = fileSystemOf(root);
  const place = { above: root, network, groupShared: false, reporter };
  const keys = new FileInspector({ ...place, folderOf: (id) => entryPaths(root, id).dir });
  const slots = new FileInspector({ ...place, folderOf: (id) => slotsDir(root, id) });
  return { root, network, keys, slots };
}

/** The locks that are held, keys first, then the slots, then who waits for a key that is claimed. Changes nothing. */
export async function locksIn(sight: LockSight, signal: AbortSignal): Promise<LockRow[]> {
  const { root } = sight;
  const rows: LockRow[] = [];
  const pace = new Pace();
  for (const id of keyIds(root)) {
    if (pace.due) await pace.rest();
    if (signal.aborted) return rows;
    rows.push(...(await keyLocks(sight, id)));
  }
  for (const id of slotIds(root)) {
    const folder = slotsDir(root, id);
    rows.push(...(await rowsOf(sight.slots, { kind: 'slot', id, folder, key: undefined, scope: undefined })));
  }
  return [...rows, ...waits(sight, rows)];
}

/** Who holds the lock of one key. @param id the name of its folder */
export async function keyLocks({ root, keys }: LockSight, id: string): Promise<LockRow[]> {
  const paths = entryPaths(root, id);
  const rows = await rowsOf(keys, { kind: 'key', id, folder: paths.dir, key: undefined, scope: undefined });
  if (rows.length === 0) return rows;
  const manifest = manifestOf(paths.manifest);
  return rows.map((row) => ({ ...row, key: row.key ?? manifest?.key, scope: manifest?.scope }));
}

type Place = Pick<LockRow, 'kind' | 'id' | 'folder' | 'key' | 'scope'>;

async function rowsOf(inspector: LockInspector, place: Place): Promise<LockRow[]> {
  try {
    return (await inspector.inspect(place.id)).map((standing) => held(place, standing));
  } catch (error) {
    // One lock that cannot be read must not hide the others.
    return [{ ...place, ...UNSEEN, trouble: systemCode(error) ?? shorten(messageOf(error)) }];
  }
}

const UNSEEN: Omit<LockRow, keyof Place> = {
  ...{ token: undefined, state: 'unknown', who: undefined, since: undefined, heldMs: undefined, beatMs: undefined },
  ...{ silentMs: undefined, limitMs: undefined, job: undefined, trouble: undefined },
};

function held(place: Place, standing: Standing): LockRow {
  const { token, state, asker, since, heldMs, beatMs, silentMs, limitMs } = standing;
  const { key, who, job } = asker ?? {};
  const trouble = asker === undefined ? 'no record' : undefined;
  return { ...place, key, token, state, who, since, heldMs, beatMs, silentMs, limitMs, job, trouble };
}

/** Notes are left only by steps that wait for a key which another job has claimed (ADR 18). */
function waits({ root, network }: LockSight, locks: readonly LockRow[]): LockRow[] {
  return allWaits(root).map(({ job, id, mtimeMs }) => {
    const { dir: folder, manifest } = entryPaths(root, id);
    const key = locks.find((row) => row.kind === 'key' && row.id === id)?.key ?? manifestOf(manifest)?.key;
    const who = locks.find((row) => row.job === job)?.who;
    // Each note has the time of its writer's clock.
    const beatMs = network ? undefined : Math.max(0, Date.now() - mtimeMs);
    const trouble = who === undefined ? `job ${job}` : undefined;
    return { ...UNSEEN, kind: 'waits', id, folder, key, scope: undefined, state: '', who, job, beatMs, trouble };
  });
}

/** The manifest of a key, where only its names are asked for. */
export function manifestOf(file: string): Manifest | undefined {
  try {
    const reading = unless(GONE, () => readManifest(file));
    return reading?.kind === 'whole' ? reading.manifest : undefined;
  } catch {
    // It is only asked for a name.
    return undefined;
  }
}
