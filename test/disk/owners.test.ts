import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Entry } from '../harness/job/entry.ts';
import { type Job, MAIN, runJob, tempDir } from '../harness/job/job.ts';
import { published } from '../harness/storm/remains.ts';

const [ANNA, BERT, GROUP] = [64_001, 64_002, 64_100];
const inputs = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };

/** Starts a job as a user with a group of that user's own. */
function as(user: number, group = user): readonly string[] {
  const script = `job=$(dirname "$GITHUB_OUTPUT"); chmod a+x "$job/.."; chown -R ${user}:${user} "$job"
    exec setpriv --reuid=${user} --regid=${group} --clear-groups -- "$@"`;
  return ['sh', '-c', script, 'sh'];
}

const other = spawnSync('setpriv', [`--reuid=${ANNA}`, `--regid=${ANNA}`, '--clear-groups', process.execPath, MAIN]);
const canBeOthers = other.status === 1 && String(other.stdout).includes('key is missing');
const skipped = canBeOthers ? '' : ' (skipped: no other user may be used here)';

/** A root for everybody, as a job of `user` left it. */
function aRoot(mode: number, owner = 0, group = owner): string {
  const root = tempDir();
  chownSync(root, owner, group);
  chmodSync(root, mode);
  return root;
}

function errorOf({ log }: Job): string {
  return /^::error::(.*)$/m.exec(log)?.[1] ?? '';
}

function job(user: number, root: string, more: Readonly<Record<string, string>> = {}) {
  return runJob({ root, wrapper: as(user), inputs: { ...inputs, ...more } });
}

describe.skipIf(!canBeOthers)(`of two users without a group${skipped}`, () => {
  test.each(['sdk', 'another'])(
    'in a sticky folder for everybody the first one works, and the second takes nothing of it: %s',
    async (key) => {
      const root = aRoot(0o1777);
      expect((await job(BERT, root)).outputs.result).toBe('built');
      expect((await job(BERT, root)).outputs.result).toBe('reused');
      const refused = await job(ANNA, root, { key });
      expect(refused.end.code).toBe(1);
      expect(refused.outputs.path ?? '').toBe('');
      const what = key === 'sdk' ? new Entry(root).file : join(root, 'build-once');
      expect(errorOf(refused)).toContain(
        `${what} belongs to user ${BERT}, and this step runs as user ${ANNA}. It is not used`,
      );
      expect(readdirSync(root)).toEqual(['build-once']);
    },
  );

  test('a folder in which everybody may write and remove is refused before anything is made', async () => {
    const root = aRoot(0o777);
    const refused = await job(ANNA, root);
    expect(errorOf(refused)).toContain(`Every user of this host may write to ${root} (mode 777)`);
    expect(readdirSync(root)).toEqual([]);
  });

  test('what one planted in the name of the other is not taken: manifest, build, key', async () => {
    for (const part of ['manifest', 'build', 'key'] as const) {
      const root = aRoot(0o755, ANNA);
      const { outputs } = await job(ANNA, root);
      const entry = new Entry(root);
      const path = { manifest: entry.file, build: outputs.path ?? '', key: entry.dir }[part];
      chownSync(path, BERT, BERT);
      chmodSync(path, 0o777);
      // The folder of the key matters to those who build in it.
      const refused = await job(ANNA, root, part === 'key' ? { force: 'true' } : {});
      expect(errorOf(refused), refused.log).toContain(`${path} belongs to user ${BERT}`);
      expect(published(root)).toHaveLength(1);
    }
  });

  test("a link of one in a folder for everybody leads the other's step nowhere", async () => {
    const root = aRoot(0o1777);
    const home = join(aRoot(0o700, ANNA), 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'thesis'), 'years of work');
    symlinkSync(home, join(root, 'build-once'));
    const refused = await job(ANNA, root);
    expect(errorOf(refused)).toContain('is a link, and build-once keeps its files in folders');
    expect(readdirSync(home)).toEqual(['thesis']);
  });

  test('what root built is taken by all; root takes what the owner of the root folder built, and nobody else', async () => {
    const root = aRoot(0o755, ANNA);
    expect((await job(ANNA, root)).outputs.result).toBe('built');
    expect((await runJob({ root, inputs })).outputs.result).toBe('reused');
    const { file } = new Entry(root);
    chownSync(file, 0, 0);
    expect((await job(ANNA, root)).outputs.result).toBe('reused');
    chownSync(file, BERT, BERT);
    expect(errorOf(await runJob({ root, inputs }))).toContain(`${file} belongs to user ${BERT}`);
  });
});

test.skipIf(!canBeOthers)(`in a folder of a group it has to be the group's of the root${skipped}`, async () => {
  const root = aRoot(0o2770, 0, GROUP);
  const shared = { ...inputs, shared: 'group' };
  const built = await runJob({ root, wrapper: as(BERT, GROUP), inputs: shared });
  expect(built.outputs.result, built.log).toBe('built');
  expect(lstatSync(built.outputs.path ?? '').gid).toBe(GROUP);
  expect((await runJob({ root, wrapper: as(ANNA, GROUP), inputs: shared })).outputs.result).toBe('reused');
  const alone = await runJob({ root, wrapper: as(ANNA, GROUP), inputs: { ...inputs, shared: 'user' } });
  expect(errorOf(alone)).toMatch(/belongs to user 64002, and this step runs as user 64001.*`shared: user`/);
  chownSync(built.outputs.path ?? '', BERT, BERT);
  const refused = await runJob({ root, wrapper: as(ANNA, GROUP), inputs: shared });
  expect(errorOf(refused)).toContain(`belongs to user ${BERT} and group ${BERT}, which is not the group of ${root}`);
  expect(readFileSync(join(built.outputs.path ?? '', 'data'), 'utf8')).toBe('whole\n');
});

test('a sticky folder for everybody serves as long as what is made in it is private', async () => {
  const root = aRoot(0o1777, process.getuid?.(), process.getgid?.());
  expect((await runJob({ root, inputs })).outputs.result).toBe('built');
  const forced = { root, inputs: { ...inputs, force: 'true' } };
  for (const folder of [join(root, 'build-once'), new Entry(root).dir]) {
    chmodSync(folder, 0o777);
    const job = await runJob(forced);
    // The folder of the key lies in folders that are closed to others.
    if (folder.endsWith('build-once'))
      expect(errorOf(job)).toContain(`Every user of this host may write to ${folder} (mode 777)`);
    else expect(job.outputs.result, job.log).toBe('built');
    chmodSync(folder, 0o755);
  }
});
