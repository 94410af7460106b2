import { basename, dirname } from 'node:path';
import { isRootTrouble, rootError, unless } from '../base/errors.ts';
import { formatBytes } from '../base/format.ts';
import { type FileSystem, fileSystemOf, isInside } from '../host/file-system.ts';
import type { Env } from './inputs/read.ts';

/** What the step finds out about its shared cache. */
export interface CachePlace {
  readonly fileSystem: FileSystem;
  /** One line for the log. */
  readonly line: string;
  /** Why no other job can share it, and what to do; undefined if others can. */
  readonly unsharedReason: string | undefined;
}

const SHARE =
  'Set RUNNER_TOOL_CACHE (in the `.env` file of every runner of this host) or `root` to a folder that they share';

/**
 * Describes the cache at `root`. If that folder does not exist yet, the nearest folder above it that does is looked at.
 * @throws OnceError ROOT_UNUSABLE if this user may not look at it
 */
export function cachePlace(root: string, env: Env): CachePlace {
  const fileSystem = askFileSystem(root);
  const unsharedReason = whyUnshared(root, fileSystem, env);
  const sharing =
    unsharedReason === undefined ? (fileSystem.network ? 'shared by hosts' : 'shared on this host') : 'not shared';
  const line = `Shared cache: ${root} (${fileSystem.name}, ${sharing}, ${formatBytes(fileSystem.freeBytes)} free)`;
  return { fileSystem, line, unsharedReason };
}

function askFileSystem(root: string): FileSystem {
  try {
    return fileSystemAt(root);
  } catch (error) {
    throw isRootTrouble(error) ? rootError(error, root) : error;
  }
}

function fileSystemAt(folder: string): FileSystem {
  const found = unless(['ENOENT', 'ENOTDIR'], () => fileSystemOf(folder));
  return found ?? fileSystemAt(dirname(folder));
}

function whyUnshared(root: string, fileSystem: FileSystem, env: Env): string | undefined {
  const work = workFolder(env);
  if (work !== undefined && isInside(work, root)) {
    return `The cache ${root} lies in this runner's own work folder, so no other runner reuses its builds. ${SHARE}.`;
  }
  if (!fileSystem.fleeting) return undefined;
  const mount = 'Mount a volume of the host there, or name one as `root`';
  return `The cache ${root} is on ${fileSystem.name}, which goes away with this machine or container. ${mount}.`;
}

/** The runner's work folder `_work`, which contains RUNNER_TEMP (`_temp`); undefined if that has another name. */
function workFolder({ RUNNER_TEMP }: Env): string | undefined {
  return RUNNER_TEMP && basename(RUNNER_TEMP) === '_temp' ? dirname(RUNNER_TEMP) : undefined;
}
