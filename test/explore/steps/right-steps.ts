import { Field, Flag } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Steps, World } from '../world.ts';

/** A file in a right that was taken away. */
function inTaken(world: World, p: number, kind: number): number {
  return world.fs.within(kind, world.fs.place(At.TAKEN, world.target(p)));
}

/** Attempts of which there is a right to publish, whole or half taken away; as bits. */
function rights(world: World): number {
  let bits = 0;
  for (let column = 0; column <= world.old; column++) {
    if (world.fs.has(At.RIGHT, column) || world.fs.has(At.TAKEN, column)) bits |= 1 << column;
  }
  return bits;
}

/** Taking a right away, for good (`store/publish/right.ts`). */
export const rightSteps: Steps = {
  // A new holder takes away the rights of all others before it looks: what it sees then is changed by nobody else.
  revokeOthers: {
    run(world, p) {
      world.set(p, Field.NAMES, rights(world));
      world.goto(p, 'revokeOthers: next');
    },
  },
  'revokeOthers: next': {
    run(world, p) {
      const names = world.get(p, Field.NAMES);
      world.set(p, Field.TARGET, 0);
      if (names === 0) return world.goto(p, 'hold: find');
      world.set(p, Field.NAMES, names & (names - 1));
      world.call(p, 'takeAway', 31 - Math.clz32(names & -names), 'revokeOthers: next');
    },
  },
  takeAway: {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.RIGHT, world.target(p)), fs.place(At.TAKEN, world.target(p)));
      if (moved === 'ENOTEMPTY') world.flag(p, Flag.IN_THE_WAY);
      world.goto(p, 'destroyTakenRight');
    },
  },
  destroyTakenRight: {
    run(world, p) {
      const seen = (kind: number) => world.fs.at(inTaken(world, p, kind)) >= 0;
      if (seen(At.MANIFEST_IN)) world.flag(p, Flag.MANIFEST);
      if (seen(At.UNPUBLISHED_IN)) world.flag(p, Flag.UNPUBLISHED);
      const empty =
        !world.fs.has(At.TAKEN, world.target(p)) || world.fs.emptyAt(world.fs.place(At.TAKEN, world.target(p)));
      world.goto(p, empty ? 'destroyTakenRight: folder' : 'destroyTakenRight: draft of the mark');
    },
  },
  'destroyTakenRight: draft of the mark': {
    run(world, p) {
      world.fs.unlink(inTaken(world, p, At.MARK_IN));
      world.goto(p, 'destroyTakenRight: draft of the manifest');
    },
  },
  'destroyTakenRight: draft of the manifest': {
    run(world, p) {
      world.fs.unlink(inTaken(world, p, At.MANIFEST_DRAFT_IN));
      // Goes on by what was listed: whether there is proof, or something to get it from.
      const [proof, manifest] = [world.has(p, Flag.UNPUBLISHED), world.has(p, Flag.MANIFEST)];
      world.goto(p, proof ? 'destroyTakenRight: mark' : manifest ? 'withhold' : 'destroyTakenRight: folder');
    },
  },
  withhold: {
    run(world, p) {
      const moved = world.fs.rename(inTaken(world, p, At.MANIFEST_IN), inTaken(world, p, At.UNPUBLISHED_IN));
      world.unflag(p, Flag.MANIFEST);
      world.goto(p, moved === 'ok' ? 'destroyTakenRight: mark' : 'destroyTakenRight: folder');
    },
  },
  'destroyTakenRight: mark': {
    run(world, p) {
      world.unflag(p, Flag.MANIFEST | Flag.UNPUBLISHED);
      world.fs.unlink(world.fs.place(At.PUBLISHED, world.target(p)));
      world.goto(p, 'destroyTakenRight: proof');
    },
  },
  'destroyTakenRight: proof': {
    run(world, p) {
      world.fs.unlink(inTaken(world, p, At.UNPUBLISHED_IN));
      world.goto(p, 'destroyTakenRight: folder');
    },
  },
  'destroyTakenRight: folder': {
    run(world, p) {
      const answer = world.fs.rmdir(world.fs.place(At.TAKEN, world.target(p)));
      if (answer === 'ENOTEMPTY') return world.goto(p, 'destroyTakenRight');
      if (!world.has(p, Flag.IN_THE_WAY)) return world.back(p);
      world.unflag(p, Flag.IN_THE_WAY);
      world.goto(p, 'takeAway');
    },
  },
};
