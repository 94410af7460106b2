import { writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { systemCode } from '../../base/errors.ts';
import { monotonicMs } from '../../base/wait.ts';
import { rename } from '../../host/rename.ts';
import { listenAt } from '../../host/socket.ts';
import type { Asker, Claim } from '../engine.ts';
import { type LockFolders, recordDraft, recordFile, socketFile } from './folders.ts';
import { dropPrivate, forget } from './leftovers.ts';
import { type LockFs, type OwnerEvents, type OwnerFs, ownerFs, realFs, SWEPT } from './owner-fs.ts';
import { ownRecord, type ProcessPlace } from './record.ts';

export interface FileClaimOptions {
  readonly folders: LockFolders;
  /** Reserved: the folder `tmp/<token>` exists, is empty and ours. */
  readonly token: string;
  readonly asker: Asker;
  readonly place: ProcessPlace;
  readonly heartbeatMs: number;
  readonly staleMs: number;
  readonly network: boolean;
  /** See `FileEngineOptions`. */
  readonly strict: boolean;
  readonly fs?: LockFs;
}

/**
 * One try for the lock. proper-lockfile drives its life: the heartbeat, and the clean-up when this process exits.
 * This module is loaded only to claim, for loading the library hooks some twenty signals.
 *
 * @throws an error with code HELD when somebody has it, SWEPT when it is worth another try, or the system's error
 */
export async function fileClaim(options: FileClaimOptions): Promise<Claim> {
  const { folders, token } = options;
  // Other containers of this host ask here whether this process lives.
  const server = options.network ? undefined : await listenAt(socketFile(folders, token));
  try {
    announce(options, server !== undefined);
    return await new FileClaim(options, server).take();
  } catch (error) {
    try {
      conceal(folders, token, server);
    } catch {
      // The first error is reported. A sweeper clears away the rest once this process is gone.
    }
    throw error;
  }
}

/** Writes our record before the lock is tried, so that a step which finds the lock held can say who holds it. */
function announce({ folders, token, asker, place, staleMs }: FileClaimOptions, socket: boolean): void {
  const draft = recordDraft(join(folders.tmp, token), token);
  try {
    writeFileSync(draft, `${JSON.stringify(ownRecord(token, asker, place, staleMs, socket))}\n`, { flag: 'wx' });
    rename(draft, recordFile(folders, token));
  } catch (error) {
    throw asSwept(error);
  }
}

/**
 * Our private folder is gone. Either a sweeper moved it away before our record was there, also right before the rename
 * that takes the lock, or this process was stopped for so long that another one took the lock over.
 */
function asSwept(error: unknown): unknown {
  const gone = ['ENOENT', 'ESTALE'].includes(systemCode(error) ?? '');
  return gone ? Object.assign(new Error('swept', { cause: error }), { code: SWEPT }) : error;
}

function conceal(folders: LockFolders, token: string, server: Server | undefined): void {
  server?.close();
  forget(folders, token);
  dropPrivate(folders, token);
}

class FileClaim implements Claim {
  readonly token: string;
  readonly #options: FileClaimOptions;
  readonly #server: Server | undefined;
  readonly #lost = new AbortController();
  readonly #ends: (() => void)[] = [];
  readonly #fs: OwnerFs;
  #release: (() => Promise<void>) | undefined;
  #patienceMs: number | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #lastBeat = monotonicMs();
  /** A listing of the lock is under way. */
  #asking = false;

  constructor(options: FileClaimOptions, server: Server | undefined) {
    const { folders, token } = options;
    this.token = token;
    this.#options = options;
    this.#server = server;
    const events: OwnerEvents = {
      onBeat: () => {
        this.#lastBeat = monotonicMs();
      },
      patienceMs: () => this.#patienceMs,
      beforeExit: () => {
        for (const end of this.#ends) end();
      },
    };
    this.#fs = ownerFs(folders.lock, join(folders.tmp, token), token, events, options.fs ?? realFs);
  }

  async take(): Promise<this> {
    const { folders, token, staleMs, heartbeatMs, strict } = this.#options;
    // The path carries the token because the library keeps one lock a path, and two calls of one process confuse it.
    const options = {
      lockfilePath: folders.lock,
      fs: this.#fs,
      realpath: false,
      retries: 0,
      stale: staleMs,
      update: heartbeatMs,
      onCompromised: (error: Error) => this.#lose(error.message),
    };
    try {
      this.#release = await lockfile.lock(`${folders.lock}#${token}`, options);
    } catch (error) {
      throw asSwept(error);
    }
    this.#patienceMs = strict ? staleMs - heartbeatMs : Infinity;
    this.#lastBeat = monotonicMs();
    this.#watchdog = setInterval(() => this.#checkBeat(), Math.min(1000, heartbeatMs)).unref();
    return this;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async confirm(): Promise<boolean> {
    return !this.lost.aborted && (await this.#fs.confirm());
  }

  onExit(end: () => void): void {
    this.#ends.push(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    if (release === undefined) return;
    clearInterval(this.#watchdog);
    this.#patienceMs = 0;
    const { folders, token } = this.#options;
    try {
      // The library does not release a lock that it calls compromised. Our own owner file may be removed even then.
      await release().catch(() => this.#removeOwner());
    } finally {
      conceal(folders, token, this.#server);
    }
  }

  #removeOwner(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fs.rmdir(this.#options.folders.lock, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * A call that hangs on a network file system never fails, so the age of the last heartbeat that reached the disk tells that
   * something is wrong. After this process was stopped for long, this timer runs before the next heartbeat. Perhaps no other
   * process took the lock meanwhile, so the lock is listed: only the listing knows. Where it does not come, the holder goes on,
   * unless it is a strict one: whoever took over has taken away its right to publish, so nothing wrong can come of it but a
   * second build.
   */
  #checkBeat(): void {
    const overdue = () => monotonicMs() - this.#lastBeat > (this.#options.staleMs * 2) / 3;
    if (!overdue() || this.#asking || this.lost.aborted) return;
    this.#asking = true;
    const { strict, staleMs } = this.#options;
    const giveUp = () => this.#lose('its heartbeat did not get through');
    const grace = strict ? setTimeout(giveUp, staleMs / 6).unref() : undefined;
    const settle = (still: boolean) => {
      if (still) this.#lastBeat = monotonicMs();
      else this.#lose('somebody took it over');
      clearTimeout(grace);
    };
    void this.#fs
      .confirm()
      .then(settle, () => {})
      .finally(() => {
        this.#asking = false;
      });
  }

  #lose(why: string): void {
    clearInterval(this.#watchdog);
    this.#lost.abort(new Error(`The lock is no longer ours: ${why}`));
  }
}
