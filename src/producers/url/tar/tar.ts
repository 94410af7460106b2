import type { Receiver } from '../http/receiver.ts';
import { Refusal } from '../http/refusal.ts';
import type { Sink, Unpacked } from '../unpacked.ts';
import { sparse } from './pax.ts';
import { type TarEntry, TarReader } from './reader.ts';

/** Types of entries that describe the archive or another system, and contain no file: a label, access rights, a number. */
const WITHOUT_FILE = ['V', 'A', 'I'];
/** Plain files, and such as were to lie in one piece. */
const FILES = ['0', '7'];
/** Folders, and such with a list of what was in them. */
const FOLDERS = ['5', 'D'];
const [HARD_LINK, SYMLINK, SPARSE] = ['1', '2', 'S'];
/** Devices and pipes. */
const NEITHER = ['3', '4', '6'];

/** Unpacks a tar archive as it arrives. Each chunk is written when `write` returns. */
export class Tar implements Receiver {
  readonly #unpacked: Unpacked;
  readonly #reader: TarReader;

  constructor(unpacked: Unpacked) {
    this.#unpacked = unpacked;
    this.#reader = new TarReader((entry) => addTo(unpacked, entry));
  }

  write(chunk: Buffer): void {
    this.#reader.write(chunk);
  }

  end(): void {
    this.#reader.end();
    this.#unpacked.finish();
  }

  get isShownWhole(): boolean {
    return this.#reader.isOver;
  }

  close(): void {
    this.#reader.close();
  }
}

/**
 * Adds an entry to what is unpacked.
 * @returns where its body goes; undefined if it has none, or is left out
 * @throws Refusal
 */
export function addTo(unpacked: Unpacked, entry: TarEntry): Sink | undefined {
  const { name, type, link } = entry;
  if (WITHOUT_FILE.includes(type)) return undefined;
  if (type === SYMLINK) unpacked.addSymlink(name, link);
  else if (type === HARD_LINK) unpacked.addHardLink(name, link);
  else if (isFolder(entry)) unpacked.addFolder(name, entry);
  else if (FILES.includes(type)) return unpacked.openFile(name, entry);
  else throw refused(entry);
  return undefined;
}

/** Old archives mark a folder only by a slash at the end. */
function isFolder({ type, name }: TarEntry): boolean {
  return FOLDERS.includes(type) || (FILES.includes(type) && name.endsWith('/'));
}

function refused({ type, name }: TarEntry): Refusal {
  if (type === SPARSE) return sparse(name);
  if (NEITHER.includes(type)) return new Refusal(name, 'is neither a file nor a folder nor a link');
  return new Refusal(name, `is of a kind that is not supported ("${type}")`);
}
