import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type JobOptions, MAIN, runJob, tempDir } from '../harness/job/job.ts';
import { claim, publish } from '../harness/job/split.ts';
import { litter } from '../harness/storm/remains.ts';

const DIST = dirname(MAIN);
/** PATH as on a runner: nothing that npm put there. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

function versionOf(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8', env: { PATH } }).stdout?.trim() ?? '';
}

/** A miss, a hit, a failure and a refusal, by a copy of `dist/` that has nothing beside it. */
async function expectToWork(more: Pick<JobOptions, 'wrapper'> = {}): Promise<void> {
  // Longer than what a socket's path may be.
  const root = join(tempDir(), 'root'.repeat(30));
  const copy = join(tempDir(), 'alone');
  cpSync(DIST, copy, { recursive: true });
  const entry = join(copy, 'main.js');
  const inputs = {
    key: 'sdk',
    run: 'mkdir "$BUILD_ONCE_OUT/bin"; echo whole > "$BUILD_ONCE_OUT/bin/tool"; echo 1.0 > "$BUILD_ONCE_IDENTITY"',
    check: 'test -e "$BUILD_ONCE_OUT/bin/tool"',
    tool: 'sdk',
    version: '1.0.0',
    verify: 'full',
    link: 'link',
    'copy-to': 'copy',
    'add-path': 'bin',
    'export-env': 'SDK=.',
    summary: 'always',
  };
  const step = (others = {}) => runJob({ root, entry, env: { PATH }, ...more, inputs: { ...inputs, ...others } });
  const built = await step();
  expect(built.outputs, built.log).toMatchObject({ result: 'built', identity: '1.0' });
  const reused = await step();
  expect(reused.outputs, reused.log).toMatchObject({ result: 'reused', path: built.outputs.path });
  for (const job of [built, reused]) {
    expect(readFileSync(join(job.workspace, 'link/bin/tool'), 'utf8')).toBe('whole\n');
    expect(readFileSync(join(job.workspace, 'copy/bin/tool'), 'utf8')).toBe('whole\n');
    expect(job.file('path')).toBe(`${built.outputs.path}/bin\n`);
    expect(job.file('env')).toContain('SDK');
    expect(job.summary).toContain('| Key | Result |');
  }
  const failed = await step({ key: 'broken', tool: '', version: '', run: 'exit 3' });
  expect(failed.end.code).toBe(3);
  expect(failed.log).toContain('::error::The build of "broken" failed with exit code 3.');
  const refused = await step({ key: '' });
  expect(refused.log).toContain('key is missing');
  const own = await step({ enabled: 'false' });
  expect(own.outputs.result, own.log).toBe('private');
  const guard = (file: string) => ({ root, entry: join(copy, 'guard', file), env: { PATH }, ...more });
  const claimed = await claim({ ...guard('claim.js'), inputs: { key: 'steps' } });
  expect(claimed.outputs.result, claimed.log).toBe('claimed');
  const done = await publish(claimed, root, guard('publish.js'));
  expect(done.outputs, done.log).toMatchObject({ result: 'built', path: claimed.outputs.path });
  expect(litter(root)).toEqual([]);
  expect(readdirSync(dirname(root))).toEqual([basename(root)]);
}

describe('dist/ alone in an empty folder', () => {
  test('builds and reuses, with no node_modules in sight', async () => {
    await expectToWork();
  });

  const version = versionOf('node');
  // The runner starts actions for Node 24 with Node 20 where it has no newer one: Linux on 32-bit ARM.
  const old = /^v2[0-3]\./.test(version);
  const skipped = `skipped: the node on PATH is ${version === '' ? 'missing' : version}`;
  test.skipIf(!old)(`works with an older Node too (${old ? version : skipped})`, async () => {
    // Instead of the Node that the harness names, the one on PATH.
    await expectToWork({ wrapper: ['bash', '-c', 'shift; exec node "$@"', 'bash'] });
  });

  test('has no syntax that Node 20 cannot read', () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
    for (const name of files.filter((each) => each.endsWith('.js'))) {
      expect(readFileSync(join(DIST, name), 'utf8'), name).not.toMatch(/^\s*(?:await )?using \w+ =/m);
    }
  });
});
