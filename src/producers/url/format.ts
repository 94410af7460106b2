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
  return /\.(?:tar(?:\.(?:gz|xz|zst|bz2|lz|z|lzo|lz4|lzma|br))?|t[gx]z|tbz2?|tzst|tlz|taz|zip|7z|rar|cab|cpio)$/i.test(
    name,
  );
}

/** Archives, and files that mostly hold one, that are not unpacked here, by their first bytes. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['lzip', '4c5a4950'],
  ['compress', '1f9d'],
  ['lzop', '894c5a4f'],
  ['lz4', '04224d18'],
  ['7z', '377abcaf271c'],
  ['rar', '526172211a07'],
  ['cab', '4d534346'],
  ['cpio', '30373037'],
];

/**
 * The form of an archive that is not unpacked here; undefined if it is none that is known. A single packed file without an
 * archive in it (`data.json.lz4`) is none: such files stay packed in every form.
 */
export function foreignFormOf(head: Buffer, name: string): string | undefined {
  const start = head.toString('hex', 0, 8);
  const [form] = FOREIGN.find(([, magic]) => start.startsWith(magic)) ?? [];
  const ending = /\.(?:tar\.(lz|z|lzo|lz4|lzma|br)|tlz|taz|7z|rar|cab|cpio)$/i.exec(name);
  if (ending === null) return undefined;
  // These two begin with nothing that is theirs alone, but a page instead of them begins with text.
  const isText = /^[\s\x20-\x7e]*$/.test(head.toString('latin1'));
  return form ?? (/lzma|br/i.test(ending[1] ?? '') && !isText ? ending[1] : undefined);
}

/** Whether a file with this name is used as it is, although its format is that of an archive. */
export function isUsedPacked(name: string): boolean {
  return /\.(?:jar|war|ear|whl|egg|aar|apk|ipa|nupkg|vsix|xpi|crx|conda|gem|ova|docx|xlsx|pptx|od[tsp]|epub)$/i.test(
    name,
  );
}

/**
 * Whether a file is a program by its first bytes: ELF, Mach-O, or a script with `#!`. A universal Mach-O begins as a class
 * of Java does, which has its version, 45 or more, where the other counts its parts.
 */
export function isProgram(head: Buffer): boolean {
  const universal = 'cafebab[ef]000000(?:0[1-9a-f]|1[0-9a-f]|2[0-9a-c])';
  return new RegExp(`^(?:7f454c46|c[ef]faedfe|feedfac[ef]|${universal}|2321)`).test(head.toString('hex', 0, 8));
}
