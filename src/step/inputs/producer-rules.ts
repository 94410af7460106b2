import { type Problem, problem, type Read } from './problem.ts';
import type { InputName } from './table.ts';

/** What makes an artifact; `run` may also be how an image is made. */
export const PRODUCERS = ['run', 'url', 'repository', 'image'] as const;

/** Whether anything says how to make the artifact. */
export function hasProducer(read: Read): boolean {
  return read.bySteps || PRODUCERS.some((name) => read.text(name) !== '');
}

/** What is fetched has a name that can be its key. */
export function keyIsMissing(read: Read): Problem | undefined {
  if (read.text('key') !== '' || ['url', 'repository', 'image'].some((name) => read.text(name as InputName) !== ''))
    return undefined;
  const instead = 'Write what makes the artifact the one you want, for example llvm-18.1.8';
  return problem(read, 'key', 'is missing', instead);
}
