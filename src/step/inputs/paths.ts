import { realpathSync } from 'node:fs';
import { basename, dirname, join, posix, resolve, win32 } from 'node:path';
import { eachLine, refuse, withoutControls } from './values.ts';

/** What reading a path depends on: paths are written differently on Windows. */
export interface PathContext {
  readonly os: string;
  /** The job's workspace, absolute. */
  readonly workspace: string;
}

function pathOf(context: PathContext): typeof posix {
  return context.os === 'win32' ? win32 : posix;
}

// A workflow may run on several systems: a path that is absolute or climbs on one of them is refused on all.
function isAbsoluteAnywhere(path: string): boolean {
  return posix.isAbsolute(path) || win32.isAbsolute(path) || /^[A-Za-z]:/.test(path);
}

function climbs(path: string): boolean {
  return [posix, win32].some(({ normalize }) => /^\.\.(?:[\\/]|$)/.test(normalize(path)));
}

/** A normalised path below the build; `.` is the build itself. Links inside the build are not looked at here. */
function belowBuild(text: string, context: PathContext, shown: string = text): string {
  withoutControls(text);
  if (isAbsoluteAnywhere(text)) {
    refuse(shown, 'is an absolute path', 'Write a path relative to the build folder, for example bin');
  }
  if (climbs(text)) refuse(shown, 'leaves the build folder', 'Write a path inside it, for example bin');
  return pathOf(context)
    .normalize(text)
    .replace(/(?<=.)[\\/]$/, '');
}

/** Folders below the build, one a line. */
export function pathLines(text: string, context: PathContext): string[] {
  return eachLine(text, (line) => {
    // With a separator in it, one entry of PATH would be two.
    if (/[:;]/.test(line) && !/^[A-Za-z]:[\\/]/.test(line)) {
      refuse(line, 'contains a separator of PATH', 'Write one folder a line, without `:` and `;`');
    }
    return belowBuild(line, context);
  });
}

const OWNED = /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|BUILD_ONCE_)/;

/** Lines `NAME=path below the build`. */
export function exportLines(text: string, context: PathContext): { name: string; path: string }[] {
  const seen = new Set<string>();
  return eachLine(text, (line) => {
    const at = line.indexOf('=');
    if (at < 0) refuse(line, 'has no `=`', 'Write NAME=path, for example `JAVA_HOME=.`');
    const name = exportName(line.slice(0, at).trim(), line);
    if (seen.has(name)) refuse(line, `names ${name} for the second time`, 'Write each name once');
    seen.add(name);
    const path = line.slice(at + 1).trim();
    if (path === '') refuse(line, 'has no path', `Write \`${name}=.\` for the build folder itself`);
    return { name, path: belowBuild(path, context, line) };
  });
}

function exportName(name: string, line: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    refuse(line, 'does not start with the name of a variable', 'Use letters, digits and _, for example `JAVA_HOME=.`');
  }
  // Whatever the case of the letters: on Windows `Path` is PATH.
  const upper = name.toUpperCase();
  if (upper === 'PATH') refuse(line, 'would replace the whole PATH', 'Use the input add-path');
  if (upper === 'CI' || upper === 'NODE_OPTIONS' || OWNED.test(upper)) {
    refuse(line, `would set ${name}, which belongs to the runner or to build-once`, 'Choose another name');
  }
  return name;
}

/** The absolute path inside the workspace that a path, relative or absolute, names. */
export function belowWorkspace(text: string, context: PathContext): string {
  withoutControls(text);
  const path = pathOf(context);
  const below = path.relative(context.workspace, path.resolve(context.workspace, text));
  if (below === '') refuse(text, 'is the workspace itself', 'Write a path inside it, for example deps/toolchain');
  if (isAbsoluteAnywhere(below) || climbs(below)) {
    refuse(text, 'leaves the workspace', 'Write a path relative to GITHUB_WORKSPACE, for example deps/toolchain');
  }
  return path.join(context.workspace, below);
}

/** The folder where a command runs: its absolute path, and its path relative to the workspace if it is inside. */
export function workingDirectory(text: string, context: PathContext): { absolute: string; portable: string } {
  withoutControls(text);
  const path = pathOf(context);
  const absolute = path.resolve(context.workspace, text);
  const below = path.relative(context.workspace, absolute);
  return { absolute, portable: path.isAbsolute(below) || climbs(below) ? text : below };
}

/** Whether one of two absolute paths is inside the other. */
export function nested(a: string, b: string, context: PathContext): boolean {
  const path = pathOf(context);
  return [path.relative(a, b), path.relative(b, a)].some((way) => !path.isAbsolute(way) && !climbs(way));
}

/** Returns the path unchanged if it is absolute. */
export function absolutePath(text: string, context: PathContext): string {
  withoutControls(text);
  if (!pathOf(context).isAbsolute(text)) {
    refuse(text, 'is not an absolute path', 'Write one that starts at the root, for example /opt/ci-cache');
  }
  return text;
}

/**
 * The path with its links resolved. Parts that do not exist yet, or cannot be read, stay as they are: so jobs get the
 * same path before and after the folder is made, and a folder that cannot be made is an error later.
 */
export function realPath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync.native(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(realPath(parent), basename(full));
  }
}
