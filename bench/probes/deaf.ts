// Loaded before a program. Makes `fs.watch` fail, as it does when all inotify instances are in use.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

fs.watch = () => {
  throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
};
syncBuiltinESMExports();
