import { Damaged, Refusal } from '../http/refusal.ts';

/** Bytes of a block: a header is one, and bodies are padded to whole ones. */
export const BLOCK = 512;

/** What a header block says, before extended headers change it. */
export interface Header {
  /** The character that tells the kind of entry; `0` for the NUL of old archives. */
  readonly type: string;
  readonly name: Buffer;
  readonly link: Buffer;
  readonly size: number;
  readonly mode: number | undefined;
  /** Seconds since 1970. */
  readonly mtime: number | undefined;
}

/** Whether a block is the header of an entry, by its checksum. Some archives sum their bytes as signed numbers. */
export function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const written = octal(block, 148, 8);
  if (written === undefined) return false;
  let [unsigned, signed] = [8 * 0x20, 8 * 0x20];
  for (let index = 0; index < BLOCK; index++) {
    const byte = index >= 148 && index < 156 ? 0 : (block[index] ?? 0);
    unsigned += byte;
    signed += byte > 0x7f ? byte - 0x100 : byte;
  }
  return written === unsigned || written === signed;
}

/**
 * Reads a header block.
 * @throws Damaged if it is none
 */
export function readHeader(block: Buffer): Header {
  if (!isHeader(block)) throw new Damaged('the checksum of a header is wrong');
  const name = text(block, 0, 100);
  const prefix = text(block, 345, 155);
  // Only in the standard's own form is that field a part of the name.
  const hasPrefix = block.toString('latin1', 257, 263) === 'ustar\0' && prefix.length > 0;
  const code = block[156] ?? 0;
  return {
    type: code === 0 ? '0' : String.fromCharCode(code),
    name: hasPrefix ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    link: text(block, 157, 100),
    size: sizeIn(block),
    mode: number(block, 100, 8),
    mtime: number(block, 136, 12),
  };
}

/**
 * A name or a link's target as text.
 * @throws Refusal if it is not UTF-8: one that is changed would silently be another file
 */
export function decode(bytes: Buffer): string {
  const decoded = bytes.toString('utf8');
  if (decoded.includes('\ufffd') && !Buffer.from(decoded).equals(bytes)) {
    throw new Refusal(escaped(bytes), 'is not UTF-8: pack it on a system with names in UTF-8');
  }
  return decoded;
}

function escaped(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** A field up to its NUL. */
function text(block: Buffer, at: number, length: number): Buffer {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  // A copy: the chunk that the block is part of need not be kept for a name.
  return Buffer.from(end === -1 ? field : field.subarray(0, end));
}

function sizeIn(block: Buffer): number {
  const size = number(block, 124, 12);
  if (size !== undefined && size >= 0) return size;
  // Links and folders have no body, and some writers leave the field blank.
  if (/^[ \0]*$/.test(block.toString('latin1', 124, 136))) return 0;
  throw new Damaged('a size in a header is not a number');
}

/** A number: octal digits, or since 1999 also binary, marked by the highest bit. */
function number(block: Buffer, at: number, length: number): number | undefined {
  const first = block[at] ?? 0;
  if (first !== 0x80 && first !== 0xff) return octal(block, at, length);
  let value = first === 0xff ? -1 : 0;
  for (const byte of block.subarray(at + 1, at + length)) value = value * 0x100 + byte;
  return Number.isSafeInteger(value) ? value : undefined;
}

function octal(block: Buffer, at: number, length: number): number | undefined {
  const digits = /^[ \0]*([0-7]+)(?:[ \0]|$)/.exec(block.toString('latin1', at, at + length))?.[1];
  return digits === undefined ? undefined : parseInt(digits, 8);
}
