import type { Program } from '../world.ts';
import { attemptSteps } from './attempt-steps.ts';
import { lockSteps } from './lock-steps.ts';
import { rightSteps } from './right-steps.ts';
import { sweepSteps } from './sweep-steps.ts';

/** The protocol as it is in `src/`. */
export const ours: Program = {
  steps: { ...lockSteps, ...attemptSteps, ...rightSteps, ...sweepSteps },
  first: { lock: 'holder', build: 'find', force: 'find: first' },
  holding: [
    'hold',
    'hold: find',
    'current',
    'openAttempt',
    'openAttempt: build folder',
    'build',
    'publish: draft of the mark',
    'writeDurably',
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
  ],
  ownsLock: (world, p) => world.ownerInLock() === world.own(p),
  clearsUp: true,
};
