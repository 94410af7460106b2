import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { namesIn } from '../../host/file-system.ts';
import type { Delivery } from '../../recipe/request.ts';
import type { Handed } from './workspace.ts';

/** Changes the environment of later steps: the methods of `@actions/core` with these names. */
export interface RunnerCommands {
  addPath(dir: string): void;
  exportVariable(name: string, value: string): void;
}

/**
 * Gives a build to this job: `link`, `copy-to`, `add-path`, `export-env`. Everything is checked before the runner is
 * told, so that a step that fails here does not change the steps after it.
 *
 * @throws OnceError DELIVERY_FAILED; the signal's reason when aborted
 */
export async function deliver(
  delivery: Delivery,
  build: Handed,
  runner: RunnerCommands,
  signal?: AbortSignal,
): Promise<void> {
  const { workspace, link, copyTo, addPath, exportEnv } = delivery;
  for (const part of addPath) requirePart(build, part, 'add-path');
  for (const { name, path } of exportEnv) requirePart(build, path, `export-env ${name}`);
  // Loaded only if asked for.
  if (link !== undefined) (await import('./link.ts')).placeLink(workspace, link, build.path);
  if (copyTo !== undefined) await (await import('./copy.ts')).placeCopy(workspace, copyTo, build, signal);
  for (const part of addPath) runner.addPath(join(build.path, part));
  for (const { name, path } of exportEnv) runner.exportVariable(name, join(build.path, path));
}

function requirePart({ path, key }: Handed, part: string, input: string): void {
  if (existsSync(join(path, part))) return;
  throw new OnceError(
    'DELIVERY_FAILED',
    `${input}: the build of "${shorten(key)}" has no ${part}. In ${path} there is: ${namesIn(path)}. Name one of these, or let the script make ${part} and give the build another \`key\`.`,
  );
}
