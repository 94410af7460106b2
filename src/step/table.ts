import { shellProblem } from '../producers/shell.ts';
import {
  buildArgLines,
  depth,
  digest,
  filter,
  headerLines,
  image,
  number,
  ref,
  repository,
  submodules,
  token,
  url,
} from './fetching.ts';
import type { Context } from './paths.ts';
import { absolutePath, belowWorkspace, exportLines, pathLines } from './paths.ts';
import { folderName, version } from './tool.ts';
import { boolean, count, duration, limit, oneOf, refuse, size, withoutControls } from './words.ts';

/** How one input is read; throws BadValue. */
type Reader<T> = (text: string, context: Context) => T;

interface Input<T> {
  /** What an unset or blank input stands for; `action.yml` says the same. */
  readonly fallback: string;
  readonly read: Reader<T>;
  /** Taken with its outer blanks. */
  readonly verbatim: boolean;
}

function input<T>(fallback: string, read: Reader<T>): Input<T> {
  return { fallback, read, verbatim: false };
}

function optional<T>(read: Reader<T>): Input<T | undefined> {
  return input('', (text, context) => (text === '' ? undefined : read(text, context)));
}

function verbatim<T>(read: Reader<T>): Input<T> {
  return { fallback: '', read, verbatim: true };
}

const script = verbatim((text) => (text === '' ? undefined : text));

/** Every input of the action: at once the parser, the type and, with `action.yml`, the documentation. */
export const inputs = {
  key: verbatim(readKey),
  run: script,
  shell: optional(readShell),
  'working-directory': input('', withoutControls),
  check: script,
  tool: optional(folderName),
  version: optional(version),
  arch: optional(folderName),
  adopt: input('false', boolean),

  url: optional(url),
  sha256: optional(digest),
  strip: input('0', number),
  headers: input('', headerLines),
  'max-unpacked': input('100GB', size),
  'max-ratio': input('200', count),

  repository: optional(repository),
  ref: input('HEAD', ref),
  update: input('false', boolean),
  submodules: input('false', submodules),
  lfs: input('false', boolean),
  filter: optional(filter),
  depth: input('1', depth),
  token: optional(token),

  image: optional(image),
  context: optional(withoutControls),
  dockerfile: optional(withoutControls),
  'build-args': input('', buildArgLines),
  target: optional(folderName),

  root: optional(absolutePath),
  scope: optional(readScope),
  platform: input('auto', oneOf('auto', 'any')),
  relocatable: optional(boolean),
  shared: optional(oneOf('group')),
  'wait-timeout': input('6h', duration),
  'on-timeout': input('fail', oneOf('fail', 'build')),
  'build-timeout': input('none', limit),
  'max-in-flight': input('0', number),
  group: input('default', folderName),
  attempts: input('2', count),
  force: input('false', boolean),
  build: input('true', boolean),
  'lookup-only': input('false', boolean),
  'fail-on-cache-miss': input('false', boolean),
  verify: input('off', oneOf('off', 'quick', 'full')),
  'needs-free': optional(size),
  'on-change': input('warn', oneOf('warn', 'rebuild', 'fail')),
  'read-only': input('false', boolean),
  enabled: input('true', boolean),
  summary: input('auto', oneOf('auto', 'always', 'never')),

  link: optional(belowWorkspace),
  'copy-to': optional(belowWorkspace),
  'add-path': input('', pathLines),
  'export-env': input('', exportLines),
} satisfies Readonly<Record<string, Input<unknown>>>;

export type InputName = keyof typeof inputs;
export type Values = { readonly [Name in InputName]: ReturnType<(typeof inputs)[Name]['read']> };

export const inputNames = Object.keys(inputs) as readonly InputName[];

function readKey(text: string): string | undefined {
  if (text === '') return undefined;
  // NUL separates the parts of an entry's name: with it in a key, two keys could be one.
  if (text.includes('\0')) refuse(text, 'contains a NUL character', 'Write it without; every other character is fine');
  return text;
}

function readScope(text: string): string {
  withoutControls(text);
  if (text.length > 200)
    refuse(text, 'is longer than 200 characters', 'Write a shorter name, for example team-compilers');
  return text;
}

function readShell(text: string): string {
  withoutControls(text);
  const problem = shellProblem(text);
  if (problem === undefined) return text;
  // It repeats the value, so a long one would push what to write out of sight.
  if (text.length > 200)
    refuse(text, 'is no shell', 'Write bash, sh, pwsh, python, or a template such as `bash -el {0}`');
  return refuse(text, problem, '');
}
