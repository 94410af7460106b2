import { isToken } from '../../base/key.ts';
import { RECORD_BYTES } from '../../host/read-shared.ts';
import { failuresKey } from './keys.ts';
import type { RedisServer } from './server.ts';

/** For how long, in ms, after the newest failure of a key all are remembered: longer than anybody waits. */
const LIFETIME_MS = 86_400_000;
/** Most failures that are kept or read of one key: a build is given up after a few. */
const MOST = 1000;
/** Most bytes of one answer. */
const ANSWER_BYTES = 1_000_000;

const LEAVE = `
if redis.call('HLEN', KEYS[2]) >= ${MOST} then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
`;

const NAMES = `
local names = redis.call('HKEYS', KEYS[2])
while #names > ${MOST} do table.remove(names) end
return names
`;

const READ = `
local known, answer, bytes = {}, {}, 0
for _, token in ipairs(ARGV) do known[token] = true end
for _, token in ipairs(redis.call('HKEYS', KEYS[2])) do
  local length = redis.call('HSTRLEN', KEYS[2], token)
  if not known[token] and #token == 12 and length <= ${RECORD_BYTES} and bytes + length <= ${ANSWER_BYTES} then
    bytes = bytes + length
    table.insert(answer, token)
    table.insert(answer, redis.call('HGET', KEYS[2], token))
  end
end
return answer
`;

/** How attempts at keys of a pool failed, for hosts that wait. What is in such a record is its reader's to check. */
export class RedisFailures {
  readonly #server: RedisServer;

  constructor(server: RedisServer) {
    this.#server = server;
  }

  /**
   * Leaves a record, before the lock is released. The 1,001st of a key is dropped.
   * @param text 64 kB at most
   * @throws PoolTrouble
   */
  async leave(id: string, token: string, text: string): Promise<void> {
    await this.#run(LEAVE, id, [token, text, LIFETIME_MS]);
  }

  /** The tokens of the attempts at `id` that have failed. */
  async names(id: string): Promise<readonly string[]> {
    return strings((await this.#run(NAMES, id, [])).value).filter(isToken);
  }

  /**
   * The records of attempts at `id` that failed, by their tokens.
   * @param known tokens that are passed over
   */
  async read(id: string, known: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const parts = strings((await this.#run(READ, id, [...known])).value);
    const pairs = parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? ''] as const] : []));
    return new Map(pairs.filter(([token]) => isToken(token)));
  }

  #run(script: string, id: string, args: readonly (string | number)[]) {
    return this.#server.run(script, [failuresKey(id)], args, this.#server.patienceMs);
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
