import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tempDir } from '../job/job.ts';
import { allGone, claim, post, publish } from '../job/split.ts';
import { builds, litter, published } from '../storm/remains.ts';
import { callByCall } from './call-by-call.ts';
import { expectHealed, expectWhole, inputs } from './kill-every-call.ts';

const PRELOAD = join(import.meta.dirname, 'in-keeper.ts');

/**
 * Kills the keeper of a claim right before its first call below the root, another one before its second, and so on,
 * through claim and publish, until one gets to its end. Whatever the steps say is true, and the next step finds or builds
 * a whole artifact.
 * @param every 3: only before every third call
 * @returns what the steps came to
 */
export function killKeeperAtEveryCall(every = 1): Promise<string[]> {
  return callByCall((nth) => killAt(nth * every));
}

/** Returns what the steps came to; undefined if the keeper got to its end. */
async function killAt(nth: number): Promise<string | undefined> {
  const root = tempDir();
  const report = join(tempDir(), 'call');
  const plan = JSON.stringify({ below: root, nth, signal: 'SIGKILL', report });
  const env = { NODE_OPTIONS: `--import ${PRELOAD}`, TEST_AT_CALL: plan };
  const first = await claim({ root, inputs: { key: inputs.key, attempts: '1' }, env });
  const end = first.outputs.result === 'claimed' ? await publishWhole(root, first) : 'not claimed';
  const killed = existsSync(report);
  const told = killed ? `killed before ${readFileSync(report, 'utf8').trim()}: ${end}` : `call ${nth} is one too many`;
  if (!killed) expect(end).toBe('built');
  await post(first, root, end === 'built' ? 'success' : 'failure');
  await allGone(first);
  if (end === 'built') expect(published(root), told).toEqual(builds(root));
  else expect(published(root), told).toEqual([]);
  await expectHealed(root, inputs, told);
  expect.soft(litter(root), told).toEqual([]);
  return killed ? end : undefined;
}

async function publishWhole(root: string, first: Awaited<ReturnType<typeof claim>>): Promise<string> {
  const { path = '' } = first.outputs;
  mkdirSync(join(path, 'bin'));
  writeFileSync(join(path, 'bin/one'), 'one\n');
  writeFileSync(join(path, 'two'), 'two\n');
  const done = await publish(first, root);
  if (done.outputs.result === 'built') expectWhole(done.outputs.path, 'built');
  else expect(done.log).toContain('::error::The claim of "sdk" was lost');
  return done.outputs.result || 'lost';
}
