import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { sleep } from '../../src/base/wait.ts';
import { versionDir } from '../../src/store/layout.ts';
import { CLAIM, type Job, PUBLISH, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { allGone, claim, holders, post, processesOf, publish, startClaim, startPublish } from '../harness/job/split.ts';
import { allEnded, startTogether, times } from '../harness/job/together.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';

const LONG_SEND = join(import.meta.dirname, '../harness/faults/long-send.ts');
const AS_MACOS = join(import.meta.dirname, '../harness/systems/as-macos.ts');
const good = { code: 0, signal: null };
const inputs = { key: 'sdk' };

/** What the steps between do. */
function build(step: Job, text = 'whole'): void {
  writeFileSync(join(step.outputs.path ?? '', 'file'), text);
}

function content(step: Job): string {
  return readFileSync(join(step.outputs.path ?? '', 'file'), 'utf8');
}

describe('claim, steps, publish', () => {
  test('the steps build in the folder where the build stays', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    expect(first.end, first.log).toEqual(good);
    expect(first.outputs).toMatchObject({ result: 'claimed', built: 'false', 'cache-hit': 'false', key: 'sdk' });
    expect(first.log).toContain(`"sdk": claimed, ${first.outputs.path}`);
    // The claim's process is the holder's, and it is still there.
    expect(holders(root)).toEqual(processesOf(first));
    expect(published(root)).toEqual([]);
    build(first);
    const done = await publish(first, root, { inputs: { identity: '1.2' } });
    expect(done.end, done.log).toEqual(good);
    expect(done.outputs).toMatchObject({ result: 'built', built: 'true', path: first.outputs.path, identity: '1.2' });
    expect(done.summary).toContain('| built |');
    await allGone(first);
    const end = await post(first, root, 'success');
    expect([end.end, end.log]).toEqual([good, '']);
    expect(content(done)).toBe('whole');
    expect(litter(root)).toEqual([]);
    // The main step finds it too.
    const main = await runJob({ root, inputs: { key: 'sdk', run: 'exit 1' } });
    expect(main.outputs).toMatchObject({ result: 'reused', path: done.outputs.path });
  });

  test('the claim step ends well also where its message to the keeper takes a while', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs, nodeArgs: ['--import', LONG_SEND] });
    expect(first.end, first.log).toEqual(good);
    build(first);
    expect((await publish(first, root)).outputs.result).toBe('built');
  });

  test('what is there is reused: no keeper, and publish hands it on', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/file"' } });
    const first = await claim({ root, inputs });
    expect(first.end, first.log).toEqual(good);
    expect(first.outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
    expect(processesOf(first)).toEqual([]);
    const done = await publish(first, root);
    expect([done.end, done.log]).toEqual([good, '']);
    const { claim: _, ...same } = first.outputs;
    expect(done.outputs).toEqual(same);
    expect((await post(first, root, 'success')).log).toBe('');
  });

  test('others wait for what the steps build, and say so', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    const second = startClaim({ root, inputs });
    const main = startJob({ root, inputs: { key: 'sdk', run: 'exit 1' } });
    await Promise.all([second, main].map((job) => job.said('Waiting for octo/tools, job job-')));
    build(first);
    const done = await publish(first, root);
    expect(await allEnded([second, main])).toEqual([good, good]);
    for (const job of [second, main, await publish(second, root)]) {
      expect(job.outputs).toMatchObject({ result: 'waited', path: done.outputs.path });
    }
    await allGone(second);
    expect(litter(root)).toEqual([]);
  });

  test('16 jobs, one key: one claims, the others wait for it', async () => {
    const root = tempDir();
    const jobs = await startTogether(times(16, { root, inputs, entry: CLAIM }));
    const claimed = await Promise.race(jobs.map(async (job) => job.said('claimed').then(() => job)));
    expect(await claimed.ended).toEqual(good);
    build(claimed);
    const done = await publish(claimed, root);
    expect(done.outputs.result, done.log).toBe('built');
    expect(await allEnded(jobs)).toEqual(times(16, good));
    const results = jobs.map(({ outputs }) => outputs.result).sort();
    expect(results.filter((result) => result === 'claimed')).toHaveLength(1);
    expect(results.filter((result) => result !== 'claimed')).not.toContain('');
    expect(new Set(jobs.map(({ outputs }) => outputs.path)).size).toBe(1);
    await Promise.all(jobs.map(allGone));
    expect(litter(root)).toEqual([]);
  });

  test('several claims of one job at the same time', async () => {
    const root = tempDir();
    const [a, b] = await Promise.all(['a', 'b'].map((key) => claim({ root, inputs: { key } })));
    const c = await claim({ root, inputs: { key: 'c' }, after: a as Job });
    for (const step of [a, b, c]) build(step as Job, step?.outputs.key);
    const done = await Promise.all([a, b, c].map((step) => publish(step as Job, root)));
    expect(done.map(({ outputs }) => outputs.result)).toEqual(times(3, 'built'));
    expect(done.map(content)).toEqual(['a', 'b', 'c']);
    expect(litter(root)).toEqual([]);
  });

  test('a private claim builds for its job alone', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs: { ...inputs, enabled: 'false' } });
    expect(first.outputs.result, first.log).toBe('claimed');
    build(first);
    const done = await publish(first, root);
    expect(done.outputs, done.log).toMatchObject({ result: 'private', path: first.outputs.path });
    expect(content(done)).toBe('whole');
    expect(builds(root)).toEqual([]);
  });

  test('a claimed slot serves the steps of its job', async () => {
    const root = tempDir();
    const one = { 'max-in-flight': '1' };
    const first = await claim({ root, inputs: { ...inputs, ...one } });
    const inner = { key: 'inner', run: 'true', 'allow-empty': 'true', ...one };
    const own = await runJob({ root, inputs: inner, after: first });
    expect(own.outputs, own.log).toMatchObject({ result: 'built', 'slot-wait-seconds': '0' });
    const other = startJob({ root, inputs: { ...inner, key: 'other' } });
    await other.said('Waiting for a build slot');
    expect((await publish(first, root)).outputs.result).toBe('built');
    expect(await other.ended).toEqual(good);
  });
});

