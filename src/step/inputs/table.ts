import { hasControls } from '../../base/format.ts';
import { shellProblem } from '../../producers/shell.ts';
import {
  buildArgLines,
  depth,
  filter,
  headerLines,
  image,
  imageContext,
  labelLines,
  plainLines,
  platformList,
  ref,
  repository,
  secretLines,
  sha256,
  submodules,
  token,
  url,
} from './fetch-values.ts';
import { HASH_ADVICE, whereHashIsMissing } from './hash-of-nothing.ts';
import { folderName, toolName, version } from './names.ts';
import type { PathContext } from './paths.ts';
import { absolutePath, belowWorkspace, exportLines, pathLines } from './paths.ts';
import { boolean, count, duration, limit, number, oneOf, refuse, size, withoutControls } from './values.ts';

/** Reads one value; throws BadValue. */
type Reader<T> = (text: string, context: PathContext) => T;

interface Input<T> {
  /** The default, as text; also what a blank input stands for. `action.yml` has the same. */
  readonly fallback: string;
  /** The value of the default. Most inputs of most steps have it, and are then not read. */
  readonly usual: T;
  readonly read: Reader<T>;
  /** Whether outer blanks belong to the value. */
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

/** Every input of the action, in the order of `action.yml`. */
export const inputs = {
  key: verbatim(readKey),
  run: script,
  shell: optional(readShell),
  'working-directory': input('', '', withoutControls),
  check: script,
  'allow-empty': flag(false),
  tool: optional(toolName),
  version: optional(version),
  arch: optional(folderName),
  adopt: flag(false),

  url: optional(url),
  sha256: optional(sha256),
  strip: input('0', 0, number),
  headers: lines(headerLines),
  'max-unpacked': input('100GB', 100e9, size),
  'max-ratio': input('200', 200, count),

  repository: optional(repository),
  ref: input('HEAD', 'HEAD', ref),
  update: flag(false),
  submodules: input('false', 'false', submodules),
  lfs: flag(false),
  filter: optional(filter),
  depth: input('1', 1, depth),
  token: optional(token),

  image: optional(image),
  context: optional(imageContext),
  dockerfile: optional(withoutControls),
  'build-args': lines(buildArgLines),
  target: optional(folderName),
  secrets: lines(secretLines),
  'cache-from': lines(plainLines),
  'cache-to': lines(plainLines),
  platforms: lines(platformList),
  pull: flag(false),
  labels: lines(labelLines),

  root: optional(absolutePath),
  scope: optional(readScope),
  platform: word('auto', 'any'),
  relocatable: optional(boolean),
  shared: optional(oneOf('group', 'user')),
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
  pool: optional(poolAddress),
  'pool-password': optional(password),
  'pool-lease': input('45s', 45_000, lease),
  'on-pool-error': word('local', 'fail'),
  remote: word('off', 'actions-cache'),
  'remote-mode': word('read-write', 'read'),
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

/**
 * Inputs whose default a pool may set for all its steps, by a variable such as `BUILD_ONCE_WAIT_TIMEOUT`. `action.yml` gives
 * them no default: the runner would hand it to the step as if the workflow had written it.
 */
export const poolWide = [
  'scope',
  'platform',
  'relocatable',
  'shared',
  'wait-timeout',
  'on-timeout',
  'build-timeout',
  'max-in-flight',
  'group',
  'attempts',
  'force',
  'build',
  'lookup-only',
  'fail-on-cache-miss',
  'verify',
  'needs-free',
  'on-change',
  'read-only',
  'pool',
  'pool-password',
  'pool-lease',
  'on-pool-error',
  'remote',
  'remote-mode',
  'enabled',
  'summary',
] as const satisfies readonly InputName[];

/** Shortest lease, in ms: a third of it is between two renewals. */
const SHORTEST_LEASE_MS = 5000;

function lease(text: string): number {
  const ms = duration(text);
  if (ms >= SHORTEST_LEASE_MS) return ms;
  return refuse(text, 'is shorter than 5 s', 'Write 45s: a server that hangs for less robs nobody');
}

function password(text: string): string {
  return hasControls(text) ? refuse('', 'contains control characters', 'Write it without them, in one line') : text;
}

/** The whole address is read where it is used. It may have a password in it, so no message shows it. */
function poolAddress(text: string): string {
  if (/^rediss?:\/\/\S+$/i.test(text)) return text;
  return refuse('', 'is no address of a Redis server', 'Write redis://host:port/db, or rediss://host:port/db for TLS');
}

function readKey(text: string): string {
  // The id of an entry is a hash of texts separated by NUL: with NUL in a key, two entries could have one id.
  if (text.includes('\0')) refuse(text, 'contains a NUL character', 'Write it without; every other character is fine');
  // It is in every record about the entry, and those are bounded.
  if (Buffer.byteLength(text) > 8192)
    refuse(text, 'is longer than 8,192 bytes', 'Write a shorter one, for example with hashFiles or a digest');
  const wrong = whereHashIsMissing(text);
  if (wrong !== undefined) refuse(text, wrong, HASH_ADVICE);
  return text;
}

function readScope(text: string): string {
  withoutControls(text);
  if (text !== 'shared' && text.toLowerCase() === 'shared') {
    refuse(text, 'is a reserved word in another case', 'Write shared for all repositories, or another name');
  }
  if (text.length > 200)
    refuse(text, 'is longer than 200 characters', 'Write a shorter name, for example team-compilers');
  return text;
}

function readShell(text: string): string {
  withoutControls(text);
  const problem = shellProblem(text);
  if (problem === undefined) return text;
  // The message of shellProblem repeats the value, which is too long here.
  if (text.length > 200)
    refuse(text, 'is not a shell', 'Write bash, sh, pwsh, python, or a template such as `bash -el {0}`');
  return refuse(text, problem, '');
}
