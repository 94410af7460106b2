import { isShowable, parseFields } from '../../base/fields.ts';
import { isToken } from '../../base/key.ts';
import { RECORD_BYTES } from '../../host/read-shared.ts';
import { isAsker } from '../asker.ts';
import type { Asker } from '../engine.ts';

/** Who a holder is. It lives as long as its lease. */
export interface PoolRecord {
  readonly format: 1;
  readonly token: string;
  readonly asker: Asker;
  /** Where its lock of the host is: the id of the host and the root. Holders of one origin share that lock. */
  readonly origin: string;
  /** ISO 8601, by the holder's clock. */
  readonly since: string;
  readonly leaseMs: number;
}

/** The record of this process for one attempt, as it is kept. */
export function ownRecord(token: string, asker: Asker, origin: string, leaseMs: number): string {
  const record: PoolRecord = { format: 1, token, asker, origin, since: new Date().toISOString(), leaseMs };
  return JSON.stringify(record);
}

/** @returns undefined for what is too long, or no record of that token */
export function parseRecord(text: string, token: string): PoolRecord | undefined {
  if (Buffer.byteLength(text) > RECORD_BYTES) return undefined;
  const fields = parseFields(text);
  if (fields === undefined || fields.token !== token || !isToken(token)) return undefined;
  const { asker, origin, since, leaseMs } = fields;
  const sound = isAsker(asker) && isShowable(origin) && isShowable(since) && typeof leaseMs === 'number' && leaseMs > 0;
  return sound ? (fields as unknown as PoolRecord) : undefined;
}
