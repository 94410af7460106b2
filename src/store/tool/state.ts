import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { unless } from '../../base/errors.ts';
import { isToken } from '../../base/key.ts';
import { lookAt } from '../../host/file-system.ts';
import { type EntryPaths, entryAt } from '../layout.ts';
import { type ToolPlace, toolPaths } from './place.ts';

/** What is at a tool's place. All but the last two are for `linkTool` to make right. */
export type ToolLinkState =
  /** `find()` finds this build. */
  | { readonly kind: 'right' }
  /** Nothing is there. */
  | { readonly kind: 'absent' }
  /** The link is right, its marker is missing. */
  | { readonly kind: 'unmarked' }
  /** A link whose target is gone, whoever made it. */
  | { readonly kind: 'dangling' }
  /** A link to another build of this entry. */
  | { readonly kind: 'ours-older' }
  /** A link to a build of another entry. */
  | { readonly kind: 'other-key'; readonly entry: EntryPaths }
  /** Something that build-once did not make. */
  | { readonly kind: 'foreign'; readonly what: 'folder' | 'file' | 'link' };

/** Whether a state is one that `linkTool` refuses to change. */
export type Taken = Extract<ToolLinkState, { kind: 'other-key' | 'foreign' }>;

/**
 * What is at the tool's place, seen from the entry in `entryDir`. Three calls when all is right.
 * The two folders are compared by what they are, not by name: shared caches are mounted at more than one path.
 *
 * @param buildDir the build that `find()` should find; undefined before there is one
 */
export function toolLinkState(place: ToolPlace, buildDir: string | undefined, entryDir: string): ToolLinkState {
  const at = toolPaths(place);
  const target = behind(at.link);
  if (target !== undefined && buildDir !== undefined && target === behind(buildDir)) {
    return { kind: existsSync(at.marker) ? 'right' : 'unmarked' };
  }
  const found = lookAt(at.link);
  if (found === undefined) return { kind: 'absent' };
  if (!found.isSymbolicLink()) return { kind: 'foreign', what: found.isDirectory() ? 'folder' : 'file' };
  return linkState(at.link, entryDir);
}

const NOWHERE = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** Device and inode of the folder that `path` leads to; undefined: it leads nowhere. */
function behind(path: string): string | undefined {
  const stats = unless(NOWHERE, () => statSync(path, { bigint: true }));
  return stats && `${stats.dev}:${stats.ino}`;
}

function linkState(link: string, entryDir: string): ToolLinkState {
  const build = unless(NOWHERE, () => realpathSync(link));
  if (build === undefined) return { kind: 'dangling' };
  const owner = dirname(build);
  if (behind(owner) === behind(entryDir)) return { kind: 'ours-older' };
  const entry = isToken(basename(build)) ? entryAt(owner) : undefined;
  return entry === undefined ? { kind: 'foreign', what: 'link' } : { kind: 'other-key', entry };
}
