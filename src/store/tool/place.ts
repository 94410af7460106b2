import { realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { isInside } from '../../host/file-system.ts';

/** Where `@actions/tool-cache` looks for a tool: `<toolCache>/<name>/<version>/<arch>`. */
export interface ToolPlace {
  readonly name: string;
  /** Semantic version without build metadata. */
  readonly version: string;
  readonly arch: string;
  /** Take over a folder that another action put there. */
  readonly adopt: boolean;
  /** The runner's tool cache, absolute and resolved. */
  readonly toolCache: string;
}

/** The paths that `find()` wants, and the folder they are in. */
export interface ToolPaths {
  readonly folder: string;
  /** A link of ours to a build; the real folder of an action that knows nothing of us. */
  readonly link: string;
  /** Says that what is behind `link` is whole. */
  readonly marker: string;
}

export function toolPaths({ toolCache, name, version, arch }: ToolPlace): ToolPaths {
  const folder = join(toolCache, name, version);
  return { folder, link: join(folder, arch), marker: join(folder, `${arch}.complete`) };
}

const SCRATCH = '.build-once-';

/** A private name in the tool's folder, on its way to be renamed. `find()` never lists that folder. */
export function scratchName({ folder }: ToolPaths): string {
  return join(folder, `${SCRATCH}${newToken()}`);
}

export function isScratch(name: string): boolean {
  return name.startsWith(SCRATCH);
}

/** The text of a link to a build: relative inside one tool cache, so that it is true wherever that is mounted. */
export function linkText(place: ToolPlace, buildDir: string): string {
  // A junction on Windows knows no relative targets.
  if (process.platform === 'win32') return buildDir;
  const cache = realpathSync(place.toolCache);
  const folder = realpathSync(toolPaths(place).folder);
  const build = join(realpathSync(dirname(buildDir)), basename(buildDir));
  return isInside(cache, folder) && isInside(cache, build) ? relative(folder, build) : buildDir;
}

/** Makes an empty file unless there is one; whether it was made. */
export function touch(file: string): boolean {
  const make = () => {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  };
  return unless(['EEXIST'], make) ?? false;
}
