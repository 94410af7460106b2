import type { Environment } from '../../producers/producer.ts';
import type { CommandSpec, ProducerSpec } from '../../producers/spec.ts';
import type * as fetchSpecs from './fetching/specs.ts';
import { type PathContext, workingDirectory } from './paths.ts';
import type { Values } from './table.ts';

/** What makes the artifact; undefined where this step says nothing of it. */
export function producerOf(
  values: Values,
  env: Environment,
  context: PathContext,
  specs: typeof fetchSpecs | undefined,
): ProducerSpec | undefined {
  const command = commandOf(values.run, values, context);
  return specs?.fetcherOf(values, command, env, context) ?? (command && { name: 'run', spec: command });
}

/** The producer of what other steps of the job make. */
export function steps({ image }: Values): ProducerSpec {
  if (image === undefined) return { name: 'steps', spec: {} };
  return { name: 'image', spec: { image, daemon: undefined, how: { kind: 'steps' } } };
}

/** A command of the inputs with where it runs; undefined where there is none. */
export function commandOf(script: string | undefined, values: Values, context: PathContext): CommandSpec | undefined {
  if (script === undefined) return undefined;
  const { absolute, portable } = workingDirectory(values['working-directory'], context);
  return { script, shell: values.shell, workingDirectory: absolute, workingDirectoryAsWritten: portable };
}
