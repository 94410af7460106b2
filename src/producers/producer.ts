import type { Reporter } from '../base/reporter.ts';
import type { ProducerSpec } from './spec.ts';

/** The job's environment as the runner gave it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a producer needs to ask a server or a daemon. */
export interface Surroundings {
  readonly env: Environment;
  /** A private folder for scratch files; exists, removed by the caller. */
  readonly scratch: string;
  /** Aborts when the step is cancelled or the lock is lost. */
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** Which entries made which images, as one entry asks and says it. `image` is an image's id: `sha256:…`. */
export interface ImageRecords {
  /**
   * Whether the entry may take an image that it did not make: only one that no other entry is recorded for, as when
   * somebody pulled it by hand. A name like `env:latest` may stand for an image that was built for another key.
   * @param daemon words that identify the daemon
   */
  mayAdopt(daemon: string, image: string): boolean;
  /** Records that the image is the entry's; to be called before the image gets its name. Throws the system's error. */
  record(daemon: string, image: string): void;
}

/** The entry that an artifact is to be published as. */
export interface EntryRef {
  readonly id: string;
  readonly images: ImageRecords;
}

/** One attempt to produce an artifact, in a folder of its own. */
export interface Attempt extends Surroundings {
  readonly key: string;
  readonly token: string;
  /** The entry it is to be published as; undefined if it is for one job alone. */
  readonly entry?: EntryRef | undefined;
  /** `<id>/<token>` of every attempt that this one runs inside of, and its own as the last. */
  readonly within: readonly string[];
  /** The build folder. It exists, is empty, and keeps its path when it is published. */
  readonly out: string;
  /** Whether the group gets the same permissions on the artifact as its owner. */
  readonly groupShared?: boolean;
  /** Milliseconds; Infinity: no limit. */
  readonly timeoutMs: number;
  /** Set if other steps of the job produce it: lets them begin, and resolves when they are done; rejects if they fail. */
  readonly steps?: (() => Promise<MadeBySteps>) | undefined;
  /** Called as soon as there are processes to kill, so that the lock is never released while they run. */
  readonly onSpawn: (killAll: () => void) => void;
}

/** What the publish step says about the artifact that the steps before it made. */
export interface MadeBySteps {
  readonly identity: string | undefined;
}

/** What a producer says about the artifact that it made. */
export interface Product {
  /** A commit, a digest or a version; undefined if unknown. */
  readonly identity: string | undefined;
  /** Makes an artifact outside of the build folder visible to others (tags an image). Called last, only by the holder. */
  readonly seal?: () => Promise<void>;
  /** Removes what was made outside of the build folder, if it is not sealed. Never rejects. */
  readonly discard?: () => Promise<void>;
}

/** A published build, as producers see it. */
export interface PublishedBuild {
  readonly identity: string | undefined;
  /** Its folder. */
  readonly path: string;
}

/** How an artifact is made. */
export interface Producer {
  /** The producer's name in the manifest. */
  readonly name: string;
  /** sha256 of the producer's inputs, to notice a changed script. */
  readonly fingerprint: string;
  /**
   * Makes the artifact in `attempt.out`. Resolves only when no process of the attempt is left that could still write.
   * @throws OnceError BUILD_FAILED if the build failed or took too long; the signal's reason if aborted
   */
  produce(attempt: Attempt): Promise<Product>;
  /** Finds an artifact that exists although no manifest names it, such as an image pulled by hand. Called under the lock. */
  findMade?(surroundings: Surroundings, entry: EntryRef): Promise<Product | undefined>;
  /**
   * Called before a published build is reused.
   * @returns why it has changed since, to follow "it is not taken: "; undefined if it has not
   */
  whyStale?(published: PublishedBuild, surroundings: Surroundings): Promise<string | undefined>;
}

/** How an artifact came to be. */
export interface MakeResult {
  readonly producer: Pick<Producer, 'name' | 'fingerprint'>;
  readonly product: Product;
  readonly buildMs: number;
}

/** A producer's inputs, resolved on this host at this time. */
export interface Pinned {
  /** The inputs with what was resolved: a commit, a daemon. */
  readonly producer: ProducerSpec;
  /** The commit that a branch is at. Becomes part of the key. */
  readonly version?: string;
  /** The daemon and the image's name. Takes the place of the root in the entry's id. */
  readonly home?: string;
}