describe('the end of a job that has not published', () => {
  test.each(['failure', 'cancelled', 'success'] as const)('%s', async (status) => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    const impatient = startClaim({ root, inputs: { ...inputs, attempts: '1' } });
    await impatient.said('Waiting for');
    const end = await post(first, root, status);
    expect(end.end, end.log).toEqual(good);
    await allGone(first);
    expect(existsSync(first.outputs.path ?? '')).toBe(false);
    const { code } = await impatient.ended;
    if (status === 'failure') {
      expect(code).toBe(1);
      expect(impatient.log).toMatch(/"sdk" failed to build once .*The job that had claimed "sdk" failed before/);
      expect(litter(root)).toEqual([]);
    } else expect(impatient.outputs.result, impatient.log).toBe('claimed');
    expect(end.log).toContain(status === 'success' ? '::warning::"sdk" was claimed and not published' : 'is released');
    expect(published(root)).toEqual([]);
  });

  test('in a forge, whose post steps are told the status that the job had before', async () => {
    const root = tempDir();
    const env = { GITEA_ACTIONS: 'true' };
    const first = await claim({ root, inputs, env });
    const end = await post(first, root, 'success', env);
    expect([end.end, end.log]).toEqual([
      good,
      '::warning::"sdk" was not published: its claim is released. If its job has not failed, a publish step is missing.\n',
    ]);
  });
});

/** The one that holds a key below `root`, killed as the kernel does when memory runs out. */
async function killKeeper(root: string, step: Job): Promise<void> {
  for (const pid of holders(root)) process.kill(pid, 'SIGKILL');
  await allGone(step);
}

