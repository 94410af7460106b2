import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalog, pastEvents } from '../../src/store/catalog.ts';
import { journalDir } from '../../src/store/journal/days.ts';
import { runJob, tempDir } from '../harness/job/job.ts';

const run = 'echo made > "$BUILD_ONCE_OUT/tool"';

test('the catalog gives each key with its builds, which of them is published, and the jobs that use them', async () => {
  const root = tempDir();
  const first = await runJob({ root, inputs: { key: 'sdk', run }, env: { GITHUB_JOB: 'one' } });
  const second = await runJob({ root, inputs: { key: 'sdk', run, force: 'true' }, env: { GITHUB_JOB: 'two' } });
  await runJob({ root, inputs: { key: 'sdk', run }, env: { GITHUB_JOB: 'three' } });
  const [entry, ...others] = [...catalog(root)];
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ trouble: undefined, manifest: { key: 'sdk', scope: 'octo/tools' } });
  const byPath = (path = '') => entry?.builds.find((build) => build.path === path);
  const jobsOf = (path?: string) =>
    byPath(path)
      ?.leases.map(({ who }) => who?.job)
      .sort();
  expect(byPath(first.outputs.path)?.state).toBe('replaced');
  expect(jobsOf(first.outputs.path)).toEqual(['one']);
  expect(byPath(second.outputs.path)?.state).toBe('published');
  expect(jobsOf(second.outputs.path)).toEqual(['three', 'two']);
});

test('a root without builds, and one that is not there, have no entries and no events', () => {
  const root = tempDir();
  for (const each of [root, join(root, 'nowhere')]) {
    expect([...catalog(each)]).toEqual([]);
    expect([...pastEvents(each)]).toEqual([]);
  }
});

test('the journal gives what each step did; what is not whole is passed over', async () => {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'sdk', run } });
  await runJob({ root, inputs: { key: 'sdk', run } });
  const failed = await runJob({ root, inputs: { key: 'broken', run: 'exit 3' } });
  expect(failed.end.code).toBe(3);
  const [{ at } = { at: '' }] = [...pastEvents(root)];
  const day = at.slice(0, 10);
  writeFileSync(join(journalDir(root), day, 'half.json'), '{"at":');
  writeFileSync(join(journalDir(root), day, 'list.json'), '[]');
  const events = [...pastEvents(root, day)].map(({ key, result, error }) => [key, result, error]);
  expect(events.sort()).toEqual([
    ['broken', '', 'BUILD_FAILED'],
    ['sdk', 'built', undefined],
    ['sdk', 'reused', undefined],
  ]);
  expect([...pastEvents(root, '2999-01-01')]).toEqual([]);
});
