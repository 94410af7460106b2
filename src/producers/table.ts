import type { Pinned, Producer, Surroundings } from './producer.ts';
import type { ProducerSpec } from './spec.ts';

/** The producer for what a step asks for; loaded only where it is needed. */
export async function loadProducer({ name, spec }: ProducerSpec): Promise<Producer> {
  switch (name) {
    case 'run':
      return (await import('./run.ts')).runProducer(spec);
    case 'steps':
      return (await import('./steps.ts')).stepsProducer();
    case 'url':
      return (await import('./url/producer.ts')).urlProducer(spec);
    case 'repository':
      return (await import('./git/producer.ts')).repositoryProducer(spec);
    case 'image':
      return (await import('./image/producer.ts')).imageProducer(spec);
  }
}

/** Whether a published build of it may have changed since, so that {@link Producer.whyStale} is to be asked on a hit. */
export function mayGoStale({ name }: ProducerSpec): boolean {
  return name === 'repository' || name === 'image';
}

/** Whether {@link pin} has anything to find out. */
export function needsPin({ name, spec }: ProducerSpec): boolean {
  return name === 'image' || (name === 'repository' && spec.update);
}

/** Finds out what must be known before an entry has a name. */
export async function pin(producer: ProducerSpec, surroundings: Surroundings): Promise<Pinned> {
  switch (producer.name) {
    case 'repository':
      return (await import('./git/producer.ts')).pinRepository(producer.spec, surroundings);
    case 'image':
      return (await import('./image/producer.ts')).pinImage(producer.spec, surroundings);
    default:
      return { producer };
  }
}
