import * as broken from './steps/broken.ts';
import { renameAside, stock } from './steps/rivals.ts';
import type { Budget, Program, Role, Scene } from './world.ts';

/** Something that does not hold, and what the explorer has to say about it. */
interface Control {
  readonly scene: Scene;
  readonly found: string | RegExp;
}

function control(
  program: Program,
  roles: readonly Role[],
  found: string | RegExp,
  budget: Budget = {},
  rest: Partial<Scene> = {},
): Control {
  return { scene: { program, roles, attempts: 1, budget, ...rest }, found };
}

const locks: Role[] = ['lock', 'lock'];
const forces: Role[] = ['force', 'force'];
const stop: Budget = { stop: 1 };

export const controls: Readonly<Record<string, Control>> = {
  'stock proper-lockfile': control(stock, locks, 'two hold the lock', {}, { there: 'bare folder' }),
  'takeover by renaming the lock aside': control(renameAside, locks, 'two hold the lock', {}, { there: 'bare folder' }),
  'a takeover that unlinks whatever owner is there': control(
    broken.unlinksAnyOwner,
    locks,
    'the lock of a holder is gone',
    {},
    { there: 'dead holder' },
  ),
  'nobody who takes over': control(broken.neverTakesOver, locks, /^stuck/, {}, { there: 'dead holder' }),
  'a release that removes the folder with all that is in it': control(
    broken.releasesRecursively,
    locks,
    'the lock of a holder is gone',
  ),
  'a lock folder moved aside for a foreign file': control(
    broken.movesTheLockAside,
    ['lock', 'lock', 'lock'],
    'the lock of a holder is gone',
    {},
    { there: 'foreign file' },
  ),
  'a takeover after which nobody takes the right away': control(
    broken.revokesNobody,
    forces,
    'a robbed holder publishes after the next one has looked',
    stop,
    { there: 'published build' },
  ),
  'a right that is taken away after the look under the lock': control(
    broken.revokesAfterTheLook,
    forces,
    'a robbed holder publishes after the next one has looked',
    stop,
    { there: 'published build' },
  ),
  'a sweep that discards the build before the right': control(
    broken.discardsBeforeTheRight,
    forces,
    'the entry names a build that is gone or not whole',
    stop,
    { there: 'published build' },
  ),
  'a sweep of attempts that left nothing but a record': control(
    broken.sweepsByRecords,
    ['build', 'build'],
    'the entry names a build that is gone or not whole',
    { stop: 1, fail: 1 },
  ),
  'a mark that is made after the rename': control(
    broken.marksAfterTheRename,
    ['build', 'force'],
    /a build that was published is gone/,
    stop,
  ),
  'a mark that needs no right': control(
    broken.marksWithoutARight,
    ['build', 'build'],
    /leave something of the dead: BUILD/,
    stop,
  ),
  'a right that is taken away by a rename alone, with a call in flight': control(
    broken.revokesByRenameAlone,
    forces,
    'a robbed holder publishes after the next one has looked',
    stop,
    { there: 'published build', keepsHandles: true },
  ),
  'a withdrawal of what is no longer in the entry': control(
    broken.withdrawsWhatHasAMark,
    ['build', 'force'],
    /a build that was published is gone/,
    stop,
  ),
  'a rename that is believed': control(
    broken.believesTheRename,
    ['build', 'force'],
    'a build is told to be published that never was',
    { stop: 1, late: 1 },
  ),
  'a pruner that does not look at the leases again once the manifest is gone': control(
    broken.looksAtLeasesOnce,
    ['read', 'prune'],
    'a job has lost the build that it was handed',
    {},
    { there: 'published build' },
  ),
  'a sweep that does not ask who restores a build': control(
    broken.sweepsWhatIsRestored,
    ['restore', 'prune'],
    'the entry names a build that is gone or not whole',
    { late: 1 },
  ),
  'a job that does not look again once it has its lease': control(
    broken.trustsItsLease,
    ['read', 'prune'],
    'a job has lost the build that it was handed',
    {},
    { there: 'published build' },
  ),
  'a pruner that puts a manifest back': control(
    broken.putsTheManifestBack,
    ['read', 'read', 'prune', 'prune'],
    /is gone or not whole|a job has lost/,
    stop,
    { there: 'published build' },
  ),
};

/** Found by `npm run test:long`. */
export const longControls: Readonly<Record<string, Control>> = {
  'a restored build whose name was here before': control(
    broken.restoresAgain,
    ['restore', 'prune', 'prune'],
    'the entry names a build that is gone or not whole',
    stop,
    { there: 'carried build' },
  ),
};

/** The one of them that does hold where no call is in flight: what it takes to break it is the handle. */
export const holdsWithoutHandles: Scene = {
  program: broken.revokesByRenameAlone,
  roles: forces,
  attempts: 1,
  budget: stop,
  there: 'published build',
};
