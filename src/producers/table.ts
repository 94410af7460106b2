import type { Pinned, Producer, Surroundings } from './producer.ts';
import type { ProducerSpec } from './spec.ts';

/** Loads the producer for a step's inputs. */
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

/** Whether a published build may have changed since, so that a hit has to call {@link Producer.whyStale}. */
export function mayGoStale({ name }: ProducerSpec): boolean {
  return name === 'repository' || name === 'image';
}

/** Whether {@link pin} has anything to resolve. */
export function needsPin({ name, spec }: ProducerSpec): boolean {
  return name === 'image' || (name === 'repository' && spec.update);
}

/**
 * Resolves what the entry's id depends on, by asking a server or a daemon.
 * @throws OnceError BUILD_FAILED or BAD_INPUT if there is no answer; the signal's reason if aborted
 */
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
