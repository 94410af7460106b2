import { accessSync, constants } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isRootTrouble, rootError, systemCode, unless } from '../base/errors.ts';
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
  const { fileSystem, at } = askFileSystem(root);
  const unsharedReason = whyUnshared(root, fileSystem, env);
  const shared = fileSystem.network ? 'shared by hosts' : 'shared on this host';
  const sharing = whyUnusable(root, at) ?? (unsharedReason === undefined ? shared : 'not shared');
  const free = `${formatBytes(fileSystem.freeBytes)} free`;
  const line = `Shared cache: ${root} (${fileSystem.name}, ${sharing}, ${free})${at === root ? '' : MISSING}`;
  return { fileSystem, line, unsharedReason };
}

const MISSING = ', which does not exist yet. Typing error?';

/** What is there of the root: itself, or the nearest folder above. */
interface Found {
  readonly fileSystem: FileSystem;
  readonly at: string;
}

function askFileSystem(root: string): Found {
  try {
    return fileSystemAt(root);
  } catch (error) {
    throw isRootTrouble(error) ? rootError(error, root) : error;
  }
}

function fileSystemAt(folder: string): Found {
  const fileSystem = unless(['ENOENT', 'ENOTDIR'], () => fileSystemOf(folder));
  return fileSystem === undefined ? fileSystemAt(dirname(folder)) : { fileSystem, at: folder };
}

/** Why this step can build nothing there. It may reuse what is there all the same, so this is no error yet. */
function whyUnusable(root: string, at: string): string | undefined {
  try {
    // With a slash at its end a path names a folder, or the call fails.
    accessSync(`${at}/`, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTDIR') return `${at === root ? '' : `${at} is `}not a folder`;
    return code === 'EROFS' ? 'read-only' : 'not writable for this user';
  }
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
