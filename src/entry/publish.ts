import { runPublish } from '../guard/publish.ts';

// Not awaited, as in main.ts.
void runPublish();
