import { runCarry } from '../remote/transfer/carry.ts';

// Not awaited, as in main.ts.
void runCarry(process.argv[2] ?? '', process.env);
