import { runStep } from '../step/step.ts';

// Not awaited: what a miss loads later imports from this file's chunk, and would wait for its end for ever.
void runStep();
