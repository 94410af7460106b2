import { rmdirSync } from 'node:fs';
import { systemCode, unless } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import type { Watch } from '../../base/watch.ts';
import { describeWho } from '../../base/who.ts';
import { refuseSticky } from '../../host/access/sticky.ts';
import { makeRealFolders, requireReal } from '../../host/folder.ts';
import { removeTreesIn } from '../../host/remove-tree.ts';
import { watchFolder } from '../../host/watch-folder.ts';
import type { Asker, Claim, Holder, LockEngine } from '../engine.ts';
import { fileClaim } from './claim.ts';
import { isLockTrash, type LockFolders, lockFolders, ownerIn, recordFile, socketFile, tokenOf } from './folders.ts';
import { HolderJudge, UNKNOWN } from './judge.ts';
import { ageOnDisk, forget, forgetEnded, isOwner, list, moveOut, removeOwner, reserve } from './leftovers.ts';
import { judge, judgeBySocket, STALE_CAP_MS } from './liveness.ts';
import { endOrphans } from './orphans.ts';
import { HELD, NOT_EMPTY_OR_GONE, SWEPT } from './owner-fs.ts';
import { type HolderRecord, here, type ProcessPlace, readRecord } from './record.ts';
import { LOCAL, type LockTimes, NETWORK } from './times.ts';

export interface FileEngineOptions {
  /** The folder of a key or of a slot, which the engine shares with the store. */
  readonly folderOf: (id: string) => string;
  /** A folder above all of them. Between it and them no folder may be a link. */
  readonly above: string;
  /** Several hosts may share the folder, through caches of their own. */
  readonly network: boolean;
  /** Several users take over from each other: folders in which they could not are refused. */
  readonly groupShared?: boolean;
  /** Milliseconds between heartbeats; by default 5 s, 10 s on a network file system. */
  readonly heartbeatMs?: number;
  /** Milliseconds of silence that make a holder dead; by default 30 s, 120 s on a network file system. */
  readonly staleMs?: number;
  /**
   * A holder whose heartbeats do not get through counts its lock as lost before others do. By default it goes on while it
   * cannot know, and the lock is asked for once the disk answers.
   */
  readonly strict?: boolean;
  readonly reporter: Reporter;
  /** What the lock is called in the line about a takeover; by default `lock`. */
  readonly word?: string;
}

/** Claims of one question for the lock: a sweeper or a rival comes in between once or twice, not always. */
const TRIES = 20;

/** The lock on a folder that processes, containers or hosts share. */
export class FileEngine implements LockEngine {
  readonly #options: FileEngineOptions;
  readonly #times: LockTimes;
  readonly #place: ProcessPlace = here();
  #takeovers = 0;
  /** Not private: who looks at locks judges by it too. */
  protected readonly judge: HolderJudge;

  constructor(options: FileEngineOptions) {
    const { heartbeatMs, staleMs } = options;
    this.#options = options;
    this.#times = {
      ...(options.network ? NETWORK : LOCAL),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(staleMs === undefined ? {} : { staleMs }),
    };
    this.judge = new HolderJudge(this.#place, options.network, this.#times.staleMs);
  }

  get takeovers(): number {
    return this.#takeovers;
  }

