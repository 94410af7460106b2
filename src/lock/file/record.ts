import { hostname } from 'node:os';
import { basename } from 'node:path';
import { unless } from '../../base/errors.ts';
import { isCount, isShowable, parseFields } from '../../base/fields.ts';
import { isToken } from '../../base/key.ts';
import { bootId, pidNamespace, processState } from '../../host/proc.ts';
import { readShared } from '../../host/read-shared.ts';
import { isAsker } from '../asker.ts';
import type { Asker } from '../engine.ts';

/** Where a process is: what must be equal before its pid means anything here. */
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
  /** Milliseconds after which the holder itself calls a silent heartbeat dead. */
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
 * Reads a record. undefined when it is missing, not whole, or not that of the attempt that the file is named after: then
 * nothing is known about the attempt.
 * @throws the system's error
 */
export function readRecord(file: string): HolderRecord | undefined {
  const found = unless(['ESTALE'], () => readShared(file));
  const fields = found?.kind === 'text' ? parseFields(found.text) : undefined;
  if (fields === undefined || fields.token !== basename(file, '.json')) return undefined;
  return Object.entries(checks).every(([name, check]) => check(fields[name]))
    ? (fields as unknown as HolderRecord)
    : undefined;
}

const checks: Readonly<Record<Exclude<keyof HolderRecord, 'format'>, (value: unknown) => boolean>> = {
  token: (value) => typeof value === 'string' && isToken(value),
  asker: isAsker,
  host: isShowable,
  bootId: isShowable,
  pidNamespace: isShowable,
  // Signals to 0 and to negative numbers go to groups of processes.
  pid: (value) => isCount(value) && value > 0,
  startTime: (value) => value === undefined || isCount(value),
  staleMs: (value) => typeof value === 'number' && value >= 0,
  socket: (value) => typeof value === 'boolean',
  since: isShowable,
};

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
