import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended, said } from '../step.ts';
import type { Settings } from '../suite.ts';

const PROBE = join(import.meta.dirname, '../probes/queue.ts');

/** The time of a peer's queue in ms. `atLeast` is true if the queue was cut short. */
export interface Took {
  readonly value: number;
  readonly atLeast: boolean;
}

/** Measures the time from the publish to the answer of the last waiter, in a queue for one lock. */
export async function peerQueue(
  mode: 'queue' | 'poll',
  dir: string,
  { waiters, holdMs, capMs, pollMs }: Settings & { readonly pollMs: number },
): Promise<Took> {
  mkdirSync(dir);
  const artifact = join(dir, 'artifact');
  const start = (name: string) => {
    const args = [PROBE, mode, artifact, join(dir, name), String(holdMs), String(pollMs)];
    return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  };
  const builder = start('builder');
  await said(builder, 'held');
  const names = Array.from({ length: waiters }, (_, index) => `waiter-${index}`);
  const children = names.map(start);
  await Promise.all(children.map((child) => said(child, 'waiting')));
  builder.stdin?.write('go\n');
  await ended(builder);
  const all = await withinCap(children, capMs);
  const published = statSync(artifact).mtimeMs;
  const answers = names.map((name) => join(dir, name)).filter((file) => existsSync(file));
  const last = Math.max(...answers.map((file) => statSync(file).mtimeMs)) - published;
  return all ? { value: last, atLeast: false } : { value: capMs, atLeast: true };
}

/** Waits for all processes to end, and kills those that take longer than `capMs`. Returns whether all ended in time. */
async function withinCap(children: readonly ChildProcess[], capMs: number): Promise<boolean> {
  const over = new AbortController();
  const all = Promise.all(children.map(ended)).then(() => true);
  const cap = sleep(capMs, false, { signal: over.signal }).catch(() => false);
  const done = await Promise.race([all, cap]);
  over.abort();
  if (!done) {
    all.catch(() => {});
    for (const child of children) child.kill('SIGKILL');
  }
  return done;
}
