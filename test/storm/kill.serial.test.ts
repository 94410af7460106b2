import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { killProcessesOf, processesOf } from '../../src/host/proc.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { canRun, NAMESPACE } from '../harness/lock/client.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';

/** Compilers that hold on to life: each ignores signals, one left the group, one closed its pipes as well. */
const compilers = [
  `setsid sh -c 'trap "" HUP INT TERM; echo ready; while :; do sleep 300; done' &`,
  `setsid sh -c 'exec <&- >&- 2>&-; trap "" HUP INT TERM; : > "$BUILD_ONCE_OUT/half"; while :; do sleep 300; done' &`,
  'trap "" HUP INT TERM; while [ ! -e "$BUILD_ONCE_OUT/half" ]; do sleep 0.01; done; echo ready',
  'while :; do sleep 300; done',
].join('\n');

const whole = 'echo one > "$BUILD_ONCE_OUT/one"; echo two > "$BUILD_ONCE_OUT/two"';

interface Scene {
  readonly root: string;
  readonly builder: Job;
  readonly waiter: Job;
  /** Token of the builder. */
  readonly token: string;
}

/** A builder whose compilers run, and one who waits for it. */
async function scene(wrapper: readonly string[] = []): Promise<Scene> {
  const root = tempDir();
  const notes = ledger();
  const builder = startJob({ root, inputs: { key: 'sdk', run: `${notes.note}\n${compilers}` }, wrapper });
  await builder.said(/ready\n[\s\S]*ready\n/);
  const waiter = startJob({ root, inputs: { key: 'sdk', run: whole } });
  await waiter.said('Waiting for octo/tools, job');
  const token = notes.lines()[0] ?? '';
  expect(processesOf(token).length).toBeGreaterThanOrEqual(3);
  return { root, builder, waiter, token };
}

async function expectTakenOver({ root, waiter, token }: Scene, what: string): Promise<void> {
  const since = stopwatch();
  await waiter.said('::group::Building');
  const ms = since();
  expect(processesOf(token)).toEqual([]);
  console.log(`${what}: taken over after ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(3 * 1000);
  expect((await waiter.ended).code, waiter.log).toBe(0);
  expect(waiter.outputs).toMatchObject({ result: 'built', built: 'true', 'cache-hit': 'false' });
  expect(waiter.log).toMatch(/Took over the lock of octo\/tools, job .*: its process is gone\./);
  expect(waiter.log).toContain('Swept a build that died unfinished.');
  const path = waiter.outputs.path ?? '';
  expect(['one', 'two'].map((name) => readFileSync(join(path, name), 'utf8').trim())).toEqual(['one', 'two']);
  expect(existsSync(join(path, 'half'))).toBe(false);
  expect(builds(root)).toEqual(published(root));
  expect(litter(root)).toEqual([]);
}

describe.runIf(process.platform === 'linux')('a builder that is killed', () => {
  test('alone, as the runner does it: no compiler of its build survives, and who waits takes over within 1 s', async () => {
    const killed = await scene();
    killed.builder.kill('SIGKILL');
    await expectTakenOver(killed, 'action killed');
  });

  test('with its whole tree is taken over within 1 s', async () => {
    const killed = await scene();
    killed.builder.kill('SIGKILL');
    for (let left = killProcessesOf(killed.token); left.length > 0; ) left = killProcessesOf(killed.token, left);
    await expectTakenOver(killed, 'tree killed');
  });

  test.runIf(canRun(NAMESPACE))('with its container is taken over within 1 s by a job of another', async () => {
    const killed = await scene(NAMESPACE);
    // Pid 1 there is the action: with it dies all of the namespace.
    process.kill(firstChildOf(killed.builder.pid), 'SIGKILL');
    await expectTakenOver(killed, 'container killed');
  });

  test('while nobody waits is taken over by the next job, whenever that comes', async () => {
    const root = tempDir();
    const builder = startJob({ root, inputs: { key: 'sdk', run: compilers } });
    await builder.said('ready');
    builder.kill('SIGKILL');
    await builder.ended;
    const next = await runJob({ root, inputs: { key: 'sdk', run: whole } });
    expect(next.outputs.result, next.log).toBe('built');
    expect(litter(root)).toEqual([]);
  });

  test('is no failure to those who wait, however often it happens', async () => {
    const root = tempDir();
    for (let times = 0; times < 3; times++) {
      const builder = startJob({ root, inputs: { key: 'sdk', run: compilers, attempts: '1' } });
      await builder.said('ready');
      builder.kill('SIGKILL');
      await builder.ended;
    }
    const next = await runJob({ root, inputs: { key: 'sdk', run: whole, attempts: '1' } });
    expect(next.outputs.result, next.log).toBe('built');
    expect(next.log).toContain('Swept 3 builds that died unfinished.');
    expect(litter(root)).toEqual([]);
  });

  test('while it waits for another leaves nothing of itself, and does not hurt that one', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const builder = startJob({ root, inputs: { key: 'sdk', run: `echo ready; ${wait}; ${whole}` } });
    await builder.said('ready');
    const waiter = startJob({ root, inputs: { key: 'sdk', run: whole } });
    await waiter.said('Waiting for octo/tools, job');
    waiter.kill('SIGKILL');
    await waiter.ended;
    open();
    await builder.ended;
    expect(builder.outputs.result, builder.log).toBe('built');
    expect(litter(root)).toEqual([]);
  });
});

function firstChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);
}
