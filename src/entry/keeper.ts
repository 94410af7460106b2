import { runKeeper } from '../guard/keeper.ts';

// Not awaited, as in main.ts.
void runKeeper();
