import type { Pinned, Producer, Surroundings } from './producer.ts';
import { fingerprintOf, type ImageSpec } from './spec.ts';

/** To come. */
export function imageProducer(spec: ImageSpec): Producer {
  const name = 'image';
  return { name, fingerprint: fingerprintOf({ name, spec }), produce: () => Promise.reject(new Error('to come')) };
}

/** To come. */
export async function pinImage(spec: ImageSpec, _surroundings: Surroundings): Promise<Pinned> {
  return { producer: { name: 'image', spec } };
}
