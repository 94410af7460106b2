import { Field, Flag, Status } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Steps, World } from '../world.ts';

/** What an observer finds out about an attempt. A stopped process may be taken for dead, by its silence; one that runs never. */
export type Verdict = 'dead' | 'silent' | 'alive';

export function judge(world: World, column: number): Verdict {
  const p = world.processOf(column);
  // Of an attempt that is over nobody moves the heartbeat: what it left falls silent too.
  if (p === undefined) return 'dead';
  return world.get(p, Field.STATUS) === Status.STOPPED ? 'silent' : 'alive';
}

/** Who has the lock (`lock/file.ts`), and taking over from the dead. */
const holderSteps: Steps = {
  // Listing and asking are one step here: what is asked is decided at the second of the two.
  holder: {
    choices: 2,
    run(world, p, choice) {
      const { fs } = world;
      const owner = world.ownerInLock();
      if (owner < 0) {
        const foreign = fs.has(At.LOCK) && !fs.emptyAt(fs.place(At.LOCK));
        if (choice === 1 && !foreign) return false;
        world.goto(p, !foreign ? 'reserve' : choice === 1 ? 'foreign' : 'holder');
        return true;
      }
      const verdict = judge(world, owner);
      if (choice === 1 && verdict !== 'silent') return false;
      if (verdict === 'alive' || (verdict === 'silent' && choice === 0)) {
        world.lookAgain(p);
        return true;
      }
      const robbed = world.processOf(owner);
      if (robbed !== undefined) world.flag(robbed, Flag.JUDGED);
      world.set(p, Field.TARGET, owner + 1);
      world.goto(p, 'takeOver');
      return true;
    },
  },
  // Moves out what is no owner, by its name. (Nobody asks where to.)
  foreign: {
    run(world, p) {
      const { fs } = world;
      fs.unlink(fs.within(At.DRAFT_IN, fs.place(At.LOCK)));
      world.goto(p, 'holder');
    },
  },
  // Unlinks exactly the dead one's owner file.
  takeOver: {
    run(world, p) {
      world.fs.unlink(world.ownerPlace(world.target(p)));
      world.goto(p, 'forget');
    },
  },
  forget: {
    run(world, p) {
      world.fs.unlink(world.fs.place(At.HOLDERS, world.target(p)));
      world.set(p, Field.TARGET, 0);
      world.goto(p, 'holder');
    },
  },
};

/** One try for the lock (`lock/file-claim.ts`, `lock/owner-fs.ts`). */
const claimSteps: Steps = {
  reserve: {
    run(world, p) {
      const made = world.fs.mkdir(world.fs.place(At.TMP, world.own(p)));
      // Somebody has that name: another one then.
      if (made === 'ok') world.goto(p, 'announce: draft');
      else world.tryAgain(p);
    },
  },
  'announce: draft': {
    run(world, p) {
      const { fs } = world;
      const made = fs.create(fs.within(At.DRAFT_IN, fs.place(At.TMP, world.own(p))), world.own(p));
      world.goto(p, made === 'ok' ? 'announce' : 'conceal');
    },
  },
  announce: {
    run(world, p) {
      const { fs } = world;
      const draft = fs.within(At.DRAFT_IN, fs.place(At.TMP, world.own(p)));
      const moved = fs.rename(draft, fs.place(At.HOLDERS, world.own(p)));
      world.goto(p, moved === 'ok' ? 'makePrivate' : 'conceal');
    },
  },
  makePrivate: {
    run(world, p) {
      const { fs } = world;
      const made = fs.create(fs.within(At.OWNER_IN, fs.place(At.TMP, world.own(p))), world.own(p));
      world.goto(p, made === 'ok' ? 'moveIn' : 'take: confirm');
    },
  },
  moveIn: {
    run(world, p) {
      const moved = world.fs.rename(world.fs.place(At.TMP, world.own(p)), world.fs.place(At.LOCK));
      world.goto(p, moved === 'ok' ? 'beat' : 'take: confirm');
    },
  },
  'take: confirm': {
    run(world, p) {
      world.goto(p, world.ownerInLock() === world.own(p) ? 'beat' : 'take: owner');
    },
  },
  // A private folder is removed from within.
  'take: owner': {
    run(world, p) {
      const { fs } = world;
      fs.unlink(fs.within(At.OWNER_IN, fs.place(At.TMP, world.own(p))));
      world.goto(p, 'take: folder');
    },
  },
  'take: folder': {
    run(world, p) {
      world.fs.rmdir(world.fs.place(At.TMP, world.own(p)));
      world.goto(p, 'conceal');
    },
  },
  // The library's first heartbeat comes before it says that the lock is ours.
  beat: {
    run(world, p) {
      const ours = world.ownerInLock() === world.own(p);
      if (ours) world.flag(p, Flag.HELD);
      world.goto(p, !ours ? 'unlinkOwner' : world.role(p) === 'lock' ? 'hold' : 'revokeOthers');
    },
  },
  // Holding, where nothing but the lock is looked at.
  hold: {
    run(world, p) {
      world.flag(p, Flag.ENDS);
      world.goto(p, 'unlinkOwner');
    },
  },
};

/** The end of an attempt (`lock/owner-fs.ts`, `lock/file-claim.ts`). */
const releaseSteps: Steps = {
  unlinkOwner: {
    run(world, p) {
      world.fs.unlink(world.ownerPlace(world.own(p)));
      world.goto(p, 'removeFolder');
    },
  },
  removeFolder: {
    run(world, p) {
      world.fs.rmdir(world.fs.place(At.LOCK));
      world.goto(p, 'conceal');
    },
  },
  conceal: {
    run(world, p) {
      world.fs.unlink(world.fs.place(At.HOLDERS, world.own(p)));
      world.goto(p, 'conceal: private folder');
    },
  },
  'conceal: private folder': {
    run(world, p) {
      world.fs.removeTree(world.fs.place(At.TMP, world.own(p)));
      const sweeps = world.role(p) !== 'lock' && world.has(p, Flag.HELD);
      if (sweeps) world.goto(p, 'sweep');
      else if (world.has(p, Flag.ENDS)) world.end(p);
      else world.tryAgain(p);
    },
  },
};

export const lockSteps: Steps = { ...holderSteps, ...claimSteps, ...releaseSteps };
