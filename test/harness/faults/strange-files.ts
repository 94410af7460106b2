import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Something that stands where a step expects a small record. */
export interface StrangeFile {
  readonly name: string;
  /** Puts it at a path where nothing is. */
  readonly plant: (file: string) => void;
  /** What is wrong with it, as a message says it. */
  readonly why: string;
  /** It can be read, and is no record. */
  readonly isText?: boolean;
  /** Windows has no such thing. */
  readonly isPosix?: boolean;
}

export const strangeFiles: readonly StrangeFile[] = [
  { name: 'a pipe', plant: (file) => execFileSync('mkfifo', [file]), why: 'is a pipe, not a file', isPosix: true },
  {
    name: 'a link to a device',
    plant: (file) => symlinkSync('/dev/zero', file),
    why: 'is a link, not a file',
    isPosix: true,
  },
  {
    name: 'a link to itself',
    plant: (file) => symlinkSync(basename(file), file),
    why: 'is a link, not a file',
    isPosix: true,
  },
  {
    name: 'a link to nothing',
    plant: (file) => symlinkSync('/nowhere/x', file),
    why: 'is a link, not a file',
    isPosix: true,
  },
  { name: 'an empty folder', plant: (file) => mkdirSync(file), why: 'is a folder, not a file' },
  {
    name: 'a folder with something in it',
    plant: (file) => mkdirSync(join(file, 'x'), { recursive: true }),
    why: 'is a folder, not a file',
  },
  { name: 'a sparse file of 2 GB', plant: sparse, why: 'has 2147483648 bytes, more than the 65536' },
  {
    name: '50 MB of brackets',
    plant: (file) => writeFileSync(file, '['.repeat(50e6)),
    why: 'has 50000000 bytes, more than the 65536',
  },
  { name: 'bytes that are no UTF-8', plant: (file) => writeFileSync(file, '"\xff"', 'latin1'), why: 'is not text' },
  { name: '60 kB of brackets', plant: (file) => writeFileSync(file, '['.repeat(60_000)), why: 'is not', isText: true },
  { name: 'NUL bytes', plant: (file) => writeFileSync(file, '\0'.repeat(500)), why: 'is not', isText: true },
];

function sparse(file: string): void {
  writeFileSync(file, '');
  truncateSync(file, 2 ** 31);
}
