import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { killProcessesOf, processState, TOKEN_VARIABLE } from '../../src/host/proc.ts';

const linux = process.platform === 'linux';
const hasPython = spawnSync('python3', ['--version']).status === 0;

async function started(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

function killedEarlier({ pid = 0 }: ChildProcess) {
  return { pid, startTime: processState(pid)?.startTime ?? 0, killed: true };
}

describe.runIf(linux)('killing the processes of an attempt', () => {
  test('finds them by their token, and again until they have ended', async () => {
    const token = newToken();
    const child = await started('sleep', ['600'], { [TOKEN_VARIABLE]: token });
    const pid = child.pid ?? 0;
    expect(killProcessesOf(token).map((each) => each.pid)).toEqual([pid]);
    await once(child, 'exit');
    expect(killProcessesOf(token)).toEqual([]);
  });

  test('tells of one that was killed for as long as it has not ended, although nothing shows whose it is', async () => {
    const child = await started('sleep', ['600']);
    const before = [killedEarlier(child)];
    expect(killProcessesOf(newToken(), before)).toEqual(before);
    expect(killProcessesOf(newToken(), [{ ...killedEarlier(child), startTime: 1 }])).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(killProcessesOf(newToken(), before)).toEqual([]);
  });
});

test.runIf(linux)(
  'one without an environment may be about to start a program: it is told, and not killed',
  async () => {
    const child = await started('env', ['-i', 'sleep', '600']);
    const { pid, startTime } = killedEarlier(child);
    while (readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'sleep\n') await nextTurn();
    expect(killProcessesOf(newToken(), [], startTime)).toContainEqual({ pid, startTime, killed: false });
    expect(killProcessesOf(newToken(), [], startTime + 1).map((each) => each.pid)).not.toContain(pid);
    expect(killProcessesOf(newToken())).toEqual([]);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  },
);

test.runIf(linux && existsSync('/proc/2/comm'))(
  'threads of the kernel, which have no environment either, are nobody´s',
  () => {
    expect(processState(2)?.kernel).toBe(readFileSync('/proc/2/comm', 'utf8') === 'kthreadd\n');
    expect(processState('self')?.kernel).toBe(false);
  },
);

const leaderless = `
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
print("ready", flush=True)
ctypes.CDLL(None).pthread_exit(None)`;

test.runIf(linux && hasPython)(
  'a process whose first thread has ended is no zombie while another one runs',
  async () => {
    const child = spawn('python3', ['-c', leaderless], { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) await nextTurn();
    expect(processState(pid)?.zombie).toBe(false);
    child.stdin.end();
    await once(child, 'exit');
    expect(processState(pid)).toBeUndefined();
  },
);
