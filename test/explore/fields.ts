/** What a process knows; one byte each. An attempt is noted one higher than its column, so that 0 is none. */
export const Field = {
  PC: 0,
  STATUS: 1,
  /** Which of its attempts it makes. */
  TRY: 2,
  FLAGS: 3,
  /** The attempt that it is about to do something to. */
  TARGET: 4,
  /** Where a routine goes back to. */
  BACK: 5,
  /** What a sweep has listed and not yet looked at, as bits. */
  NAMES: 6,
  TRACES: 7,
  SCRAPS: 8,
  /** The build that ours is to replace. */
  REPLACES: 9,
  /** The build that it does not take. */
  REFUSED: 10,
  /** The build that its job has a lease on, for as long as it lives. */
  LEASED: 11,
} as const;
export const FIELDS = 12;

export const Status = { RUNNING: 0, STOPPED: 1, DEAD: 2 } as const;

export const Flag = {
  /** Somebody took it for dead while it was stopped. */
  JUDGED: 1,
  /** It has what it came for, or failed. */
  ENDS: 2,
  /** It had the lock. */
  HELD: 4,
  /** In the taken right that it looks at, it has seen a manifest; what is left of one that was withheld. */
  MANIFEST: 8,
  UNPUBLISHED: 16,
  /** Another one was in the way of the right that it is to take away. */
  IN_THE_WAY: 32,
  /** It was handed the build that it has a lease on. */
  USES: 64,
  /** What it restored has the name of its origin now. */
  RENAMED: 128,
} as const;

/** The place of a process that has nothing left to do. */
export const DONE = 255;

/** What the whole world remembers, behind the processes. */
export const Tail = {
  /** What is left of the budgets. */
  CRASH: 0,
  STOP: 1,
  LOST: 2,
  LATE: 3,
  FAIL: 4,
  /** A call that may arrive once more; three bytes. */
  CALL: 5,
  /** Which builds were ever published, as bits. */
  PUBLISHED: 8,
  /** Somebody told that its build was published, and it never was. */
  LIE: 9,
  /** A build was published by somebody else than the holder, after that one had looked. */
  UNSEEN: 10,
} as const;
export const TAIL = 11;
