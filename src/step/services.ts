import type { Reporter } from '../base/reporter.ts';
import type { Request } from '../request.ts';
import type { Services } from '../services.ts';
import type { CachePlace } from './cache-place.ts';
import { tempOf, whoOf, workerOf } from './context.ts';
import { openFileEngine, openSlotEngine } from './engine.ts';
import type { Env } from './inputs.ts';
import type { Lifetime } from './lifetime.ts';

/** What the recipe is handed by a process that works for the step whose environment this is. */
export function servicesOf(
  request: Request,
  env: Env,
  lifetime: Pick<Lifetime, 'signal' | 'hurry'>,
  place: CachePlace | undefined,
  { reporter, workerPid }: { readonly reporter: Reporter; readonly workerPid: number },
): Services {
  const { root } = request.subject;
  const network = place?.fileSystem.network ?? false;
  return {
    who: whoOf(env),
    worker: workerOf(env, workerPid),
    reporter,
    signal: lifetime.signal,
    hurry: lifetime.hurry,
    onExit: (end) => process.on('exit', end),
    env,
    temp: tempOf(env),
    lonely: place?.lonely,
    openEngine: () => openFileEngine(root, network, reporter),
    openSlotEngine: (group) => openSlotEngine(root, group, network, reporter),
  };
}
