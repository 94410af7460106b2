import { mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Job, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { allGone, claim, endJob, post, publish } from '../harness/job/split.ts';
import { allEnded, builderOf, startTogether, times } from '../harness/job/together.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';

const good = { code: 0, signal: null };
const as = (system: string) => ({
  NODE_OPTIONS: `--import ${join(import.meta.dirname, `../harness/systems/${system}.ts`)}`,
});
const script = 'echo whole > "$BUILD_ONCE_OUT/file"';

const systems = [
  ['macOS', as('as-macos')],
  ['Windows', as('as-windows')],
  ['Windows with a virus scanner', { ...as('as-windows'), TEST_SCANNER_MS: '300' }],
] as const;

const content = (job: Job) => readFileSync(join(job.outputs.path ?? '', 'file'), 'utf8');

// The branches for other systems, on Linux: what such a system answers is played by a program that is loaded first.
describe.each(systems)('as on %s', (name, env) => {
  // The temporary folder of a Mac lies behind a link.
  beforeEach(() => {
    if (name !== 'macOS') return;
    // Of a short name, since a Mac cannot listen at a path of more than 103 bytes.
    const link = join(tmpdir(), `l${process.pid}`);
    symlinkSync(tempDir(), link);
    vi.stubEnv('TMPDIR', link);
    return () => {
      vi.unstubAllEnvs();
      unlinkSync(link);
    };
  });

  const common = { inputs: { key: 'sdk', run: script, shell: 'bash' }, env };

  test('eight jobs with one key: one builds', async () => {
    const root = tempDir();
    const built = ledger();
    const inputs = { ...common.inputs, run: `${built.note}\n${script}` };
    const jobs = await startTogether(times(8, { ...common, root, inputs }));
    expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(8, good));
    expect(built.lines()).toHaveLength(1);
    expect(new Set(jobs.map(({ outputs }) => outputs.path)).size).toBe(1);
    expect(jobs.map(content)).toEqual(times(8, 'whole\n'));
    expect(litter(root)).toEqual([]);
  });

  test('a holder that is killed is taken over, and what it left goes', async () => {
    const root = tempDir();
    const inputs = {
      ...common.inputs,
      run: `[ -e '${root}/again' ] || { touch '${root}/again'; echo begun; sleep 300; }\n${script}`,
    };
    const jobs = times(3, { ...common, root, inputs }).map((options) => startJob(options));
    const first = await builderOf(jobs);
    await first.said('begun');
    first.kill('SIGKILL');
    const others = jobs.filter((job) => job !== first);
    expect(await allEnded(others)).toEqual(times(2, good));
    // Nothing finds the build of a dead step on these systems, as long as the runner's clean-up has not come.
    endJob(first);
    expect(others.map(({ outputs }) => outputs.result).sort()).toEqual(['built', 'waited']);
    expect(litter(root)).toEqual([]);
    expect(builds(root)).toEqual(published(root));
  });

  test('a build that replaces another is published, and a failed one is told', async () => {
    const root = tempDir();
    const first = await runJob({ ...common, root });
    const second = await runJob({ ...common, root, inputs: { ...common.inputs, force: 'true' } });
    expect([first.outputs.result, second.outputs.result], second.log).toEqual(['built', 'built']);
    const third = await runJob({ ...common, root });
    expect(third.outputs).toMatchObject({ result: 'reused', path: second.outputs.path });
    const bad = await runJob({ ...common, root, inputs: { ...common.inputs, key: 'bad', run: 'exit 3' } });
    expect(bad.log).toContain('::error::The build of "bad" failed with exit code 3.');
    expect(litter(root)).toEqual([]);
  });

  test('claim, steps, publish', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs: { key: 'sdk' }, env });
    expect(first.outputs.result, first.log).toBe('claimed');
    writeFileSync(join(first.outputs.path ?? '', 'file'), 'whole\n');
    const done = await publish(first, root, { env });
    expect(done.outputs.result, done.log).toBe('built');
    await allGone(first);
    expect((await post(first, root, 'success')).end).toEqual(good);
    expect(content(done)).toBe('whole\n');
    expect(litter(root)).toEqual([]);
  });

  test('a tool, and a link in the workspace', async () => {
    const root = tempDir();
    const inputs = { ...common.inputs, tool: 'sdk', version: '1.2.3', arch: 'x64', link: 'sdk' };
    for (const result of ['built', 'reused']) {
      const job = await runJob({ ...common, root, inputs });
      expect(job.outputs.result, job.log).toBe(result);
      expect(readFileSync(join(job.workspace, 'sdk/file'), 'utf8')).toBe('whole\n');
      expect(readFileSync(join(root, 'sdk/1.2.3/x64/file'), 'utf8')).toBe('whole\n');
    }
  });

  test('slots: two builds one after the other', async () => {
    const root = tempDir();
    const inside = join(tempDir(), 'inside');
    const run = `mkdir '${inside}'; sleep 0.2; rmdir '${inside}'; ${script}`;
    const each = ['a', 'b', 'c'].map((key) => ({
      ...common,
      root,
      inputs: { ...common.inputs, key, run, 'max-in-flight': '1' },
    }));
    const jobs = await startTogether(each);
    expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(3, good));
  });
});

test('as on Windows, a scanner that opens records while others read them ends no job', async () => {
  const root = tempDir();
  const env = { ...as('as-windows'), TEST_SCANNER_MS: '900', TEST_SCANNER_LATE_MS: '100' };
  const jobs = await startTogether(times(6, { root, env, inputs: { key: 'sdk', run: script, shell: 'bash' } }));
  expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(6, good));
  expect(litter(root)).toEqual([]);
});

test('as on Windows, a link in a build that needs a privilege is told, with what to do', async () => {
  const root = tempDir();
  const inputs = { key: 'sdk', run: `${script}\nln -s file "$BUILD_ONCE_OUT/link"`, shell: 'bash', 'copy-to': 'sdk' };
  const job = await runJob({ root, inputs, env: as('as-windows') });
  expect(job.end.code).toBe(1);
  expect(job.log).toContain('turn on the Developer Mode of Windows');
  expect(litter(root)).toEqual([]);
});

test('as on macOS, a claim in a temporary folder of a long path is told, with the length that is possible', async () => {
  const temp = join(tempDir(), 'long'.repeat(20));
  mkdirSync(temp);
  const env = { ...as('as-macos'), RUNNER_TEMP: temp };
  const job = await claim({ root: tempDir(), inputs: { key: 'sdk' }, env });
  expect(job.end.code).toBe(1);
  expect(job.log).toMatch(/That path has 1\d\d bytes, and the one of a socket may have 103 on this system/);
});
