import type { Reporter } from '../base/reporter.ts';
import type { Source } from '../recipe/find/source.ts';
import type { Services } from '../recipe/services.ts';
import type { openRedisPool } from '../remote/pool/redis-pool.ts';
import { type CachePlace, cachePlace } from './cache-place.ts';
import { openFileEngine, openFileSlots } from './engine.ts';
import type { Env } from './inputs/read.ts';
import { tempOf, whoOf, workerOf } from './job.ts';
import type { Lifetime } from './lifetime.ts';
import { runnerReporter } from './report/reporter.ts';
import type { StepRequest } from './request.ts';

/** Who works for a step. */
interface StepProcess {
  readonly reporter: Reporter;
  /** The runner's process that started the step. */
  readonly workerPid: number;
}

/** The step's own process, which tells its log. */
function stepWorker({ RUNNER_DEBUG }: Env): StepProcess {
  return { reporter: runnerReporter(RUNNER_DEBUG === '1'), workerPid: process.ppid };
}

/**
 * Makes the process one that works for the step whose environment this is.
 * @returns what the recipe is handed, and where the cache is; undefined where none is used
 * @throws OnceError ROOT_UNUSABLE
 */
export function serve(
  request: StepRequest,
  env: Env,
  lifetime: Pick<Lifetime, 'signal' | 'cleanupDeadline'>,
  worker: StepProcess = stepWorker(env),
): { readonly services: Services; readonly place: CachePlace | undefined } {
  // A private build must not fail at a cache that it does not use. For a slot it does use it.
  const usesCache = request.enabled || request.policy.slots !== undefined;
  const place = usesCache ? cachePlace(request.subject.root, env) : undefined;
  // Before anything is made: what others of the group may not write, they could not take over either.
  if (request.policy.groupShared) process.umask(0o002);
  return { services: servicesOf(request, env, lifetime, place, worker), place };
}

/** Stores elsewhere in which an artifact may be. */
function sourcesOf({ remote }: StepRequest): readonly Source[] {
  if (remote === undefined) return [];
  // Loaded when it is asked, which no hit does.
  let loaded: Promise<Source> | undefined;
  const load = () => (loaded ??= import('../remote/source.ts').then(({ ActionsCache }) => new ActionsCache(remote)));
  return [
    {
      name: 'remote',
      find: async (search, out) => (await load()).find(search, out),
      published: async (search, manifest, out) => (await load()).published?.(search, manifest, out),
    },
  ];
}

/**
 * The pool that a step asks; undefined: none. What cannot be carried has to be built by each host, so hosts that share the
 * Actions cache do not wait for each other there. Without that cache, the pool is a limit that the step asks for.
 */
function poolOpener(
  { pool, remote, producer }: StepRequest,
  place: Parameters<typeof openRedisPool>[1],
): Services['openPool'] {
  const isCarried = producer?.name !== 'image';
  if (pool === undefined || (remote !== undefined && !isCarried)) return undefined;
  return async () => {
    if (remote !== 'read-write') place.reporter.info(`pool: this step saves nothing for other hosts: ${NO_REMOTE}`);
    // Its code is loaded here, for only a host that holds its own lock needs it.
    return (await import('../remote/pool/redis-pool.ts')).openRedisPool(pool, place);
  };
}

const NO_REMOTE =
  'the pool only keeps two of them from building one key at one time. To share builds, write `remote: actions-cache`.';

function servicesOf(
  request: StepRequest,
  env: Env,
  lifetime: Pick<Lifetime, 'signal' | 'cleanupDeadline'>,
  place: CachePlace | undefined,
  { reporter, workerPid }: StepProcess,
): Services {
  const { root } = request.subject;
  const network = place?.fileSystem.network ?? false;
  const locks = { root, network, groupShared: request.policy.groupShared, reporter };
  return {
    who: whoOf(env),
    worker: workerOf(env, workerPid),
    reporter,
    signal: lifetime.signal,
    cleanupDeadline: lifetime.cleanupDeadline,
    onExit: (end) => process.on('exit', end),
    env,
    temp: tempOf(env),
    unsharedReason: place?.unsharedReason,
    sources: sourcesOf(request),
    openPool: poolOpener(request, { root, reporter, signal: lifetime.signal }),
    openEngine: () => openFileEngine(locks),
    openSlots: (group, count) => openFileSlots(locks, group, count),
  };
}
