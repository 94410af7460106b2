import type { Environment } from '../../producers/producer.ts';
import { type CommandSpec, type ImageSource, isSecretOption, type ProducerSpec } from '../../producers/spec.ts';
import { type PathContext, workingDirectory } from './paths.ts';
import type { Values } from './table.ts';

/** What makes the artifact; undefined if the step does not say. The rules allow only one producer. */
export function producerOf(values: Values, env: Environment, context: PathContext): ProducerSpec | undefined {
  const { url, repository, image } = values;
  const command = commandOf(values.run, values, context);
  if (url !== undefined) return { name: 'url', spec: urlOf(values, url) };
  if (repository !== undefined) return { name: 'repository', spec: repositoryOf(values, repository, env) };
  if (image !== undefined) {
    return { name: 'image', spec: { image, daemon: undefined, how: imageSource(values, command, context) } };
  }
  return command && { name: 'run', spec: { ...command, allowEmpty: mayBeEmpty(values) } };
}

/** With `check`, the artifact is something else than the folder. */
function mayBeEmpty(values: Values): boolean {
  return values['allow-empty'] || values.check !== undefined;
}

/** The producer if other steps of the job make the artifact. */
export function producerBySteps({ image }: Values): ProducerSpec {
  if (image === undefined) return { name: 'steps', spec: {} };
  return { name: 'image', spec: { image, daemon: undefined, how: { kind: 'steps' } } };
}

/** A command of the inputs and where it runs; undefined if there is none. */
export function commandOf(script: string | undefined, values: Values, context: PathContext): CommandSpec | undefined {
  if (script === undefined) return undefined;
  const { absolute, portable } = workingDirectory(values['working-directory'], context);
  return { script, shell: values.shell, workingDirectory: absolute, workingDirectoryAsWritten: portable };
}

/** The key of a step that names none: what it fetches, with the inputs that change the result. Empty for `run`. */
export function keyOf(producer: ProducerSpec | undefined): string {
  switch (producer?.name) {
    case 'url':
      return joined(producer.spec.url, [
        ['sha256', producer.spec.sha256],
        ['strip', producer.spec.strip || undefined],
      ]);
    case 'repository': {
      const { url, ref, submodules, lfs, filter, depth } = producer.spec;
      return joined(`${url}@${ref}`, [
        ['submodules', submodules === 'false' ? undefined : submodules],
        ['lfs', lfs || undefined],
        ['filter', filter],
        ['depth', depth === Infinity ? 'all' : depth === 1 ? undefined : depth],
      ]);
    }
    case 'image':
      return producer.spec.image;
    default:
      return '';
  }
}

function joined(what: string, options: readonly (readonly [string, string | number | boolean | undefined])[]): string {
  const told = options.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  return [what, ...told].join(' ');
}

function urlOf(values: Values, url: string): Extract<ProducerSpec, { name: 'url' }>['spec'] {
  return {
    url,
    sha256: values.sha256,
    strip: values.strip,
    headers: values.headers,
    maxUnpackedBytes: values['max-unpacked'],
    maxRatio: values['max-ratio'],
  };
}

function repositoryOf(
  values: Values,
  repository: string,
  env: Environment,
): Extract<ProducerSpec, { name: 'repository' }>['spec'] {
  const server = (env.GITHUB_SERVER_URL || 'https://github.com').replace(/\/$/, '');
  const url = /^[\w.-]+\/[\w.-]+$/.test(repository) ? `${server}/${repository}` : repository;
  // The job's own token is sent to this GitHub server only.
  const own = url.startsWith(`${server}/`) ? env['INPUT_JOB-TOKEN'] : undefined;
  return {
    url,
    ref: values.ref,
    commit: undefined,
    update: values.update,
    submodules: values.submodules,
    lfs: values.lfs,
    filter: values.filter,
    depth: values.depth,
    token: values.token ?? (own || undefined),
  };
}

function imageSource(values: Values, command: CommandSpec | undefined, place: PathContext): ImageSource {
  if (command !== undefined) return { kind: 'run', command };
  const { context, dockerfile, target } = values;
  if (context === undefined) return { kind: 'pull' };
  const folder = isRemote(context) ? undefined : workingDirectory(context, place);
  const file = dockerfile === undefined || folder === undefined ? undefined : workingDirectory(dockerfile, place);
  return {
    kind: 'build',
    context: folder?.absolute ?? context,
    contextAsWritten: folder?.portable ?? context,
    dockerfile: file?.absolute ?? dockerfile,
    dockerfileAsWritten: file?.portable ?? dockerfile,
    buildArgs: values['build-args'],
    target,
    secrets: values.secrets.map((line) => withAbsoluteSource(line, place)),
    cacheFrom: values['cache-from'],
    cacheTo: values['cache-to'],
    platforms: values.platforms,
    pull: values.pull,
    labels: values.labels,
    keyed: values.key !== undefined,
    recipe: undefined,
  };
}

/** `id=npm,src=.npmrc`: docker runs elsewhere, and would look for the file there. */
function withAbsoluteSource(line: string, place: PathContext): string {
  if (!isSecretOption(line)) return line;
  return line.replace(/(?<=,(?:src|source)=)[^,]+/, (file) => workingDirectory(file, place).absolute);
}

function isRemote(context: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^git@/.test(context);
}
