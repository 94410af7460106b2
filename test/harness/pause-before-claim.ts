import fs, { openSync, readSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

// Loaded before the action (`--import`): right before the rename that takes a lock, once, it says so and waits at the
// gate PAUSE.
const { rename } = fs.promises;
let paused = false;
fs.promises.rename = async (from, to) => {
  if (!paused && basename(String(to)) === 'lock') {
    paused = true;
    process.stdout.write('About to claim.\n');
    readSync(openSync(process.env.PAUSE ?? '', 'r'), Buffer.alloc(3));
  }
  return rename(from, to);
};
syncBuiltinESMExports();
