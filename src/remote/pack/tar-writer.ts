import { BLOCK } from '../../producers/url/tar/header.ts';

/** One entry of an archive, before its body. */
export interface TarEntry {
  readonly type: 'file' | 'hard link' | 'link' | 'folder';
  /** Parts separated by `/`, as bytes in UTF-8. */
  readonly name: Buffer;
  /** The target of a link. */
  readonly target?: Buffer;
  /** Permission bits. */
  readonly mode: number;
  /** Bytes of the body that follows; 0 for all but files. */
  readonly size: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
}

const TYPES: Readonly<Record<TarEntry['type'], string>> = { file: '0', 'hard link': '1', link: '2', folder: '5' };
/** Bytes of a name or a target in an ordinary header. */
const MOST_NAME = 100;
/** What eleven octal digits hold: 8 GB. */
const MOST_SIZE = 8 ** 11 - 1;
const MAGIC = Buffer.from('ustar\x0000', 'latin1');
const BLANK = 0x20;
/** The digit 0. */
const ZERO = 0x30;

/** The header of an entry, in the format of POSIX (pax). What does not fit into an ordinary header comes before it. */
export function headerOf(entry: TarEntry): Buffer {
  const { name, target = Buffer.alloc(0), size } = entry;
  const records = [
    name.length > MOST_NAME && record('path', name),
    target.length > MOST_NAME && record('linkpath', target),
    size > MOST_SIZE && record('size', Buffer.from(String(size))),
  ].filter((each) => each !== false);
  const header = block(entry, name, target, TYPES[entry.type], size > MOST_SIZE ? 0 : size);
  if (records.length === 0) return header;
  const data = Buffer.concat(records);
  return Buffer.concat([block(entry, Buffer.from('records'), Buffer.alloc(0), 'x', data.length), padded(data), header]);
}

/** What ends an archive. */
export const END = Buffer.alloc(2 * BLOCK);

/** How many zeros follow a body of this many bytes. */
export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc(paddingOf(data.length))]);
}

function block(entry: TarEntry, name: Buffer, target: Buffer, type: string, size: number): Buffer {
  // A call of a buffer's own `write` for each field would take longer than all else that is done for a small file.
  const header = Buffer.allocUnsafe(BLOCK).fill(0);
  name.copy(header, 0, 0, MOST_NAME);
  octal(header, 100, 7, entry.mode & 0o7777);
  octal(header, 108, 7, 0);
  octal(header, 116, 7, 0);
  octal(header, 124, 11, size);
  octal(header, 136, 11, Math.max(0, entry.mtime));
  header[156] = type.charCodeAt(0);
  target.copy(header, 157, 0, MOST_NAME);
  header.set(MAGIC, 257);
  // The sum is taken with blanks in its own place.
  let sum = 8 * BLANK;
  for (let at = 0; at < BLOCK; at++) sum += header[at] as number;
  octal(header, 148, 6, sum);
  header[155] = BLANK;
  return header;
}

/** Writes a number as so many octal digits. */
function octal(header: Buffer, at: number, digits: number, value: number): void {
  let left = value;
  for (let place = at + digits - 1; place >= at; place--) {
    header[place] = ZERO + (left % 8);
    left = Math.floor(left / 8);
  }
}

/** `LENGTH NAME=VALUE`, where the length counts its own digits too. */
function record(name: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${name}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
