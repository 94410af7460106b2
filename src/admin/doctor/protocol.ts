/** What the doctor and the processes that it starts say to each other. */

/** The verb of a process that the doctor starts; not meant for people. */
export const CONTENDER = 'doctor-contender';

/** Where a contender works. */
export interface Post {
  readonly root: string;
  /** The doctor's own folder, beside those of the keys. */
  readonly id: string;
  readonly network: boolean;
}

export type Order =
  /** Look at a path that may hang. */
  | { readonly do: 'knock'; readonly path: string }
  /** Claim and release until told to stop. */
  | { readonly do: 'contend' | 'stop' }
  /** Claim once, and stay until killed. */
  | { readonly do: 'hold' };

export type Answer =
  | { readonly said: 'ready' }
  | { readonly said: 'open'; readonly code: string | undefined; readonly folder: boolean }
  | { readonly said: 'holding' }
  /** A dead holder's lock was taken over. */
  | { readonly said: 'took' }
  | { readonly said: 'done'; readonly score: Score }
  /** It could not go on; why, for people. */
  | { readonly said: 'failed'; readonly why: string };

/** What a contender saw. */
export interface Score {
  readonly claims: number;
  /** Times that somebody else was there while it had the lock. */
  readonly overlaps: number;
  /** Times that a listing did not show the lock that it had just taken. */
  readonly unlisted: number;
  /** The first error of the disk, for people. */
  readonly error: string | undefined;
}
