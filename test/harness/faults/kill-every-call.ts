import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type JobOptions, runJob, startJob, tempDir } from '../job/job.ts';
import { builds, litter, published } from '../storm/remains.ts';
import type { AtCall } from './at-call.ts';
import { callByCall } from './call-by-call.ts';

const PRELOAD = join(import.meta.dirname, 'at-call.ts');

/** Options for a job that gets a signal at one of its file-system calls, or an error from it. */
export function atCall(plan: Omit<AtCall, 'report'>, report: string): Pick<JobOptions, 'nodeArgs' | 'env'> {
  return { nodeArgs: ['--import', PRELOAD], env: { TEST_AT_CALL: JSON.stringify({ ...plan, report }) } };
}

/** A situation in which a step is killed at each of its calls. */
export interface Scene {
  /** Brings about what the step finds. */
  readonly before: (root: string) => Promise<void>;
  readonly inputs: Readonly<Record<string, string>>;
  /** What the steps after it are told; by default what all are. */
  readonly next?: Readonly<Record<string, string>>;
  /** What else must be true when all has healed. */
  readonly after?: (root: string, told: string) => void;
}

const script = 'mkdir "$BUILD_ONCE_OUT/bin"; echo one > "$BUILD_ONCE_OUT/bin/one"; echo two > "$BUILD_ONCE_OUT/two"';
/** What the steps after it are told, where a scene says nothing else. */
export const inputs = { key: 'sdk', run: script };
const asTool = { ...inputs, tool: 'sdk', version: '1.2.3', arch: 'x64' };

export const scenes: Readonly<Record<string, Scene>> = {
  'a first build': { before: async () => {}, inputs },
  'a build that fails': { before: async () => {}, inputs: { ...inputs, run: `${script}; exit 3`, attempts: '1' } },
  'a build that replaces another': {
    before: async (root) => void (await runJob({ root, inputs })),
    inputs: { ...inputs, force: 'true' },
  },
  'a build after one that was killed': {
    before: async (root) => {
      const job = startJob({ root, inputs: { ...inputs, run: `${script}; echo ready; exec sleep 300` } });
      await job.said('ready');
      job.kill('SIGKILL');
      await job.ended;
    },
    inputs,
  },
  'a build for the tool cache': {
    before: async () => {},
    inputs: asTool,
    next: asTool,
    after: (root, told) => {
      expectWhole(join(root, 'sdk/1.2.3/x64'), told);
      expect.soft(readdirSync(join(root, 'sdk/1.2.3')).sort(), told).toEqual(['x64', 'x64.complete']);
    },
  },
  'a build after one that was killed right before its publish': {
    before: async (root) => {
      const plan = { below: root, nth: 0, match: '^rename.*/entry$', signal: 'SIGKILL' } as const;
      await runJob({ root, inputs, ...atCall(plan, join(tempDir(), 'call')) });
    },
    inputs,
  },
};

/**
 * Kills a step right before its first call below the root, another one before its second, and so on until one gets to
 * its end. After each of them a step must end well with a whole artifact, and leave nothing of the dead one once it
 * took the lock.
 * @param every 3: only before every third call, from one of the first three on that chance chooses
 * @returns how many steps were killed
 */
export async function killAtEveryCall(scene: Scene, every = 1): Promise<number> {
  const first = Math.floor(every * Math.random());
  const killed = await callByCall(async (nth) => ((await getsToItsEnd(scene, first + nth * every)) ? undefined : nth));
  return killed.length;
}

async function getsToItsEnd(scene: Scene, nth: number): Promise<boolean> {
  const root = tempDir();
  const everPublished = new Set<string>();
  const note = () => {
    for (const token of published(root)) everPublished.add(token);
  };
  await scene.before(root);
  note();
  const report = join(tempDir(), 'call');
  await runJob({ root, inputs: scene.inputs, ...atCall({ below: root, nth, signal: 'SIGKILL' }, report) });
  note();
  const killedBefore = existsSync(report) ? readFileSync(report, 'utf8').trim() : undefined;
  const told = killedBefore === undefined ? `call ${nth} is one too many` : `killed before ${killedBefore}`;
  await expectHealed(root, scene.next ?? inputs, told);
  scene.after?.(root, told);
  note();
  expect.soft(litter(root), told).toEqual([]);
  expect.soft([...everPublished], told).toEqual(expect.arrayContaining(builds(root)));
  return killedBefore === undefined;
}

/** A step finds or builds a whole artifact, and clears away what is left once it takes the lock. */
export async function expectHealed(root: string, inputs: Scene['inputs'], told: string): Promise<void> {
  const next = await runJob({ root, inputs });
  expect(next.end.code, `${told}\n${next.log}`).toBe(0);
  expectWhole(next.outputs.path, told);
  if (next.outputs.result === 'built') return;
  expect(next.outputs.result, told).toBe('reused');
  // A hit takes no lock and clears nothing away; a step that takes the lock does.
  const last = await runJob({ root, inputs: { ...inputs, force: 'true' } });
  expect(last.outputs.result, `${told}\n${last.log}`).toBe('built');
  expectWhole(last.outputs.path, told);
  expectWhole(next.outputs.path, told);
}

export function expectWhole(path: string | undefined, told: string): void {
  const read = (name: string) => readFileSync(join(path ?? '', name), 'utf8');
  expect([read('bin/one'), read('two')], told).toEqual(['one\n', 'two\n']);
}
