import { crc32 } from 'node:zlib';
import { Header } from 'tar/header';

/** One entry of an archive that no packer would make. */
export interface Item {
  readonly path: string;
  readonly content?: string | Buffer;
  /** As the library names it. */
  readonly type?: string;
  readonly linkpath?: string;
  readonly mode?: number;
}

/** A tar archive of entries as they are told, with whatever names. */
export function tarOf(...items: readonly Item[]): Buffer {
  const blocks = items.flatMap(({ path, content = '', type = 'File', linkpath, mode = 0o644 }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    new Header({
      path,
      type: type as 'File',
      ...(linkpath !== undefined && { linkpath }),
      mode,
      size: body.length,
      mtime: new Date(1e12),
    }).encode(header, 0);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A zip archive of entries as they are told, nothing of it packed. */
export function zipOf(...items: readonly Item[]): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const { path, content = '', type = 'File', mode = 0o644 } of items) {
    const [name, body] = [Buffer.from(path), Buffer.from(content)];
    const common = fields(
      [2, 20],
      [2, 0x800],
      [2, 0],
      [4, 0x21 << 16],
      [4, crc32(body)],
      [4, body.length],
      [4, body.length],
      [2, name.length],
      [2, 0],
    );
    const attributes = ((type === 'SymbolicLink' ? 0o120000 : 0o100000) | mode) * 0x10000;
    list.push(
      fields([4, 0x02014b50], [2, 3 << 8]),
      common,
      fields([2, 0], [2, 0], [2, 0], [4, attributes], [4, at]),
      name,
    );
    const part = Buffer.concat([fields([4, 0x04034b50]), common, name, body]);
    parts.push(part);
    at += part.length;
  }
  const size = list.reduce((sum, { length }) => sum + length, 0);
  const count = items.length;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]);
  return Buffer.concat([...parts, ...list, end]);
}

/** Numbers by their length in bytes, smallest digit first. */
function fields(...each: readonly (readonly [2 | 4, number])[]): Buffer {
  return Buffer.concat(
    each.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 2) field.writeUInt16LE(value);
      else field.writeUInt32LE(value >>> 0);
      return field;
    }),
  );
}
