// Loaded before a program: no folder can be watched, as for those who come when all inotify instances are in use.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

fs.watch = () => {
  throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
};
syncBuiltinESMExports();
