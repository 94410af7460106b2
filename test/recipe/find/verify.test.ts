import { existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootId } from '../../../src/host/proc.ts';
import { Entry } from '../../harness/job/entry.ts';
import { type Job, type JobEnd, ledger, runJob, tempDir } from '../../harness/job/job.ts';
import { allEnded, startTogether, times } from '../../harness/job/together.ts';
import { litter } from '../../harness/storm/remains.ts';

const whole =
  'mkdir "$BUILD_ONCE_OUT/bin"; echo "one two" > "$BUILD_ONCE_OUT/bin/tool"; echo x > "$BUILD_ONCE_OUT/data"';

/** An entry that a step built, and the means to run more steps on it. */
async function published(more: Readonly<Record<string, string>> = {}) {
  const root = tempDir();
  const builds = ledger();
  const inputs = { key: 'sdk', run: `${builds.note}\n${whole}`, ...more };
  const step = (others: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}) =>
    runJob({ root, inputs: { ...inputs, ...others }, env });
  const first = await step();
  expect(first.outputs.result, first.log).toBe('built');
  const path = first.outputs.path ?? '';
  return {
    root,
    inputs,
    step,
    path,
    tool: join(path, 'bin/tool'),
    entry: new Entry(root),
    builds: () => builds.lines().length,
  };
}

/** Another build was published, beside the damaged one that others may be using, and a warning says why. */
function expectHealed(job: Job & { end: JobEnd }, damaged: string, why: string | RegExp): void {
  expect(job.outputs.result, job.log).toBe('built');
  expect(job.outputs.path).not.toBe(damaged);
  expect(readFileSync(join(job.outputs.path ?? '', 'bin/tool'), 'utf8')).toBe('one two\n');
  const warnings = warningsOf(job);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(why);
}

function warningsOf({ log }: Job): string[] {
  return [...log.matchAll(/^::warning::(.*)$/gm)].map(([, text]) => text ?? '');
}

describe('verify: full', () => {
  test('notices one flipped byte, publishes another build beside the damaged one, and warns', async () => {
    const { root, step, path, tool, builds } = await published({ verify: 'full' });
    const bytes = readFileSync(tool);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    writeFileSync(tool, bytes);
    // Nothing less sees it.
    expect((await step({ verify: 'quick' })).outputs.result).toBe('reused');
    const healed = await step();
    expectHealed(healed, path, `The published build ${path.slice(-12)} is not taken: the contents of ${path}`);
    expect(readFileSync(tool)).toEqual(bytes);
    expect((await step()).outputs).toMatchObject({ result: 'reused', path: healed.outputs.path });
    expect(builds()).toBe(2);
    expect(litter(root)).toEqual([]);
  });

  test('of a build that was published without says so, and compares sizes', async () => {
    const { step, path, tool } = await published();
    const job = await step({ verify: 'full' });
    expect(job.outputs.result).toBe('reused');
    expect(job.log).toMatch(/^::notice::verify: it was published by a step without `verify: full`/m);
    truncateSync(tool, 3);
    expectHealed(await step({ verify: 'full' }), path, 'published were 2 and 10');
  });

  test('of a build that this job may change only by accident leaves it alone', async () => {
    const { step, path } = await published({ verify: 'full', 'read-only': 'true' });
    expect((await step()).outputs).toMatchObject({ result: 'reused', path });
  });
});

test('verify: quick notices a truncated file, a missing and an added one', async () => {
  const damages: readonly ((tool: string) => void)[] = [
    (tool) => truncateSync(tool, 3),
    (tool) => rmSync(tool),
    (tool) => writeFileSync(`${tool}.orig`, ''),
  ];
  for (const damage of damages) {
    const { step, path, tool, builds } = await published();
    damage(tool);
    expect((await step()).outputs.result).toBe('reused');
    expectHealed(await step({ verify: 'quick' }), path, /has \d files and \d+ bytes; published were 2 and 10/);
    expect((await step({ verify: 'quick' })).outputs.result).toBe('reused');
    expect(builds()).toBe(2);
  }
});

test('a manifest whose build folder is gone is healed', async () => {
  const { root, step, path, builds } = await published();
  rmSync(path, { recursive: true });
  expectHealed(await step(), path, `its build folder ${path} is gone`);
  expect((await step()).outputs.result).toBe('reused');
  expect(builds()).toBe(2);
  expect(litter(root).filter((name) => !name.startsWith('published/'))).toEqual([]);
});

test.each([
  ['cut', (text: string) => text.slice(0, 100)],
  ['empty', () => ''],
  ['garbage', () => '\0\0\0'],
  ['null', () => 'null'],
  ['of no build', (text: string) => text.replace(/"build": "\w+"/, '"build": "../../elsewhere"')],
  ['with an identity that is no text', (text: string) => text.replace('{', '{ "identity": 5,')],
  ['without a link to who built it', (text: string) => text.replace('"runUrl"', '"runURI"')],
  ['without a field', (text: string) => text.replace('"scope"', '"scoop"')],
])('a manifest that is %s is healed under the lock', async (_name, damage) => {
  const { step, path, entry, builds } = await published();
  writeFileSync(entry.file, damage(readFileSync(entry.file, 'utf8')));
  const looked = await step({ 'lookup-only': 'true' });
  expect(looked.outputs).toMatchObject({ result: 'missed', path: '' });
  const healed = await step();
  expectHealed(healed, path, /is not a whole manifest|its build folder .* is gone/);
  expect(entry.manifest.build).toBe(healed.outputs.path?.slice(-12));
  expect((await step()).outputs.result).toBe('reused');
  expect(builds()).toBe(2);
  // What was published stays, for those who were handed it.
  expect(existsSync(path)).toBe(true);
});

