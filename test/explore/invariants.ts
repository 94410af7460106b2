import { Field, Flag, Tail } from './fields.ts';
import { At } from './model-fs.ts';
import type { World } from './world.ts';

/** What must hold in every state; undefined: it does. */
export function violation(world: World): string | undefined {
  return lockViolation(world) ?? storeViolation(world);
}

/** Never two that hold the lock, and nobody's lock removed; those that were taken for dead while they stood still excepted. */
function lockViolation(world: World): string | undefined {
  const { ownsLock } = world.scene.program;
  let holders = 0;
  for (let p = 0; p < world.processes; p++) {
    if (!world.holds(p)) continue;
    holders += 1;
    if (ownsLock !== undefined && !ownsLock(world, p)) return 'the lock of a holder is gone';
  }
  return holders > 1 ? 'two hold the lock' : undefined;
}

/** What the entry names is whole, and what was ever published stays so: anybody may have been handed its path. */
function storeViolation(world: World): string | undefined {
  if (world.tail(Tail.LIE) > 0) return 'a build is told to be published that never was';
  if (world.tail(Tail.UNSEEN) > 0) return 'a robbed holder publishes after the next one has looked';
  const { fs } = world;
  const current = world.currentBuild();
  const published = world.tail(Tail.PUBLISHED);
  for (let build = 0; published >> build > 0; build++) {
    if ((published & (1 << build)) === 0) continue;
    const last = fs.within(At.WHOLE_IN, fs.place(At.BUILD, build));
    if (last > 0 && fs.at(last) >= 0) continue;
    if (uses(world, build)) return 'a job has lost the build that it was handed';
    if (world.prunes && build !== current) continue;
    return `${build === current ? 'the entry names a build that' : 'a build that was published'} is gone or not whole`;
  }
  return undefined;
}

/** Whether somebody was handed a build and may still use it. */
function uses(world: World, build: number): boolean {
  for (let p = 0; p < world.processes; p++) {
    if (world.has(p, Flag.USES) && world.get(p, Field.LEASED) === build + 1) return true;
  }
  return false;
}
