/** Loaded into a job before the action (`--import`): a flush keeps its thread until somebody writes to the pipe TEST_GATE. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { open } = fs;
fs.fsync = ((_file: number, done: (error: Error | null) => void) => {
  console.log('Flushing.');
  open(process.env.TEST_GATE ?? '', 'r', () => done(null));
}) as typeof fs.fsync;
syncBuiltinESMExports();
