import type { Pinned, Producer, Surroundings } from '../producer.ts';
import { fingerprintOf, type RepositorySpec } from '../spec.ts';
import { isFullName, staleHead } from './head.ts';

/** The producer that checks out a git repository. A hit only reads HEAD, so modules that talk to a server load later. */
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
 * Resolves `ref` to the commit that it points at now. A full commit name is used as it is, without asking the server.
 * @throws OnceError BUILD_FAILED if the server cannot be reached, or has no such ref
 */
export async function pinRepository(spec: RepositorySpec, surroundings: Surroundings): Promise<Pinned> {
  const { lookUp } = await import('./look-up.ts');
  const isCommit = isFullName(spec.ref);
  const found = isCommit ? { commit: spec.ref.toLowerCase(), tag: undefined } : await lookUp(spec, surroundings);
  const name = 'repository';
  // A short commit name never moves, and is resolved after the fetch.
  if (found === undefined) return { producer: { name, spec } };
  return { producer: { name, spec: { ...spec, ...found } }, version: found.commit };
}
