import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../measure.ts';
import { ended, gate, Step, said } from '../step.ts';
import type { Findings, Settings } from '../suite.ts';

const WAITERS = 3;
/** Milliseconds until the start of a waiter is over. */
const SETTLE_MS = 500;

/** Measures the processor time and the peak memory of a waiter. */
export async function waiter(dir: string, { watchMs }: Settings): Promise<Findings> {
  if (process.platform !== 'linux')
    return { rows: [], notes: ['Skipped: it is read from /proc, which only Linux has.'] };
  const cache = join(dir, 'cache');
  mkdirSync(cache);
  const door = gate(dir);
  const inputs = { key: 'waiter', run: `echo started; ${door.wait}`, 'allow-empty': 'true' };
  const builder = new Step(cache, 'builder', inputs).start();
  await said(builder, '\nstarted');
  const children = Array.from({ length: WAITERS }, (_, index) => new Step(cache, `waiter-${index}`, inputs).start());
  await Promise.all(children.map((child) => said(child, 'Waiting')));
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await sleep(SETTLE_MS);
  const all = [idle, ...children];
  const before = all.map(cpuMs);
  await sleep(watchMs);
  const [least = Number.NaN, ...shares] = all.map(
    (each, index) => ((cpuMs(each) - (before[index] ?? 0)) / watchMs) * 100,
  );
  const [small = Number.NaN, ...peaks] = all.map(peakMb);
  idle.kill('SIGKILL');
  door.open();
  await Promise.all([builder, ...children].map(ended));
  const name = 'a Node that does nothing';
  return {
    rows: [
      {
        what: `a waiter, of one core over ${watchMs / 1000} s`,
        ours: median(shares),
        unit: '%',
        peer: { name, value: least },
        goal: { of: 'ours', atMost: 0.5 },
      },
      {
        what: 'a waiter, memory at its peak',
        ours: Math.max(...peaks),
        unit: 'MB',
        peer: { name, value: small },
        goal: { of: 'ours', atMost: 70 },
      },
    ],
    notes: [
      `The middle of ${WAITERS} waiters for the processor, the largest for memory (resident, libraries included).`,
    ],
  };
}

/** Milliseconds for which all threads of a process ran. `schedstat` has nanoseconds; `stat` counts in steps of 10 ms. */
function cpuMs({ pid }: ChildProcess): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1e6;
}

function peakMb({ pid }: ChildProcess): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}
