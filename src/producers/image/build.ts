import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { TOKEN_VARIABLE } from '../../host/proc.ts';
import { runTree, type TreeOptions } from '../../host/process.ts';
import { withoutPrivate } from '../environment.ts';
import type { Attempt, Environment, Product } from '../producer.ts';
import { runLogged, runScript } from '../run.ts';
import { type ImageSource, type ImageSpec, isSecretOption } from '../spec.ts';
import { waitForSteps } from '../steps.ts';
import { imageId, tag, tagsOf, untag } from './docker.ts';

/** A registry that does not exist, so that names in it are never pulled or pushed. */
const TEMPORARY = 'build-once.tmp';
/** Time limits in ms for removing a temporary name; a cancelled step has little time left. */
const DISCARD_MS = 30_000;
const CANCELLED_DISCARD_MS = 2000;

/**
 * Makes an image under a temporary name; `seal` then gives it the wanted one. A pull needs no temporary name: the daemon
 * sets the name only when the whole image is there.
 * @throws OnceError BUILD_FAILED; the signal's reason if aborted
 */
export async function buildImage(spec: ImageSpec, attempt: Attempt): Promise<Product> {
  attempt.signal.throwIfAborted();
  await removeStale(attempt);
  if (spec.how.kind === 'pull') return pull(spec, attempt);
  if (spec.how.kind === 'steps') return takeFromSteps(spec, attempt);
  const temporary = `${repositoryOf(attempt)}:${attempt.token}`;
  const discard = () => removeName(temporary, attempt);
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
  throw new OnceError(
    'BUILD_FAILED',
    `The image ${image} was pulled, but the daemon no longer has it. Find out what removes images on this host.`,
  );
}

/** The other steps set the final name themselves. That is safe: other jobs look for the entry, not for the name. */
async function takeFromSteps(spec: ImageSpec, attempt: Attempt): Promise<Product> {
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
    await runScript(how.command, { ...attempt, env });
  }
  if (how.kind === 'build') {
    const { args, env } = buildArguments(how, attempt.env);
    await docker(`Building ${shorten(image)}`, ['build', '--tag', temporary, ...args, how.context], env, attempt);
  }
}

/** What BuildKit's cache in GitHub needs (`type=gha`). */
const GITHUB_CACHE = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL', 'ACTIONS_CACHE_URL', 'ACTIONS_CACHE_SERVICE_V2'];

/** Variables that docker or podman itself obeys. */
const OBEYED =
  /^(?:DOCKER_|BUILDKIT_|BUILDX_|BUILDAH_|BUILD_ONCE_|CONTAINERS?_|REGISTRY_AUTH_|STORAGE_|XDG_|SSH_|SSL_|LD_|GODEBUG$|HOME$|PATH$|PATHEXT$|TMPDIR$|USER(?:PROFILE)?$|SYSTEMROOT$)|_PROXY$/i;

/** Values may be secrets, so they go through the environment: every user of the host may read a command line. */
function buildArguments(
  how: Extract<ImageSource, { kind: 'build' }>,
  job: Environment,
): { args: string[]; env: Environment } {
  const { dockerfile, target, buildArgs, cacheFrom, cacheTo, platforms, pull, labels } = how;
  const secrets = secretArguments(how.secrets);
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
      ...secrets.args,
      ...cacheFrom.flatMap((each) => ['--cache-from', each]),
      ...cacheTo.flatMap((each) => ['--cache-to', each]),
      ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
      ...(pull ? ['--pull'] : []),
      ...labels.flatMap((each) => ['--label', each]),
    ],
    env: {
      ...Object.fromEntries(hidden.map(([name, line]) => [name, line.slice(name.length + 1)])),
      ...secrets.env,
      ...([...cacheFrom, ...cacheTo].some((each) => each.includes('type=gha')) ? only(job, GITHUB_CACHE) : {}),
    },
  };
}

function only(env: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

function secretArguments(lines: readonly string[]): { args: string[]; env: Environment } {
  const env: Record<string, string> = {};
  const args = lines.flatMap((line, index) => {
    if (isSecretOption(line)) return ['--secret', line];
    const [name = ''] = line.split('=', 1);
    const variable = `BUILD_ONCE_SECRET_${index}`;
    env[variable] = line.slice(name.length + 1);
    return ['--secret', `id=${name},env=${variable}`];
  });
  return { args, env };
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
  await runLogged(title, attempt, run, what);
}

function fail({ kind }: ImageSource, temporary: string, { key }: Attempt): never {
  const name = `The build of "${shorten(key)}" succeeded, but`;
  throw new OnceError(
    'BUILD_FAILED',
    kind === 'run'
      ? `${name} there is no image with the name in $BUILD_ONCE_IMAGE. Let the script leave one: docker build -t "$BUILD_ONCE_IMAGE" .`
      : `${name} the daemon has no ${temporary}. If another builder than the daemon's own is the default, as docker/setup-buildx-action makes it, give this step one that loads its images: docker buildx use default.`,
  );
}

/** Records the image before it gets its name: without a record, every entry may adopt it. */
async function seal(spec: ImageSpec, temporary: string, identity: string, attempt: Attempt): Promise<void> {
  try {
    // A signal of the system that has arrived meanwhile is delivered only by the event loop.
    await new Promise(setImmediate);
    attempt.signal.throwIfAborted();
    record(spec, identity, attempt);
    await tag(temporary, spec.image, attempt);
  } finally {
    await removeName(temporary, attempt);
  }
}

/** A build for one job alone is not recorded: it is published as no entry, and there may be no shared cache. */
function record({ daemon = '' }: ImageSpec, identity: string, { entry }: Attempt): void {
  entry?.images.record(daemon, identity);
}

/** The digest of the entry's id, since its other characters may be invalid in a name. Private builds share one name. */
function repositoryOf({ entry }: Attempt): string {
  return `${TEMPORARY}/${entry === undefined ? 'private' : entry.id.slice(-20)}`;
}

/** Removes images of earlier attempts. Safe, because only the holder builds this entry: all others are dead or lost. */
async function removeStale(attempt: Attempt): Promise<void> {
  if (attempt.entry === undefined) return;
  for (const name of await tagsOf(repositoryOf(attempt), attempt)) {
    await untag(name, attempt);
    attempt.reporter.info(`Removed the image ${name}, left by a build that died.`);
  }
}

/** Removes a temporary name, under a time limit of its own, since the step may be aborted. The next build removes leftovers. */
async function removeName(name: string, { env, signal }: Attempt): Promise<void> {
  const limit = AbortSignal.timeout(signal.aborted ? CANCELLED_DISCARD_MS : DISCARD_MS);
  await untag(name, { env, signal: limit }).catch(() => {});
}
