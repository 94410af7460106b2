import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { stopwatch } from '../../../src/base/wait.ts';
import { processState, TOKEN_VARIABLE } from '../../../src/host/proc.ts';
import { endOrphans } from '../../../src/lock/file/orphans.ts';
import { type HolderRecord, here, ownRecord } from '../../../src/lock/file/record.ts';
import { ASKER } from '../asker.ts';

const place = here();
const loud = { warn: (message: string) => expect.unreachable(message) };

async function started(program: string, args: readonly string[], env: { readonly [name: string]: string } = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

/** One that shows no environment, as each does for a moment when it starts a program. */
async function unclear(): Promise<ChildProcess> {
  const child = await started('env', ['-i', 'sleep', '600']);
  while (readFileSync(`/proc/${child.pid}/comm`, 'utf8') !== 'sleep\n') await nextTurn();
  return child;
}

/** Of an attempt that began right before `child`, and has died. */
function deadBefore(child: ChildProcess, token = newToken(), changes: Partial<HolderRecord> = {}): HolderRecord {
  const startTime = processState(child.pid ?? 0)?.startTime;
  return { ...ownRecord(token, ASKER, place, 30_000, false), startTime, ...changes };
}

describe.runIf(process.platform === 'linux')('what a dead attempt has left running', () => {
  test('has ended before its lock opens', async () => {
    const token = newToken();
    const child = await started('sleep', ['600'], { [TOKEN_VARIABLE]: token });
    await endOrphans(deadBefore(child, token), place, loud);
    expect(processState(child.pid ?? 0)?.zombie ?? true).toBe(true);
  });

  test('may be about to start a program: for such a one is waited, until it has ended', async () => {
    const child = await unclear();
    const elapsed = stopwatch();
    const over = endOrphans(deadBefore(child), place, loud).then(elapsed);
    child.kill('SIGKILL');
    expect(await over).toBeLessThan(200);
  });

  test('is not waited for longer than it takes to start a program, nor killed without its token', async () => {
    const child = await unclear();
    const elapsed = stopwatch();
    await endOrphans(deadBefore(child), place, loud);
    expect(elapsed()).toBeGreaterThanOrEqual(245);
    expect(elapsed()).toBeLessThan(1000);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  test.each([
    ['of a process that is older than the attempt', { startTime: Number.MAX_SAFE_INTEGER }],
    ['where the ticks of the attempt are those of another container', { pidNamespace: 'pid:[1]' }],
  ])('is not thought %s', async (_of, changes) => {
    const child = await unclear();
    const elapsed = stopwatch();
    await endOrphans(deadBefore(child, newToken(), changes), place, loud);
    expect(elapsed()).toBeLessThan(200);
  });
});
