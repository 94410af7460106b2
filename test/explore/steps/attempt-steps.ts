import { Field, Flag, Tail } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Steps, World } from '../world.ts';

/** Whether there is a build that this process takes. */
function takes(world: World, p: number): boolean {
  const build = world.currentBuild();
  return build >= 0 && build + 1 !== world.get(p, Field.REFUSED);
}

/** The process tells that its build is published. */
export function published(world: World, p: number): void {
  if ((world.tail(Tail.PUBLISHED) & (1 << world.build(p))) === 0) world.setTail(Tail.LIE, 1);
  world.flag(p, Flag.ENDS | (world.prunes ? Flag.USES : 0));
  world.goto(p, 'unlinkOwner');
}

/** A file in our right: by its path, or through the handle of a folder that may have another name by now. */
function inRight(world: World, p: number, kind: number): number {
  const { fs, scene } = world;
  const own = world.build(p);
  return scene.keepsHandles ? fs.place(kind, own) : fs.within(kind, fs.place(At.RIGHT, own));
}

/** Looking, without the lock and with it (`recipe/acceptance.ts`, `store/entry.ts`). */
const lookSteps: Steps = {
  // A step with `force` takes anything but what was there at its first look.
  'find: first': {
    run(world, p) {
      world.set(p, Field.REFUSED, world.currentBuild() + 1);
      world.goto(p, 'holder');
    },
  },
  find: {
    run(world, p) {
      if (takes(world, p)) world.end(p);
      else world.goto(p, 'holder');
    },
  },
  'hold: find': {
    run(world, p) {
      if (world.role(p) === 'prune') return world.goto(p, 'pruneKey');
      if (!takes(world, p)) return world.goto(p, 'current');
      world.flag(p, Flag.ENDS);
      world.goto(p, 'unlinkOwner');
    },
  },
  current: {
    run(world, p) {
      world.set(p, Field.REPLACES, world.currentBuild() + 1);
      world.goto(p, 'openAttempt');
    },
  },
};

/** Building (`store/entry.ts`, `recipe/make.ts`). */
const buildSteps: Steps = {
  openAttempt: {
    run(world, p) {
      const made = world.fs.mkdir(world.fs.place(At.RIGHT, world.own(p)));
      if (made === 'ok') return world.goto(p, 'openAttempt: build folder');
      world.flag(p, Flag.ENDS);
      world.goto(p, 'unlinkOwner');
    },
  },
  'openAttempt: build folder': {
    run(world, p) {
      const made = world.fs.mkdir(world.fs.place(At.BUILD, world.own(p)));
      if (made === 'ok') return world.goto(p, 'build');
      world.flag(p, Flag.ENDS);
      world.goto(p, 'unlinkOwner');
    },
  },
  build: {
    choices: 2,
    run(world, p, choice) {
      const { fs } = world;
      if (choice === 1) {
        if (!world.spend(Tail.FAIL)) return false;
        world.flag(p, Flag.ENDS);
        world.goto(p, 'withdraw');
        return true;
      }
      const made = fs.create(fs.within(At.WHOLE_IN, fs.place(At.BUILD, world.own(p))), world.own(p));
      // Its own lease, before anybody may be handed the build. Nobody asks for it before there is a mark.
      if (world.prunes) world.set(p, Field.LEASED, world.own(p) + 1);
      const then = world.restores(p) ? 'renameToOrigin: once' : 'publish: draft of the mark';
      world.goto(p, made === 'ok' ? then : 'withdraw');
      return true;
    },
  },
};

/** Giving what was restored the name of its origin (`store/carried.ts`). Here all of it is of one origin. */
const originSteps: Steps = {
  // Once for ever: where that name was before, the build is made here.
  'renameToOrigin: once': {
    run(world, p) {
      const made = world.fs.mkdir(world.fs.place(At.CARRIED, world.old));
      world.goto(p, made === 'ok' ? 'renameToOrigin: who' : 'publish: draft of the mark');
    },
  },
  'renameToOrigin: who': {
    run(world, p) {
      const { fs } = world;
      const made = fs.create(fs.within(At.RESTORER_IN, fs.place(At.CARRIED, world.old)), world.own(p));
      // It is there already where the answer was lost.
      world.goto(p, made === 'ok' || made === 'EEXIST' ? 'renameToOrigin: right' : 'withdraw');
    },
  },
  'renameToOrigin: right': {
    run(world, p) {
      const made = world.fs.mkdir(world.fs.place(At.RIGHT, world.old));
      world.goto(p, made === 'ok' ? 'renameToOrigin: what is there' : 'publish: draft of the mark');
    },
  },
  'renameToOrigin: what is there': {
    run(world, p) {
      if (world.fs.has(At.BUILD, world.old)) world.call(p, 'takeAway', world.old, 'publish: draft of the mark');
      else world.goto(p, 'renameToOrigin: build folder');
    },
  },
  'renameToOrigin: build folder': {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.BUILD, world.own(p)), fs.place(At.BUILD, world.old));
      const isLostAnswer = moved === 'ENOENT' && !fs.has(At.BUILD, world.own(p)) && fs.has(At.BUILD, world.old);
      if (moved !== 'ok' && !isLostAnswer) {
        const then = moved === 'ENOTEMPTY' ? 'publish: draft of the mark' : 'withdraw';
        return world.call(p, 'takeAway', world.old, then);
      }
      world.flag(p, Flag.RENAMED);
      if (world.prunes) world.set(p, Field.LEASED, world.old + 1);
      world.goto(p, 'whyNotTaken');
    },
  },
  // Looked at in its place, it may be refused: then it is built in the place of the attempt.
  whyNotTaken: {
    choices: 2,
    run(world, p, choice) {
      if (choice === 1 && !world.spend(Tail.FAIL)) return false;
      if (choice === 0) world.goto(p, 'publish: draft of the mark');
      else world.call(p, 'takeAway', world.old, 'renameBack');
      return true;
    },
  },
  renameBack: {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.BUILD, world.old), fs.place(At.BUILD, world.own(p)));
      world.set(p, Field.TARGET, 0);
      if (moved !== 'ok') return world.goto(p, 'withdraw');
      world.unflag(p, Flag.RENAMED);
      if (world.prunes) world.set(p, Field.LEASED, world.own(p) + 1);
      world.goto(p, 'publish: draft of the mark');
    },
  },
};

