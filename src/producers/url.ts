import type { Producer } from './producer.ts';
import { fingerprintOf, type UrlSpec } from './spec.ts';

/** To come. */
export function urlProducer(spec: UrlSpec): Producer {
  const name = 'url';
  return { name, fingerprint: fingerprintOf({ name, spec }), produce: () => Promise.reject(new Error('to come')) };
}
