import { shorten } from '../../base/format.ts';
import { existsOnWindows } from '../../host/windows-names.ts';
import { FinalError } from './trouble.ts';

/** What an archive holds is not taken; says which name, and why. */
export class Refusal extends FinalError {
  constructor(name: string, why: string) {
    super(`the archive is refused: "${shorten(name)}" ${why}`);
  }
}

/** An archive that cannot be read, perhaps because it was cut short or is none. */
export class Damaged extends FinalError {
  constructor(why: string, advice = 'open the URL by hand: it may be cut short, or be something else') {
    super(`the archive cannot be unpacked: ${why}; ${advice}`);
  }
}

const windows = process.platform === 'win32';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSEEN = /[\x00-\x1f\x7f\u2028\u2029]/;

/**
 * The folders of a name in an archive and the name itself, without `.` and empty ones; none for the root.
 * @throws Refusal when the name leads out of the tree, or could not be told apart from another one
 */
export function partsOf(name: string): string[] {
  if (UNSEEN.test(name)) throw new Refusal(name, 'has control characters in its name');
  if (name.includes('\ufffd')) throw new Refusal(name, 'is no UTF-8');
  if (name.startsWith('/') || (windows && /^[a-z]:/i.test(name))) throw new Refusal(name, 'is an absolute path');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new Refusal(name, 'leads out of its folder with ".."');
  if (windows && !existsOnWindows(parts.join('/'))) throw new Refusal(name, 'is no name on Windows');
  return parts;
}

/** Equal for names that some file systems take for one: they differ in case or in Unicode form only. */
export function folded(name: string): string {
  return isAscii(name) ? name.toLowerCase() : name.normalize('NFC').toLowerCase();
}

function isAscii(name: string): boolean {
  return /^[ -~]*$/.test(name);
}
