import { runKeeper } from '../step/guard/keeper.ts';

// Not awaited, as in main.ts.
void runKeeper();
