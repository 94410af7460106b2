import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pathsBelow } from '../harness/disks/shared.ts';
import { runCli } from '../harness/job/cli.ts';
import { Entry } from '../harness/job/entry.ts';
import { type Job, type JobOptions, MAIN, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';

const MODES = join(import.meta.dirname, '../harness/disks/modes.ts');
const [ANNA, BERT, GROUP] = [64_001, 64_002, 64_100];

/** Starts a job as a user with a group of that user's own, and the shared one beside it. */
function as(user: number, groups = String(GROUP)): readonly string[] {
  // The harness makes a job's folders as root.
  const script = `job=$(dirname "$GITHUB_OUTPUT"); chmod a+x "$job/.."; chown -R ${user}:${user} "$job"
    umask 022
    exec setpriv --reuid=${user} --regid=${user} --groups=${groups} -- "$@"`;
  return ['sh', '-c', script, 'sh'];
}

const other = spawnSync('setpriv', [`--reuid=${ANNA}`, `--regid=${ANNA}`, `--groups=${GROUP}`, process.execPath, MAIN]);
/** Whether we may be somebody else, and they may read what they are to run. */
const canBeOthers = other.status === 1 && String(other.stdout).includes('key is missing');
const needsOthers = canBeOthers ? '' : ' (skipped: no other user may be used here)';

/** As the README has it: a folder of the group. */
function groupRoot(mode = 0o2770): string {
  const root = tempDir();
  chownSync(root, 0, GROUP);
  chmodSync(root, mode);
  return root;
}

const inputs = { key: 'sdk', shared: 'group', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };

function errorOf({ log }: Job): string {
  return /^::error::(.*)$/m.exec(log)?.[1] ?? '';
}

describe.skipIf(!canBeOthers)(`two users who share a group${needsOthers}`, () => {
  const job = (user: number, options: Omit<JobOptions, 'wrapper'>) => runJob({ wrapper: as(user), ...options });

  test('reuse what the other built, and replace it', async () => {
    const root = groupRoot();
    const built = await job(ANNA, { root, inputs });
    expect(built.outputs.result, built.log).toBe('built');
    expect((await job(BERT, { root, inputs })).outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
    const forced = await job(BERT, { root, inputs: { ...inputs, force: 'true' } });
    expect(forced.outputs.result, forced.log).toBe('built');
    const again = await job(ANNA, { root, inputs: { ...inputs, force: 'true' } });
    expect(again.outputs.result, again.log).toBe('built');
    expect(litter(root)).toEqual([]);
  });

  test('one is killed while building: the other sees it in the list, and opens its lock', async () => {
    const root = groupRoot();
    const { outputs } = await job(ANNA, { root, inputs });
    const dying = startJob({
      root,
      wrapper: as(ANNA),
      inputs: { ...inputs, key: 'new', run: 'echo "pid=$$ building"; exec sleep 300' },
    });
    await dying.said('building');
    endAtLast(dying);
    const user = ['setpriv', `--reuid=${BERT}`, `--regid=${BERT}`, `--groups=${GROUP}`];
    const cli = (...args: string[]) => runCli([...args, '--root', root], { wrapper: user });
    const listed = await cli('list', '--json');
    expect([listed.code, listed.err]).toEqual([0, '']);
    const [, sdk] = JSON.parse(listed.out).keys;
    expect(sdk).not.toHaveProperty('trouble');
    expect(sdk).toMatchObject({
      key: 'sdk',
      path: outputs.path,
      readers: [{ repository: 'octo/tools' }],
    });
    expect(await cli('unlock', 'new')).toMatchObject({ code: 1 });
    dying.kill('SIGKILL');
    await dying.ended;
    expect((await cli('list', '--locks')).out).toMatch(/^key +new +dead /m);
    const { code, out } = await cli('unlock', 'new');
    expect(code, out).toBe(0);
    expect(litter(root)).toEqual([]);
    const next = await job(ANNA, { root, inputs: { ...inputs, key: 'new' } });
    expect(next.outputs.result, next.log).toBe('built');
  });

  test('one is killed while building: the other takes over, clears away what was left, and builds', async () => {
    const root = groupRoot();
    const run =
      'mkdir -p "$BUILD_ONCE_OUT/deep/er"; echo half > "$BUILD_ONCE_OUT/deep/er/data"; echo "pid=$$ building"; exec sleep 300';
    const dying = startJob({ root, wrapper: as(ANNA), inputs: { ...inputs, run } });
    await dying.said('building');
    endAtLast(dying);
    const [half] = builds(root);
    // Killed as the runner kills it, without its build, which the other user could not end either.
    dying.kill('SIGKILL');
    await dying.ended;
    const next = await job(BERT, { root, inputs });
    expect(next.outputs.result, next.log).toBe('built');
    expect(next.log).toContain('Took over the lock of');
    expect(next.log).not.toContain('::warning::');
    expect(builds(root)).toEqual(published(root));
    expect(builds(root)).not.toContain(half);
    expect(litter(root)).toEqual([]);
    expect((await job(ANNA, { root, inputs })).outputs).toMatchObject({ result: 'reused', path: next.outputs.path });
  });

  test('what the script of one made for itself alone waits for that one, and keeps nobody', async () => {
    const root = groupRoot();
    const run =
      'umask 077; mkdir "$BUILD_ONCE_OUT/own"; echo half > "$BUILD_ONCE_OUT/own/data"; echo "pid=$$ building"; exec sleep 300';
    const dying = startJob({ root, wrapper: as(ANNA), inputs: { ...inputs, run } });
    await dying.said('building');
    endAtLast(dying);
    dying.kill('SIGKILL');
    await dying.ended;
    const next = await job(BERT, { root, inputs });
    expect(next.outputs.result, next.log).toBe('built');
    expect(next.log).toMatch(/^::warning::Cleaning up in .* failed: EACCES/m);
    expect(builds(root)).toEqual(published(root));
    const own = await job(ANNA, { root, inputs: { ...inputs, force: 'true' } });
    expect(own.outputs.result, own.log).toBe('built');
    expect(litter(root)).toEqual([]);
  });

  test('all that is made can be written by the group from the first moment', async () => {
    const root = groupRoot();
    const watched = async (more: Readonly<Record<string, string>>) => {
      const report = join(tempDir(), 'report');
      writeFileSync(report, '');
      for (const path of [report, join(report, '..')]) chmodSync(path, 0o777);
      const env = { TEST_MODES: JSON.stringify({ below: root, report }) };
      const made = await job(ANNA, { root, env, nodeArgs: ['--import', MODES], inputs: { ...inputs, ...more } });
      return { made, closed: readFileSync(report, 'utf8') };
    };
    for (const more of [{}, { force: 'true' }, { key: 'tool', tool: 'sdk', version: '1.0.0' }]) {
      const { made, closed } = await watched(more);
      expect(made.outputs.result, made.log).toBe('built');
      expect(closed).toBe('');
    }
    const failed = await watched({ key: 'failing', run: 'exit 7' });
    expect(failed.made.end.code).toBe(7);
    expect(failed.closed).toBe('');
    // Without it the watching itself would have something to tell.
    const alone = await watched({ key: 'alone', shared: 'user' });
    expect(alone.made.outputs.result, alone.made.log).toBe('built');
    expect(alone.closed).toContain('mkdirSync: ');
  });

  test('a user who is not in the group is told so', async () => {
    const root = groupRoot();
    const job = await runJob({ root, wrapper: as(BERT, '64003'), inputs });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(
      `${root} is of user 0 and group ${GROUP}, mode 2770, and this step runs as user ${BERT};`,
    );
    expect(errorOf(job)).toContain(`sudo usermod -aG ${GROUP} "$(id -nu ${BERT})"`);
  });

  test('need not say so where the root is a folder of their group, whoever comes first', async () => {
    const quiet = { ...inputs, shared: '' };
    const root = groupRoot();
    const built = await job(ANNA, { root, inputs: quiet });
    expect(built.outputs.result, built.log).toBe('built');
    expect((await job(BERT, { root, inputs: quiet })).outputs).toMatchObject({
      result: 'reused',
      path: built.outputs.path,
    });
    const forced = await job(BERT, { root, inputs: { ...quiet, force: 'true' } });
    expect(forced.outputs.result, forced.log).toBe('built');
    const other = await job(BERT, { root: join(root, 'below/it'), inputs: quiet });
    expect(other.outputs.result, other.log).toBe('built');
    const again = await job(ANNA, { root: join(root, 'below/it'), inputs: { ...quiet, force: 'true' } });
    expect(again.outputs.result, again.log).toBe('built');
  });

  test('one that was told `shared: user` locks the other out, who is told what mends it', async () => {
    const root = groupRoot();
    await job(ANNA, { root, inputs: { ...inputs, shared: 'user' } });
    const next = await job(BERT, { root, inputs: { ...inputs, shared: '', key: 'other' } });
    expect(next.end.code).toBe(1);
    const [, command = ''] = /give it to the group of the root \((.*)\)\.$/.exec(errorOf(next)) ?? [];
    expect(errorOf(next)).toContain(`${root}/build-once/v1 is of user ${ANNA} and group ${GROUP}, mode 2755`);
    expect(command).toContain(`sudo chgrp -R ${GROUP} ${root}`);
    expect(spawnSync('sh', ['-ec', command.replaceAll('sudo ', '')]).status).toBe(0);
    const mended = await job(BERT, { root, inputs: { ...inputs, force: 'true' } });
    expect(mended.outputs.result, mended.log).toBe('built');
  });
});

describe('a sticky folder', () => {
  const sticky = (folder: string) => chmodSync(folder, 0o3777);

  test('is refused with `shared: group` before anything is made, and named: the root', async () => {
    const root = tempDir();
    sticky(root);
    const job = await runJob({ root, inputs });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(`shared: group: ${root} is sticky (chmod +t), so no user could take over`);
    expect(pathsBelow(root)).toEqual([]);
  });

  test.each(['build-once', 'build-once/v1', 'KEY', 'KEY/holders'])('or one below it: %s', async (name) => {
    const root = tempDir();
    await runJob({ root, inputs });
    const folder = join(root, name.replace('KEY', `build-once/v1/${new Entry(root).dir.split('/').at(-1)}`));
    sticky(folder);
    const job = await runJob({ root, inputs: { ...inputs, force: 'true' } });
    expect(errorOf(job)).toContain(`${folder} is sticky`);
    // What is there is still handed out.
    expect((await runJob({ root, inputs })).outputs.result).toBe('reused');
  });

  test('is no hindrance for one user alone', async () => {
    const root = tempDir();
    sticky(root);
    const job = await runJob({ root, inputs: { ...inputs, shared: '' } });
    expect(job.outputs.result, job.log).toBe('built');
  });

  test.skipIf(!canBeOthers)(`is what it is refused for: there, no other user can take over${needsOthers}`, async () => {
    const root = groupRoot();
    const run = 'echo "pid=$$ building"; exec sleep 300';
    const dying = startJob({ root, wrapper: as(ANNA), inputs: { ...inputs, run } });
    await dying.said('building');
    endAtLast(dying);
    dying.kill('SIGKILL');
    await dying.ended;
    const { dir } = new Entry(root);
    chmodSync(dir, statSync(dir).mode | 0o1000);
    const bert = [`--reuid=${BERT}`, `--regid=${BERT}`, `--groups=${GROUP}`];
    const moved = spawnSync('setpriv', [...bert, 'mv', join(dir, 'lock'), join(dir, 'aside')], { encoding: 'utf8' });
    expect(moved.stderr).toMatch(/not permitted/);
    const refused = await runJob({ root, wrapper: as(BERT), inputs });
    expect(errorOf(refused)).toContain(`${dir} is sticky`);
    chmodSync(dir, statSync(dir).mode & ~0o1000);
    expect((await runJob({ root, wrapper: as(BERT), inputs })).outputs.result).toBe('built');
  });
});

/** The build of a killed job lives on, as another user's, who nobody else can end. */
function endAtLast({ log }: Job): void {
  const pid = Number(/pid=(\d+)/.exec(log)?.[1]);
  onTestFinished(() => {
    if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
  });
}
