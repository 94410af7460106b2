import { onTestFinished } from 'vitest';
import { parseAddress } from '../../../src/lock/redis/address.ts';
import { RedisEngine } from '../../../src/lock/redis/engine.ts';
import { RedisServer } from '../../../src/lock/redis/server.ts';
import { RedisSlots, type RedisSlotsOptions } from '../../../src/lock/redis/slots.ts';
import { reporterTo } from '../asker.ts';

/** The lock that tests are about. */
export const ID = 'sdk-0123456789abcdef0123';

export interface EngineOptions {
  readonly leaseMs?: number;
  readonly commandMs?: number;
  readonly password?: string;
  readonly origin?: string;
  readonly signal?: AbortSignal;
  /** Gets every line that is reported. */
  readonly onLine?: (line: string) => void;
}

/** A server as a step opens it. Closed when the test ends. */
export function openServer(
  url: string,
  { onLine = () => {}, password = '', ...more }: EngineOptions = {},
): RedisServer {
  const server = new RedisServer({ address: parseAddress(url, password), reporter: reporterTo(onLine), ...more });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** The slots of a group as one build opens them. */
export function openSlots(server: RedisServer, count: number, options: Partial<RedisSlotsOptions> = {}): RedisSlots {
  const slots = new RedisSlots({
    server,
    group: 'heavy',
    count,
    leaseMs: 1500,
    reporter: reporterTo(() => {}),
    ...options,
  });
  onTestFinished(() => slots[Symbol.asyncDispose]());
  return slots;
}

/** A Redis engine as a step opens it. */
export function openEngine(url: string, options: EngineOptions = {}): RedisEngine {
  const { leaseMs = 1500, origin = '', onLine = () => {} } = options;
  return new RedisEngine({ server: openServer(url, options), leaseMs, origin, reporter: reporterTo(onLine) });
}
