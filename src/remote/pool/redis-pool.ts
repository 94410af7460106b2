import type { Reporter } from '../../base/reporter.ts';
import type { PoolInspector } from '../../lock/pool-inspector.ts';
import { parseAddress } from '../../lock/redis/address.ts';
import { RedisEngine } from '../../lock/redis/engine.ts';
import { RedisFailures } from '../../lock/redis/failures.ts';
import { RedisInspector } from '../../lock/redis/inspector.ts';
import { RedisServer } from '../../lock/redis/server.ts';
import { RedisSlots } from '../../lock/redis/slots.ts';
import type { Pool } from '../../recipe/pool/pool.ts';
import { failureText, parseFailure } from '../../store/failures.ts';
import { originOf } from '../../store/origin.ts';
import { publish, published } from './pointers.ts';

/** How a pool is reached. */
export interface PoolSpec {
  /** `redis://host:port/db`, or `rediss://` for TLS. */
  readonly address: string;
  /** undefined: it is in the address, or there is none. */
  readonly password: string | undefined;
  /** Milliseconds for which a lock is held without a renewal. */
  readonly leaseMs: number;
}

/**
 * The pool of hosts that a Redis server makes. Nothing is asked yet.
 * @throws OnceError BAD_INPUT if the address is none
 */
export function openRedisPool(
  { address, password, leaseMs }: PoolSpec,
  { root, reporter, signal }: { readonly root: string; readonly reporter: Reporter; readonly signal: AbortSignal },
): Pool {
  // What hangs for less than a lease costs nobody anything but a wait, whatever it is asked.
  const server = new RedisServer({
    address: parseAddress(address, password),
    patienceMs: leaseMs,
    reporter,
    signal,
  });
  const origin = originOf(root);
  const engine = new RedisEngine({ server, leaseMs, origin, reporter });
  const failures = new RedisFailures(server);
  return {
    engine,
    published: (id) => published(server, id),
    publish: (id, token, pointer, replaces = '') => publish(server, id, token, pointer, { leaseMs, replaces }),
    failureNames: (id) => failures.names(id),
    failures: async (id, known) =>
      [...(await failures.read(id, known))]
        .map(([token, text]) => parseFailure(text, token))
        .filter((failure) => failure !== undefined),
    fail: (id, failure) => failures.leave(id, failure.token, failureText(failure)),
    openSlots: (group, count) => new RedisSlots({ server, group, count, leaseMs, origin, reporter }),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/**
 * The locks of a pool, for a person. Nothing is asked yet.
 * @throws OnceError BAD_INPUT if the address is none
 */
export function openRedisInspector(
  { address, password }: Pick<PoolSpec, 'address' | 'password'>,
  reporter: Reporter,
): PoolInspector {
  return new RedisInspector(new RedisServer({ address: parseAddress(address, password), reporter }));
}
