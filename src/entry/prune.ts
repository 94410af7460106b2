import { runPruneStep } from '../admin/prune/step.ts';

// Not awaited, as in main.ts.
void runPruneStep();