describe('a keeper that is killed', () => {
  test('publish still publishes, if nobody took over', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    await killKeeper(root, first);
    const done = await publish(first, root, { inputs: { identity: '1.2' } });
    expect(done.end, done.log).toEqual(good);
    expect(done.outputs).toMatchObject({ result: 'built', path: first.outputs.path, identity: '1.2' });
    expect(Number(done.outputs['build-seconds'])).toBeGreaterThan(0);
    expect(litter(root)).toEqual([]);
    expect((await claim({ root, inputs })).outputs).toMatchObject({ result: 'reused', path: first.outputs.path });
    const again = await publish(first, root);
    expect(again.log).toContain('::error::The claim of "sdk" was published or released already.');
    expect((await post(first, root, 'success')).log).toBe('');
  });

  test('publish finds the claim lost, if somebody took over and published', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first, 'late');
    await killKeeper(root, first);
    const other = await runJob({ root, inputs: { key: 'sdk', run: 'echo other > "$BUILD_ONCE_OUT/file"' } });
    expect(other.outputs.result).toBe('built');
    const done = await publish(first, root);
    expect(done.end, done.log).toEqual(good);
    expect(done.outputs).toMatchObject({ result: 'reused', path: other.outputs.path });
    expect(done.log).toContain('::warning::The claim of "sdk" was lost while this job built');
    expect(content(done)).toBe('other\n');
    expect(builds(root)).toEqual([basename(other.outputs.path ?? '')]);
    expect(litter(root)).toEqual([]);
  });

  test('publish waits for who took over, and never publishes a build that was swept', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first, 'late');
    await killKeeper(root, first);
    const other = await claim({ root, inputs });
    expect(other.outputs.result, other.log).toBe('claimed');
    const late = startPublish(first, root);
    await late.said('Waiting for octo/tools');
    build(other, 'other');
    expect((await publish(other, root)).outputs.result).toBe('built');
    expect(await late.ended).toEqual(good);
    expect(late.outputs).toMatchObject({ result: 'waited', path: other.outputs.path });
    expect(litter(root)).toEqual([]);
  });

  test('publish fails, if somebody took over and went without a build', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    await killKeeper(root, first);
    const other = await runJob({ root, inputs: { key: 'sdk', run: 'exit 3' } });
    expect(other.end.code).toBe(3);
    const done = await publish(first, root);
    expect(done.end.code, done.log).toBe(1);
    expect(done.log).toContain('::error::The claim of "sdk" was lost, and nothing of this job was published.');
    expect(done.outputs).toMatchObject({ result: '', path: '' });
    expect(published(root)).toEqual([]);
  });

  test('publish and a job that takes over at the same moment: one of the two publishes, and both say which', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const root = tempDir();
      const first = await claim({ root, inputs });
      build(first, 'first\n');
      await killKeeper(root, first);
      const run = 'echo other > "$BUILD_ONCE_OUT/file"';
      const start = () => startJob({ root, inputs: { key: 'sdk', run } });
      const late = round % 2 === 0 ? startPublish(first, root) : undefined;
      const other = start();
      const done = late ?? startPublish(first, root);
      expect(await allEnded([done, other]), done.log).toEqual([good, good]);
      const results = [done, other].map(({ outputs }) => outputs.result ?? '');
      expect(
        results.filter((result) => result === 'built'),
        results.join(),
      ).toHaveLength(1);
      expect(done.outputs.path).toBe(other.outputs.path);
      expect(content(done)).toBe(done.outputs.result === 'built' ? 'first\n' : 'other\n');
      expect(published(root)).toEqual([basename(done.outputs.path ?? '')]);
      seen.add(results.join());
    }
    console.log(`publish, other: ${[...seen].join(' | ')}`);
  });

  test('the end of its job clears away what it left', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    await killKeeper(root, first);
    const end = await post(first, root, 'failure');
    expect(end.end, end.log).toEqual(good);
    expect([...litter(root), ...builds(root), ...published(root)]).toEqual([]);
  });
});

