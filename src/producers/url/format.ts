/** How the bytes of a file are packed; `other` is no archive that we know. */
export type Format = 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'zip' | 'tar' | 'other';

/** Bytes from the start of a file that {@link formatOf} wants to see. */
export const HEAD_BYTES = 512;

const MAGIC: readonly (readonly [Format, string])[] = [
  ['gzip', '1f8b08'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
  ['zip', '504b0304'],
  ['zip', '504b0506'],
];

/** What the first bytes of a file say that it is. */
export function formatOf(head: Buffer): Format {
  const start = head.toString('hex', 0, 8);
  const [found] = MAGIC.find(([, magic]) => start.startsWith(magic)) ?? [];
  if (found !== undefined) return found;
  // A zstd file may begin with a frame that says something to its writer only.
  if (/^5.2a4d18/.test(start)) return 'zstd';
  return isTar(head) ? 'tar' : 'other';
}

/** Whether a block is the header of a tar entry: its sum of bytes is in it. Old archives have no other mark. */
export function isTar(block: Buffer): boolean {
  if (block.length < HEAD_BYTES) return false;
  const written = /^[ \0]*([0-7]+)[ \0]/.exec(block.toString('latin1', 148, 156))?.[1];
  if (written === undefined) return false;
  let sum = 8 * 0x20;
  for (let index = 0; index < HEAD_BYTES; index++) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum === parseInt(written, 8);
}

/** Whether a file of that name ought to be an archive. */
export function isArchiveName(name: string): boolean {
  return /\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|t[gx]z|tbz2?|tzst|zip)$/i.test(name);
}

/** Whether a file of that name is used as it is, although it is an archive inside. */
export function isWholeName(name: string): boolean {
  return /\.(?:jar|war|ear|whl|egg|aar|apk|ipa|nupkg|vsix|xpi|crx|conda|gem|ova|docx|xlsx|pptx|od[tsp]|epub)$/i.test(
    name,
  );
}

/** Whether a file is a program, to be made executable: ELF, Mach-O, or a script with `#!`. */
export function isProgram(head: Buffer): boolean {
  return /^(?:7f454c46|cffaedfe|cefaedfe|2321)/.test(head.toString('hex', 0, 8));
}
