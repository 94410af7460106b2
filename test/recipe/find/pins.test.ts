import { createHash } from 'node:crypto';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Job, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { flakyServer } from '../../harness/servers/flaky-server.ts';
import { git } from '../../harness/servers/git-repository.ts';
import { litter } from '../../harness/storm/remains.ts';

type Inputs = Readonly<Record<string, string>>;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A server that answers with the name of the file, and a cache; `/slow` is answered when it is let go. */
async function aDownload() {
  const server = await flakyServer('');
  let letGo = () => {};
  server.otherwise = ({ url = '' }, response) => {
    const answer = () => response.end(url.slice(1));
    if (url === '/slow') letGo = answer;
    else answer();
  };
  const root = tempDir();
  const inputsOf = (name: string, more: Inputs = {}) => ({
    key: 'tool',
    url: server.url(name),
    sha256: sha256(name),
    ...more,
  });
  const get = (name: string, more: Inputs = {}) => runJob({ root, inputs: inputsOf(name, more) });
  return { server, root, inputsOf, get, letGo: () => letGo() };
}

function expectGot({ outputs, log }: Job, result: string, name: string): void {
  expect(outputs, log).toMatchObject({ result, identity: `sha256:${sha256(name)}` });
  expect(readFileSync(join(outputs.path ?? '', name), 'utf8')).toBe(name);
}

describe('a download that is pinned, under a key that others use', () => {
  test('is never what others pinned: each pin has one build, which the other does not replace', async () => {
    const { root, server, get } = await aDownload();
    expectGot(await get('one'), 'built', 'one');
    for (const result of ['built', 'reused', 'reused']) {
      expectGot(await get('two'), result, 'two');
      expectGot(await get('one'), 'reused', 'one');
    }
    // Nor with these.
    expectGot(await get('two', { force: 'true' }), 'built', 'two');
    expectGot(await get('two', { 'on-change': 'rebuild' }), 'reused', 'two');
    expectGot(await get('one', { 'on-change': 'rebuild' }), 'reused', 'one');
    expect(server.seen).toHaveLength(3);
    expect(litter(root)).toEqual([]);
  });

  test('is not what it waited for, if that is pinned otherwise', async () => {
    const { root, inputsOf, letGo } = await aDownload();
    const slow = startJob({ root, name: 'slow', inputs: inputsOf('slow') });
    await slow.said('::group::');
    const other = startJob({ root, inputs: inputsOf('two') });
    const same = startJob({ root, inputs: inputsOf('slow') });
    await Promise.all([other, same].map((job) => job.said('Waiting for')));
    letGo();
    await Promise.all([slow.ended, other.ended, same.ended]);
    expectGot(slow, 'built', 'slow');
    expectGot(other, 'built', 'two');
    expectGot(same, 'waited', 'slow');
  });

  test('fails with both digests in a step that may not build, and is missed by one that only looks', async () => {
    const { get } = await aDownload();
    await get('one');
    const failed = await get('two', { build: 'false' });
    expect(failed.end.code).toBe(1);
    expect(failed.log).toContain(`asks for sha256:${sha256('two')} under the key "tool"`);
    expect(failed.log).toContain(`what is there is sha256:${sha256('one')}`);
    expect(failed.outputs.path ?? '').toBe('');
    expect((await get('two', { 'lookup-only': 'true' })).outputs.result).toBe('missed');
    await get('two');
    expectGot(await get('two', { build: 'false' }), 'reused', 'two');
    expect((await get('two', { 'lookup-only': 'true' })).outputs.result).toBe('reused');
  });

  test('is not what a script made under that key, nor what passes a check; `adopt` is refused beside it', async () => {
    const { root, get } = await aDownload();
    await runJob({ root, inputs: { key: 'tool', run: 'echo two > "$BUILD_ONCE_OUT/two"' } });
    expectGot(await get('two'), 'built', 'two');
    expectGot(await get('three', { key: 'checked', check: 'true' }), 'built', 'three');
    const adopting = await get('two', { tool: 'x', version: '1.0.0', adopt: 'true' });
    expect(adopting.log).toContain('adopt "true" takes over what another action made');
  });

  test('in an entry of its own that holds something else, it is built again', async () => {
    const { get } = await aDownload();
    await get('one');
    const { outputs } = await get('two');
    const manifest = join(dirname(outputs.path ?? ''), 'entry/manifest.json');
    const fields = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify({ ...fields, identity: `sha256:${sha256('one')}` }));
    const healed = await get('two');
    expectGot(healed, 'built', 'two');
    expect(healed.outputs.path).not.toBe(outputs.path);
    expect(healed.log).toContain(`it is sha256:${sha256('one')}, and this step asks for sha256:${sha256('two')}`);
  });
});

/** A repository with two commits, oldest first. */
function aRepository() {
  const work = join(tempDir(), 'work');
  git('/', 'init', '-q', '-b', 'main', work);
  const commits = ['one', 'two'].map((text) => {
    writeFileSync(join(work, 'file'), text);
    git(work, 'add', 'file');
    git(work, 'commit', '-q', '-m', text);
    return git(work, 'rev-parse', 'HEAD');
  });
  return { repository: `file://${work}`, commits };
}

test('a checkout of a full commit is that commit, whatever is under its key', async () => {
  const root = tempDir();
  const { repository, commits } = aRepository();
  const get = (ref: string) => runJob({ root, inputs: { key: 'plugin', repository, ref } });
  for (const result of ['built', 'reused']) {
    for (const ref of commits) {
      const { outputs, log } = await get(ref.toUpperCase());
      expect(outputs, log).toMatchObject({ result, identity: ref });
    }
  }
  // A branch asks for no commit in particular.
  expect((await get('main')).outputs).toMatchObject({ result: 'reused', identity: commits[0] });
});

test('`verify` compares a checkout by its files and its contents, not only by its HEAD', async () => {
  for (const verify of ['quick', 'full']) {
    const root = tempDir();
    const { repository } = aRepository();
    const get = (more: Inputs = {}) => runJob({ root, inputs: { key: 'plugin', repository, verify, ...more } });
    const { outputs } = await get();
    const file = join(outputs.path ?? '', 'file');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, verify === 'full' ? 'TWO' : 'more');
    utimesSync(file, atime, mtime);
    expect((await get({ verify: 'off' })).outputs).toMatchObject({ result: 'reused', path: outputs.path });
    const healed = await get();
    expect(healed.outputs.result, healed.log).toBe('built');
    expect(readFileSync(join(healed.outputs.path ?? '', 'file'), 'utf8')).toBe('two');
  }
});
