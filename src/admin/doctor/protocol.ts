/** The first argument of a `doctor` that is a contender. */
export const CONTENDER = 'contender';

/** Where a contender works. */
export interface Post {
  readonly root: string;
  /** The doctor's own folder, beside those of the keys. */
  readonly id: string;
  readonly network: boolean;
}

/** What a contender does. */
export type Task =
  /** Look at `root`, which may hang. */
  | 'look'
  /** Claim and release until killed. */
  | 'contend'
  /** Claim once, and hold until killed. */
  | 'hold';

/** What a contender reports. */
export type Report =
  /** It uses the lock from now on. */
  | { readonly type: 'ready' }
  /** The answer to `look`. `code` is the error code, undefined if the call succeeded. */
  | { readonly type: 'looked'; readonly code: string | undefined; readonly folder: boolean }
  /** The answer to `hold`. */
  | { readonly type: 'holding' }
  /** One claim of a contest. `alone`: nobody else was inside. `listed`: a listing showed the lock just taken. */
  | { readonly type: 'claimed'; readonly alone: boolean; readonly listed: boolean }
  /** The contender gives up; `why` is for people. */
  | { readonly type: 'failed'; readonly why: string };
