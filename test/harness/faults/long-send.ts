/**
 * Loaded into a job before the action (`--import`): what it sends to a child is so long that Node cannot write it at once.
 * On Windows Node never does.
 */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
  const child = spawn(...args);
  const send = child.send?.bind(child);
  if (send) child.send = (message: unknown, ...rest: never[]) => send(`${message}${' '.repeat(3_000_000)}`, ...rest);
  return child;
}) as typeof spawn;
syncBuiltinESMExports();
