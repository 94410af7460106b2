import type { Claim } from '../../lock/engine.ts';

/**
 * Whether a build failed because its lock or its slot was lost. Whoever takes one over ends the processes of the build
 * first. The build fails of that before the loss is noticed, and it is no failure of the build.
 */
export async function isLost(claim: Claim): Promise<boolean> {
  return claim.lost.aborted || !(await claim.confirm().catch(() => true));
}
