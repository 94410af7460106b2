import { runRelease } from '../step/guard/release.ts';

// Not awaited, as in main.ts.
void runRelease();