test('8 jobs that meet a damaged manifest build once', async () => {
  const { root, inputs, path, entry, builds } = await published();
  writeFileSync(entry.file, '{');
  const jobs = await startTogether(times(8, { root, inputs }));
  expect(await allEnded(jobs)).toEqual(times(8, { code: 0, signal: null }));
  const paths = new Set(jobs.map((job) => job.outputs.path));
  expect(paths.size).toBe(1);
  expect(paths).not.toContain(path);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toHaveLength(1);
  expect(builds()).toBe(2);
});

test('an entry that has lost its manifest, and has files of somebody else in it, is built again', async () => {
  const { step, path, entry } = await published();
  rmSync(entry.file);
  writeFileSync(join(entry.dir, 'entry/.DS_Store'), '');
  const healed = await step();
  expect(healed.outputs.result, healed.log).toBe('built');
  expect(healed.outputs.path).not.toBe(path);
  expect((await step()).outputs).toMatchObject({ result: 'reused', path: healed.outputs.path });
});

test.each([{}, { force: 'true' }, { verify: 'full' }, { 'lookup-only': 'true' }])(
  'a manifest of a newer format stops a step with %o, and nothing is built over it',
  async (more) => {
    const { step, entry, builds } = await published();
    entry.rewrite({ format: 2, news: 'that this version knows nothing of' });
    const text = readFileSync(entry.file, 'utf8');
    const job = await step(more);
    expect(job.end.code).toBe(1);
    expect(job.log).toContain(`::error::${entry.file} has format 2, and this version of build-once knows up to 1.`);
    expect(job.outputs).toMatchObject({ result: '', 'cache-hit': '', path: '' });
    expect(readFileSync(entry.file, 'utf8')).toBe(text);
    expect(builds()).toBe(1);
  },
);

test.each([{ key: 'another' }, { scope: 'octo/others' }])(
  'an entry with %o is a collision: an error, never a hit',
  async (fields) => {
    const { step, entry, builds } = await published();
    entry.rewrite(fields);
    const text = readFileSync(entry.file, 'utf8');
    for (const force of ['false', 'true']) {
      const job = await step({ force });
      expect(job.end.code).toBe(1);
      expect(job.log).toMatch(/^::error::.* holds the key "\w+" of scope "[\w/]+", not "sdk" of "octo\/tools"/m);
      expect(job.outputs).toMatchObject({ result: '', path: '' });
    }
    expect(readFileSync(entry.file, 'utf8')).toBe(text);
    expect(builds()).toBe(1);
  },
);

describe('after a crash of the machine', () => {
  const before = '00000000-0000-4000-8000-000000000000';
  const mark = (path: string) => `published/${path.slice(-12)}.${bootId().slice(0, 8)}`;

  test('a file of no length is noticed, and the build made again', async () => {
    const { step, path, tool, entry } = await published();
    entry.rewrite({ bootId: before });
    truncateSync(tool, 0);
    expectHealed(await step(), path, 'has 2 files and 2 bytes; published were 2 and 10');
    expect(existsSync(join(entry.dir, mark(path)))).toBe(false);
    expect((await step()).outputs.result).toBe('reused');
  });

  test('an intact build is compared once for each boot, and then no more', async () => {
    const { root, step, path, tool, entry } = await published();
    entry.rewrite({ bootId: before });
    expect((await step()).outputs).toMatchObject({ result: 'reused', path });
    expect(existsSync(join(entry.dir, mark(path)))).toBe(true);
    // What another process did to it since is not a crash: only `verify` looks again.
    truncateSync(tool, 0);
    expect((await step()).outputs.result).toBe('reused');
    // At the next boot it is compared again.
    renameSync(join(entry.dir, mark(path)), join(entry.dir, `published/${path.slice(-12)}.${before.slice(0, 8)}`));
    expectHealed(await step(), path, 'has 2 files and 2 bytes');
    expect(litter(root)).toEqual([]);
  });

  test('in the boot that built it nobody walks through it', async () => {
    const { step, path, tool, entry } = await published();
    truncateSync(tool, 0);
    expect((await step()).outputs).toMatchObject({ result: 'reused', path });
    expect(entry.names('published')).toEqual([path.slice(-12)]);
  });

  test('a step that only looks tells that the build is damaged, and leaves no mark', async () => {
    const { step, path, tool, entry } = await published();
    entry.rewrite({ bootId: before });
    truncateSync(tool, 0);
    expect((await step({ 'lookup-only': 'true' })).outputs).toMatchObject({ result: 'missed', path: '' });
    expect(entry.names('published')).toEqual([path.slice(-12)]);
    expect(statSync(tool).size).toBe(0);
  });
});
