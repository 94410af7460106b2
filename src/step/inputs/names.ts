import { hasControls } from '../../base/format.ts';
import { isDevice } from '../../host/windows-names.ts';
import { refuse } from './values.ts';

const PLAIN = 'Write a plain name, of letters, digits, - and _';

/** A name that is used for a folder: of a tool, an architecture, a group of builds. */
export function folderName(text: string): string {
  if (/[\\/]/.test(text)) refuse(text, 'contains a path separator', PLAIN);
  if (text.includes('..') || text === '.') refuse(text, 'is a path, not a name', PLAIN);
  if (/\s/.test(text) || hasControls(text)) refuse(text, 'contains blanks or control characters', PLAIN);
  if (/[:*?"<>|]/.test(text)) refuse(text, 'contains a character that Windows does not allow in file names', PLAIN);
  if (isDevice(text)) refuse(text, 'is the name of a device on Windows', 'Write another name');
  if (text.endsWith('.')) refuse(text, 'ends with a dot, which Windows removes', 'Write it without');
  if (text.length > 100) refuse(text, 'is longer than 100 characters', 'Write a shorter name');
  return text;
}

/** The name of a tool, which is a folder in the tool cache. */
export function toolName(text: string): string {
  const name = folderName(text);
  // The builds are in <tool cache>/build-once.
  if (name.toLowerCase() === 'build-once')
    refuse(text, 'is the folder of build-once itself', 'Write the name of the tool');
  return name;
}

const NUMBER = '(?:0|[1-9]\\d{0,15})';
const WORD = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${WORD}(?:\\.${WORD})*)?$`);

/** A semantic version as `@actions/tool-cache` expects it: without a leading `v` and without build metadata. */
export function version(text: string): string {
  const plain = text.replace(/^v/, '');
  if (plain.length <= 100 && SEMVER.test(plain)) return plain;
  const [stem = '', ...metadata] = plain.split('+');
  if (metadata.length > 0 && SEMVER.test(stem)) {
    return refuse(text, 'has build metadata, which tool-cache ignores', `Write ${stem}`);
  }
  return refuse(
    text,
    'is not a semantic version',
    `Write ${threeNumbers(plain) ?? 'three numbers, for example 18.1.8'}`,
  );
}

/** Completes `18.1` to `18.1.0` and turns `2024.01.02` into `2024.1.2`; undefined for other texts. */
function threeNumbers(text: string): string | undefined {
  if (!/^\d{1,15}(?:\.\d{1,15}){0,2}$/.test(text)) return undefined;
  const [major, minor = '0', patch = '0'] = text.split('.');
  return [major, minor, patch].map(Number).join('.');
}
