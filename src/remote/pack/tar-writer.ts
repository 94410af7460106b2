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
  const header = Buffer.alloc(BLOCK);
  name.copy(header, 0, 0, MOST_NAME);
  header.write(octal(entry.mode & 0o7777, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(Math.max(0, entry.mtime), 11), 136);
  header.write(type, 156);
  target.copy(header, 157, 0, MOST_NAME);
  header.write('ustar\x0000', 257, 'latin1');
  // The sum is taken with blanks in its own place.
  header.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** `LENGTH NAME=VALUE`, where the length counts its own digits too. */
function record(name: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${name}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
