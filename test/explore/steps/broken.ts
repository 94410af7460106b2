import { Field, Flag } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Program, Step, Steps } from '../world.ts';
import { published } from './attempt-steps.ts';
import { ours } from './ours.ts';

/** Our protocol with some steps done otherwise. */
function but(changes: Steps): Program {
  return { ...ours, steps: { ...ours.steps, ...changes } };
}

const step = (run: Step['run']): Step => ({ run });

/** Takeover removes whatever owner is in the lock by then. */
export const unlinksAnyOwner = but({
  takeOver: step((world, p) => {
    world.fs.unlink(world.fs.within(At.OWNER_IN, world.fs.place(At.LOCK)));
    world.goto(p, 'forget');
  }),
});

/** Nobody takes over: a dead holder is waited for. */
export const neverTakesOver: Program = {
  ...but({
    holder: step((world, p, choice) => {
      if (world.ownerInLock() >= 0) return world.lookAgain(p);
      return ours.steps.holder?.run(world, p, choice);
    }),
  }),
  clearsUp: false,
};

/** Release removes the lock folder with all that is in it. */
export const releasesRecursively = but({
  removeFolder: step((world, p) => {
    world.fs.removeTree(world.fs.place(At.LOCK));
    world.goto(p, 'conceal');
  }),
});

/** A foreign file in the lock is got rid of by renaming the lock folder. This was in `src/` until the explorer found it. */
export const movesTheLockAside = but({
  foreign: step((world, p) => {
    world.fs.rename(world.fs.place(At.LOCK), world.fs.place(At.TRASH_TMP, world.own(p)));
    world.goto(p, 'holder');
  }),
});

/** A new holder leaves the rights of those whose lock it took over as they are. */
export const revokesNobody = but({
  revokeOthers: step((world, p) => world.goto(p, 'hold: find')),
});

/** A new holder looks first, and takes the rights of the others away after that. */
export const revokesAfterTheLook: Program = {
  ...but({
    beat: step((world, p) => {
      ours.steps.beat?.run(world, p, 0);
      if (world.nameOfStep(world.get(p, Field.PC)) === 'revokeOthers') world.goto(p, 'hold: find');
    }),
    'hold: find': step((world, p) => {
      ours.steps['hold: find']?.run(world, p, 0);
      if (world.nameOfStep(world.get(p, Field.PC)) === 'current') world.goto(p, 'revokeOthers');
    }),
    'revokeOthers: next': step((world, p) => {
      ours.steps['revokeOthers: next']?.run(world, p, 0);
      if (world.nameOfStep(world.get(p, Field.PC)) === 'hold: find') world.goto(p, 'current');
    }),
  }),
  looked: [...(ours.looked ?? []), 'revokeOthers', 'revokeOthers: next'],
};

/**
 * A sweep discards the build of an attempt that still has its right, and takes that away after. A holder that took the
 * rights of the others away leaves none to be met here, so this one did not.
 */
export const discardsBeforeTheRight: Program = {
  ...but({
    revokeOthers: step((world, p) => world.goto(p, 'hold: find')),
    alive: {
      choices: 2,
      run(world, p, choice) {
        const { fs } = world;
        const token = world.target(p);
        const answer = ours.steps.alive?.run(world, p, choice);
        if (world.nameOfStep(world.get(p, Field.PC)) !== 'takeAway') return answer;
        const ready = fs.at(fs.within(At.MANIFEST_IN, fs.place(At.RIGHT, token))) >= 0;
        const published = fs.has(At.PUBLISHED, token) && !ready;
        if (!published && world.currentBuild() !== token) {
          fs.rename(fs.place(At.BUILD, token), fs.place(At.TRASH_BUILD, token));
        }
        return answer;
      },
    },
  }),
  looked: [],
};

/** A sweep also sweeps those of whom it listed nothing but a record. This was in `src/` until the explorer found it. */
export const sweepsByRecords = but({
  sweep: step((world, p) => {
    ours.steps.sweep?.run(world, p, 0);
    let names = world.get(p, Field.NAMES);
    for (let column = 0; column <= world.old; column++) if (world.fs.has(At.HOLDERS, column)) names |= 1 << column;
    if (names === 0) return;
    world.set(p, Field.NAMES, names);
    world.set(p, Field.TARGET, 32 - Math.clz32(names & -names));
    world.goto(p, 'alive');
  }),
});

/** The mark in `published/` is made when the rename has published. */
export const marksAfterTheRename = but({
  'publish: manifest': step((world, p) => {
    ours.steps['publish: manifest']?.run(world, p, 0);
    if (world.nameOfStep(world.get(p, Field.PC)) === 'publish: mark') world.goto(p, 'confirm');
  }),
  isPublished: step((world, p) => {
    ours.steps.isPublished?.run(world, p, 0);
    if (world.has(p, Flag.ENDS)) world.goto(p, 'publish: mark');
  }),
  'publish: mark': step((world, p) => {
    world.fs.create(world.fs.place(At.PUBLISHED, world.own(p)), world.own(p));
    world.goto(p, 'unlinkOwner');
  }),
});

