import { Field, Flag } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Steps, World } from '../world.ts';

/** The builds that were published and are there, as bits. */
function marked(world: World): number {
  let bits = 0;
  for (let column = 0; column <= world.old; column++) {
    if (world.fs.has(At.PUBLISHED, column)) bits |= 1 << column;
  }
  return bits;
}

/** A job that takes what is there (`recipe/once.ts`): it looks, leaves its lease, and looks again. */
const readSteps: Steps = {
  look: {
    run(world, p) {
      const build = world.currentBuild();
      world.set(p, Field.REPLACES, build + 1);
      if (build < 0) world.end(p);
      else world.goto(p, 'leaveLease');
    },
  },
  leaveLease: {
    run(world, p) {
      world.set(p, Field.LEASED, world.get(p, Field.REPLACES));
      world.goto(p, 'lease');
    },
  },
  lease: {
    run(world, p) {
      if (world.currentBuild() + 1 !== world.get(p, Field.LEASED)) return world.end(p);
      world.flag(p, Flag.USES);
      world.goto(p, 'handOut');
    },
  },
  handOut: { run: (world, p) => world.end(p) },
};

/** Removing builds (`recipe/prune/prune-key.ts`, `store/prune/retire.ts`), each that nobody uses. */
const retireSteps: Steps = {
  pruneKey: {
    run(world, p) {
      world.set(p, Field.NAMES, marked(world));
      world.goto(p, 'pruneKey: next');
    },
  },
  'pruneKey: next': {
    run(world, p) {
      const names = world.get(p, Field.NAMES);
      world.set(p, Field.TARGET, 0);
      if (names !== 0) {
        world.set(p, Field.NAMES, names & (names - 1));
        return world.call(p, 'takeAway', 31 - Math.clz32(names & -names), 'retire: mark');
      }
      world.flag(p, Flag.ENDS);
      world.goto(p, 'unlinkOwner');
    },
  },
  'retire: mark': {
    run(world, p) {
      const there = world.fs.has(At.PUBLISHED, world.target(p));
      world.goto(p, there ? 'retire: leases' : 'pruneKey: next');
    },
  },
  'retire: leases': {
    run(world, p) {
      world.goto(p, world.isLeased(world.target(p)) ? 'pruneKey: next' : 'retire: current');
    },
  },
  'retire: current': {
    run(world, p) {
      world.goto(p, world.currentBuild() === world.target(p) ? 'unpublish' : 'isUsed');
    },
  },
  // By the name of the manifest: of whatever build that is by now.
  unpublish: {
    run(world, p) {
      world.fs.unlink(world.fs.within(At.MANIFEST_IN, world.fs.place(At.ENTRY)));
      world.goto(p, 'isUsed');
    },
  },
  isUsed: {
    run(world, p) {
      world.goto(p, world.isLeased(world.target(p)) ? 'pruneKey: next' : 'retire: build folder');
    },
  },
  'retire: build folder': {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.BUILD, world.target(p)), fs.place(At.TRASH_BUILD, world.target(p)));
      world.goto(p, moved === 'ENOTEMPTY' ? 'retire: anew' : 'forgetBuild');
    },
  },
  'retire: anew': {
    run(world, p) {
      const { fs } = world;
      fs.rename(fs.place(At.BUILD, world.target(p)), fs.place(At.TRASH_BUILD_ANEW, world.target(p)));
      world.goto(p, 'forgetBuild');
    },
  },
  forgetBuild: {
    run(world, p) {
      world.fs.unlink(world.fs.place(At.PUBLISHED, world.target(p)));
      world.goto(p, 'pruneKey: next');
    },
  },
};

export const pruneSteps: Steps = { ...readSteps, ...retireSteps };
