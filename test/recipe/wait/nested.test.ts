import { expect, test } from 'vitest';
import { buildsIn, residue } from '../../harness/disks/shared.ts';
import { gate, type Job, ledger, MAIN, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { allEnded, builderOf, startTogether, times } from '../../harness/job/together.ts';

const env = { NODE: process.execPath, STEP: MAIN };

test('a step inside a build makes another key, which other jobs reuse', async () => {
  const root = tempDir();
  const builds = ledger();
  const inner = { key: 'base', run: `${builds.note}\necho base > "$BUILD_ONCE_OUT/base"` };
  const run = `${builds.note}\n${step(inner)}\ncp "$path/base" "$BUILD_ONCE_OUT/"`;
  const outer = await runJob({ root, inputs: { key: 'env', run }, env });
  expect(outer.end.code).toBe(0);
  expect(outer.outputs.result).toBe('built');
  const base = await runJob({ root, inputs: inner });
  expect(base.outputs.result).toBe('reused');
  expect(builds.lines()).toHaveLength(2);
  expect(buildsIn(root).sort()).toEqual([outer.outputs.path, base.outputs.path].sort());
  expect(residue(root)).toEqual([]);
});

test('a step inside a build waits for another job that builds the inner key', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const inner = { key: 'base', run: `${builds.note}\n${wait}`, 'allow-empty': 'true' };
  const other = startJob({ root, inputs: inner });
  await other.said('::group::');
  const outer = startJob({ root, inputs: { key: 'env', run: step(inner), 'allow-empty': 'true' }, env });
  await outer.said('Waiting for');
  open();
  await allEnded([other, outer]);
  expect([other, outer].map((job) => job.outputs.result)).toEqual(['built', 'built']);
  expect(builds.lines()).toHaveLength(1);
});

test('a step inside a build of its own key is an error at once, and so the build fails', async () => {
  const root = tempDir();
  const builds = ledger();
  for (const within of ['sdk', 'other']) {
    // The second time there is a build of another key in between.
    const own = step({ key: 'sdk', run: 'true', 'allow-empty': 'true' });
    const run = `${builds.note}\n${within === 'sdk' ? own : step({ key: within, run: own })}`;
    const outer = await runJob({ root, inputs: { key: 'sdk', run, attempts: '1', 'wait-timeout': '50s' }, env });
    expect(outer.end.code).toBe(1);
    expect(outer.log).toContain('The build of "sdk" asks for "sdk" itself, and would wait for itself for ever');
    expect(outer.log).not.toContain('Waiting for');
  }
  expect(builds.lines()).toHaveLength(2);
  expect(buildsIn(root)).toEqual([]);
  expect(residue(root)).toEqual([]);
});

test('six workers that run base, env and instance one after the other build each once', async () => {
  const root = tempDir();
  const builds = ledger();
  const worker = async (name: number) => {
    const jobs: Job[] = [];
    let below = '';
    for (const key of ['base', 'env', 'instance']) {
      const run = `${builds.note}\n[ -z "$BELOW" ] || ls "$BELOW/made"\ntouch "$BUILD_ONCE_OUT/made"`;
      const job = await runJob({ root, inputs: { key, run }, env: { BELOW: below }, name: `worker-${name}-${key}` });
      below = job.outputs.path ?? '';
      jobs.push(job);
    }
    return jobs;
  };
  const workers = await Promise.all(Array.from({ length: 6 }, (_, name) => worker(name)));
  expect(builds.lines()).toHaveLength(3);
  for (const layer of [0, 1, 2]) {
    const jobs = workers.map((worker) => worker[layer]);
    expect(jobs.filter((job) => job?.outputs.result === 'built')).toHaveLength(1);
    expect(new Set(jobs.map((job) => job?.outputs.path)).size).toBe(1);
  }
  expect(residue(root)).toEqual([]);
});

test('six workers that want an instance, whose build wants an env, whose build wants a base, build each once', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const base = { key: 'base', run: `${builds.note}\n${wait}\ntouch "$BUILD_ONCE_OUT/made"` };
  const layerOn = (key: string, inner: Readonly<Record<string, string>>) => ({
    key,
    run: `${builds.note}\n${step(inner)}\nls "$path/made"\ntouch "$BUILD_ONCE_OUT/made"`,
  });
  const inputs = layerOn('instance', layerOn('env', base));
  const instances = await startTogether(times(6, { root, inputs, env }));
  await builderOf(instances);
  // Others want the lower layers for themselves, from below: no order of locks makes them wait for each other.
  const lower = [base, layerOn('env', base)].map((each) => startJob({ root, inputs: each, env }));
  open();
  const all = [...instances, ...lower];
  expect(await allEnded(all)).toEqual(times(8, { code: 0, signal: null }));
  expect(builds.lines()).toHaveLength(3);
  expect(buildsIn(root)).toHaveLength(3);
  expect(instances.filter((job) => job.outputs.result === 'built')).toHaveLength(1);
  expect(residue(root)).toEqual([]);
});

/**
 * Lines of shell that run a step with these inputs and leave its output `path` in $path. The step gets files of its own
 * for what it tells the runner, as the build's are not to be written to.
 */
function step(inputs: Readonly<Record<string, string>>): string {
  const given = Object.entries(inputs).map(([name, value]) => `'INPUT_${name.toUpperCase()}=${quoted(value)}'`);
  return [
    'outputs="$RUNNER_TEMP/outputs-$$"',
    ': > "$outputs"',
    `env GITHUB_OUTPUT="$outputs" GITHUB_STEP_SUMMARY= ${given.join(' ')} "$NODE" "$STEP"`,
    `path="$(sed -n '/^path<</{n;p;}' "$outputs")"`,
  ].join('\n');
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