/** Publishing (`store/entry.ts`). */
const publishSteps: Steps = {
  'publish: draft of the mark': {
    run(world, p) {
      const made = world.fs.create(inRight(world, p, At.MARK_IN), world.build(p));
      world.goto(p, made === 'ok' ? 'writeFlushed' : 'isPublished');
    },
  },
  writeFlushed: {
    run(world, p) {
      const made = world.fs.create(inRight(world, p, At.MANIFEST_DRAFT_IN), world.build(p));
      world.goto(p, made === 'ok' ? 'publish: manifest' : 'isPublished');
    },
  },
  'publish: manifest': {
    run(world, p) {
      const moved = world.fs.rename(inRight(world, p, At.MANIFEST_DRAFT_IN), inRight(world, p, At.MANIFEST_IN));
      world.goto(p, moved === 'ok' ? 'publish: mark' : 'isPublished');
    },
  },
  'publish: mark': {
    run(world, p) {
      const moved = world.fs.rename(inRight(world, p, At.MARK_IN), world.fs.place(At.PUBLISHED, world.build(p)));
      world.goto(p, moved === 'ok' ? 'confirm' : 'isPublished');
    },
  },
  confirm: {
    run(world, p) {
      if (world.ownerInLock() !== world.own(p)) world.goto(p, 'withdraw');
      else world.goto(p, world.get(p, Field.REPLACES) === 0 ? 'renameOnto' : 'publish: current');
    },
  },
  'publish: current': {
    run(world, p) {
      world.goto(p, world.currentBuild() + 1 === world.get(p, Field.REPLACES) ? 'renameOver' : 'withdraw');
    },
  },
  renameOnto: {
    run(world, p) {
      world.fs.rename(world.fs.place(At.RIGHT, world.build(p)), world.fs.place(At.ENTRY));
      world.goto(p, 'isPublished');
    },
  },
  renameOver: {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(inRight(world, p, At.MANIFEST_IN), fs.within(At.MANIFEST_IN, fs.place(At.ENTRY)));
      world.goto(p, moved === 'ok' ? 'renameOver: right' : 'isPublished');
    },
  },
  'renameOver: right': {
    run(world, p) {
      world.fs.rmdir(world.fs.place(At.RIGHT, world.build(p)));
      world.goto(p, 'isPublished');
    },
  },
  // What is there decides, whatever the rename said.
  isPublished: {
    run(world, p) {
      if (world.currentBuild() === world.build(p)) published(world, p);
      else world.call(p, 'takeAway', world.build(p), 'isPublished: mark');
    },
  },
  'isPublished: mark': {
    run(world, p) {
      world.set(p, Field.TARGET, 0);
      if (world.fs.has(At.PUBLISHED, world.build(p))) published(world, p);
      else world.goto(p, 'isPublished: current');
    },
  },
  'isPublished: current': {
    run(world, p) {
      if (world.currentBuild() === world.build(p)) published(world, p);
      else world.goto(p, 'withdraw');
    },
  },
};

/** Taking an attempt of our own out of sight (`store/entry.ts`). */
const withdrawSteps: Steps = {
  withdraw: {
    run(world, p) {
      world.call(p, 'takeAway', world.build(p), 'wasPublished: mark');
    },
  },
  'wasPublished: mark': {
    run(world, p) {
      world.set(p, Field.TARGET, 0);
      world.goto(p, world.fs.has(At.PUBLISHED, world.build(p)) ? 'unlinkOwner' : 'wasPublished: current');
    },
  },
  'wasPublished: current': {
    run(world, p) {
      world.goto(p, world.currentBuild() === world.build(p) ? 'unlinkOwner' : 'withdraw: build folder');
    },
  },
  'withdraw: build folder': {
    run(world, p) {
      const { fs } = world;
      const moved = fs.rename(fs.place(At.BUILD, world.build(p)), fs.place(At.TRASH_BUILD, world.build(p)));
      world.goto(p, moved === 'ENOTEMPTY' ? 'discard' : 'unlinkOwner');
    },
  },
  // Something of that name is in the trash already: under another name then.
  discard: {
    run(world, p) {
      const { fs } = world;
      fs.rename(fs.place(At.BUILD, world.build(p)), fs.place(At.TRASH_BUILD_ANEW, world.build(p)));
      world.goto(p, 'unlinkOwner');
    },
  },
};

export const attemptSteps: Steps = { ...lookSteps, ...buildSteps, ...originSteps, ...publishSteps, ...withdrawSteps };
