import type { Program } from '../world.ts';
import { attemptSteps } from './attempt-steps.ts';
import { lockSteps } from './lock-steps.ts';
import { pruneSteps } from './prune-steps.ts';
import { rightSteps } from './right-steps.ts';
import { sweepSteps } from './sweep-steps.ts';

/** Steps at which a holder has looked for a build under its lock. */
const looked = [
  'current',
  'openAttempt',
  'openAttempt: build folder',
  'build',
  'renameToOrigin: once',
  'renameToOrigin: who',
  'renameToOrigin: right',
  'renameToOrigin: what is there',
  'renameToOrigin: build folder',
  'whyNotTaken',
  'renameBack',
  'publish: draft of the mark',
  'writeFlushed',
  'publish: manifest',
  'publish: mark',
  'confirm',
  'publish: current',
  'renameOnto',
  'renameOver',
  'renameOver: right',
  'isPublished',
  'isPublished: mark',
  'isPublished: current',
];

/** The protocol as it is in `src/`. */
export const ours: Program = {
  steps: { ...lockSteps, ...attemptSteps, ...rightSteps, ...sweepSteps, ...pruneSteps },
  first: {
    lock: 'holder',
    build: 'find',
    force: 'find: first',
    restore: 'find',
    replace: 'find: first',
    read: 'look',
    prune: 'holder',
  },
  holding: ['hold', 'revokeOthers', 'revokeOthers: next', 'hold: find', ...looked],
  looked,
  ownsLock: (world, p) => world.ownerInLock() === world.own(p),
  clearsUp: true,
};
