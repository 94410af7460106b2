import { runStep } from '../step/step.ts';

// Not awaited: modules that the step loads later import from this file, and would wait forever for its top-level await.
void runStep();
