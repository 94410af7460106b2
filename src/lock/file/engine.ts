import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import type { Reporter } from '../../base/reporter.ts';
import { describeWho } from '../../base/who.ts';
import { rename } from '../../host/rename.ts';
import type { Asker, Claim, Failure, Holder, LockEngine, Watch } from '../engine.ts';
import { fileClaim } from './claim.ts';
import { type LockFolders, ownerFile, ownerIn, recordFile, socketFile } from './folders.ts';
import { Heartbeats, judge, judgeBySocket, STALE_CAP_MS, staleAfter } from './liveness.ts';
import { endOrphans } from './orphans.ts';
import { HELD, SWEPT } from './owner-fs.ts';
import { type HolderRecord, here, type ProcessPlace, readRecord } from './record.ts';
import { LOCAL, type LockTimes, NETWORK } from './times.ts';
import { watchFolder } from './watch.ts';

export interface FileEngineOptions {
  readonly folders: (id: string) => LockFolders;
  /** Several hosts may share the folder, through caches of their own. */
  readonly network: boolean;
  /** Milliseconds between heartbeats; by default 5 s, 10 s on a network file system. */
  readonly heartbeatMs?: number;
  /** Milliseconds of silence that make a holder dead; by default 30 s, 120 s on a network file system. */
  readonly staleMs?: number;
  readonly reporter: Reporter;
  /** What the lock is called where a takeover is told; `lock` unless told. */
  readonly word?: string;
  /** Called with the token of a dead holder before its lock is opened: takes away what it may still do. */
  readonly revoke: (id: string, token: string) => void;
}

/** Claims of one question for the lock: a sweeper or a rival comes in between once or twice, not always. */
const TRIES = 20;

const GONE = ['ENOENT', 'ENOTDIR', 'ESTALE'];

/** The lock on a folder that processes, containers or hosts share. */
export class FileEngine implements LockEngine {
  readonly #options: FileEngineOptions;
  readonly #times: LockTimes;
  readonly #heartbeats = new Heartbeats();
  readonly #records = new Map<string, HolderRecord>();
  readonly #place: ProcessPlace = here();

