import { OnceError } from '../base/errors.ts';
import type { CommandSpec, Producer } from './producer.ts';

/**
 * The producer for what a step asks for; loaded only to build.
 * @throws OnceError BAD_INPUT when nothing says how to build
 */
export async function loadProducer(run: CommandSpec | undefined): Promise<Producer> {
  if (run === undefined) throw new OnceError('BAD_INPUT', 'Nothing says how to build: give `run`.');
  const { runProducer } = await import('./run.ts');
  return runProducer(run);
}
