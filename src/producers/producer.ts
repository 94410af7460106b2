import type { Reporter } from '../base/reporter.ts';
import type { ProducerSpec } from './spec.ts';

/** The job's environment as the runner gave it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** With what a producer looks at the world outside the cache: at a server, at a daemon. */
export interface Surroundings {
  readonly env: Environment;
  /** A private folder for scratch files; exists, removed by the caller. */
  readonly scratch: string;
  /** Ends it: cancelled, or the lock was lost. */
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** Which entries the images of daemons were made for. */
export interface ImageRecords {
  /** Whether this entry may take over an image that it did not make: no other entry is known to have made it. */
  mayAdopt(daemon: string, image: string): boolean;
  /** Notes that an image is this entry's. Called before the image gets its name. @throws the system's error */
  record(daemon: string, image: string): void;
}

/** The entry that an artifact is made for, as far as producers know it. */
export interface EntryRef {
  readonly id: string;
  readonly images: ImageRecords;
}

/** What a producer is given: one attempt in a folder of its own. */
export interface Attempt extends Surroundings {
  readonly key: string;
  readonly token: string;
  /** The entry it is to be published as; undefined: it is for one job alone. */
  readonly entry?: EntryRef | undefined;
  /** `<id>/<token>` of every attempt this one runs inside of, its own included and last. */
  readonly within: readonly string[];
  /** The build folder, whose path is final. Exists and is empty. */
  readonly out: string;
  /** What is made is for a group of users: it may do what its owner may. */
  readonly groupShared?: boolean;
  /** Milliseconds; Infinity: no limit. */
  readonly timeoutMs: number;
  /** Where other steps of the job make it: begins that, and resolves when they are done; rejects when it is not to be. */
  readonly steps?: (() => Promise<MadeBySteps>) | undefined;
  /** Told as soon as there are processes to kill, so that a lock is never given up while they live. */
  readonly onSpawn: (killAll: () => void) => void;
}

/** What the step that publishes says about what the steps before it made. */
export interface MadeBySteps {
  readonly identity: string | undefined;
}

/** What a producer says about what it made. */
export interface Product {
  /** What exactly it is: a commit, a digest, a version; undefined when it did not say. */
  readonly identity: string | undefined;
  /** Makes it what others see, where that is not the build folder (an image's tag); done last, only by the holder. */
  readonly seal?: () => Promise<void>;
  /** Takes away what is outside of the build folder, where it is not going to be sealed; never rejects. */
  readonly discard?: () => Promise<void>;
}

/** A published build, as far as producers judge it. */
export interface PublishedBuild {
  readonly identity: string | undefined;
  /** Its folder. */
  readonly path: string;
}

/** How an artifact is made. */
export interface Producer {
  /** A word for the manifest. */
  readonly name: string;
  /** sha256 over what the producer was told, so that a changed script is noticed. */
  readonly fingerprint: string;
  /**
   * Makes the artifact in `attempt.out`. Resolves only when no process of the attempt that could still write is left.
   * @throws OnceError BUILD_FAILED when the build failed or took too long; the signal's reason when it was aborted.
   */
  produce(attempt: Attempt): Promise<Product>;
  /** Asked under the lock: what is there already although no build of this key recorded it. */
  findMade?(surroundings: Surroundings, entry: EntryRef): Promise<Product | undefined>;
  /** Asked before a published build is reused: why it is not what it was, as in "it is not taken: …"; undefined: it is. */
  whyStale?(published: PublishedBuild, surroundings: Surroundings): Promise<string | undefined>;
}

/** How an artifact came to be. */
export interface MakeResult {
  readonly producer: Pick<Producer, 'name' | 'fingerprint'>;
  readonly product: Product;
  readonly buildMs: number;
}

/** What a step's request comes to in this place and at this time. */
export interface Pinned {
  /** The request, told more exactly. */
  readonly producer: ProducerSpec;
  /** Becomes part of the key: the commit that a branch is at. */
  readonly version?: string;
  /** Becomes part of the entry's name instead of the root: the daemon that has the image, and the tag. */
  readonly home?: string;
}
