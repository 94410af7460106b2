import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../src/store/catalog.ts';
import { runJob, tempDir } from '../harness/job/job.ts';

const run = 'echo made > "$BUILD_ONCE_OUT/tool"';

test('the catalog gives each key with its builds, which of them is published, and the jobs that use them', async ({
  skip,
}) => {
  skip(process.platform === 'win32', 'needs a POSIX shell');
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

test('a root without builds, and one that is not there, have no entries', () => {
  const root = tempDir();
  for (const each of [root, join(root, 'nowhere')]) {
    expect([...catalog(each)]).toEqual([]);
  }
});
