import { sha256 } from '../base/digest.ts';

/** A command as the user wrote it. */
export interface CommandSpec {
  readonly script: string;
  /** The runner's grammar: a known name, a template with `{0}`, or undefined for the default. */
  readonly shell: string | undefined;
  /** Absolute path. */
  readonly workingDirectory: string;
  /** Part of the fingerprint: the working directory as the user wrote it, equal on every runner. */
  readonly workingDirectoryAsWritten: string;
}

/** A file or an archive to fetch. */
export interface UrlSpec {
  readonly url: string;
  /** What the bytes must digest to, in lower-case hex; undefined: whatever comes is taken, and its digest recorded. */
  readonly sha256: string | undefined;
  /** How many leading folders are taken off the names in an archive. */
  readonly strip: number;
  /** Sent with the request; may be secrets. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Bytes an archive may unpack to. */
  readonly maxUnpackedBytes: number;
  /** How many times its own size an archive may unpack to. */
  readonly maxRatio: number;
}

/** A git repository to check out. */
export interface RepositorySpec {
  /** What `git clone` takes, without a user or a password in it. */
  readonly url: string;
  /** A branch, a tag, or a full or short commit; `HEAD` is the default branch. */
  readonly ref: string;
  /** Full name of the commit that `ref` was found at; undefined: it was not looked up. */
  readonly commit: string | undefined;
  /** The ref is looked up by every step, and a commit it has moved to is another entry. */
  readonly update: boolean;
  readonly submodules: 'false' | 'true' | 'recursive';
  readonly lfs: boolean;
  /** For partial clones, such as `blob:none`. */
  readonly filter: string | undefined;
  /** Commits of history; Infinity: all of it. */
  readonly depth: number;
  /** Sent to the origin of `url` only; a secret. */
  readonly token: string | undefined;
}

/** A container image to have in the daemon of this host. */
export interface ImageSpec {
  /** Its name with a tag or a digest. */
  readonly image: string;
  /** Words for the daemon that is to have it; undefined: it was not asked. */
  readonly daemon: string | undefined;
  readonly how: ImageSource;
}

/**
 * `pull` it, `build` it from a context, `run` a script that leaves it under the name $BUILD_ONCE_IMAGE, or let other
 * `steps` of the job leave it under its own name.
 */
export type ImageSource =
  | { readonly kind: 'pull' }
  | {
      readonly kind: 'build';
      /** Absolute path of a folder, or a URL that the builder fetches. */
      readonly context: string;
      /** Part of the fingerprint: the context as the user wrote it. */
      readonly contextAsWritten: string;
      /** Absolute path, or relative to a context that is a URL; undefined: `Dockerfile` in the context. */
      readonly dockerfile: string | undefined;
      readonly dockerfileAsWritten: string | undefined;
      /** `NAME=value`, or `NAME` for the one of the environment; may be secrets. */
      readonly buildArgs: readonly string[];
      readonly target: string | undefined;
    }
  | { readonly kind: 'run'; readonly command: CommandSpec }
  | { readonly kind: 'steps' };

/** What makes the artifact, as one step says it: the word for the manifest, and what that producer is told. */
export type ProducerSpec =
  | { readonly name: 'run'; readonly spec: CommandSpec }
  | { readonly name: 'steps'; readonly spec: object }
  | { readonly name: 'url'; readonly spec: UrlSpec }
  | { readonly name: 'repository'; readonly spec: RepositorySpec }
  | { readonly name: 'image'; readonly spec: ImageSpec };

/**
 * sha256 over what a producer was told, so that a change is noticed; the same on every runner, and without secrets.
 * Asked on every hit, so it loads no producer.
 */
export function fingerprintOf({ name, spec }: ProducerSpec): string {
  switch (name) {
    case 'run':
      return sha256(...wordsOf(spec));
    case 'steps':
      // What the steps between claim and publish do, nobody knows.
      return '';
    case 'url':
      return sha256(withoutQuery(spec.url), spec.sha256 ?? '', `${spec.strip}`);
    case 'repository':
      return sha256(spec.url, spec.ref, spec.submodules, `${spec.lfs}`, spec.filter ?? '', `${spec.depth}`);
    case 'image':
      return sha256(spec.image, ...imageWords(spec.how));
  }
}

function wordsOf({ script, shell = '', workingDirectoryAsWritten }: CommandSpec): string[] {
  return [script, shell, workingDirectoryAsWritten];
}

/** Object stores put signatures there, which are others every time. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*/, '');
}

function imageWords(how: ImageSource): string[] {
  switch (how.kind) {
    case 'pull':
    case 'steps':
      return [how.kind];
    case 'run':
      return ['run', ...wordsOf(how.command)];
    case 'build':
      return ['build', how.contextAsWritten, how.dockerfileAsWritten ?? '', ...how.buildArgs, how.target ?? ''];
  }
}