/**
 * A right is taken away by a rename alone, and the manifest in it is left there as the proof that it was not used: who has
 * a handle still reaches it.
 */
export const revokesByRenameAlone: Program = {
  ...but({
    destroyTakenRight: step((world, p) => {
      const { fs } = world;
      const manifest = fs.within(At.MANIFEST_IN, fs.place(At.TAKEN, world.target(p)));
      if (fs.at(manifest) >= 0) fs.unlink(fs.place(At.PUBLISHED, world.target(p)));
      world.back(p);
    }),
    emptyTrash: step((world, p) => world.goto(p, 'removeTree')),
  }),
  clearsUp: false,
};

/** An attempt whose rename failed, and which is not in the entry, withdraws its build. This was in `src/` until the explorer found it. */
export const withdrawsWhatHasAMark = but({
  isPublished: step((world, p) => {
    ours.steps.isPublished?.run(world, p, 0);
    if (!world.has(p, Flag.ENDS)) world.call(p, 'takeAway', world.own(p), 'withdraw: mark');
  }),
  'withdraw: mark': step((world, p) => {
    world.set(p, Field.TARGET, 0);
    world.fs.unlink(world.fs.place(At.PUBLISHED, world.own(p)));
    world.goto(p, 'withdraw: build folder');
  }),
});

/** The mark is made in its place, not brought out of the right. This was in `src/` until the explorer found it. */
export const marksWithoutARight = but({
  'publish: draft of the mark': step((world, p) => world.goto(p, 'writeFlushed')),
  'publish: mark': step((world, p) => {
    world.fs.create(world.fs.place(At.PUBLISHED, world.own(p)), world.own(p));
    world.goto(p, 'confirm');
  }),
});

/** A rename that succeeded is believed to have published. This was in `src/` until the explorer found it. */
export const believesTheRename = but({
  renameOnto: step((world, p) => {
    const { fs } = world;
    if (fs.rename(fs.place(At.RIGHT, world.own(p)), fs.place(At.ENTRY)) !== 'ok') return world.goto(p, 'isPublished');
    world.remember();
    published(world, p);
  }),
});

/** A pruner looks at the leases, then takes the manifest and the build away. */
export const looksAtLeasesOnce = but({
  isUsed: step((world, p) => world.goto(p, 'retire: build folder')),
});

/** What was restored gets the name of its origin, whether or not that name was here before. */
export const restoresAgain = but({
  'renameToOrigin: once': step((world, p) => world.goto(p, 'renameToOrigin: right')),
});

/** A sweep does not ask for the attempt that restores a build under the name of its origin. */
export const sweepsWhatIsRestored = but({
  alive: {
    choices: 2,
    run(world, p, choice) {
      if (world.target(p) !== world.old) return ours.steps.alive?.run(world, p, choice);
      if (choice === 1) return false;
      world.call(p, 'takeAway', world.target(p), 'sweepAttempt');
      return true;
    },
  },
});

/** A job takes what it saw before it left its lease. */
export const trustsItsLease = but({
  lease: step((world, p) => {
    world.flag(p, Flag.USES);
    world.goto(p, 'handOut');
  }),
});

/** A pruner that finds a lease puts the manifest back, which it kept in the entry under another name. */
export const putsTheManifestBack: Program = {
  ...but({
    unpublish: step((world, p) => {
      const { fs } = world;
      const inEntry = (kind: number) => fs.within(kind, fs.place(At.ENTRY));
      fs.rename(inEntry(At.MANIFEST_IN), inEntry(At.UNPUBLISHED_IN));
      world.goto(p, 'isUsed');
    }),
    isUsed: step((world, p) => {
      if (!world.isLeased(world.target(p))) return world.goto(p, 'retire: build folder');
      const { fs } = world;
      if (fs.at(fs.within(At.UNPUBLISHED_IN, fs.place(At.ENTRY))) >= 0) return world.goto(p, 'isUsed: put back');
      world.goto(p, 'pruneKey: next');
    }),
    'isUsed: put back': step((world, p) => {
      const { fs } = world;
      const inEntry = (kind: number) => fs.within(kind, fs.place(At.ENTRY));
      fs.rename(inEntry(At.UNPUBLISHED_IN), inEntry(At.MANIFEST_IN));
      world.goto(p, 'pruneKey: next');
    }),
  }),
  // What matters here is what those lose who live.
  clearsUp: false,
};
