import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summaryOf } from '../../src/admin/prune/summary.ts';
import { aCache, run } from '../harness/faults/kill-prune.ts';
import { CLI } from '../harness/job/cli.ts';
import { keysIn } from '../harness/job/ended.ts';
import { runJob, startJob, tempDir } from '../harness/job/job.ts';

const PRUNE = join(CLI, '../cli/prune.js');

function prune(root: string, inputs: Readonly<Record<string, string>>) {
  return runJob({ root, entry: PRUNE, inputs });
}

test('the action prune removes what its inputs say, and tells it in its log, its outputs and the summary', async () => {
  const root = await aCache({ 'llvm|18': 100, zlib: 90, node: 80, new: 0 });
  await runJob({ root, inputs: { key: 'zlib', run } });
  const step = await prune(root, { unused: '3d', keep: 'node*\n\n  other' });
  expect(step.end.code, step.log).toBe(0);
  expect(step.log).toBe('removed llvm|18 (1 kB): not used for 4 d 4 h\n1 build removed, 1 kB.\n');
  expect(step.outputs).toEqual({ 'removed-builds': '1', 'freed-bytes': '1000' });
  expect(step.summary).toBe(
    [
      `**Prune of <code>${root}</code>:** 1 build removed, 1 kB freed; 3 builds with 3 kB stay.`,
      '',
      '| Removed | Size | Why |',
      '| --- | --- | --- |',
      '| <code>llvm&#124;18</code> | 1 kB | not used for 4 d 4 h |',
      '',
      '',
    ].join('\n'),
  );
  expect(keysIn(root).sort()).toEqual(['new', 'node', 'zlib']);
});

test('it says what stays and why, warns of a limit that is not met, and removes nothing with dry-run', async () => {
  const root = await aCache({ sdk: 100, idle: 90 });
  await runJob({ root, inputs: { key: 'sdk', run } });
  const dry = await prune(root, { root, 'max-size': '0', 'dry-run': 'true' });
  expect(dry.outputs).toEqual({ 'removed-builds': '1', 'freed-bytes': '1000' });
  expect(dry.summary).toContain('1 build would go, 1 kB would be freed; 1 build with 1 kB stay.');
  expect(keysIn(root).sort()).toEqual(['idle', 'sdk']);
  const step = await prune(root, { 'max-size': '0' });
  expect(step.end.code).toBe(0);
  expect(step.log).toContain('::warning::The limit is not met: the builds that are left have 1 kB');
  expect(step.summary).toContain('| Left | Why |\n| --- | --- |\n| <code>sdk</code> | a job uses it |\n');
  expect(keysIn(root)).toEqual(['sdk']);
});

test.each([
  [{ 'max-size': '10G' }, 'max-size: '],
  [{ 'min-free': '120%' }, 'min-free: '],
  [{ 'dry-run': 'maybe' }, 'dry-run: is neither true nor false.'],
])('%j is refused', async (inputs: Readonly<Record<string, string>>, said) => {
  const { end, log } = await prune(tempDir(), inputs);
  expect(end.code).toBe(1);
  expect(log).toMatch(/^::error::/);
  expect(log).toContain(said);
});

test('a root that is not there, or that nothing names, is an error that says what to do', async () => {
  const gone = await prune(join(tempDir(), 'gone'), {});
  expect([gone.end.code, gone.log]).toEqual([1, expect.stringContaining('does not exist. Name the folder')]);
  const none = startJob({ root: '', entry: PRUNE, inputs: {} });
  expect((await none.ended).code).toBe(1);
  expect(none.log).toContain('::error::root: is missing, and none of BUILD_ONCE_ROOT');
});

test('a summary of thousands of builds stays below the limit of GitHub', () => {
  const removed = Array.from({ length: 20_000 }, () => ({
    name: '|'.repeat(500),
    token: '',
    paths: {} as never,
    bytes: 1,
    publishedMs: 0,
    usedMs: 0,
    inUse: false,
    reason: 'not used for 4 d 4 h',
  }));
  const skipped = removed.map(({ name }) => ({ name, folder: '', why: '|'.repeat(500) }));
  const pruned = { account: { removed, skipped }, unmet: undefined, kept: { builds: 0, bytes: 0 } };
  const summary = summaryOf(pruned, { root: '/cache', dryRun: false });
  expect(summary.length).toBeLessThan(1024 * 1024);
  expect(summary).toContain('And 19800 more, which the log has.');
});
