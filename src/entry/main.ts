import { runStep } from '../step/step.ts';

await runStep();
