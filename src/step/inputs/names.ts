import { hasControls } from '../../base/format.ts';
import { isDevice } from '../../host/windows-names.ts';
import { refuse } from './values.ts';

const PLAIN = 'Write a plain name, of letters, digits, - and _';

/** A name that becomes one folder: a tool, an architecture, a group of builds. */
export function folderName(text: string): string {
  if (/[\\/]/.test(text)) refuse(text, 'contains a path separator', PLAIN);
  if (text.includes('..') || text === '.') refuse(text, 'is a way to another folder', PLAIN);
  if (/\s/.test(text) || hasControls(text)) refuse(text, 'contains blanks or control characters', PLAIN);
  if (/[:*?"<>|]/.test(text)) refuse(text, 'contains a character that Windows has no file names with', PLAIN);
  if (isDevice(text)) refuse(text, 'is a device on Windows, not a name for a folder', 'Write another name');
  if (text.endsWith('.')) refuse(text, 'ends with a dot, which Windows takes off', 'Write it without');
  if (text.length > 100) refuse(text, 'is longer than 100 characters', 'Write a shorter name');
  return text;
}

/** The name of a tool, which becomes a folder of the tool cache. */
export function toolName(text: string): string {
  const name = folderName(text);
  // <tool cache>/build-once is where the builds themselves are.
  if (name.toLowerCase() === 'build-once')
    refuse(text, 'is the folder of build-once itself', 'Write the name of the tool');
  return name;
}

const NUMBER = '(?:0|[1-9]\\d{0,15})';
const WORD = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${WORD}(?:\\.${WORD})*)?$`);

/** A semantic version as `@actions/tool-cache` looks for it: no leading `v`, no build metadata. */
export function version(text: string): string {
  const plain = text.replace(/^v/, '');
  if (plain.length <= 100 && SEMVER.test(plain)) return plain;
  const [stem = '', ...metadata] = plain.split('+');
  if (metadata.length > 0 && SEMVER.test(stem)) {
    return refuse(text, 'has build metadata, which tool-cache drops when it looks', `Write ${stem}`);
  }
  return refuse(
    text,
    'is not a semantic version',
    `Write ${threeNumbers(plain) ?? 'three numbers, for example 18.1.8'}`,
  );
}

/** `18.1` as `18.1.0`, `2024.01.02` as `2024.1.2`; undefined for other texts. */
function threeNumbers(text: string): string | undefined {
  if (!/^\d{1,15}(?:\.\d{1,15}){0,2}$/.test(text)) return undefined;
  const [major, minor = '0', patch = '0'] = text.split('.');
  return [major, minor, patch].map(Number).join('.');
}
