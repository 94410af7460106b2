/** One header of a tar archive, byte by byte as it is told. */
export interface RawHeader {
  readonly name: string | Buffer;
  readonly type?: string;
  readonly link?: string | Buffer;
  readonly mode?: number;
  readonly size?: number;
  readonly magic?: string;
  readonly prefix?: string;
  /** Whether the checksum counts bytes as signed numbers, as some old packers do. */
  readonly signed?: boolean;
}

/** The end of an archive. */
export const END = Buffer.alloc(1024);

/** An entry with its content, padded to whole blocks. */
export function entryOf(header: RawHeader, content: string | Buffer = ''): Buffer {
  const body = Buffer.from(content);
  return Buffer.concat([
    headerOf({ size: body.length, ...header }),
    body,
    Buffer.alloc((512 - (body.length % 512)) % 512),
  ]);
}

/** An extended header with records for the next entry, or with `g` for all. */
export function recordsOf(records: Readonly<Record<string, string | Buffer>>, type: 'x' | 'g' = 'x'): Buffer {
  return entryOf(
    { name: 'records', type },
    Buffer.concat(Object.entries(records).map(([name, value]) => recordOf(name, value))),
  );
}

/** One record: its own length in bytes comes first. */
export function recordOf(name: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${name}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + `${length}`.length) length = rest.length + `${length}`.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

function headerOf(header: RawHeader): Buffer {
  const {
    name,
    type = '0',
    link = '',
    mode = 0o644,
    size = 0,
    magic = 'ustar\x0000',
    prefix = '',
    signed = false,
  } = header;
  const block = Buffer.alloc(512);
  const put = (text: string | Buffer, at: number, length: number) => Buffer.from(text).copy(block, at, 0, length);
  put(name, 0, 100);
  put(
    `${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(1e9, 11)}\0${' '.repeat(8)}${type}`,
    100,
    57,
  );
  put(link, 157, 100);
  put(magic, 257, 8);
  put(prefix, 345, 155);
  const sum = block.reduce((before, byte) => before + (signed && byte > 0x7f ? byte - 0x100 : byte), 0);
  put(`${octal(sum, 6)}\0 `, 148, 8);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
