import { shorten } from '../../../base/format.ts';
import { existsOnWindows } from '../../../host/windows-names.ts';
import { FinalError } from './trouble.ts';

/** An entry of an archive is not accepted. The message says which, and why. */
export class Refusal extends FinalError {
  constructor(name: string, why: string) {
    super(`the archive is refused: "${shorten(name)}" ${why}`);
  }
}

/** An archive cannot be read: it may be cut short, or be something else. */
export class Damaged extends FinalError {
  constructor(why: string, advice = 'open the URL by hand: the file may be cut short, or not be an archive') {
    super(`the archive cannot be unpacked: ${why}; ${advice}`);
  }
}

/** Why a name is refused that file systems do not accept. */
export const TOO_LONG =
  'is too long for the file system; have it packed with shorter names, or unpack it in `run` with what you need of it';

/** Bytes of a name, without the folders before it, that file systems accept. */
const MOST_NAME = 255;
const windows = process.platform === 'win32';
// Also those above ASCII: U+009B begins a command to a terminal.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * The parts of a name in an archive, without `.` and empty ones; none for the root.
 * @throws Refusal if the name leads out of the tree, or is ambiguous
 */
export function partsOf(name: string): string[] {
  if (CONTROL.test(name)) throw new Refusal(name, 'has control characters in its name');
  if (name.startsWith('/') || (windows && /^[a-z]:/i.test(name))) throw new Refusal(name, 'is an absolute path');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new Refusal(name, 'leads out of its folder with ".."');
  if (parts.some((part) => Buffer.byteLength(part) > MOST_NAME)) throw new Refusal(name, TOO_LONG);
  if (windows && !existsOnWindows(parts.join('/'))) throw new Refusal(name, 'is not a valid name on Windows');
  return parts;
}

/** Equal for names that some file systems cannot distinguish: they differ only in case or in Unicode form. */
export function folded(name: string): string {
  return isAscii(name) ? name.toLowerCase() : name.normalize('NFC').toLowerCase();
}

function isAscii(name: string): boolean {
  return /^[ -~]*$/.test(name);
}
