import { readlinkSync } from 'node:fs';
import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { EntryPaths } from '../layout.ts';
import { type Manifest, readManifest } from '../manifest.ts';
import { type ToolPlace, toolPaths } from './place.ts';
import type { Taken } from './state.ts';

/**
 * Why a tool's place cannot be had, and what to do about it.
 * @param key of the entry that wanted it; undefined: its manifest says so
 */
export function takenError(state: Taken, place: ToolPlace, entry: EntryPaths, key?: string): OnceError {
  const own = key ?? manifestIn(entry)?.key;
  const why = state.kind === 'other-key' ? otherKey(place, state.entry, own) : foreign(place, state.what);
  return new OnceError('LINK_TAKEN', `tool: ${place.name} ${place.version} (${place.arch}) cannot be linked. ${why}`);
}

function otherKey(place: ToolPlace, theirs: EntryPaths, own: string | undefined): string {
  const { link } = toolPaths(place);
  const other = manifestIn(theirs);
  if (other !== undefined && other.key === own) {
    return `${link} belongs to a build of the same key for ${other.platform}, in ${theirs.dir}. Give this step an \`arch\` of its own, or let both use one \`root\`, \`scope\` and \`platform\`.`;
  }
  return `${link} belongs to the key ${nameOf(other, theirs)}, and this step wants it for ${own === undefined ? 'another' : `"${shorten(own)}"`}. One version can have one key only: use the same key in both, or another \`version\` or \`arch\` here. If the other key is no longer used, delete ${link} and run the job again.`;
}

function nameOf(manifest: Manifest | undefined, { dir }: EntryPaths): string {
  return manifest === undefined ? `of ${dir}` : `"${shorten(manifest.key)}"`;
}

/** undefined: never published, damaged, or of a newer format; then the folder's name has to do. */
function manifestIn({ manifest: file }: EntryPaths): Manifest | undefined {
  try {
    const reading = readManifest(file);
    return reading.kind === 'whole' ? reading.manifest : undefined;
  } catch {
    return undefined;
  }
}

function foreign(place: ToolPlace, what: 'folder' | 'file' | 'link'): string {
  const { link, marker } = toolPaths(place);
  if (what === 'link')
    return `${link} is a link to ${readlinkSync(link)} that build-once did not make. ${otherwise(link)}`;
  if (what === 'file') return `${link} is a file. ${otherwise(link)}`;
  const who = `${link} is a folder that another action, or a person, put there.`;
  if (!place.adopt)
    return `${who} Set \`adopt: true\` to take it over for this key. ${otherwise(link, 'Otherwise, delete')}`;
  return `${who} \`adopt\` takes it over once its marker ${marker} is there and a minute old: run the job again then. ${otherwise(link, 'Otherwise, delete')}`;
}

function otherwise(link: string, remove = 'Delete'): string {
  return `${remove} ${link} and run the job again, or use another \`version\` or \`arch\`.`;
}