describe('a claim ends', () => {
  test('with its step, when that is killed before it could tell anybody of it', async () => {
    const root = tempDir();
    // Nobody reads: the step stands still while it saves what it has claimed.
    const unread = join(tempDir(), 'state');
    await promisify(execFile)('mkfifo', [unread]);
    const first = startClaim({ root, inputs, env: { GITHUB_STATE: unread } });
    await first.said('claimed');
    first.kill('SIGKILL');
    await allGone(first);
    expect([...litter(root), ...builds(root)]).toEqual([]);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)('with its step, when that gets %s while it waits', async (name) => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    const second = startClaim({ root, inputs });
    await second.said('Waiting for');
    second.kill(name);
    const end = await second.ended;
    expect(name === 'SIGINT' ? end.code : end.signal).toBe(name === 'SIGINT' ? 130 : 'SIGKILL');
    await allGone(second);
    build(first);
    expect((await publish(first, root)).outputs.result).toBe('built');
    expect(litter(root)).toEqual([]);
  });

  test.each([
    ['as it is', []],
    ['where there is no /proc', ['--import', AS_MACOS]],
  ])("with the runner's worker, although nobody releases it, %s", async (_where, nodeArgs) => {
    const root = tempDir();
    // The worker starts the step, and lives on after it.
    const worker = ['bash', '-c', '"$@"; echo "the step ended: $?"; sleep 300 & wait', 'worker'];
    const env = nodeArgs.length === 0 ? {} : { NODE_OPTIONS: nodeArgs.join(' ') };
    const first = startClaim({ root, inputs, wrapper: worker, env });
    await first.said('the step ended: 0');
    build(first);
    const second = startClaim({ root, inputs, env });
    await second.said('Waiting for');
    process.kill(first.pid, 'SIGKILL');
    expect(await second.ended).toEqual(good);
    expect(second.outputs.result, second.log).toBe('claimed');
    expect(existsSync(first.outputs.path ?? '')).toBe(false);
  });

  test('with the temporary folder of its job, where the worker goes on to the next job and no post step was run', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    const second = startClaim({ root, inputs });
    await second.said('Waiting for');
    rmSync(first.temp, { recursive: true });
    expect(await second.ended).toEqual(good);
    expect(second.outputs.result, second.log).toBe('claimed');
    await allGone(first);
    expect(existsSync(first.outputs.path ?? '')).toBe(false);
  });

  test('with the publish step, when that is cancelled before it is done', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    const keepers = holders(root);
    for (const pid of keepers) process.kill(pid, 'SIGSTOP');
    const done = startPublish(first, root, { env: { RUNNER_DEBUG: '1' } });
    await done.said('asking');
    done.kill('SIGINT');
    expect((await done.ended).code).toBe(130);
    for (const pid of keepers) process.kill(pid, 'SIGCONT');
    await allGone(first);
    expect([...litter(root), ...builds(root)]).toEqual([]);
    expect((await post(first, root, 'cancelled')).log).toContain('"sdk" was not published: its claim is released.');
  });

  test('at its limit, as a failure', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs: { ...inputs, 'claim-limit': '300ms' } });
    expect(first.outputs.result, first.log).toBe('claimed');
    await allGone(first);
    expect([...litter(root), ...builds(root)]).toEqual([]);
    const done = await publish(first, root);
    expect(done.end.code).toBe(1);
    expect(done.log).toContain('::error::"sdk" was not published within claim-limit (300 ms) of its claim, ');
    expect((await post(first, root, 'failure')).log).toBe('');
  });
});

