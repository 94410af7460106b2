import { realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OnceError, unless } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { isInside, namesIn } from '../../host/file-system.ts';
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
  reporter: Pick<Reporter, 'warn'>,
  signal?: AbortSignal,
): Promise<void> {
  const { workspace, link, copyTo, addPath, exportEnv } = delivery;
  for (const part of addPath) {
    requirePart(build, part, 'add-path');
    requireOnePath(join(build.path, part));
  }
  for (const { name, path } of exportEnv) requirePart(build, path, `export-env ${name}`);
  // Loaded only if asked for.
  if (link !== undefined) await (await import('./link.ts')).placeLink(workspace, link, build.path, reporter);
  if (copyTo !== undefined) await (await import('./copy.ts')).placeCopy(workspace, copyTo, build, reporter, signal);
  for (const part of addPath) runner.addPath(join(build.path, part));
  for (const { name, path } of exportEnv) runner.exportVariable(name, join(build.path, path));
}

/**
 * A folder behind a link of the build, which may be a stranger's checkout, must not become a place of later steps. A file
 * may be such a link: the interpreter of a virtual environment is one.
 */
function requirePart({ path, key }: Handed, part: string, input: string): void {
  const real = unless(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG'], () => realpathSync(join(path, part)));
  if (real === undefined)
    throw new OnceError(
      'DELIVERY_FAILED',
      `${input}: the build of "${shorten(key)}" has no ${part}. In ${path} there is: ${namesIn(path)}. Name one of these, or let the script make ${part} and give the build another \`key\`.`,
    );
  if (!isInside(realpathSync(path), real) && statSync(real).isDirectory())
    throw new OnceError(
      'DELIVERY_FAILED',
      `${input}: ${part} in the build of "${shorten(key)}" is, or lies behind, a link that leads out of the build, to ${real}. Name a path within the build, or set the variable in a step of your own if that is what you want.`,
    );
}

function requireOnePath(dir: string): void {
  if (!dir.includes(delimiter)) return;
  throw new OnceError(
    'DELIVERY_FAILED',
    `add-path: ${dir} has a "${delimiter}" in it, which separates the folders of PATH, so it cannot be one of them. Name another \`root\` or another path in the build.`,
  );
}
