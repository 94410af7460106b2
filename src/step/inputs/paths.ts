import { realpathSync } from 'node:fs';
import { basename, dirname, join, posix, resolve, win32 } from 'node:path';
import { eachLine, refuse, withoutControls } from './values.ts';

/** Where the values of one step are read: paths are written differently on Windows. */
export interface PathContext {
  readonly os: string;
  /** The job's workspace, absolute. */
  readonly workspace: string;
}

function pathOf(context: PathContext): typeof posix {
  return context.os === 'win32' ? win32 : posix;
}

// Workflows travel between systems: what is absolute or climbs on one of them is refused on all.
function isAbsoluteAnywhere(path: string): boolean {
  return posix.isAbsolute(path) || win32.isAbsolute(path) || /^[A-Za-z]:/.test(path);
}

function climbs(path: string): boolean {
  return [posix, win32].some(({ normalize }) => /^\.\.(?:[\\/]|$)/.test(normalize(path)));
}

/** A path below the build (`.` is the build), normalised. Links inside the build are the deliverer's concern. */
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

/** Lines of folders below the build. */
export function pathLines(text: string, context: PathContext): string[] {
  return eachLine(text, (line) => {
    // A PATH entry with its separator in it would be two entries, the second one relative to nothing.
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
  // In any case, since on Windows `Path` is PATH.
  const upper = name.toUpperCase();
  if (upper === 'PATH') refuse(line, 'would replace the whole PATH', 'Use the input add-path');
  if (upper === 'CI' || upper === 'NODE_OPTIONS' || OWNED.test(upper)) {
    refuse(line, `would set ${name}, which belongs to the runner or to build-once`, 'Choose another name');
  }
  return name;
}

/** An absolute path inside the workspace, from a relative one or one that is absolute and inside it already. */
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

/** Where a command runs, and a name of that place that is equal on every runner where there can be one. */
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

/** An absolute path as it was written. */
export function absolutePath(text: string, context: PathContext): string {
  withoutControls(text);
  if (!pathOf(context).isAbsolute(text)) {
    refuse(text, 'is not an absolute path', 'Write one that starts at the root, for example /opt/ci-cache');
  }
  return text;
}

/**
 * The real path of `path`, links resolved. What does not exist yet, or cannot be looked into, keeps its name below the
 * real path of what does: so the jobs before and after its creation agree, and whoever creates it says what fails.
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
