import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { sha256 } from '../../base/digest.ts';
import { messageOf, OnceError, systemCode, unless } from '../../base/errors.ts';
import type { Visited } from '../../host/walk.ts';
import { digestTree } from '../../store/tree/digest.ts';
import type { Surroundings } from '../producer.ts';
import { type ImageSource, isTagDigest } from '../spec.ts';

/** Its types name a default export, where its module is the function itself. */
const newIgnore = dockerignore as unknown as typeof dockerignore.default;

type Build = Extract<ImageSource, { kind: 'build' }>;

/**
 * sha256 over what an image is made of: build arguments, labels, target, platforms and, unless the tag has a digest that
 * says it, the Dockerfile and the files of the context. What a URL leads to is not looked at.
 *
 * @throws OnceError BAD_INPUT if the context or the Dockerfile cannot be read; the signal's reason if aborted
 */
export async function recipeOf(image: string, how: Build, { env, signal }: Surroundings): Promise<string> {
  const { buildArgs, labels, platforms, target = '', dockerfileAsWritten = '' } = how;
  const args = buildArgs.map((line) => (line.includes('=') ? line : `${line}=${env[line] ?? ''}`));
  const said = [labels, platforms, args].map((lines) => sha256(...lines));
  return sha256(...said, target, dockerfileAsWritten, isTagDigest(image) ? '' : await contentsOf(how, signal));
}

async function contentsOf(how: Build, signal: AbortSignal): Promise<string> {
  if (isRemote(how)) return how.context;
  const { context, dockerfile = join(context, 'Dockerfile') } = how;
  try {
    // An image may be built from a Containerfile as well, and whoever builds it says so if there is neither.
    const text = readIfThere(dockerfile) ?? '';
    return sha256(text, await digestOf(context, dockerfile, signal));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw unreadable(how, error);
  }
}

function isRemote({ context, contextAsWritten }: Build): boolean {
  return context === contextAsWritten && context !== resolve(context);
}

function unreadable({ contextAsWritten, context }: Build, error: unknown): OnceError {
  return new OnceError(
    'BAD_INPUT',
    `context: "${contextAsWritten}" (${context}) is looked at to find out whether the image is up to date, and cannot be read: ${messageOf(error)}. Check it out in an earlier step; or put hashFiles() of it into the tag of \`image\`, or a \`key\` beside it, and it is needed for builds only.`,
    { cause: error },
  );
}

/** The files that a builder is sent, as `hashFiles()` sees them: by their contents. `.git` changes with every checkout. */
function digestOf(context: string, dockerfile: string, signal: AbortSignal): Promise<string> {
  const lines = ignoreLines(context, dockerfile);
  const ignored = newIgnore({ ignorecase: false }).add(lines);
  const excepts = lines.some((line) => line.trim().startsWith('!'));
  const isOut = ({ name }: Visited) => name !== '' && (name === '.git' || ignored.ignores(name));
  return digestTree(context, signal, {
    skip: (visited) => isOut(visited) && !(visited.stats.isDirectory() && excepts && visited.name !== '.git'),
    counts: (visited) => !visited.stats.isDirectory() && !isOut(visited),
  });
}

/** BuildKit prefers the file that belongs to the Dockerfile. */
function ignoreLines(context: string, dockerfile: string): string[] {
  const own = readIfThere(join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`));
  const text = own ?? readIfThere(join(context, '.dockerignore')) ?? '';
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** Not from a pipe or a device, which may never end. */
function readIfThere(file: string): string | undefined {
  const stats = unless(['ENOENT', 'ENOTDIR'], () => lstatSync(file));
  if (stats === undefined || !(stats.isFile() || stats.isSymbolicLink())) return undefined;
  return unless(['ENOENT', 'ENOTDIR', 'EISDIR'], () => readFileSync(file, 'latin1'));
}
