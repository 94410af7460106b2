import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { here, ownRecord } from '../../src/lock/file/record.ts';
import { type StrangeFile, strangeFiles } from '../harness/faults/strange-files.ts';
import { Entry } from '../harness/job/entry.ts';
import { type Job, type JobEnd, type JobOptions, runJob, tempDir } from '../harness/job/job.ts';
import { needs } from '../harness/needs.ts';
import { noOrdinary, ORDINARY } from '../harness/ordinary.ts';
import { ASKER } from '../lock/asker.ts';

needs('linux', 'pipes and sparse files');

const sdk = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/sdk"' };
const TOKEN = 'aaaaaaaaaaaa';
const JOB_ID = '0123456789abcdef0123';

/** What ends a step at last, should it hang. */
const WRAPPER = ['timeout', '--signal=KILL', '20'] as const;

async function aStep(options: JobOptions): Promise<Job & { end: JobEnd }> {
  const elapsed = stopwatch();
  const job = await runJob({ ...options, wrapper: [...WRAPPER, ...(options.wrapper ?? [])] });
  expect(elapsed(), job.log).toBeLessThan(15_000);
  expect(job.log).not.toContain('build-once itself failed');
  return job;
}

async function published(inputs: Readonly<Record<string, string>> = sdk) {
  const root = tempDir();
  const { outputs } = await aStep({ root, inputs });
  return { root, path: outputs.path ?? '', entry: new Entry(root) };
}

function warning({ log }: Job): string {
  return /^::warning::(.*)$/m.exec(log)?.[1] ?? '';
}

describe.each(strangeFiles)('where there should be a record, $name', ({ plant, why }: StrangeFile) => {
  test('as a manifest is damage: it is told, and healed by the next build', async () => {
    const { root, path, entry } = await published();
    rmSync(entry.file);
    plant(entry.file);
    const looked = await aStep({ root, inputs: { ...sdk, 'lookup-only': 'true' } });
    expect(looked.outputs.result).toBe('missed');
    expect(looked.log).toContain(`The entry is damaged: ${entry.file} ${why}`);
    const healed = await aStep({ root, inputs: sdk });
    expect(healed.outputs.result, healed.log).toBe('built');
    expect(healed.outputs.path).not.toBe(path);
    expect(warning(healed)).toContain(`${entry.file} ${why}`);
    const reused = await aStep({ root, inputs: sdk });
    expect(reused.outputs).toMatchObject({ result: 'reused', path: healed.outputs.path });
    expect(entry.names().filter((name) => name.startsWith('.trash'))).toEqual([]);
  });

  test('as the record of a holder says nothing of that holder, and its waiter ends at its limit', async () => {
    const { root, entry } = await published();
    mkdirSync(join(entry.dir, 'lock'), { recursive: true });
    plant(join(entry.dir, `holders/${TOKEN}.json`));
    writeFileSync(join(entry.dir, `lock/owner-${TOKEN}`), '');
    const waiter = await aStep({ root, inputs: { ...sdk, force: 'true', 'wait-timeout': '500ms' } });
    expect(waiter.log).toContain('Waiting for a holder whose record cannot be read');
    expect(waiter.log).toMatch(/^::error::"sdk" was not there after waiting/m);
  });

  test('as the record of an attempt without a lock is in nobody´s way', async () => {
    const { root, entry } = await published();
    plant(join(entry.dir, `holders/${TOKEN}.json`));
    const built = await aStep({ root, inputs: { ...sdk, force: 'true' } });
    expect(built.outputs.result, built.log).toBe('built');
    expect(built.log).not.toContain('::warning::');
  });

  test('as a failure of another job is none', async () => {
    const { root, entry } = await published();
    plant(join(entry.dir, `failures/${TOKEN}.json`));
    const built = await aStep({ root, inputs: { ...sdk, force: 'true', attempts: '1' } });
    expect(built.outputs.result, built.log).toBe('built');
    expect(built.log).not.toContain('::warning::');
  });

  test('as the note of a waiting step says nothing', async () => {
    const { root, entry } = await published();
    holdForAJob(entry);
    const notes = join(entry.dir, '../.waits');
    mkdirSync(notes);
    plant(join(notes, `${JOB_ID}.${TOKEN}`));
    const waiter = await aStep({ root, inputs: { ...sdk, force: 'true', 'wait-timeout': '500ms' } });
    expect(waiter.log).toMatch(/^::error::"sdk" was not there after waiting/m);
  });

  test('as the HEAD of a checkout makes it stale: it is checked out again', async () => {
    const source = tempDir();
    execFileSync('git', ['init', '--quiet', source]);
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example'];
    execFileSync('git', ['-C', source, ...who, 'commit', '--quiet', '--allow-empty', '--message=x']);
    const inputs = { repository: pathToFileURL(source).href };
    const { root, path } = await published(inputs);
    const head = join(path, '.git/HEAD');
    rmSync(head);
    plant(head);
    const again = await aStep({ root, inputs });
    expect(again.outputs.result, again.log).toBe('built');
    expect(warning(again)).toContain('its HEAD is no commit');
  });
});

