import { lstatSync, statSync } from 'node:fs';
import { unless } from '../../base/errors.ts';
import { GONE } from '../../host/file-system.ts';
import type { Holder } from '../engine.ts';
import { type LockFolders, ownerFile, recordFile, socketFile } from './folders.ts';
import { Heartbeats, judge, type Liveness, staleAfter } from './liveness.ts';
import { type HolderRecord, type ProcessPlace, readRecord, startOf } from './record.ts';

/** What is known of a holder at one look. */
export interface Judged {
  readonly token: string;
  readonly record: HolderRecord | undefined;
  /** undefined: there is no record by which it could be asked for. */
  readonly verdict: Liveness | undefined;
  /** Time of its last heartbeat, in ms since 1970 by the holder's clock. */
  readonly beatAt: number;
  readonly silentMs: number;
  /** Milliseconds of silence that make it dead. */
  readonly limitMs: number;
}

/** A holder of whom there is no record. */
export const UNKNOWN = { asker: undefined, since: undefined, heldMs: undefined, running: false };

/** Judges the holders of locks, and remembers for how long it has seen their heartbeats stand still. */
export class HolderJudge {
  readonly #heartbeats = new Heartbeats();
  readonly #records = new Map<string, HolderRecord>();
  readonly #place: ProcessPlace;
  readonly #network: boolean;
  /** Milliseconds of silence that make a holder dead of whom nothing more is known. */
  readonly staleMs: number;

  constructor(place: ProcessPlace, network: boolean, staleMs: number) {
    this.#place = place;
    this.#network = network;
    this.staleMs = staleMs;
  }

  /** undefined: it does not hold the lock any more. */
  async look(folders: LockFolders, token: string): Promise<Judged | undefined> {
    const beatAt = unless(GONE, () => lstatSync(ownerFile(folders.lock, token)).mtimeMs);
    if (beatAt === undefined) return undefined;
    const record = this.#record(folders, token);
    const silentMs = this.#heartbeats.observe(token, beatAt);
    const verdict = record && (await judge(record, this.#place, this.#network, socketFile(folders, token)));
    return { token, record, verdict, beatAt, silentMs, limitMs: staleAfter(record, this.staleMs, verdict) };
  }

  /** Milliseconds for which what is no owner has been seen to lie in a lock unchanged; undefined: the folder is gone. */
  foreignMs({ lock }: LockFolders): number | undefined {
    const changed = unless(GONE, () => statSync(lock).mtimeMs);
    return changed === undefined ? undefined : this.#heartbeats.observe(lock, changed);
  }

  holderOf({ token, record, silentMs, verdict }: Judged): Holder {
    return { token, asker: record?.asker, ...startOf(record, this.#place), silentMs, running: verdict === 'running' };
  }

  /** A record never changes once it is there, and waiters ask for it four times a second. */
  #record(folders: LockFolders, token: string): HolderRecord | undefined {
    const record = this.#records.get(token) ?? readRecord(recordFile(folders, token));
    if (record !== undefined) this.#records.set(token, record);
    return record;
  }
}
