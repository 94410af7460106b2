import { hostname } from 'node:os';
import { basename } from 'node:path';
import { isToken } from '../../base/key.ts';
import { bootId, pidNamespace, processState } from '../../host/proc.ts';
import { textOf } from '../../host/read-shared.ts';
import type { Asker } from '../engine.ts';

/** Where a process runs. All of it must be equal before a pid means the same process here. */
export interface ProcessPlace {
  readonly host: string;
  /** Empty where unknown. */
  readonly bootId: string;
  readonly pidNamespace: string;
}

/** `holders/<token>.json`: who an attempt is. Written before the lock is tried, by one writer, under a new name. */
export interface HolderRecord extends ProcessPlace {
  readonly format: 1;
  readonly token: string;
  readonly asker: Asker;
  readonly pid: number;
  readonly startTime: number | undefined;
  /** Milliseconds of silence after which the holder says that it is dead. */
  readonly staleMs: number;
  /** Listens on `holders/<token>.sock`. */
  readonly socket: boolean;
  readonly since: string;
}

/** Where this process is. */
export function here(): ProcessPlace {
  return { host: hostname(), bootId: bootId(), pidNamespace: pidNamespace() };
}

/** The record of this process for one attempt. */
export function ownRecord(
  token: string,
  asker: Asker,
  place: ProcessPlace,
  staleMs: number,
  socket: boolean,
): HolderRecord {
  return {
    format: 1,
    token,
    asker,
    ...place,
    pid: process.pid,
    startTime: processState('self')?.startTime,
    staleMs,
    socket,
    since: new Date().toISOString(),
  };
}

/**
 * Reads a record, which any job may have written. undefined: it is missing, not whole, or not of the attempt that its name
 * says; then nothing is known about the attempt. Its tokens decide which processes are ended, so each must be one.
 */
export function readRecord(file: string): HolderRecord | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as HolderRecord;
    const { token, asker, since, pid, bootId } = value;
    const isNamed = isToken(token) && basename(file) === `${token}.json`;
    const isWhole = typeof asker.who === 'object' && asker.who !== null && typeof since === 'string';
    const isPlace = Number.isSafeInteger(pid) && pid > 0 && typeof bootId === 'string';
    const isBuild = asker.build === undefined || isToken(asker.build);
    return isNamed && isWhole && isPlace && isBuild ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Since when an attempt is there. Its clock is ours if it runs on the same boot of the same host. */
export function startOf(
  record: HolderRecord | undefined,
  place: ProcessPlace,
): { readonly since: string | undefined; readonly heldMs: number | undefined } {
  if (record === undefined) return { since: undefined, heldMs: undefined };
  const isHere = record.bootId === place.bootId && record.host === place.host;
  const heldMs = isHere ? Math.max(0, Date.now() - Date.parse(record.since)) : Number.NaN;
  return { since: record.since, heldMs: Number.isNaN(heldMs) ? undefined : heldMs };
}