  constructor(options: FileEngineOptions) {
    const { heartbeatMs, staleMs } = options;
    this.#options = options;
    this.#times = {
      ...(options.network ? NETWORK : LOCAL),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(staleMs === undefined ? {} : { staleMs }),
    };
  }

  async holder(id: string): Promise<Holder | undefined> {
    const folders = this.#options.folders(id);
    const names = list(folders.lock);
    for (const token of names.map(ownerIn)) {
      if (token === undefined) continue;
      const holder = await this.#livingHolder(id, folders, token);
      if (holder !== undefined) return holder;
    }
    return names.length > 0 && names.every((name) => ownerIn(name) === undefined)
      ? this.#foreign(folders, names)
      : undefined;
  }

  async claim(id: string, asker: Asker): Promise<Claim | Holder> {
    const folders = this.#options.folders(id);
    for (let tries = 1; ; tries++) {
      const holder = await this.holder(id);
      if (holder !== undefined) return holder;
      const token = reserve(folders.tmp);
      try {
        return await fileClaim({
          folders,
          token,
          asker,
          place: this.#place,
          ...this.#times,
          network: this.#options.network,
        });
      } catch (error) {
        const code = systemCode(error);
        if (code !== HELD && code !== SWEPT) throw error;
        this.#options.reporter.debug(`lock ${id}: not claimed (${code === HELD ? 'held' : 'swept'}), trying again`);
        if (tries < TRIES) continue;
        // Somebody is always faster, and gone when we ask who: to be waited for as one whose name is not known.
        if (code === HELD) return { token, asker: undefined, since: undefined, silentMs: 0 };
        // Not a sweeper then: a folder that the lock needs is gone, and stays so.
        throw (error as Error).cause ?? error;
      }
    }
  }

  watch(id: string): Watch {
    return watchFolder(this.#options.folders(id).dir, ['entry', 'lock'], this.#times);
  }

  async failures(id: string): Promise<readonly Failure[]> {
    const dir = this.#options.folders(id).failures;
    return list(dir)
      .map((name) => readFailure(join(dir, name)))
      .filter((failure) => failure !== undefined);
  }

  async alive(id: string, token: string): Promise<boolean> {
    const folders = this.#options.folders(id);
    if (isOwner(folders, token)) return true;
    const file = recordFile(folders, token);
    const age = ageOnDisk(file, folders.tmp);
    if (age === undefined) return this.#listens(folders, token);
    const record = readRecord(file);
    const verdict = record && (await judge(record, this.#place, this.#options.network, socketFile(folders, token)));
    // An attempt has a record without the lock only while it claims. One that lost the lock long ago on another host
    // cannot be asked; both ages are the file server's, so no two clocks are compared.
    if (verdict !== 'dead' && (verdict === 'alive' || age < STALE_CAP_MS)) return true;
    return !forgetEnded(folders, token);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** The holder if it is alive; otherwise takes over from it and returns undefined. */
  async #livingHolder(id: string, folders: LockFolders, token: string): Promise<Holder | undefined> {
    const beat = unless(GONE, () => statSync(ownerFile(folders.lock, token)).mtimeMs);
    if (beat === undefined) return undefined;
    const record = this.#record(folders, token);
    const silentMs = this.#heartbeats.observe(token, beat);
    const limitMs = staleAfter(record, this.#times.staleMs);
    const verdict = record && (await judge(record, this.#place, this.#options.network, socketFile(folders, token)));
    if (verdict === 'dead') return this.#takeOver(id, folders, token, record, 'its process is gone');
    if (silentMs >= limitMs) {
      return this.#takeOver(id, folders, token, record, `no heartbeat for ${Math.round(silentMs / 1000)} s`);
    }
    return { token, asker: record?.asker, since: record?.since, silentMs };
  }

  /** An attempt listens before its record is there, and may die in between. */
  async #listens(folders: LockFolders, token: string): Promise<boolean> {
    const verdict = await judgeBySocket(socketFile(folders, token));
    return verdict === 'alive' || (verdict === 'dead' && !forgetEnded(folders, token));
  }

  /** A record never changes once it is there, and waiters ask for it four times a second. */
  #record(folders: LockFolders, token: string): HolderRecord | undefined {
    const record = this.#records.get(token) ?? readRecord(recordFile(folders, token));
    if (record !== undefined) this.#records.set(token, record);
    return record;
  }

  /** Opens a dead holder's lock: exactly its own owner file, so that a newer holder is never hit. */
  async #takeOver(
    id: string,
    folders: LockFolders,
    token: string,
    record: HolderRecord | undefined,
    why: string,
  ): Promise<undefined> {
    if (record?.bootId === this.#place.bootId) await endOrphans(record, this.#place, this.#options.reporter);
    this.#options.revoke(id, token);
    const opened = unless(GONE, () => {
      unlinkSync(ownerFile(folders.lock, token));
      return true;
    });
    forget(folders, token);
    if (opened !== true) return undefined;
    const from = record === undefined ? 'an unknown holder' : describeWho(record.asker.who);
    this.#options.reporter.info(`Took over the ${this.#options.word ?? 'lock'} of ${from}: ${why}.`);
    return undefined;
  }

  /**
   * Something in the lock folder that is no owner: somebody's mistake. It is moved out once it stood for long, each thing
   * by its name: of two that find it, the second may meet the lock of somebody who came in after the first.
   */
  #foreign(folders: LockFolders, names: readonly string[]): Holder | undefined {
    const changed = unless(GONE, () => statSync(folders.lock).mtimeMs);
    if (changed === undefined) return undefined;
    const silentMs = this.#heartbeats.observe(folders.lock, changed);
    if (silentMs < this.#times.staleMs) return { token: names[0] ?? '', asker: undefined, since: undefined, silentMs };
    for (const name of names) {
      unless(GONE, () => rename(join(folders.lock, name), join(folders.dir, `.trash-lock-${newToken()}`)));
    }
    this.#options.reporter.warn(
      `${folders.lock} held files that are no lock of ours (${names.join(', ')}): moved aside.`,
    );
    return undefined;
  }
}

/** A token nobody has: `mkdir` decides. */
function reserve(tmp: string): string {
  for (;;) {
    const token = newToken();
    const made = unless(['EEXIST'], () => {
      mkdirSync(join(tmp, token));
      return true;
    });
    if (made) return token;
  }
}

function isOwner({ lock }: LockFolders, token: string): boolean {
  return list(lock).includes(`owner-${token}`);
}

/**
 * Clears away what an attempt left that was found dead. It may have taken the lock, and died, since we looked there: a
 * dead holder without its record would be waited for until its heartbeat counts as silent.
 * @returns false when it has the lock: whoever takes over clears it away
 */
function forgetEnded(folders: LockFolders, token: string): boolean {
  if (isOwner(folders, token)) return false;
  forget(folders, token);
  return true;
}

function forget(folders: LockFolders, token: string): void {
  rmSync(socketFile(folders, token), { force: true });
  rmSync(recordFile(folders, token), { force: true });
}

/** Milliseconds since `file` was written, by the file server's clock; undefined when it is gone. */
function ageOnDisk(file: string, tmp: string): number | undefined {
  const written = unless(GONE, () => statSync(file).mtimeMs);
  if (written === undefined) return undefined;
  const token = reserve(tmp);
  // A sweeper may take it away at once; then the question is simply asked again later.
  const now = unless(GONE, () => statSync(join(tmp, token)).mtimeMs) ?? written;
  rmSync(join(tmp, token), { recursive: true, force: true });
  return now - written;
}

/** What is not whole says nothing: a step must not stumble over what another one left. */
function readFailure(file: string): Failure | undefined {
  const text = unless(GONE, () => readFileSync(file, 'utf8'));
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Failure;
    const whole = [value.token, value.reason, value.at].every((each) => typeof each === 'string');
    return whole && typeof value.who === 'object' && value.who !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function list(dir: string): string[] {
  return unless(GONE, () => readdirSync(dir)) ?? [];
}
