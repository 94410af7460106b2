import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';

const root = process.getuid?.() === 0;
const unshare = ['--mount', ...(root ? [] : ['--map-root-user'])];

/** Whether this user may mount something that nobody else sees. */
export const canMount = spawnSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;
/** For the names of tests that need to. */
export const needsMounts = canMount ? '' : ' (skipped: this user may not mount anything here)';

export interface MountSpace {
  /** Starts a program among these mounts. */
  readonly wrapper: readonly string[];
  /** A path among these mounts, as a path that this process can open. */
  see(path: string): string;
}

/** A mount namespace, which lives until the test ends; `commands` are lines of shell that mount. */
export async function mountSpace(commands: string): Promise<MountSpace> {
  const holder = spawn('unshare', [...unshare, 'sh', '-ec', `${commands}\necho ready\nexec cat`]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    holder.stdout.on('data', () => resolve());
    holder.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    holder.once('close', () => reject(new Error(`mounting failed: ${said}`)));
  });
  const enter = [`--target=${holder.pid}`, '--mount', ...(root ? [] : ['--user', '--preserve-credentials'])];
  return { wrapper: ['nsenter', ...enter, '--'], see: (path) => `/proc/${holder.pid}/root${path}` };
}
