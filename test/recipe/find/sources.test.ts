import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Found, Source } from '../../../src/recipe/find/source.ts';
import { Call } from '../../harness/job/in-process.ts';
import { ledger, tempDir } from '../../harness/job/job.ts';

const elsewhere = {
  repository: 'octo/far',
  workflow: '',
  job: 'build',
  runUrl: 'https://far.example/1',
  runner: '',
  host: 'far',
};

/** A store elsewhere, such as another host's: it gives what it has, and takes a copy of what is published. */
class Elsewhere implements Source {
  readonly name = 'elsewhere';
  readonly copies = new Map<string, string>();
  asked = 0;

  async find({ entry }: Parameters<Source['find']>[0], out: string): Promise<Found | undefined> {
    this.asked += 1;
    const copy = this.copies.get(entry.id);
    if (copy === undefined) return undefined;
    writeFileSync(join(out, 'tool'), copy);
    const producer = { name: 'run', fingerprint: 'as there' };
    return { producer, product: { identity: 'tool 1' }, buildMs: 90_000, builtBy: elsewhere, giveBack: () => {} };
  }

  async published({ entry }: Parameters<Source['find']>[0], _manifest: unknown, out: string): Promise<void> {
    this.copies.set(entry.id, readFileSync(join(out, 'tool'), 'utf8'));
  }
}

const inputs = (run: string) => ({ key: 'sdk', run, relocatable: 'true' });

test('a source takes a copy of what is published, and another root is given it without a build', async () => {
  const store = new Elsewhere();
  const builds = ledger();
  const run = `${builds.note}\necho made > "$BUILD_ONCE_OUT/tool"`;
  const sources = [store];
  const built = await new Call({ root: tempDir(), inputs: inputs(run), sources }).outcome;
  expect(built).toMatchObject({ result: 'built', error: undefined });
  const restored = await new Call({ root: tempDir(), inputs: inputs(run), sources }).outcome;
  expect(restored).toMatchObject({ result: 'reused', identity: 'tool 1', buildMs: 90_000, error: undefined });
  expect(restored.manifest?.builtBy).toEqual(elsewhere);
  expect(readFileSync(join(restored.path ?? '', 'tool'), 'utf8')).toBe('made\n');
  expect(builds.lines()).toHaveLength(1);
});

test('a build that is there already asks no source', async () => {
  const root = tempDir();
  const store = new Elsewhere();
  const run = 'echo made > "$BUILD_ONCE_OUT/tool"';
  await new Call({ root, inputs: inputs(run), sources: [store] }).outcome;
  const again = await new Call({ root, inputs: inputs(run), sources: [store] }).outcome;
  expect(again.result).toBe('reused');
  expect(store.asked).toBe(1);
});

test('a source that takes no copy is a warning: the build is published all the same', async () => {
  const root = tempDir();
  const full: Source = {
    name: 'full',
    find: async () => undefined,
    published: () => Promise.reject(new Error('no space there.')),
  };
  const call = new Call({ root, inputs: inputs('touch "$BUILD_ONCE_OUT/tool"'), sources: [full] });
  const { result, error, path = '' } = await call.outcome;
  expect([result, error]).toEqual(['built', undefined]);
  expect(call.lines).toContain(`full: no space there. The build is published in ${path} all the same.`);
});

test('a source that fails leaves nothing, and fails the step', async () => {
  const root = tempDir();
  const broken: Source = {
    name: 'broken',
    find: async (_search, out) => {
      mkdirSync(join(out, 'half'));
      throw new Error('connection lost');
    },
  };
  const failing = new Call({ root, inputs: inputs('touch "$BUILD_ONCE_OUT/tool"'), sources: [broken] });
  await expect(failing.outcome).rejects.toThrow('connection lost');
  const next = await new Call({ root, inputs: inputs('touch "$BUILD_ONCE_OUT/tool"') }).outcome;
  expect(next).toMatchObject({ result: 'built', waitedMs: 0 });
});
