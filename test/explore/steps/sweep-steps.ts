import { Field, Flag } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Steps, World } from '../world.ts';
import { judge } from './lock-steps.ts';

/** The attempts that something of a kind is there of, as bits. */
function list(world: World, ...kinds: number[]): number {
  let bits = 0;
  for (let column = 0; column <= world.old; column++) {
    if (kinds.some((kind) => world.fs.has(kind, column))) bits |= 1 << column;
  }
  return bits;
}

const lowest = (bits: number) => 31 - Math.clz32(bits & -bits);

/** What is asked of the attempts that were listed, list by list; and what follows when a part of the lists is done. */
const ROUNDS = [
  { field: Field.NAMES, step: 'alive' },
  { field: Field.TRACES, step: 'alive: trace' },
  { field: Field.SCRAPS, step: 'alive: scrap' },
];

/** Goes on with the next attempt that was listed; `then` where none is left. */
function goOn(world: World, p: number, then: string): void {
  const round = ROUNDS.find(({ field }) => world.get(p, field) > 0);
  world.set(p, Field.TARGET, round === undefined ? 0 : lowest(world.get(p, round.field)) + 1);
  world.goto(p, round?.step ?? then);
}

function drop(world: World, p: number): void {
  const round = ROUNDS.find(({ field }) => world.get(p, field) > 0);
  if (round !== undefined) world.set(p, round.field, world.get(p, round.field) & (world.get(p, round.field) - 1));
  goOn(world, p, round?.field === Field.NAMES ? 'emptyTrash' : 'removeTree: scraps');
}

/** The engine's `alive()`; undefined: there is no such choice. The dead one's record is cleared away. */
function alive(world: World, p: number, choice: number, column = world.target(p)): boolean | undefined {
  const record = world.fs.place(At.HOLDERS, column);
  const verdict = world.ownerInLock() === column ? 'alive' : world.fs.at(record) < 0 ? 'dead' : judge(world, column);
  if (choice === 1 && verdict !== 'silent') return undefined;
  if (verdict === 'alive' || (verdict === 'silent' && choice === 0)) return true;
  world.fs.unlink(record);
  return false;
}

/** The attempt that restores the build of this name; -1: none. */
function restorerOf(world: World, column: number): number {
  if (!world.scene.roles.some((_role, p) => world.restores(p))) return -1;
  const { fs } = world;
  return fs.at(fs.within(At.RESTORER_IN, fs.place(At.CARRIED, column)));
}

/** Clearing away what the dead left (`store/sweep.ts`), then what they left of the lock (`lock/file/engine.ts`). */
export const sweepSteps: Steps = {
  sweep: {
    run(world, p) {
      world.set(p, Field.NAMES, list(world, At.RIGHT, At.TAKEN, At.BUILD));
      goOn(world, p, 'emptyTrash');
    },
  },
  tidy: {
    run(world, p) {
      world.set(p, Field.TRACES, list(world, At.HOLDERS));
      world.goto(p, 'tidy: scraps');
    },
  },
  'tidy: scraps': {
    run(world, p) {
      world.set(p, Field.SCRAPS, list(world, At.TMP));
      goOn(world, p, 'removeTree: scraps');
    },
  },
  alive: {
    choices: 2,
    run(world, p, choice) {
      const restorer = restorerOf(world, world.target(p));
      const may = alive(world, p, choice, restorer < 0 ? world.target(p) : restorer);
      if (may === undefined) return false;
      if (may) drop(world, p);
      else world.call(p, 'takeAway', world.target(p), 'sweepAttempt');
      return true;
    },
  },
  sweepAttempt: {
    run(world, p) {
      if (world.fs.has(At.PUBLISHED, world.target(p))) drop(world, p);
      else world.goto(p, 'sweepAttempt: current');
    },
  },
  'sweepAttempt: current': {
    run(world, p) {
      if (world.currentBuild() === world.target(p)) drop(world, p);
      else world.goto(p, 'sweepAttempt: build folder');
    },
  },
  'sweepAttempt: build folder': {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.BUILD, world.target(p)), fs.place(At.TRASH_BUILD, world.target(p)));
      if (moved === 'ENOTEMPTY') world.goto(p, 'discard: swept');
      else drop(world, p);
    },
  },
  'discard: swept': {
    run(world, p) {
      const { fs } = world;
      fs.rename(fs.place(At.BUILD, world.target(p)), fs.place(At.TRASH_BUILD_ANEW, world.target(p)));
      drop(world, p);
    },
  },
  'alive: trace': {
    choices: 2,
    run(world, p, choice) {
      if (alive(world, p, choice) === undefined) return false;
      drop(world, p);
      return true;
    },
  },
  'alive: scrap': {
    choices: 2,
    run(world, p, choice) {
      const may = alive(world, p, choice);
      if (may === undefined) return false;
      if (may) drop(world, p);
      else world.goto(p, 'moveAway');
      return true;
    },
  },
  moveAway: {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.TMP, world.target(p)), fs.place(At.TRASH_TMP, world.target(p)));
      if (moved === 'ENOTEMPTY') world.goto(p, 'moveAway: anew');
      else drop(world, p);
    },
  },
  // Its name is free in `src/`; here there are two.
  'moveAway: anew': {
    run(world, p) {
      const { fs } = world;
      fs.rename(fs.place(At.TMP, world.target(p)), fs.place(At.TRASH_TMP_ANEW, world.target(p)));
      drop(world, p);
    },
  },
  emptyTrash: {
    run(world, p) {
      const taken = list(world, At.TAKEN);
      if (taken > 0) return world.call(p, 'destroyTakenRight', lowest(taken), 'emptyTrash');
      world.set(p, Field.TARGET, 0);
      world.goto(p, 'removeTree');
    },
  },
  // What is in the trash is named by nobody else: how it is deleted does not matter.
  removeTree: {
    run(world, p) {
      const { fs } = world;
      for (const kind of [At.TRASH_BUILD, At.TRASH_BUILD_ANEW]) {
        for (let column = 0; column <= world.old; column++) fs.removeTree(fs.place(kind, column));
      }
      world.goto(p, 'tidy');
    },
  },
  'removeTree: scraps': {
    run(world, p) {
      const { fs } = world;
      for (const kind of [At.TRASH_TMP, At.TRASH_TMP_ANEW]) {
        for (let column = 0; column <= world.old; column++) fs.removeTree(fs.place(kind, column));
      }
      if (world.has(p, Flag.ENDS)) world.end(p);
      else world.tryAgain(p);
    },
  },
};
