import { expect, test } from 'vitest';
import { runCli } from '../../harness/job/cli.ts';
import { gate, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { anEvent, fileOf, writeEvents } from '../../harness/journal.ts';
import { journalOf } from './a-journal.ts';

const URL = 'https://github.com/acme/app/actions/runs';
const who = (runUrl: string, job = 'build') => ({ ...anEvent().who, runUrl, job });

async function table(root: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCli(['report', '--root', root, ...args]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

async function jsonOf(root: string, ...args: readonly string[]) {
  return JSON.parse(await table(root, '--format', 'json', ...args));
}

test('the jobs of a run have a row each, with what they waited for, built and published', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const inputs = { key: 'llvm', run: `echo building; ${wait}; touch "$BUILD_ONCE_OUT/x"`, 'max-in-flight': '1' };
  const builder = startJob({ root, inputs, name: 'builder' });
  await builder.said('building');
  const waiter = startJob({ root, inputs, name: 'waiter' });
  await waiter.said('Waiting for');
  const other = startJob({ root, inputs: { ...inputs, key: 'zlib', run: 'touch "$BUILD_ONCE_OUT/x"' }, name: 'other' });
  await other.said('Waiting for a build slot');
  open();
  await Promise.all([builder, waiter, other].map(({ ended }) => ended));
  await runJob({ root, inputs: { ...inputs, 'copy-to': 'llvm' }, name: 'late', env: { GITHUB_RUN_ID: '4712' } });
  const [late, run] = (await jsonOf(root)).runs;
  expect(run).toMatchObject({ url: 'https://github.example/octo/tools/actions/runs/4711', attempt: 1, workflow: 'ci' });
  const rows = Object.fromEntries(
    run.jobs.map(({ name, steps: [step] }: { name: string; steps: { phases: { name: string }[] }[] }) => [
      name.split(' ')[0],
      step?.phases.map((phase) => phase.name).join(),
    ]),
  );
  expect(rows.builder).toMatch(/^building(,publishing)?$/);
  expect(rows.waiter).toBe('waiting');
  expect(rows.other).toMatch(/^slot,building(,publishing)?$/);
  expect(late.jobs).toMatchObject([{ steps: [{ ending: 'reused', phases: [{ name: 'delivering' }] }] }]);
  const text = await table(root, '--run', '4711');
  expect(text).toMatch(/^ {2}builder on runner-builder \(\S+\) +\|·*█+▓*·* *\| built llvm$/m);
  expect(text).toMatch(/^ {2}waiter on runner-waiter \(\S+\) +\| *·*░+·* *\| waited llvm$/m);
  expect(text).toMatch(/^ {2}· start and look {3}░ waiting for a build {3}▒ waiting for a slot {3}█ building/m);
  expect(text.indexOf('Run https://')).toBeLessThan(text.indexOf('In all'));
  expect(text).not.toContain('late');
});

test('several steps of a job are in its one row', async () => {
  const root = journalOf({ key: 'c' }, { key: 'b' }, { key: 'a', result: 'built', buildMs: 60_000, stepMs: 60_000 });
  const [run, ...others] = (await jsonOf(root)).runs;
  expect(others).toEqual([]);
  expect(run.jobs).toMatchObject([{ steps: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] }]);
  expect(await table(root)).toMatch(/\|█+ +· +·\| built a, and 2 more$/m);
});

test('jobs of a matrix, which share their names, have rows of their own', async () => {
  const jobs = ['0'.repeat(20), '1'.repeat(20)];
  const [run] = (await jsonOf(journalOf({ job: jobs[0] }, { job: jobs[1] }, { job: jobs[0] }))).runs;
  expect(run.jobs.map(({ steps }: { steps: unknown[] }) => steps.length)).toEqual([2, 1]);
});

test('a run is named by its number, its address, or that of an attempt', async () => {
  const root = journalOf(
    { who: who(`${URL}/42/attempts/2`) },
    { who: who(`${URL}/42/job/77`) },
    { who: who(`${URL}/42/attempts/1`) },
    { who: who(`${URL}/142/attempts/1`) },
    { who: who('https://buildkite.example/o/p/builds/9#job-1') },
    { who: who('https://buildkite.example/o/p/builds/9#job-2') },
    { who: who('https://gitea.example/acme/app/actions/runs/12?by_index=1') },
    { who: who('') },
  );
  const steps = async (run: string) => (await jsonOf(root, '--run', run)).total.steps;
  expect(await steps('42')).toBe(3);
  expect(await steps(`${URL}/42`)).toBe(3);
  expect(await steps(`${URL}/42/attempts/1`)).toBe(2);
  expect(await steps(`${URL}/142`)).toBe(1);
  expect(await steps('https://buildkite.example/o/p/builds/9')).toBe(2);
  const gitea = 'https://gitea.example/acme/app/actions/runs/12';
  for (const name of ['12', gitea, `${gitea}?by_index=1`]) expect(await steps(name)).toBe(1);
  // The timeline is that of the newest attempt, and of jobs that do not tell theirs.
  const [run] = (await jsonOf(root, '--run', '42')).runs;
  expect(run).toMatchObject({ url: `${URL}/42`, attempt: 2 });
  expect(run.jobs.flatMap(({ steps: each }: { steps: unknown[] }) => each).length).toBe(2);
});

test('a run of which nothing is known is an error that says what to do', async () => {
  const { code, out, err } = await runCli(['report', '--root', journalOf({}), '--run', '4712']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^No step of the run 4712 has left an event here since \S+ \S+ UTC\. Write its whole address, or /,
  );
});

test('names of others stay in their line, and a fence of Markdown is not ended by them', async () => {
  const root = journalOf({ key: '```\n::error::x', who: who(`${URL}/1`, '``` </pre>') });
  const text = await table(root, '--format', 'markdown');
  const [, fence, body] = /\n(`{4,})text\n([\s\S]*?)\n\1\n/.exec(text) ?? [];
  expect(fence).toBe('````');
  expect(body).toContain('reused ```\\n::error::x');
});

test('events from the future are told, and are no newest run', async () => {
  const root = journalOf({ key: 'now' });
  writeEvents([fileOf(root, Date.now() + 3 * 86_400_000, anEvent({ who: who(`${URL}/9`) }))]);
  const { total, unread, runs } = await jsonOf(root);
  expect([total.steps, unread.count, runs.length]).toEqual([1, 1, 1]);
  expect(unread.examples[0]).toMatch(/is from the future$/);
});
