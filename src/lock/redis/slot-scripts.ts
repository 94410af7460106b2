import { PRELUDE } from './scripts.ts';

/** Who has the slots of one group now, by the server's clock. Changes nothing: those whose time is over are in `late`. */
const NOW = `${PRELUDE}
local holders, records, tickets, seen, gone, channel = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local token, lease, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local at = now()
local slots, mine, late = {}, nil, {}
local all = redis.call('HGETALL', holders)
for i = 1, #all, 2 do
  local of, till, since = string.match(all[i + 1], '^(%x+) (%d+) (%d+)$')
  if of and tonumber(till) > at then
    slots[all[i]] = {of, tonumber(till), since}
    if of == token then mine = all[i] end
  else
    late[all[i]] = of or ''
  end
end
-- Slots as the numbers below a limit, with who has them.
local function busy(answer, below)
  for slot, it in pairs(slots) do
    if tonumber(slot) < below then
      local json = redis.call('HSTRLEN', records, it[1]) > 66000 and '' or redis.call('HGET', records, it[1]) or ''
      for _, each in ipairs({slot, it[1], it[2] - at, it[3] .. ' ' .. json}) do table.insert(answer, each) end
    end
  end
  return answer
end
`;

/**
 * The scripts about the slots of one group. Slots and tickets whose time is over are dropped before anything is decided,
 * all by the server's clock.
 */
const SLOTS = `${NOW}
local function drop(slot, of)
  slots[slot] = nil
  redis.call('HDEL', holders, slot)
  redis.call('HDEL', records, of)
end
for slot, of in pairs(late) do drop(slot, of) end
for _, ticket in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', at)) do
  redis.call('ZREM', tickets, ticket)
  redis.call('ZREM', seen, ticket)
end
local function leave()
  redis.call('ZREM', tickets, token)
  redis.call('ZREM', seen, token)
end
local function free()
  local left = count
  for slot in pairs(slots) do
    if tonumber(slot) < count then left = left - 1 end
  end
  return left
end
local function hold(slot, since, json)
  redis.call('HSET', records, token, json)
  redis.call('HSET', holders, slot, token .. ' ' .. text(at + lease) .. ' ' .. text(since))
  for _, key in ipairs({holders, records}) do redis.call('PEXPIRE', key, 86400000) end
end
-- As many as there are free slots, in the order in which they came.
local function wake()
  local left = math.min(free(), 1000)
  if left < 1 then return end
  for _, of in ipairs(redis.call('ZRANGE', tickets, 0, left - 1)) do tell(channel .. of, 'released') end
end
local function is_gone() return redis.call('EXISTS', gone .. token) == 1 end
`;

/**
 * Takes the lowest free slot, if there is one for this token: who has waited longer goes first. Else the token gets a
 * ticket, or keeps its own for another while.
 */
export const TAKE_SLOT = `${SLOTS}
local json, patience = ARGV[4], tonumber(ARGV[5])
if is_gone() then return {'gone', 1} end
local wait, known = grace(lease)
if mine then
  hold(mine, slots[mine][3], json)
  return {'ours', known, mine}
end
if wait > 0 then return {'grace', known, wait} end
local rank = redis.call('ZRANK', tickets, token)
if not rank then
  local last = redis.call('ZRANGE', tickets, -1, -1, 'WITHSCORES')[2] or 0
  rank = redis.call('ZCARD', tickets)
  redis.call('ZADD', tickets, last + 1, token)
end
if rank < free() then
  local slot = 0
  while slots[text(slot)] do slot = slot + 1 end
  leave()
  hold(text(slot), at, json)
  return {'ours', known, text(slot)}
end
redis.call('ZADD', seen, at + patience, token)
for _, key in ipairs({tickets, seen}) do redis.call('PEXPIRE', key, 86400000) end
return busy({'held', known, text(at)}, count)
`;

/** Renews the lease of a slot, as RENEW does that of a lock. */
export const RENEW_SLOT = `${SLOTS}
local json, slot, held = ARGV[4], ARGV[5], ARGV[6]
if is_gone() then return 0 end
local wait = grace(lease)
if not mine and (wait == 0 or slots[slot]) then return 0 end
hold(mine or slot, mine and slots[mine][3] or at - held, json)
return 1
`;

/** Gives back the slot, or the ticket, of a token, and wakes those whose turn it is then. */
export const LEAVE_SLOT = `${SLOTS}
if mine then drop(mine, token) end
leave()
redis.call('SET', gone .. token, '1', 'PX', ARGV[4])
wake()
return mine and 1 or 0
`;

/** Who has a slot of the group, also of those above the asker's count. */
export const SLOT_HOLDERS = `${SLOTS}
return busy({'held', 1, text(at)}, math.huge)
`;

/** For a person: how many wait for a slot of the group, and who has one. Changes nothing. */
export const LOOK_AT_SLOTS = `${NOW}
return busy({text(at), redis.call('ZCOUNT', seen, '(' .. text(at), '+inf')}, math.huge)
`;
