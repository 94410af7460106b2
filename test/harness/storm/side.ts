/** One way to reach a shared disk: a mount of it, and the program that starts a process on that side (its host). */
export interface Side {
  /** The shared root as this side sees it. */
  readonly root: string;
  /** A program to start Node with, such as `nsenter`; empty on this host. */
  readonly wrapper: readonly string[];
}

/** The side of turn `turn`, where many processes are spread evenly. */
export function sideOf(sides: readonly Side[], turn: number): Side {
  const side = sides[turn % sides.length];
  if (side === undefined) throw new Error('there is no side');
  return side;
}
