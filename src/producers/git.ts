import type { Pinned, Producer, Surroundings } from './producer.ts';
import { fingerprintOf, type RepositorySpec } from './spec.ts';

/** To come. */
export function repositoryProducer(spec: RepositorySpec): Producer {
  const name = 'repository';
  return { name, fingerprint: fingerprintOf({ name, spec }), produce: () => Promise.reject(new Error('to come')) };
}

/** To come. */
export async function pinRepository(spec: RepositorySpec, _surroundings: Surroundings): Promise<Pinned> {
  return { producer: { name: 'repository', spec } };
}
