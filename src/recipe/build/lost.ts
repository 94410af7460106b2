import type { Claim } from '../../lock/engine.ts';

/**
 * Whether a build failed because its lock or its slot was lost. Whoever takes one over ends the processes of its build
 * first: that shows before the loss does, and is no failure of the build.
 */
export async function isLost(claim: Claim): Promise<boolean> {
  return claim.lost.aborted || !(await claim.confirm().catch(() => true));
}
