import { GRACE, type PoolHolder } from '../pool-engine.ts';
import { type PoolRecord, parseRecord } from './record.ts';

const NOBODY = {
  asker: undefined,
  since: undefined,
  heldMs: undefined,
  silentMs: 0,
  running: false,
  origin: undefined,
};

/** Whom those wait for who may not come in yet. */
export const graceHolder: PoolHolder = { token: GRACE, ...NOBODY };

/**
 * A holder, as scripts tell it.
 *
 * @param leftMs until its lease ends, if it is not renewed
 * @param stored since when it holds, by the server's clock, and its record: `<ms> <json>`
 * @param now the server's clock
 * @param ownLeaseMs the lease of a holder whose record cannot be read
 */
export function holderOf(token: string, leftMs: number, stored: string, now: number, ownLeaseMs: number): PoolHolder {
  const [, since, json = ''] = /^(\d+) (.*)$/s.exec(stored) ?? [];
  const record: PoolRecord | undefined = parseRecord(json, token);
  const heldMs = since === undefined ? undefined : Math.max(0, now - Number(since));
  const silentMs = Math.max(0, (record?.leaseMs ?? ownLeaseMs) - leftMs);
  const { asker, origin, since: told } = record ?? NOBODY;
  return { token, asker, since: told, heldMs, silentMs, running: false, origin };
}
