/**
 * The scripts that a server runs, each as one step. Keys that they make names for have the same hash tag as those that
 * they are given.
 *
 * `grace(lease)` compares the id that a server takes anew when it starts, and when a replica becomes a primary, with the
 * one that was there when the keys were made. Where they differ the server may have forgotten locks. Then it returns how
 * many ms must pass until all leases that may have been forgotten are over; else 0. Its second result is 0 where INFO is
 * not allowed, which leaves us without that knowledge.
 *
 * `record(token)` returns who a token is, cut where it is longer than any record.
 */
export const PRELUDE = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function text(number) return string.format('%.0f', number) end
local function grace(lease)
  local info = redis.pcall('INFO', 'replication')
  if type(info) ~= 'string' then return 0, 0 end
  if string.find(info, 'role:slave', 1, true) then error('READONLY this is a replica') end
  local id = string.match(info, 'master_replid:(%x+)')
  if not id then return 0, 0 end
  local known, since = string.match(redis.call('GET', KEYS[1]) or '', '^(%x+) (%d+)$')
  local at = now()
  since = tonumber(since)
  if known ~= id or since > at then
    since = at
    redis.call('SET', KEYS[1], id .. ' ' .. text(at))
  end
  return math.max(0, since + lease - at), 1
end
local function tell(channel, what) redis.pcall('PUBLISH', channel, what) end
`;

/** The keys and arguments that every script about one lock is given: see {@link LockKeys}. */
export const LOCK = `${PRELUDE}
local lock, holder, gone, channel = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local token, lease, json, held = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
-- A lock with no end was made by somebody else, and would be waited for for ever.
local function owner()
  local found = redis.call('GETRANGE', lock, 0, 12)
  if found ~= '' and redis.call('PTTL', lock) < 0 then redis.call('PEXPIRE', lock, lease) end
  return found
end
local function record(of) return redis.call('GETRANGE', holder .. of, 0, 66000) end
local function is_gone() return redis.call('EXISTS', gone .. token) == 1 end
-- The record first: a lock whose record does not fit would be a holder without a name.
local function take()
  redis.call('SET', holder .. token, text(now() - held) .. ' ' .. json, 'PX', lease)
  redis.call('SET', lock, token, 'PX', lease)
end
`;

/** Who holds it: \`held\` with token, ms left, ms held by the server's clock and record; or \`grace\` with ms; or \`free\`. */
export const LOOK = `${LOCK}
local wait, known = grace(lease)
local found = owner()
if found ~= '' then return {'held', known, found, redis.call('PTTL', lock), record(found), text(now())} end
if wait > 0 then return {'grace', known, wait} end
return {'free', known}
`;

/** One try for the lock. A token that has it already has lost an answer, one that was given back comes too late. */
export const CLAIM = `${LOCK}
if is_gone() then return {'gone', 1} end
local wait, known = grace(lease)
local found = owner()
if found == token then
  redis.call('PEXPIRE', lock, lease)
  redis.call('PEXPIRE', holder .. token, lease)
  return {'ours', known}
end
if found ~= '' then return {'held', known, found, redis.call('PTTL', lock), record(found), text(now())} end
if wait > 0 then return {'grace', known, wait} end
take()
return {'ours', known}
`;

/**
 * Renews the lease: 1 while the lock is ours. What is gone comes back only where the server may have forgotten it, and
 * never after a release.
 */
export const RENEW = `${LOCK}
if is_gone() then return 0 end
local wait = grace(lease)
local found = owner()
if found == token then
  redis.call('PEXPIRE', lock, lease)
  redis.call('PEXPIRE', holder .. token, lease)
  return 1
end
if found ~= '' or wait == 0 then return 0 end
take()
return 1
`;

/**
 * Gives the lock back: 1 if it was this token's. The token can never have it again, not even by a command that was sent
 * before and arrives after. \`held\` is for how long, in ms, that is remembered.
 */
export const RELEASE = `${LOCK}
local mine = owner() == token
if mine then redis.call('DEL', lock) end
redis.call('DEL', holder .. token)
-- After the lock: a server without memory refuses this where a script begins with it.
redis.call('SET', gone .. token, '1', 'PX', held)
if mine then tell(channel, 'released') end
return mine and 1 or 0
`;

/** Whether a token may have the lock: 1 also where the server may have forgotten it. */
export const ALIVE = `${LOCK}
local wait = grace(lease)
return (owner() == token or (wait > 0 and not is_gone())) and 1 or 0
`;

/**
 * For a person: who has which of many locks. Changes nothing. `KEYS` are the names of locks, each with the start of the
 * names of its records. Something of another type under such a name is a holder without a token.
 */
export const LOOK_AT_LOCKS = `${PRELUDE}
local function read(...)
  local found = redis.pcall(...)
  return type(found) == 'string' and found or ''
end
local answer = {text(now())}
for i = 2, #KEYS, 2 do
  local left = redis.call('PTTL', KEYS[i])
  if left ~= -2 then
    local token = read('GETRANGE', KEYS[i], 0, 12)
    for _, each in ipairs({(i - 2) / 2, token, left, read('GETRANGE', KEYS[i + 1] .. token, 0, 66000)}) do
      table.insert(answer, each)
    end
  end
end
return answer
`;
