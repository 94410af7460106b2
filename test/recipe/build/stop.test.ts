import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processesOf } from '../../../src/host/proc.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { canRun, NAMESPACE } from '../../harness/lock/client.ts';
import { builds, keyFolders, litter, published } from '../../harness/storm/remains.ts';

const entry = join(import.meta.dirname, '../../harness/job/short-step.ts');

interface Said {
  readonly result?: string;
  readonly error?: string;
  readonly build?: string;
  readonly path?: string;
}

/** What a step of `short-step.ts` came to. */
async function outcomeOf(job: Job): Promise<Said> {
  await job.ended;
  return JSON.parse(job.log.trim().split('\n').at(-1) ?? '') as Said;
}

const run = (name: string) => `echo ${name} > "$BUILD_ONCE_OUT/who"; echo whole > "$BUILD_ONCE_OUT/end"`;
const inputs = (name: string, more = {}) => ({ key: 'sdk', run: run(name), ...more });
const lockOf = (root: string) => join(keyFolders(root)[0] ?? '', 'lock');
const read = (path: string | undefined, file: string) => readFileSync(join(path ?? '', file), 'utf8').trim();

describe('a builder that is stopped right before its publish, robbed, swept and continued publishes nothing', () => {
  test.each([
    ['before it asks whether the lock is its own', 'confirming', {}],
    ['after it was told so', 'confirmed', {}],
    ['before it asks, while it replaces another build', 'confirming', { force: 'true' }],
    ['after it was told so, while it replaces another build', 'confirmed', { force: 'true' }],
  ])('%s', async (_when, stop, more) => {
    const root = tempDir();
    const replaced = 'force' in more ? (await runJob({ root, inputs: inputs('old') })).outputs.path : undefined;
    const stopped = startJob({ root, inputs: inputs('stopped', more), entry, env: { TEST_STOP: stop } });
    await stopped.said('::endgroup::');
    const robber = startJob({ root, inputs: inputs('robber', more), entry });
    const robbed = await outcomeOf(robber);
    expect(robbed.result, robber.log).toBe('built');
    expect(robber.log).toMatch(/Took over the lock of octo\/tools, .*: no heartbeat for 2 s/);
    expect(robber.log).toContain('Swept a build that died unfinished');
    stopped.kill('SIGCONT');
    // It was overtaken by a holder that it lost to, and found what that one built.
    expect(await outcomeOf(stopped), stopped.log).toEqual({ ...robbed, result: 'waited' });
    expect(published(root)).toEqual([robbed.build]);
    expect([read(robbed.path, 'who'), read(robbed.path, 'end')]).toEqual(['robber', 'whole']);
    expect(litter(root)).toEqual([]);
    expect(builds(root)).toHaveLength(replaced === undefined ? 1 : 2);
    if (replaced !== undefined) expect(read(replaced, 'end')).toBe('whole');
  });
});

describe('a builder that is stopped right before its publish and robbed', () => {
  test('publishes nothing either when it is continued while the robber still builds', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const stopped = startJob({ root, inputs: inputs('stopped'), entry, env: { TEST_STOP: 'confirmed' } });
    await stopped.said('::endgroup::');
    const robber = startJob({ root, inputs: { key: 'sdk', run: `${wait}; ${run('robber')}` }, entry });
    await robber.said('::group::Building');
    const robbers = readdirSync(lockOf(root));
    stopped.kill('SIGCONT');
    await stopped.said('Waiting for octo/tools, job');
    expect(published(root)).toEqual([]);
    // It has given up its claim by now, and the robber's lock is what it was.
    expect(readdirSync(lockOf(root))).toEqual(robbers);
    expect(robbers).toEqual([expect.stringMatching(/^owner-[0-9a-f]{12}$/)]);
    open();
    const robbed = await outcomeOf(robber);
    expect(robbed.result, robber.log).toBe('built');
    expect(await outcomeOf(stopped), stopped.log).toEqual({ ...robbed, result: 'waited' });
    expect(read(robbed.path, 'who')).toBe('robber');
    expect(litter(root)).toEqual([]);
  });
});

describe('a builder that is stopped while it builds, robbed and continued', () => {
  test.each([
    ['loses its build to the robber, and calls that no failure', ''],
    ['does so too when it sees its build die before it hears that the lock is lost', 'deaf'],
  ])('%s', async (_what, stop) => {
    const root = tempDir();
    const notes = ledger();
    const hang = `${notes.note}; touch "$BUILD_ONCE_OUT/half"; echo ready; sleep 300`;
    const stopped = startJob({ root, inputs: { key: 'sdk', run: hang }, entry, env: { TEST_STOP: stop } });
    await stopped.said('ready');
    stopped.kill('SIGSTOP');
    const robber = startJob({ root, inputs: inputs('robber'), entry });
    await robber.said('::group::Building');
    expect(processesOf(notes.lines()[0] ?? '')).toEqual([]);
    const robbed = await outcomeOf(robber);
    expect(robbed.result, robber.log).toBe('built');
    stopped.kill('SIGCONT');
    const came = await outcomeOf(stopped);
    expect(came, stopped.log).toEqual({ ...robbed, result: 'waited' });
    expect(published(root)).toEqual([robbed.build]);
    expect(litter(root)).toEqual([]);
    for (const dir of keyFolders(root)) expect(readdirSync(join(dir, 'failures'))).toEqual([]);
  });

  test.runIf(canRun(NAMESPACE))(
    'ends its build itself, where the robber cannot see it, and leaves its lock alone',
    async () => {
      const root = tempDir();
      const notes = ledger();
      const { wait, open } = gate();
      const hang = `${notes.note}; echo ready; exec sleep 300`;
      const stopped = startJob({ root, inputs: { key: 'sdk', run: hang }, entry });
      await stopped.said('ready');
      const token = notes.lines()[0] ?? '';
      stopped.kill('SIGSTOP');
      const run = `${wait}; touch "$BUILD_ONCE_OUT/end"`;
      const robber = startJob({ root, inputs: { key: 'sdk', run }, entry, wrapper: NAMESPACE });
      await robber.said('::group::Building');
      expect(processesOf(token)).toHaveLength(1);
      const robbers = readdirSync(lockOf(root));
      stopped.kill('SIGCONT');
      await stopped.said('Waiting for octo/tools, job');
      expect(processesOf(token)).toEqual([]);
      expect(readdirSync(lockOf(root))).toEqual(robbers);
      expect(robbers).not.toContain(`owner-${token}`);
      open();
      const robbed = await outcomeOf(robber);
      expect(robbed.result, robber.log).toBe('built');
      expect(await outcomeOf(stopped), stopped.log).toEqual({ ...robbed, result: 'waited' });
      expect(litter(root)).toEqual([]);
    },
  );

  test('or goes on and publishes, when nobody came', async () => {
    const root = tempDir();
    const go = join(tempDir(), 'go');
    const wait = `echo ready; while [ ! -e '${go}' ]; do sleep 0.05; done; ${run('stopped')}`;
    const stopped = startJob({ root, inputs: { key: 'sdk', run: wait }, entry });
    await stopped.said('ready');
    stopped.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    stopped.kill('SIGCONT');
    await runJob({ root: tempDir(), inputs: { key: 'other', run: `touch '${go}'`, 'allow-empty': 'true' } });
    const came = await outcomeOf(stopped);
    expect(came.result, stopped.log).toBe('built');
    expect(existsSync(join(came.path ?? '', 'end'))).toBe(true);
  });
});
