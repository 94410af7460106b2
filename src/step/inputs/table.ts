import { shellProblem } from '../../producers/shell.ts';
import type * as fetchReaders from './fetching/readers.ts';
import type { PathContext } from './paths.ts';
import { absolutePath, belowWorkspace, exportLines, pathLines } from './paths.ts';
import { folderName, toolName, version } from './tool.ts';
import { boolean, count, duration, limit, number, oneOf, refuse, size, withoutControls } from './words.ts';

/** What reads inputs that say what to fetch: loaded where one of them is not as usual. */
export type FetchReaders = typeof fetchReaders;

/** How one input is read; throws BadValue. */
type Reader<T> = (text: string, context: PathContext, readers: FetchReaders | undefined) => T;

interface Input<T> {
  /** What an unset or blank input stands for; `action.yml` says the same. */
  readonly fallback: string;
  /** What that reads as: most inputs of most steps are that, and are not read each time. */
  readonly usual: T;
  readonly read: Reader<T>;
  /** Taken with its outer blanks. */
  readonly verbatim: boolean;
}

function input<T>(fallback: string, usual: T, read: Reader<T>): Input<T> {
  return { fallback, usual, read, verbatim: false };
}

function optional<T>(read: Reader<T>): Input<T | undefined> {
  return input<T | undefined>('', undefined, read);
}

function verbatim<T>(read: Reader<T>): Input<T | undefined> {
  return { ...optional(read), verbatim: true };
}

function flag(usual: boolean): Input<boolean> {
  return input(`${usual}`, usual, boolean);
}

function word<const W extends string>(usual: W, ...others: readonly W[]): Input<W> {
  return input(usual, usual, oneOf(usual, ...others));
}

function lines<T>(read: Reader<T[]>): Input<readonly T[]> {
  return input<readonly T[]>('', [], read);
}

const script = verbatim((text) => text);

/** One of the readers that are loaded where they are needed. */
function fetched<T>(pick: (readers: FetchReaders) => (text: string) => T): Reader<T> {
  // Safe: what is as usual is not read, and for anything else of `fetches` they are loaded.
  return (text, _context, readers) => pick(readers as FetchReaders)(text);
}

/** Inputs that say what to fetch. */
const fetches = {
  url: optional(fetched((each) => each.url)),
  sha256: optional(fetched((each) => each.digest)),
  strip: input('0', 0, number),
  headers: lines(fetched((each) => each.headerLines)),
  'max-unpacked': input('100GB', 100e9, size),
  'max-ratio': input('200', 200, count),

  repository: optional(fetched((each) => each.repository)),
  ref: input(
    'HEAD',
    'HEAD',
    fetched((each) => each.ref),
  ),
  update: flag(false),
  submodules: input(
    'false',
    'false',
    fetched((each) => each.submodules),
  ),
  lfs: flag(false),
  filter: optional(fetched((each) => each.filter)),
  depth: input(
    '1',
    1,
    fetched((each) => each.depth),
  ),
  token: optional(fetched((each) => each.token)),

  image: optional(fetched((each) => each.image)),
  context: optional(fetched((each) => each.imageContext)),
  dockerfile: optional(withoutControls),
  'build-args': lines(fetched((each) => each.buildArgLines)),
  target: optional(folderName),
} satisfies Readonly<Record<string, Input<unknown>>>;

/** Every input of the action: at once the parser, the type and, with `action.yml`, the documentation. */
export const inputs = {
  key: verbatim(readKey),
  run: script,
  shell: optional(readShell),
  'working-directory': input('', '', withoutControls),
  check: script,
  tool: optional(toolName),
  version: optional(version),
  arch: optional(folderName),
  adopt: flag(false),

  ...fetches,

  root: optional(absolutePath),
  scope: optional(readScope),
  platform: word('auto', 'any'),
  relocatable: optional(boolean),
  shared: optional(oneOf('group')),
  'wait-timeout': input('6h', 6 * 3_600_000, duration),
  'on-timeout': word('fail', 'build'),
  'build-timeout': input('none', Infinity, limit),
  'max-in-flight': input('0', 0, number),
  group: input('default', 'default', folderName),
  attempts: input('2', 2, count),
  force: flag(false),
  build: flag(true),
  'lookup-only': flag(false),
  'fail-on-cache-miss': flag(false),
  verify: word('off', 'quick', 'full'),
  'needs-free': optional(size),
  'on-change': word('warn', 'rebuild', 'fail'),
  'read-only': flag(false),
  enabled: flag(true),
  summary: word('auto', 'always', 'never'),

  link: optional(belowWorkspace),
  'copy-to': optional(belowWorkspace),
  'add-path': lines(pathLines),
  'export-env': lines(exportLines),
} satisfies Readonly<Record<string, Input<unknown>>>;

export type InputName = keyof typeof inputs;
export type Values = { readonly [Name in InputName]: ReturnType<(typeof inputs)[Name]['read']> };

export const inputNames = Object.keys(inputs) as readonly InputName[];
/** Those that are read by what a step loads only if one of them is not as usual. */
export const fetchNames = Object.keys(fetches) as readonly (keyof typeof fetches)[];

function readKey(text: string): string {
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
