import type { Pinned, Producer, Surroundings } from '../producer.ts';
import { fingerprintOf, type RepositorySpec } from '../spec.ts';
import { isWholeName, staleHead } from './head.ts';

/** A checkout of a git repository. A hit asks for its HEAD only, so what talks to a server is loaded when it is needed. */
export function repositoryProducer(spec: RepositorySpec): Producer {
  const name = 'repository';
  return {
    name,
    fingerprint: fingerprintOf({ name, spec }),
    produce: async (attempt) => (await import('./checkout.ts')).checkOut(spec, attempt),
    whyStale: async (published) => staleHead(published),
  };
}

/**
 * The commit that `ref` is at now, asked of the server once; a commit that was named in full needs no asking.
 * @throws OnceError BUILD_FAILED when the server cannot be reached, or has no such ref
 */
export async function pinRepository(spec: RepositorySpec, surroundings: Surroundings): Promise<Pinned> {
  const { lookUp } = await import('./look-up.ts');
  const commit = isWholeName(spec.ref) ? spec.ref.toLowerCase() : await lookUp(spec, surroundings);
  const name = 'repository';
  // A short commit is found among all of them, and cannot move.
  if (commit === undefined) return { producer: { name, spec } };
  return { producer: { name, spec: { ...spec, commit } }, version: commit };
}