  prepare(id: string): void {
    const { dir, lock, holders, tmp } = this.folders(id);
    if (this.#options.groupShared) refuseSticky([dir, lock, holders, tmp]);
    for (const folder of [holders, tmp]) makeRealFolders(this.#options.above, folder);
    requireReal(lock);
  }

  async holder(id: string): Promise<Holder | undefined> {
    const folders = this.folders(id);
    const names = list(folders.lock);
    for (const token of names.map(ownerIn)) {
      if (token === undefined) continue;
      const holder = await this.#livingHolder(folders, token);
      if (holder !== undefined) return holder;
    }
    return names.length > 0 && names.every((name) => ownerIn(name) === undefined)
      ? this.#foreign(folders, names)
      : undefined;
  }

  async claim(id: string, asker: Asker): Promise<Claim | Holder> {
    const folders = this.folders(id);
    const { network, strict = false } = this.#options;
    for (let tries = 1; ; tries++) {
      const holder = await this.holder(id);
      if (holder !== undefined) return holder;
      const token = reserve(folders.tmp);
      try {
        return await fileClaim({ folders, token, asker, place: this.#place, ...this.#times, network, strict });
      } catch (error) {
        const code = systemCode(error);
        if (code !== HELD && code !== SWEPT) throw error;
        this.#options.reporter.debug(`lock ${id}: not claimed (${code === HELD ? 'held' : 'swept'}), trying again`);
        if (tries < TRIES) continue;
        // Somebody is always faster, and gone when we ask who: to be waited for as one whose name is not known.
        if (code === HELD) return { token, ...UNKNOWN, silentMs: 0 };
        // Not a sweeper then: a folder that the lock needs is gone, and stays so.
        throw (error as Error).cause ?? error;
      }
    }
  }

  adopt(id: string, token: string): Claim {
    const { lock } = this.folders(id);
    return {
      token,
      lost: new AbortController().signal,
      confirm: () => this.alive(id, token),
      onExit: () => {},
      [Symbol.asyncDispose]: async () => {
        // To ask who holds it takes over from the dead. That leaves the empty folder to a next holder, who may never come.
        await this.holder(id);
        unless(NOT_EMPTY_OR_GONE, () => rmdirSync(lock));
      },
    };
  }

  watch(id: string): Watch {
    return watchFolder(this.folders(id).dir, ['lock'], this.#times);
  }

  where(id: string): string {
    return this.folders(id).lock;
  }

  async alive(id: string, token: string): Promise<boolean> {
    const folders = this.folders(id);
    if (isOwner(folders, token)) return true;
    const file = recordFile(folders, token);
    const age = ageOnDisk(file, folders.tmp);
    if (age === undefined) return this.#listens(folders, token);
    const record = readRecord(file);
    const verdict = record && (await judge(record, this.#place, this.#options.network, socketFile(folders, token)));
    // An attempt has a record without the lock only while it claims. One that lost the lock long ago on another host
    // cannot be asked; both ages are the file server's, so no two clocks are compared.
    const isSeen = verdict !== undefined && verdict !== 'unknown' && verdict !== 'dead';
    if (isSeen || (verdict !== 'dead' && age < STALE_CAP_MS)) return true;
    return !forgetEnded(folders, token);
  }

  /**
   * Names first, then who is alive: an attempt whose record is gone when it is asked for has ended. Its private folder is
   * moved away by one rename, so an attempt that had no record yet finds its folder whole or gone, and claims again. A
   * folder deleted piece by piece could become the lock without its owner's file in it.
   */
  async tidy(id: string, signal?: AbortSignal): Promise<void> {
    const folders = this.folders(id);
    const traces = new Set(list(folders.holders).map(tokenOf));
    const scraps = list(folders.tmp);
    for (const token of traces) {
      if (token !== undefined) await this.alive(id, token);
    }
    for (const scrap of scraps) {
      const token = tokenOf(scrap);
      if (token === undefined || (await this.alive(id, token))) continue;
      moveOut(folders, 'tmp', [scrap]);
    }
    await removeTreesIn(folders.dir, list(folders.dir).filter(isLockTrash), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Not private: tests change the folders while the engine works in them. */
  protected folders(id: string): LockFolders {
    return lockFolders(this.#options.folderOf(id));
  }

  /** The holder if it is alive; otherwise takes over from it and returns undefined. */
  async #livingHolder(folders: LockFolders, token: string): Promise<Holder | undefined> {
    const judged = await this.judge.look(folders, token);
    if (judged === undefined) return undefined;
    const { record, verdict, silentMs, limitMs } = judged;
    if (verdict === 'dead') return this.#takeOver(folders, token, record, 'its process is gone');
    if (silentMs < limitMs) return this.judge.holderOf(judged);
    return this.#takeOver(folders, token, record, `no heartbeat for ${Math.round(silentMs / 1000)} s`);
  }

  /** An attempt listens before its record is there, and may die in between. */
  async #listens(folders: LockFolders, token: string): Promise<boolean> {
    const verdict = await judgeBySocket(socketFile(folders, token));
    return verdict === 'alive' || (verdict === 'dead' && !forgetEnded(folders, token));
  }

  /** Opens a dead holder's lock, and never a newer holder's. */
  async #takeOver(
    folders: LockFolders,
    token: string,
    record: HolderRecord | undefined,
    why: string,
  ): Promise<undefined> {
    if (record?.bootId === this.#place.bootId) await endOrphans(record, this.#place, this.#options.reporter);
    const opened = removeOwner(folders, token);
    // A file server answered with ESTALE: without its record the holder could not be judged at the next look.
    if (!opened && isOwner(folders, token)) return undefined;
    forget(folders, token);
    if (!opened) return undefined;
    this.#takeovers += 1;
    const from = record === undefined ? 'an unknown holder' : describeWho(record.asker.who);
    this.#options.reporter.info(
      `Took over the ${this.#options.word ?? 'lock'} of ${from}: ${why}. Continuing normally.`,
    );
    return undefined;
  }

  /**
   * Something in the lock folder that is no owner: somebody's mistake. It is moved out once it stood for long, each thing
   * by its name: of two that find it, the second may meet the lock of somebody who came in after the first.
   */
  #foreign(folders: LockFolders, names: readonly string[]): Holder | undefined {
    const silentMs = this.judge.foreignMs(folders);
    if (silentMs === undefined) return undefined;
    if (silentMs < this.#times.staleMs) return { token: names[0] ?? '', ...UNKNOWN, silentMs };
    moveOut(folders, 'lock', names);
    this.#options.reporter.warn(
      `${folders.lock} held files that are no lock of ours (${shorten(names.join(', '), 300)}): moved aside.`,
    );
    return undefined;
  }
}
