import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { TOKEN_VARIABLE } from '../../host/proc.ts';
import { runTree, type TreeOptions } from '../../host/process.ts';
import { withoutPrivate } from '../environment.ts';
import type { Attempt, Environment, Product } from '../producer.ts';
import { logged, runProducer } from '../run.ts';
import type { ImageSource, ImageSpec } from '../spec.ts';
import { waitForSteps } from '../steps.ts';
import { imageId, tag, tagsOf, untag } from './docker.ts';

/** Looks like a registry that does not exist: such a name is never pulled, and never pushed. */
const TEMPORARY = 'build-once.tmp';
/** Milliseconds to take a temporary name away; of a step that is cancelled, out of those that its end has. */
const DISCARD_MS = 30_000;
const HURRIED_DISCARD_MS = 2000;

/**
 * Makes an image under a name of its own, which is given the wanted one by `seal`. A pull needs none: the daemon gives
 * the name when all of the image is there.
 * @throws OnceError BUILD_FAILED; the signal's reason when aborted
 */
export async function buildImage(spec: ImageSpec, attempt: Attempt): Promise<Product> {
  attempt.signal.throwIfAborted();
  await removeStale(attempt);
  if (spec.how.kind === 'pull') return pull(spec, attempt);
  if (spec.how.kind === 'steps') return leftBySteps(spec, attempt);
  const temporary = `${repositoryOf(attempt)}:${attempt.token}`;
  const discard = () => takeAway(temporary, attempt);
  try {
    await make(spec, temporary, attempt);
    const identity = (await imageId(temporary, attempt)) ?? fail(spec.how, temporary, attempt);
    return { identity, discard, seal: () => seal(spec, temporary, identity, attempt) };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function pull(spec: ImageSpec, attempt: Attempt): Promise<Product> {
  const { image } = spec;
  await docker(`Pulling ${image}`, ['pull', image], {}, attempt, `Pulling "${shorten(image)}"`);
  const identity = await imageId(image, attempt);
  if (identity !== undefined) return { identity, seal: async () => record(spec, identity, attempt) };
  throw new OnceError('BUILD_FAILED', `The image ${image} was pulled, but it is not there. Look who removes images.`);
}

/** Its name is the one that the other steps gave it: whoever looks for it meanwhile asks for the entry, not for the name. */
async function leftBySteps(spec: ImageSpec, attempt: Attempt): Promise<Product> {
  await waitForSteps(attempt);
  const identity = await imageId(spec.image, attempt);
  if (identity !== undefined) return { identity, seal: async () => record(spec, identity, attempt) };
  throw new OnceError(
    'BUILD_FAILED',
    `The daemon has no image ${spec.image}: the steps between claim and publish are to leave one of that name (docker/build-push-action: load: true).`,
  );
}

async function make({ image, how }: ImageSpec, temporary: string, attempt: Attempt): Promise<void> {
  if (how.kind === 'run') {
    const env = { ...attempt.env, BUILD_ONCE_IMAGE: temporary };
    await runProducer(how.command).produce({ ...attempt, env });
  }
  if (how.kind === 'build') {
    const { args, env } = buildArguments(how);
    await docker(`Building ${shorten(image)}`, ['build', '--tag', temporary, ...args, how.context], env, attempt);
  }
}

/** What the command line itself obeys, docker's or podman's. */
const OBEYED =
  /^(?:DOCKER_|BUILDKIT_|BUILDX_|BUILDAH_|BUILD_ONCE_|CONTAINERS?_|REGISTRY_AUTH_|STORAGE_|XDG_|SSH_|SSL_|LD_|GODEBUG$|HOME$|PATH$|PATHEXT$|TMPDIR$|USER(?:PROFILE)?$|SYSTEMROOT$)|_PROXY$/i;

/** Values, which may be secrets, go through the environment: everybody on the host may read a command line. */
function buildArguments(how: Extract<ImageSource, { kind: 'build' }>): { args: string[]; env: Environment } {
  const { dockerfile, target, buildArgs } = how;
  const pairs = buildArgs.map((line): [string, string] => {
    const [name = ''] = line.split('=', 1);
    return [name, line];
  });
  const hidden = pairs.filter(([name, line]) => line !== name && !OBEYED.test(name));
  return {
    args: [
      ...(dockerfile === undefined ? [] : ['--file', dockerfile]),
      ...(target === undefined ? [] : ['--target', target]),
      ...pairs.flatMap(([name, line]) => ['--build-arg', OBEYED.test(name) ? line : name]),
    ],
    env: Object.fromEntries(hidden.map(([name, line]) => [name, line.slice(name.length + 1)])),
  };
}

async function docker(
  title: string,
  args: readonly string[],
  more: Environment,
  attempt: Attempt,
  what?: string,
): Promise<void> {
  const env = { ...withoutPrivate(attempt.env), ...more, [TOKEN_VARIABLE]: attempt.token };
  const command = { file: 'docker', args, cwd: attempt.scratch, env };
  const run = async (onOutput: TreeOptions['onOutput']) => {
    const ending = await runTree(command, { ...attempt, onOutput });
    return { ending, identity: undefined, exported: [] };
  };
  await logged(title, attempt, run, what);
}

function fail({ kind }: ImageSource, temporary: string, { key }: Attempt): never {
  const ended = `The build of "${shorten(key)}" succeeded, but`;
  throw new OnceError(
    'BUILD_FAILED',
    kind === 'run'
      ? `${ended} there is no image with the name in $BUILD_ONCE_IMAGE. Let the script leave one: docker build -t "$BUILD_ONCE_IMAGE" .`
      : `${ended} the daemon has no ${temporary}. If another builder than the daemon's own is the default, as docker/setup-buildx-action makes it, give this step one that loads its images: docker buildx use default.`,
  );
}

/** Noted first: an image under that name without a note would be taken for anybody's. */
async function seal(spec: ImageSpec, temporary: string, identity: string, attempt: Attempt): Promise<void> {
  try {
    // A signal to end that came in meanwhile is heard only when the event loop turns.
    await new Promise(setImmediate);
    attempt.signal.throwIfAborted();
    record(spec, identity, attempt);
    await tag(temporary, spec.image, attempt);
  } finally {
    await takeAway(temporary, attempt);
  }
}

/** What is for one job alone is noted nowhere, since that job may not have a shared cache. */
function record({ daemon = '' }: ImageSpec, identity: string, { entry }: Attempt): void {
  entry?.images.record(daemon, identity);
}

/** Names of images may have no more than the digest of an entry's id; a private build has no successor to clean up. */
function repositoryOf({ entry }: Attempt): string {
  return `${TEMPORARY}/${entry === undefined ? 'private' : entry.id.slice(-20)}`;
}

/** Whoever holds the lock is the only one who builds this entry: all others are dead, or have lost. */
async function removeStale(attempt: Attempt): Promise<void> {
  if (attempt.entry === undefined) return;
  for (const name of await tagsOf(repositoryOf(attempt), attempt)) {
    await untag(name, attempt);
    attempt.reporter.info(`Removed the image ${name}, which a build that died had left.`);
  }
}

/** With a signal of its own, since that of the step may be why. What stays is removed by the next build. */
async function takeAway(name: string, { env, signal }: Attempt): Promise<void> {
  const limit = AbortSignal.timeout(signal.aborted ? HURRIED_DISCARD_MS : DISCARD_MS);
  await untag(name, { env, signal: limit }).catch(() => {});
}
