import { BLOCK, isHeader } from './tar/header.ts';

/** How a file is packed; `other`: not in a format known here. */
export type Format = 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'zip' | 'tar' | 'other';

/** How many bytes from the start of a file {@link formatOf} needs. */
export const HEAD_BYTES = BLOCK;

const MAGIC: readonly (readonly [Format, string])[] = [
  ['gzip', '1f8b08'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
  ['zip', '504b0304'],
  ['zip', '504b0506'],
];

/** The format of a file by its first bytes. */
export function formatOf(head: Buffer): Format {
  const start = head.toString('hex', 0, 8);
  const [found] = MAGIC.find(([, magic]) => start.startsWith(magic)) ?? [];
  if (found !== undefined) return found;
  // A zstd file may begin with a skippable frame.
  if (/^5.2a4d18/.test(start)) return 'zstd';
  // Old archives have no magic number.
  return isHeader(head) ? 'tar' : 'other';
}

/** Whether a file with this name should be an archive. */
export function isArchiveName(name: string): boolean {
  return /\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|t[gx]z|tbz2?|tzst|zip)$/i.test(name);
}

/** Whether a file with this name is used as it is, although its format is that of an archive. */
export function isUsedPacked(name: string): boolean {
  return /\.(?:jar|war|ear|whl|egg|aar|apk|ipa|nupkg|vsix|xpi|crx|conda|gem|ova|docx|xlsx|pptx|od[tsp]|epub)$/i.test(
    name,
  );
}

/** Whether a file is a program by its first bytes: ELF, Mach-O, or a script with `#!`. */
export function isProgram(head: Buffer): boolean {
  return /^(?:7f454c46|cffaedfe|cefaedfe|2321)/.test(head.toString('hex', 0, 8));
}