describe('is refused', () => {
  test('a second publish', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    build(first);
    expect((await publish(first, root)).outputs.result).toBe('built');
    const again = await publish(first, root);
    expect(again.end.code).toBe(1);
    expect(again.log).toContain('::error::The claim of "sdk" was published or released already.');
  });

  test('publish in another job', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    const { claim: ticket = '' } = first.outputs;
    const other = await runJob({ root, entry: PUBLISH, inputs: { claim: ticket } });
    expect(other.end.code).toBe(1);
    expect(other.log).toContain('::error::This claim is of another job, and is released when that job ends');
    expect((await publish(first, root)).outputs.result).toBe('built');
  });

  test.each([
    ['', 'claim is missing. Write the output of the step that claimed'],
    ['sdk', 'claim is not the output of a claim step'],
  ])('publish of "%s"', async (ticket, told) => {
    const job = await runJob({ root: tempDir(), entry: PUBLISH, inputs: { claim: ticket } });
    expect(job.end.code).toBe(1);
    expect(job.log).toContain(`::error::${told}`);
  });

  test('a key that this job has claimed already, by claim and by the main step', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs });
    const again = await claim({ root, inputs, after: first });
    const main = await runJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' }, after: first });
    for (const job of [again, main]) {
      expect(job.end.code).toBe(1);
      expect(job.log).toContain('::error::This job has claimed "sdk" itself and not published it yet');
      expect(job.outputs.result).toBe('');
    }
    expect((await publish(first, root)).outputs.result).toBe('built');
    // Afterwards it is there for all.
    expect((await claim({ root, inputs, after: first })).outputs.result).toBe('reused');
  });

  test('nobody, because of a job of the same matrix, where only the names of their containers differ', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs, env: { JOB_CONTAINER_NAME: 'TASK-71' } });
    const second = startClaim({ root, inputs, after: first, env: { JOB_CONTAINER_NAME: 'TASK-72' } });
    await Promise.race([second.said('Waiting for'), second.ended]);
    expect((await publish(first, root, { env: { JOB_CONTAINER_NAME: 'TASK-71' } })).outputs.result).toBe('built');
    expect([await second.ended, second.outputs.result], second.log).toEqual([good, 'waited']);
  });

  test.each([2, 3])('%i jobs that wait for each other, and all are told', async (count) => {
    const root = tempDir();
    const keys = Array.from({ length: count }, (_, index) => `key-${index}`);
    const firsts = await Promise.all(keys.map((key) => claim({ root, inputs: { key } })));
    const seconds = firsts.map((after, index) =>
      startClaim({ root, inputs: { key: keys[(index + 1) % count] ?? '' }, after }),
    );
    for (const second of seconds) {
      expect((await second.ended).code, second.log).toBe(1);
      expect(second.log).toMatch(/::error::"key-\d" is claimed by octo\/tools, .* waits in turn for a key/);
    }
    for (const first of firsts) await post(first, root, 'failure');
    expect(litter(root)).toEqual([]);
    expect(readdirSync(join(versionDir(root), '.waits'))).toEqual([]);
  });

  test('nobody, because of a wait that has ended without a word', async () => {
    const root = tempDir();
    const first = await claim({ root, inputs: { key: 'a' } });
    const other = await claim({ root, inputs: { key: 'b' } });
    const wait = startJob({ root, inputs: { key: 'b', run: 'true', 'allow-empty': 'true' }, after: first });
    await wait.said('Waiting for');
    wait.kill('SIGKILL');
    await wait.ended;
    expect(readdirSync(join(versionDir(root), '.waits'))).toHaveLength(1);
    const second = startClaim({ root, inputs: { key: 'a' }, after: other });
    await second.said('Waiting for');
    // Ten of its looks: no event tells that nothing happens.
    await sleep(2500);
    expect((await publish(first, root)).outputs.result).toBe('built');
    expect(await second.ended).toEqual(good);
    expect(second.outputs.result).toBe('waited');
    expect((await publish(other, root)).outputs.result).toBe('built');
  });

  test('what the inputs of claim do not allow', async () => {
    const root = tempDir();
    const job = await claim({ root, inputs: { key: '', 'claim-limit': '0' } });
    expect(job.end.code).toBe(1);
    expect(job.log).toContain('- key is missing');
    expect(job.log).toContain('- claim-limit "0" would end every build at once');
    expect(job.outputs.result).toBe('');
  });
});
