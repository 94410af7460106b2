import { runPublish } from '../step/guard/publish.ts';

// Not awaited, as in main.ts.
void runPublish();
