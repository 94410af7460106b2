/** Loaded into a job before the action (`--import`): a listing of a folder that is asked for never comes. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

fs.readdir = (() => {}) as unknown as typeof fs.readdir;
fs.promises.readdir = (() => new Promise(() => {})) as unknown as typeof fs.promises.readdir;
syncBuiltinESMExports();
