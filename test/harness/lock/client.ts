import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { LockProcess, type LockProcessOptions, PROGRAM } from '../job/asked-process.ts';

export type { LockProcess, LockProcessOptions } from '../job/asked-process.ts';

/** Starts one; it is killed when the test ends. */
export function startLockProcess(options: LockProcessOptions): LockProcess {
  const started = new LockProcess(options);
  onTestFinished(async () => {
    if (started.process.exitCode === null && started.process.signalCode === null) await started.kill();
  });
  return started;
}

/** Wrapper for a pid namespace of its own. */
export const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc'] as const;
/** Wrapper for a user who is nobody else. */
export const OTHER_USER = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] as const;

/** Wrapper for a program under another host name. */
export const OTHER_HOST = [
  'unshare',
  '--uts',
  'sh',
  '-c',
  'echo another-host > /proc/sys/kernel/hostname; exec "$@"',
  'sh',
];
/** Wrapper for a network namespace of its own, with nothing in it. */
export const NETWORKLESS = ['unshare', '--net'] as const;
/** Wrapper for a process whose parent never asks what became of it. */
export const NEVER_REAPED = ['sh', '-c', 'exec 3<&0; "$@" <&3 3<&- & exec sleep 300', 'sh'] as const;
/** Wrapper for {@link OTHER_USER} who sees no processes but its own. */
export const HIDDEN = [
  ...['unshare', '--mount', 'sh', '-c', 'mount -t proc -o hidepid=2 proc /proc; exec "$@"', 'sh'],
  ...OTHER_USER,
] as const;

/** Whether this machine lets us start a {@link LockProcess} that way. */
export function canRun(wrapper: readonly string[]): boolean {
  const [program = '', ...args] = [...wrapper, process.execPath, PROGRAM, '{"root":"/nowhere"}'];
  // Told nothing on standard input, it ends at once.
  return spawnSync(program, args, { input: '' }).status === 0;
}

/** Why a {@link LockProcess} cannot be started that way, for the name of a test; empty where it can. */
export function lacking(wrapper: readonly string[]): string {
  return canRun(wrapper) ? '' : ` (skipped: this user may not run ${wrapper.slice(0, 3).join(' ')} here)`;
}