/** The lock is held by this very process, for steps of another job. */
function holdForAJob({ dir }: Entry): void {
  mkdirSync(join(dir, 'lock'), { recursive: true });
  const record = ownRecord(TOKEN, { ...ASKER, job: JOB_ID }, here(), 30_000, false);
  writeFileSync(join(dir, `holders/${TOKEN}.json`), JSON.stringify({ ...record, startTime: undefined }));
  writeFileSync(join(dir, `lock/owner-${TOKEN}`), '');
}

describe('an entry that is no folder is removed by the next build', () => {
  test.each<[string, (entry: string) => void]>([
    ['a file', (entry) => writeFileSync(entry, 'x')],
    ['a pipe', (entry) => execFileSync('mkfifo', [entry])],
    ['a link to nothing', (entry) => symlinkSync('/nowhere/x', entry)],
    ['a link to itself', (entry) => symlinkSync('entry', entry)],
  ])('%s', async (_what, plant) => {
    const { root, entry } = await published();
    rmSync(join(entry.dir, 'entry'), { recursive: true });
    plant(join(entry.dir, 'entry'));
    const healed = await aStep({ root, inputs: sdk });
    expect(healed.outputs.result, healed.log).toBe('built');
    expect(warning(healed)).toContain(`${join(entry.dir, 'entry')} is not a folder`);
    expect((await aStep({ root, inputs: sdk })).outputs).toMatchObject({
      result: 'reused',
      path: healed.outputs.path,
    });
  });

  test('a link to a folder outside loses nothing there', async () => {
    const { root, entry } = await published();
    const outside = tempDir();
    rmSync(join(entry.dir, 'entry'), { recursive: true });
    writeFileSync(join(outside, 'thesis'), 'x');
    symlinkSync(outside, join(entry.dir, 'entry'));
    const healed = await aStep({ root, inputs: sdk });
    expect(healed.outputs.result, healed.log).toBe('built');
    expect(lstatSync(join(outside, 'thesis')).isFile()).toBe(true);
  });
});

test.each([1e99, 1001, 1.5, 0, -1, '2', null])('the format %j is damage, and healed', async (format) => {
  const { root, entry } = await published();
  entry.rewrite({ format });
  const healed = await aStep({ root, inputs: sdk });
  expect(healed.outputs.result, healed.log).toBe('built');
  expect(warning(healed)).toContain('its `format` is missing or not valid');
});

test('folders with names that are no tokens are in nobody´s way among failures and holders', async () => {
  const { root, entry } = await published();
  for (const folder of ['failures', 'holders', 'published', 'readers']) mkdirSync(join(entry.dir, folder, 'x'));
  const built = await aStep({ root, inputs: { ...sdk, force: 'true' } });
  expect(built.outputs.result, built.log).toBe('built');
});

test('a folder with the name of a dead holder´s lock is moved aside, and the lock is taken over', async () => {
  const { root, entry } = await published();
  mkdirSync(join(entry.dir, `lock/owner-${TOKEN}/x`), { recursive: true });
  const dead = { ...ownRecord(TOKEN, ASKER, here(), 30_000, false), startTime: 1 };
  writeFileSync(join(entry.dir, `holders/${TOKEN}.json`), JSON.stringify(dead));
  const built = await aStep({ root, inputs: { ...sdk, force: 'true' } });
  expect(built.outputs.result, built.log).toBe('built');
  expect(built.log).toContain('Took over the lock of octo/tools');
  expect(entry.names().filter((name) => name.startsWith('.trash'))).toEqual([]);
});

describe.skipIf(noOrdinary)(`for an ordinary user${noOrdinary}`, () => {
  test('an own manifest that may not be read is damage, and healed', async () => {
    const { root, entry } = await published();
    chmodSync(entry.file, 0);
    const healed = await aStep({ root, inputs: sdk, wrapper: ORDINARY });
    expect(healed.outputs.result, healed.log).toBe('built');
    expect(warning(healed)).toContain(`${entry.file} may not be read by this user (EACCES)`);
  });

  const mayGive = process.getuid?.() === 0 ? '' : ' (skipped: only root may give a file to another user)';
  test.skipIf(mayGive)(`another user´s manifest that may not be read stops a step${mayGive}`, async () => {
    const { root, entry } = await published();
    chmodSync(entry.file, 0);
    chownSync(entry.file, 65534, 65534);
    const stopped = await aStep({ root, inputs: sdk, wrapper: ORDINARY });
    expect(stopped.end.code).toBe(1);
    expect(stopped.log).toContain(
      `::error::${entry.file} may not be read by this user (EACCES): ${entry.file} is of user 65534`,
    );
    expect(stopped.log).toContain(`Or delete ${join(entry.dir, 'entry')}`);
  });

  test('records and notes that may not be read say nothing', async () => {
    const { root, entry } = await published();
    holdForAJob(entry);
    mkdirSync(join(entry.dir, '../.waits'));
    const files = [`failures/${TOKEN}.json`, `holders/${TOKEN}.json`, `../.waits/${JOB_ID}.${TOKEN}`];
    for (const file of files.map((name) => join(entry.dir, name))) {
      writeFileSync(file, '{}');
      chmodSync(file, 0);
    }
    const inputs = { ...sdk, force: 'true', 'wait-timeout': '500ms' };
    const waiter = await aStep({ root, inputs, wrapper: ORDINARY });
    expect(waiter.log).toContain('Waiting for a holder whose record cannot be read');
    expect(waiter.log).toMatch(/^::error::"sdk" was not there after waiting/m);
  });
});
