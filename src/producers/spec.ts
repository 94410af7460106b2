import { sha256 } from '../base/digest.ts';

/** A command as the user wrote it. */
export interface CommandSpec {
  /** What the shell runs; with `argv`, the same in words for people. */
  readonly script: string;
  /** A program and its arguments, which is started as it is, without a shell. */
  readonly argv?: readonly string[] | undefined;
  /** As in a workflow: a known name or a template with `{0}`; undefined for the default. */
  readonly shell: string | undefined;
  /** Absolute path. */
  readonly workingDirectory: string;
  /** The working directory as the user wrote it: equal on every runner, so part of the fingerprint. */
  readonly workingDirectoryAsWritten: string;
}

/** A script that builds into a folder. */
export interface RunSpec extends CommandSpec {
  /** Whether it is a success to leave nothing in the build folder. */
  readonly allowEmpty: boolean;
}

/** A file or an archive to fetch. */
export interface UrlSpec {
  readonly url: string;
  /** Required sha256, in lower-case hex; undefined: any bytes are accepted, and their digest is recorded. */
  readonly sha256: string | undefined;
  /** How many leading folders are removed from the names in an archive. */
  readonly strip: number;
  /** Sent with the request; may contain secrets. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Most bytes that an archive may unpack to. */
  readonly maxUnpackedBytes: number;
  /** Most bytes that an archive may unpack to, for each of its own bytes. */
  readonly maxRatio: number;
}

/** A git repository to check out. */
export interface RepositorySpec {
  /** As for `git clone`, without user name and password. */
  readonly url: string;
  /** A branch, a tag, or a full or short commit; `HEAD` is the default branch. */
  readonly ref: string;
  /** Full name of the commit at `ref`; undefined if it was not looked up. */
  readonly commit: string | undefined;
  /** The tag that `ref` was when it was looked up. */
  readonly tag?: string | undefined;
  /** Whether every step looks the ref up, so that each commit gets an entry of its own. */
  readonly update: boolean;
  readonly submodules: 'false' | 'true' | 'recursive';
  readonly lfs: boolean;
  /** For partial clones, such as `blob:none`. */
  readonly filter: string | undefined;
  /** How many commits of history; Infinity: all. */
  readonly depth: number;
  /** A secret, sent only to the origin of `url`. */
  readonly token: string | undefined;
}

/** A container image to have in the daemon of this host. */
export interface ImageSpec {
  /** The image's name with a tag or a digest. */
  readonly image: string;
  /** Words that identify the daemon; undefined if it was not asked yet. */
  readonly daemon: string | undefined;
  readonly how: ImageSource;
}

/**
 * How an image is made: `pull`, `build` from a context, `run` a script that tags it $BUILD_ONCE_IMAGE, or let other `steps`
 * of the job tag it with its own name.
 */
export type ImageSource =
  | { readonly kind: 'pull' }
  | {
      readonly kind: 'build';
      /** Absolute path of a folder, or a URL that the builder fetches. */
      readonly context: string;
      /** The context as the user wrote it, for the fingerprint. */
      readonly contextAsWritten: string;
      /** Absolute path, or relative to a context that is a URL; undefined: `Dockerfile` in the context. */
      readonly dockerfile: string | undefined;
      readonly dockerfileAsWritten: string | undefined;
      /** `NAME=value`, or `NAME` to take the value from the environment; may contain secrets. */
      readonly buildArgs: readonly string[];
      readonly target: string | undefined;
      /** Lines for `docker build --secret`, `NAME=value` or as that takes them; secrets. No part of the image. */
      readonly secrets: readonly string[];
      readonly cacheFrom: readonly string[];
      readonly cacheTo: readonly string[];
      /** Such as `linux/amd64`; empty: this host's. */
      readonly platforms: readonly string[];
      /** Whether to look for newer base images. */
      readonly pull: boolean;
      /** `NAME=value`. */
      readonly labels: readonly string[];
      /** Whether the user gave a key, which then says what the image is made of. */
      readonly keyed: boolean;
      /** sha256 over what the image is made of, as far as no name says it; undefined if it was not looked at yet. */
      readonly recipe: string | undefined;
    }
  | { readonly kind: 'run'; readonly command: CommandSpec }
  | { readonly kind: 'steps' };

/** How a step wants its artifact made: the producer's name in the manifest, and its inputs. */
export type ProducerSpec =
  | { readonly name: 'run'; readonly spec: RunSpec }
  | { readonly name: 'steps'; readonly spec: object }
  | { readonly name: 'url'; readonly spec: UrlSpec }
  | { readonly name: 'repository'; readonly spec: RepositorySpec }
  | { readonly name: 'image'; readonly spec: ImageSpec };

/**
 * sha256 of a producer's inputs, to notice a change; equal on every runner. Every hit computes it, so it loads no
 * producer.
 */
export function fingerprintOf({ name, spec }: ProducerSpec): string {
  switch (name) {
    case 'run':
      return sha256(...wordsOf(spec));
    case 'steps':
      // What the steps between claim and publish do is unknown.
      return '';
    case 'url':
      return sha256(withoutQuery(spec.url), spec.sha256 ?? '', `${spec.strip}`);
    case 'repository':
      return sha256(spec.url, spec.ref, spec.submodules, `${spec.lfs}`, spec.filter ?? '', `${spec.depth}`);
    case 'image':
      return sha256(spec.image, ...imageWords(spec));
  }
}

/** Whether a line of `secrets` is written as `docker build --secret` takes it, and holds no secret itself. */
export function isSecretOption(line: string): boolean {
  return /^id=[^,=]+(?:,(?:type|src|source|env)=[^,]+)*$/.test(line);
}

/** Whether the tag of an image has a digest or a commit in it, as `hashFiles()` makes them, that says what it is built from. */
export function isTagDigest(image: string): boolean {
  return /:[^/]*[0-9a-f]{40}[^/]*$/.test(image);
}

/**
 * Whether a build with another fingerprint is another artifact, whatever `on-change` says: nothing but the fingerprint
 * tells an image under a fixed name from the one that this step would build.
 */
export function isNamedByRecipe({ name, spec }: ProducerSpec): boolean {
  return name === 'image' && !saysAll(spec);
}

/**
 * Whether the key or the name of an image says all that it is made of, so that an image of that name is the one that would be
 * built. For a fixed name nobody knows what somebody else built.
 */
export function saysAll({ image, how }: Pick<ImageSpec, 'image' | 'how'>): boolean {
  if (how.kind !== 'build' || how.keyed) return true;
  const more = [...how.buildArgs, ...how.labels, ...how.platforms];
  return isTagDigest(image) && more.length === 0 && how.target === undefined;
}

function wordsOf({ script, argv, shell = '', workingDirectoryAsWritten }: CommandSpec): string[] {
  return argv === undefined ? [script, shell, workingDirectoryAsWritten] : [...argv, '', workingDirectoryAsWritten];
}

/** Object stores put signatures into the query, which change every time. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*/, '');
}

function imageWords(spec: ImageSpec): string[] {
  const { how } = spec;
  switch (how.kind) {
    case 'pull':
    case 'steps':
      return [how.kind];
    case 'run':
      return ['run', ...wordsOf(how.command)];
    case 'build':
      if (!saysAll(spec)) return ['recipe', how.recipe ?? ''];
      return ['build', how.contextAsWritten, how.dockerfileAsWritten ?? '', ...how.buildArgs, how.target ?? ''];
  }
}
