import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from '../job/cli.ts';
import { endJobs, keysIn, makeOlder } from '../job/ended.ts';
import { runJob, tempDir } from '../job/job.ts';
import { builds, keyFolders, litter } from '../storm/remains.ts';
import { callByCall } from './call-by-call.ts';
import { atCall } from './kill-every-call.ts';

export const run = 'head -c 1000 /dev/zero > "$BUILD_ONCE_OUT/tool"';
export const HOUR = 3_600_000;

/** Keys with one build of 1000 bytes each, so many hours old, of jobs that are over. */
export async function aCache(hours: Readonly<Record<string, number>>): Promise<string> {
  const root = tempDir();
  for (const key of Object.keys(hours)) await runJob({ root, inputs: { key, run } });
  endJobs(root);
  for (const [key, age] of Object.entries(hours)) makeOlder(root, key, age * HOUR);
  return root;
}

/**
 * Kills a prune right before its first call below the root, another one before its second, and so on. After each of them
 * what an entry names is whole, and the next prune removes everything.
 * @param every 3: only before every third call
 * @returns how many were killed
 */
export async function killPruneAtEveryCall(every = 1): Promise<number> {
  const root = await aCache({ sdk: 100 });
  await runJob({ root, inputs: { key: 'sdk', run, force: 'true' } });
  endJobs(root);
  makeOlder(root, 'sdk', 100 * HOUR);
  return (await callByCall((nth) => killedAt(root, nth * every))).length;
}

/** @returns undefined if it has no such call */
async function killedAt(template: string, nth: number): Promise<string | undefined> {
  const root = tempDir();
  cpSync(template, root, { recursive: true, preserveTimestamps: true });
  const report = join(tempDir(), 'call');
  const limits = ['prune', '--root', root, '--max-size', '0'];
  await runCli(limits, atCall({ below: root, nth, signal: 'SIGKILL' }, report));
  if (!existsSync(report)) return undefined;
  const told = `killed before ${readFileSync(report, 'utf8')}`;
  expectWholeEntries(root, told);
  const next = await runCli(limits);
  expect([next.code, next.err], told).toEqual([0, '']);
  expect([builds(root), keysIn(root), litter(root)], `${told}${next.out}`).toEqual([[], [], []]);
  const leases = keyFolders(root).flatMap((dir) => readdirSync(join(dir, 'readers')));
  expect(leases, told).toEqual([]);
  return told;
}

function expectWholeEntries(root: string, told: string): void {
  for (const dir of keyFolders(root)) {
    const manifest = join(dir, 'entry/manifest.json');
    if (!existsSync(manifest)) continue;
    const { build } = JSON.parse(readFileSync(manifest, 'utf8'));
    expect(readFileSync(join(dir, build, 'tool')).length, told).toBe(1000);
  }
}
