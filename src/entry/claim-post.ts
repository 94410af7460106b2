import { runRelease } from '../guard/release.ts';

// Not awaited, as in main.ts.
void runRelease();
