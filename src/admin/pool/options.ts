import type { PoolInspector } from '../../lock/pool-inspector.ts';
import { silent } from '../silent.ts';
import { BadUsage, type OptionTable } from '../verb.ts';

/** The options by which a verb is told where a pool is: those of `run`. */
export const poolOptions = {
  pool: { type: 'string', multiple: true },
  'pool-env': { type: 'string' },
  'pool-password-env': { type: 'string' },
} as const satisfies OptionTable;

/** What `readOptions` gives for {@link poolOptions}. */
export interface GivenPool {
  readonly pool?: readonly string[] | undefined;
  readonly 'pool-env'?: string | undefined;
  readonly 'pool-password-env'?: string | undefined;
}

/** Where a pool is. Both may be secrets. */
export interface PoolPlace {
  readonly address: string;
  readonly password: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Whether a command line says anything about a pool. */
export function asksForPool(given: GivenPool): boolean {
  return Object.keys(poolOptions).some((name) => given[name as keyof GivenPool] !== undefined);
}

/**
 * The pool that options name.
 * @param usual the address where they name none
 * @returns undefined: none is named
 * @throws BadUsage
 */
export function poolOf(given: GivenPool, env: Env, usual: string | undefined): PoolPlace | undefined {
  const named = [...(given.pool ?? []), ...valueIn(given, 'pool-env', env)];
  if (named.length > 1) throw new BadUsage('--pool is given more than once');
  if (named[0]?.trim() === '') throw new BadUsage('--pool is empty');
  const address = (named[0] ?? usual ?? '').trim();
  const [password = env.BUILD_ONCE_POOL_PASSWORD ?? ''] = valueIn(given, 'pool-password-env', env);
  if (address === '' && asksForPool(given)) throw new BadUsage('--pool is missing');
  return address === '' ? undefined : { address, password };
}

/** The inspector of a pool. Its code is loaded here, since nothing but a pool needs the client. @throws OnceError BAD_INPUT */
export async function openInspector(place: PoolPlace): Promise<PoolInspector> {
  return (await import('../../remote/pool/redis-pool.ts')).openRedisInspector(place, silent);
}

function valueIn(given: GivenPool, option: 'pool-env' | 'pool-password-env', env: Env): string[] {
  const variable = given[option];
  if (variable === undefined) return [];
  const value = env[variable];
  if (value === undefined) throw new BadUsage(`--${option} names ${JSON.stringify(variable)}, which is not set`);
  return [value];
}
