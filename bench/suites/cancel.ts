import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../measure.ts';
import { ended, gate, Step, said } from '../step.ts';
import type { Findings, Row, Settings } from '../suite.ts';

/** Measures how fast a cancelled step ends, and how fast a waiter builds after the builder was killed. */
export async function cancel(dir: string, { cancels, cancelFiles }: Settings): Promise<Findings> {
  const waits = await cancelledWaits(join(dir, 'waits'), cancels);
  const kills: number[] = [];
  for (let round = 0; round < cancels; round++) kills.push(await takeover(join(dir, `takeover-${round}`)));
  return {
    rows: [
      row('cancel of a step that waits for a key', median(waits.key), 200),
      row('cancel of a step that waits for a slot', median(waits.slot), 200),
      row('SIGKILL of a step that builds, until another one does', median(kills), 1000),
      row(`cancel of a build of ${cancelFiles} files`, await cancelledBuild(join(dir, 'build'), cancelFiles), 7000),
    ],
    notes: [
      `Medians of ${cancels}, from the signal to the end of the process; the slowest ${Math.max(...waits.key, ...waits.slot, ...kills).toFixed(0)} ms. The cancelled build is one; it has a process that ignores every signal but SIGKILL.`,
    ],
  };
}

function row(what: string, ours: number, atMost: number): Row {
  return { what, ours, unit: 'ms', goal: { of: 'ours', atMost } };
}

/** Cancels waiting steps. Half of them wait for the key of a building step, half for its slot, which is the only one. */
async function cancelledWaits(dir: string, rounds: number): Promise<Record<'key' | 'slot', number[]>> {
  const cache = folder(dir);
  const door = gate(dir);
  const inputs = { key: 'cancel', run: `echo started; ${door.wait}`, 'allow-empty': 'true', 'max-in-flight': '1' };
  const builder = new Step(cache, 'builder', inputs).start();
  await said(builder, '\nstarted');
  const took = { key: [] as number[], slot: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    took.key.push(await cancelled(new Step(cache, `for-key-${round}`, inputs).start(), 'Waiting'));
    const other = { ...inputs, key: `other-${round}` };
    took.slot.push(await cancelled(new Step(cache, `for-slot-${round}`, other).start(), 'busy'));
  }
  door.open();
  await ended(builder);
  return took;
}

/** Cancels a step once it has printed `text`. Returns the milliseconds from the signal to its end. */
async function cancelled(child: ChildProcess, text: string): Promise<number> {
  await said(child, text);
  const start = performance.now();
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  if (code !== 130) throw new Error(`a cancelled step ended with ${code}`);
  return performance.now() - start;
}

async function cancelledBuild(dir: string, files: number): Promise<number> {
  const folders = Math.ceil(files / 1000);
  const each = Math.ceil(files / folders);
  const make = `cd "$BUILD_ONCE_OUT"; for d in $(seq ${folders}); do mkdir $d; (cd $d; seq ${each} | xargs touch); done`;
  const deaf = `(trap '' INT TERM; while :; do sleep 1; done) &`;
  const inputs = { key: 'files', run: `${make}\n${deaf}\necho started; wait` };
  return cancelled(new Step(folder(dir), 'build', inputs).start(), '\nstarted');
}

/** Milliseconds from the kill of a builder to the build of a waiter. */
async function takeover(dir: string): Promise<number> {
  const cache = folder(dir);
  const builder = new Step(cache, 'builder', { key: 'takeover', run: 'echo started; sleep 300' }).start();
  await said(builder, '\nstarted');
  const waiter = new Step(cache, 'waiter', { key: 'takeover', run: 'echo mine', 'allow-empty': 'true' }).start();
  await said(waiter, 'Waiting');
  const building = said(waiter, '\nmine');
  const start = performance.now();
  builder.kill('SIGKILL');
  await building;
  const ms = performance.now() - start;
  await ended(waiter);
  return ms;
}

function folder(dir: string): string {
  const cache = join(dir, 'cache');
  mkdirSync(cache, { recursive: true });
  return cache;
}
