import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runJob, tempDir } from '../harness/job/job.ts';
import { allGone, claim, holders, publish } from '../harness/job/split.ts';
import { litter, published } from '../harness/storm/remains.ts';

test('a keeper that was stopped until its heartbeat was too old has lost the claim, and says so when it wakes up', async () => {
  const root = tempDir();
  const first = await claim({ root, inputs: { key: 'sdk' } });
  writeFileSync(join(first.outputs.path ?? '', 'file'), 'late');
  const keepers = holders(root);
  for (const pid of keepers) process.kill(pid, 'SIGSTOP');
  const other = await runJob({ root, inputs: { key: 'sdk', run: 'echo other > "$BUILD_ONCE_OUT/file"' } });
  expect(other.outputs.result, other.log).toBe('built');
  for (const pid of keepers) process.kill(pid, 'SIGCONT');
  const done = await publish(first, root);
  expect(done.outputs, done.log).toMatchObject({ result: 'waited', path: other.outputs.path });
  expect(done.log).toContain('::warning::The claim of "sdk" was lost while this job built');
  await allGone(first);
  expect(published(root)).toHaveLength(1);
  expect(litter(root)).toEqual([]);
});
