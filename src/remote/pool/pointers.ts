import { isToken } from '../../base/key.ts';
import { lockKeys } from '../../lock/redis/keys.ts';
import { LOCK } from '../../lock/redis/scripts.ts';
import type { RedisServer } from '../../lock/redis/server.ts';
import type { Pointer } from '../../recipe/pool/pool.ts';

/** For how long, in ms, a build is remembered that nobody restores. GitHub deletes what was not used for 7 days. */
const LIFETIME_MS = 7 * 86_400_000;

/** What is published; whoever asks is about to use it, so it lives on. */
const PUBLISHED = `
local found = redis.call('GETRANGE', KEYS[2], 0, 200)
if found ~= '' then redis.call('PEXPIRE', KEYS[2], ARGV[1]) end
return found
`;

/** Publishes while the lock is the token's, where nothing is published or what is there is to be replaced. */
const PUBLISH = `${LOCK}
local value, replaces = ARGV[5], ARGV[6]
-- A lost answer is asked for again.
if redis.call('GETRANGE', KEYS[6], 0, 200) == value then return 1 end
if owner() ~= token then return 0 end
local there = redis.call('GETRANGE', KEYS[6], 0, 11)
if there ~= '' and there ~= replaces then return 0 end
redis.call('SET', KEYS[6], value, 'PX', held)
tell(channel, 'published')
return 1
`;

/** @throws PoolTrouble */
export async function published(server: RedisServer, id: string): Promise<Pointer | undefined> {
  const { value } = await server.run(PUBLISHED, [lockKeys(id).pointer], [LIFETIME_MS], server.patienceMs);
  return pointerIn(String(value));
}

/**
 * @param token of the lock
 * @param replaces token of a build that may be replaced; empty: none
 * @returns whether it is published
 * @throws PoolTrouble
 */
export async function publish(
  server: RedisServer,
  id: string,
  token: string,
  pointer: Pointer,
  { leaseMs, replaces }: { readonly leaseMs: number; readonly replaces: string },
): Promise<boolean> {
  const { lock, holder, gone, channel, pointer: key } = lockKeys(id);
  const args = [token, leaseMs, '', LIFETIME_MS, `${pointer.token} ${pointer.digest}`, replaces];
  const { value } = await server.run(PUBLISH, [lock, holder, gone, channel, key], args, server.patienceMs);
  return value === 1;
}

/** @returns undefined for what is no pointer: then nothing is published */
export function pointerIn(text: string): Pointer | undefined {
  const [, token = '', digest = ''] = /^([0-9a-f]{12}) ([0-9a-f]{64})$/.exec(text) ?? [];
  return isToken(token) ? { token, digest } : undefined;
}
