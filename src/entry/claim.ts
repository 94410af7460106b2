import { extname, join } from 'node:path';
import { runClaim } from '../guard/claim.ts';

// Not awaited, as in main.ts. The keeper is the file beside this one.
void runClaim(join(import.meta.dirname, `keeper${extname(import.meta.filename)}`));
