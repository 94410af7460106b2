import fs, { openSync, readSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

// Loaded before the action (`--import`): right before the rename that takes a lock, once, it says so and waits at the
// gate PAUSE.
const { rename } = fs;
let paused = false;
fs.rename = ((from, to, done) => {
  if (!paused && basename(String(to)) === 'lock') {
    paused = true;
    process.stdout.write('About to claim.\n');
    readSync(openSync(process.env.PAUSE ?? '', 'r'), Buffer.alloc(3));
  }
  rename(from, to, done);
}) as typeof fs.rename;
syncBuiltinESMExports();
