import { openSync, readSync } from 'node:fs';

// Loaded before the action (`--import`): a process that has started says so and then waits at the gate START_LINE, so
// that many begin at one moment, whatever starting Node took them. Each takes one line (`go`) of the gate.
process.stdout.write('Ready.\n');
readSync(openSync(process.env.START_LINE ?? '', 'r'), Buffer.alloc(3));
