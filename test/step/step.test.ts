import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasControls } from '../../src/base/format.ts';
import { bootId } from '../../src/host/proc.ts';
import { pathsBelow } from '../harness/disks/shared.ts';
import { atCall } from '../harness/faults/kill-every-call.ts';
import { Entry } from '../harness/job/entry.ts';
import { CLAIM, CLAIM_POST, gate, type Job, ledger, MAIN, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { signal } from '../harness/job/signal.ts';
import { allEnded, builderOf, times } from '../harness/job/together.ts';
import { noPython } from '../harness/needs.ts';
import { builds as buildsBelow, keyFolders, litter, published } from '../harness/storm/remains.ts';

type Inputs = Readonly<Record<string, string>>;

const sdk = { key: 'sdk', run: 'mkdir "$BUILD_ONCE_OUT/bin"; echo whole > "$BUILD_ONCE_OUT/bin/tool"' };

function annotations({ log }: Job, type: 'error' | 'warning' | 'notice'): string[] {
  return [...log.matchAll(new RegExp(`^::${type}::(.*)$`, 'gm'))].map(([, text = '']) =>
    text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%'),
  );
}

/** The one error of a step, which has no stack trace of ours. */
function errorOf(job: Job): string {
  const errors = annotations(job, 'error');
  expect(errors, job.log).toHaveLength(1);
  expect(job.log).not.toMatch(/^\s+at |\.js:\d/m);
  return errors[0] ?? '';
}

function read(...path: (string | undefined)[]): string {
  return readFileSync(join(...path.map((part) => part ?? '')), 'utf8');
}

describe('bad inputs', () => {
  test('are told in one message, and nothing is created', async () => {
    const root = join(tempDir(), 'cache');
    const bad: Inputs = {
      key: '',
      run: 'true',
      shell: 'fish',
      tool: '../llvm',
      version: 'latest',
      platform: 'linux',
      'wait-timeout': '90',
      'on-timeout': 'wait',
      'build-timeout': '0',
      attempts: '0',
      force: 'yes',
      verify: 'fully',
      'needs-free': 'much',
      'on-change': 'ignore',
      summary: 'sometimes',
      shared: 'all',
      link: '../outside',
      'copy-to': '/etc',
      'add-path': '../bin',
      'export-env': 'PATH=.',
    };
    const job = await runJob({ root, inputs: bad });
    expect(job.end.code).toBe(1);
    const lines = errorOf(job).split('\n');
    expect(lines[0]).toBe('19 invalid inputs:');
    for (const name of Object.keys(bad).filter((each) => each !== 'run')) {
      expect(lines.filter((line) => line.startsWith(`- ${name}`))).not.toEqual([]);
    }
    expect(existsSync(root)).toBe(false);
    expect(job.outputs).toMatchObject({ result: '', 'cache-hit': '', path: '' });
    expect(job.log.trim().split('\n')).toHaveLength(1);
  });

  test.each<[string, Inputs, string]>([
    ['no key', { run: 'true' }, '- key is missing'],
    ['nothing that builds', { key: 'sdk' }, '- run is missing, and nothing else builds the artifact'],
    ['a relative root', { ...sdk, root: 'cache' }, '- root "cache" is not an absolute path'],
    ['tool without version', { ...sdk, tool: 'llvm' }, '- tool "llvm" was given without version'],
    [
      'an exported variable that is not below the build',
      { ...sdk, 'export-env': 'A=/etc' },
      '- export-env "A=/etc" is',
    ],
  ])('%s', async (_what, inputs, told) => {
    const root = tempDir();
    const job = await runJob({ root, inputs });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain('1 invalid input:');
    expect(errorOf(job)).toContain(told);
    expect(pathsBelow(root)).toEqual([]);
  });

  test('a root that cannot be looked at: the outputs are set all the same', async () => {
    const loop = join(tempDir(), 'loop');
    symlinkSync(loop, loop);
    for (const entry of [MAIN, CLAIM]) {
      const job = await runJob({ root: loop, inputs: { key: 'sdk', run: 'true' }, entry });
      expect(job.end.code).toBe(1);
      expect(errorOf(job)).toContain('its links lead in a circle');
      expect(job.outputs).toMatchObject({ result: '', key: 'sdk', reused: 'false', built: 'false', 'cache-hit': '' });
    }
  });

  test('that only show while building are told as plainly', async () => {
    const root = tempDir();
    const nowhere = await runJob({ root, inputs: { ...sdk, 'working-directory': 'not/there' } });
    expect(errorOf(nowhere)).toContain('working-directory: "not/there" is not a folder here');
    const noWorkspace = await runJob({ root, inputs: sdk, env: { GITHUB_WORKSPACE: '/not/there' } });
    expect(errorOf(noWorkspace)).toContain('The workspace /not/there is not a folder. Check it out or create it');
    const shell = await runJob({ root, inputs: { ...sdk, shell: 'no-such-shell {0}' } });
    expect(errorOf(shell)).toContain('The program "no-such-shell" cannot be started: it was not found on PATH');
    for (const job of [nowhere, noWorkspace, shell]) expect(job.end.code).toBe(1);
    expect(litter(root)).toEqual([]);
    expect(buildsBelow(root)).toEqual([]);
  });
});

test('odd keys are built and reused, each for itself', async () => {
  const root = tempDir();
  const keys = [
    'sdk',
    'SDK',
    ' sdk',
    'sdk\n',
    'k'.repeat(8192),
    `${'k'.repeat(8191)}x`,
    '../../../outside',
    '/',
    '.',
    '🧰🔥',
    'two\nlines',
    // Longer than what a folder's name shows of a key.
    'a-long-name-to-begin-with-r\u00e9sum\u00e9',
    'a-long-name-to-begin-with-re\u0301sume\u0301',
    '%0A::error::x',
    '$(touch outside) `touch outside` "\'\\',
  ];
  const run = 'printf %s "$BUILD_ONCE_KEY" > "$BUILD_ONCE_OUT/key"';
  const built = [];
  for (const key of keys) built.push(await runJob({ root, inputs: { key, run } }));
  for (const [index, key] of keys.entries()) {
    const first = built[index];
    expect(first?.outputs, first?.log).toMatchObject({ result: 'built', key });
    const again = await runJob({ root, inputs: { key, run } });
    expect(again.outputs).toMatchObject({ result: 'reused', key, path: first?.outputs.path });
    expect(read(again.outputs.path, 'key')).toBe(key);
    expect(again.log).not.toMatch(/^::(?!debug)/m);
  }
  expect(keyFolders(root)).toHaveLength(keys.length);
  expect(readdirSync(root)).toEqual(['build-once']);
  // Names stay apart also where a file system does not tell upper from lower case, or one Unicode form from another.
  const folded = keyFolders(root).map((folder) => folder.normalize('NFC').toLowerCase());
  expect(new Set(folded).size).toBe(keys.length);
});

describe('on-change', () => {
  const changed = { ...sdk, run: `${sdk.run}; true` };

  test('warn: the build is reused, and a warning says what to do', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: sdk });
    const job = await runJob({ root, inputs: changed });
    expect(job.outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
    expect(annotations(job, 'warning')).toHaveLength(1);
    expect(annotations(job, 'warning')[0]).toMatch(/script of this step is not the one that "sdk" was built from/);
    expect(annotations(await runJob({ root, inputs: sdk }), 'warning')).toEqual([]);
  });

  test('with a very long key the advice is still there', async () => {
    const root = tempDir();
    const key = 'k'.repeat(8192);
    await runJob({ root, inputs: { ...sdk, key } });
    const job = await runJob({ root, inputs: { ...changed, key } });
    expect(annotations(job, 'warning')[0]).toContain('on-change: rebuild');
  });

  test('warn: what is not taken for another reason is not said to be reused', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: { ...sdk, verify: 'quick' } });
    writeFileSync(join(built.outputs.path ?? '', 'more'), '');
    const job = await runJob({ root, inputs: { ...changed, verify: 'quick' } });
    expect(job.outputs).toMatchObject({ result: 'built' });
    expect(job.log).not.toContain('reused all the same');
  });

  test('rebuild: it is built again, and the other step sees its own script changed then', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: sdk });
    const job = await runJob({ root, inputs: { ...changed, 'on-change': 'rebuild' } });
    expect(job.outputs.result).toBe('built');
    expect(job.outputs.path).not.toBe(built.outputs.path);
    expect(existsSync(built.outputs.path ?? '')).toBe(true);
    const same = await runJob({ root, inputs: { ...changed, 'on-change': 'rebuild' } });
    expect(same.outputs).toMatchObject({ result: 'reused', path: job.outputs.path });
  });

  test('fail: the step fails, and nothing is changed', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: sdk });
    const job = await runJob({ root, inputs: { ...changed, 'on-change': 'fail' } });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain('on-change: the script of this step is not the one');
    expect(published(root)).toEqual([built.outputs.path?.slice(-12)]);
  });

  test('another shell or working directory is another script; a step that never builds has none', async () => {
    const root = tempDir();
    await runJob({ root, inputs: { ...sdk, shell: 'bash' } });
    const inputs = { ...sdk, 'on-change': 'fail' };
    expect((await runJob({ root, inputs })).end.code).toBe(1);
    expect((await runJob({ root, inputs: { ...inputs, shell: 'bash', 'working-directory': '..' } })).end.code).toBe(1);
    const never = { key: 'sdk', build: 'false', 'on-change': 'fail' };
    expect((await runJob({ root, inputs: never })).outputs.result).toBe('reused');
  });
});

test('read-only: nobody may write to the build, force builds another one, and a copy is writable', async () => {
  const root = tempDir();
  // Root may write everywhere, unless it gives that up.
  const plain = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'];
  const wrapper = process.getuid?.() === 0 ? plain : [];
  const inputs = { ...sdk, 'read-only': 'true', 'copy-to': 'copy' };
  const built = await runJob({ root, wrapper, inputs });
  const path = built.outputs.path ?? '';
  for (const name of ['', 'bin', 'bin/tool']) expect(statSync(join(path, name)).mode & 0o222).toBe(0);
  const writing = await runJob({ root, wrapper, inputs: { key: 'other', run: `echo x >> '${path}/bin/tool'` } });
  expect(writing.log).toContain('Permission denied');
  const reused = await runJob({ root, wrapper, inputs });
  expect(reused.outputs).toMatchObject({ result: 'reused', path });
  for (const job of [built, reused]) {
    const copy = join(job.workspace, 'copy');
    for (const name of ['', 'bin', 'bin/tool']) expect(statSync(join(copy, name)).mode & 0o200).toBe(0o200);
    expect(read(copy, 'bin/tool')).toBe('whole\n');
  }
  const forced = await runJob({ root, wrapper, inputs: { ...inputs, force: 'true' } });
  expect(forced.outputs.result, forced.log).toBe('built');
  expect(read(path, 'bin/tool')).toBe('whole\n');
  for (const dir of [path, forced.outputs.path ?? ''])
    for (const name of ['', 'bin']) chmodSync(join(dir, name), 0o755);
});

describe('the summary', () => {
  const header = '| Key | Result | Source | Waited | Built in | Build time avoided | Size | Built by |';
  const row = (job: Job) => job.summary.split('\n')[2] ?? '';

  test('auto: one table for who built, waited or failed, and none for a plain reuse', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const inputs = { ...sdk, run: `${wait}\n${sdk.run}` };
    const jobs = times(2, { root, inputs }).map(startJob);
    const builder = await builderOf(jobs);
    open();
    await allEnded(jobs);
    for (const job of jobs) expect(job.summary.startsWith(`${header}\n`)).toBe(true);
    expect(row(builder)).toMatch(
      /^\| <code>sdk<\/code> \| built \| build \| – \| [\d.]+ m?s \| .* \| 6 B \| \[this job\]\(https:/,
    );
    const waiter = jobs.find((job) => job !== builder) ?? builder;
    expect(row(waiter)).toMatch(/ \| waited \| disk \| [\d.]+ m?s \| [\d.]+ m?s \| /);
    expect(row(waiter)).toContain(`octo/tools, ${builder.name}](https://github.example/octo/tools/actions/runs/4711/`);
    expect((await runJob({ root, inputs })).summary).toBe('');
    const failed = await runJob({ root, inputs: { key: 'broken', run: 'exit 3' } });
    expect(row(failed)).toContain('| failed |');
    expect(failed.summary).toContain('**Failed:** The build of "broken" failed with exit code 3.');
  });

  test('always: also for a reuse; never: not at all', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: { ...sdk, summary: 'never' } });
    const reused = await runJob({ root, inputs: { ...sdk, summary: 'always' } });
    const failed = await runJob({ root, inputs: { key: 'broken', run: 'exit 3', summary: 'never' } });
    expect([built.summary, failed.summary]).toEqual(['', '']);
    expect(row(reused)).toContain('| reused |');
  });
});

describe('what then', () => {
  const delivery = {
    link: 'deps/sdk',
    'copy-to': 'deps/copy',
    'add-path': 'bin\nbin/../bin',
    'export-env': 'SDK_HOME=.\nSDK_TOOL = bin/tool',
  };

  function expectDelivered(job: Job): void {
    const { path = '' } = job.outputs;
    expect(readlinkSync(join(job.workspace, 'deps/sdk'))).toBe(path);
    expect(read(job.workspace, 'deps/sdk/bin/tool')).toBe('whole\n');
    expect(lstatSync(join(job.workspace, 'deps/copy')).isDirectory()).toBe(true);
    expect(read(job.workspace, 'deps/copy/bin/tool')).toBe('whole\n');
    expect(job.file('path')).toBe(`${path}/bin\n${path}/bin\n`);
    const exported = [...job.file('env').matchAll(/^(\w+)<<(\S+)\n(.*)\n\2$/gm)].map(([, name, , value]) => [
      name,
      value,
    ]);
    expect(exported).toEqual([
      ['SDK_HOME', path],
      ['SDK_TOOL', `${path}/bin/tool`],
    ]);
  }

  test('link, copy-to, add-path and export-env are applied in the job that builds, waits or reuses', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const inputs = { ...sdk, ...delivery, run: `${wait}\n${sdk.run}` };
    const jobs = times(3, { root, inputs }).map(startJob);
    await builderOf(jobs);
    open();
    expect(await allEnded(jobs)).toEqual(times(3, { code: 0, signal: null }));
    expect(jobs.map((job) => job.outputs.result).sort()).toEqual(['built', 'waited', 'waited']);
    const reused = await runJob({ root, inputs });
    expect(reused.outputs.result).toBe('reused');
    for (const job of [...jobs, reused]) expectDelivered(job);
  });

  test('they are applied to a private build, and not by a step that only looks', async () => {
    const root = tempDir();
    const own = await runJob({ root, inputs: { ...sdk, ...delivery, enabled: 'false' } });
    expect(own.outputs.result, own.log).toBe('private');
    expectDelivered(own);
    expect(pathsBelow(root)).toEqual([]);
    await runJob({ root, inputs: sdk });
    const looking = await runJob({ root, inputs: { ...sdk, ...delivery, 'lookup-only': 'true' } });
    expect(looking.outputs.result).toBe('reused');
    expect(readdirSync(looking.workspace)).toEqual([]);
    expect([looking.file('path'), looking.file('env')]).toEqual(['', '']);
  });

  test.each([
    ['removed', 'rm -r "$BUILD_ONCE_OUT"'],
    ['a file', 'rmdir "$BUILD_ONCE_OUT" && touch "$BUILD_ONCE_OUT"'],
    ['a link to another folder', 'rmdir "$BUILD_ONCE_OUT" && ln -s /tmp "$BUILD_ONCE_OUT"'],
  ])(
    'a build whose folder is %s at its end fails, says that it was the script, and is not published',
    async (_what, run) => {
      const root = tempDir();
      const job = await runJob({ root, inputs: { key: 'sdk', run } });
      expect(job.end.code).toBe(1);
      expect(errorOf(job)).toMatch(
        /^The build of "sdk" succeeded, but the folder \$BUILD_ONCE_OUT \(.*\) was removed, or /,
      );
      expect(published(root)).toEqual([]);
      expect((await runJob({ root, inputs: sdk })).outputs.result).toBe('built');
    },
  );

  test.each(['add-path', 'export-env'])(
    'a build that lacks what %s names fails, and is not published',
    async (name) => {
      const root = tempDir();
      const value = name === 'add-path' ? 'lib' : 'SDK_LIB=lib';
      const job = await runJob({ root, inputs: { ...sdk, [name]: value } });
      expect(job.end.code).toBe(1);
      expect(errorOf(job)).toContain('succeeded, but $BUILD_ONCE_OUT lacks what');
      expect(errorOf(job)).toMatch(/name: lib\. In it there is: bin\b.*\. Let the script put it there/);
      expect(published(root)).toEqual([]);
      expect([job.file('path'), job.file('env')]).toEqual(['', '']);
      expect(litter(root)).toEqual([]);
    },
  );

  test('one that another step published without it fails the step that names it, and nothing is told to the runner', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: sdk });
    const job = await runJob({ root, inputs: { ...sdk, 'add-path': 'bin\nlib' } });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain('add-path: the build of "sdk" has no lib.');
    expect(job.file('path')).toBe('');
    expect(job.outputs).toMatchObject({ result: '', 'cache-hit': '', path: built.outputs.path });
    expect((await runJob({ root, inputs: sdk })).outputs.result).toBe('reused');
  });
});

test('a step that is cancelled while it copies ends at once, leaves no half copy, and does not deny what it published', async () => {
  const root = tempDir();
  const run = 'cd "$BUILD_ONCE_OUT"; for i in $(seq 60); do mkdir $i; (cd $i; touch $(seq 100)); done';
  const inputs = { key: 'sdk', run, 'copy-to': 'copy' };
  const report = join(tempDir(), 'call');
  const plan = { below: '/proc/self/fd', nth: 100, match: '^copyFileSync ', signal: 'SIGINT' } as const;
  const job = startJob({ root, inputs, ...atCall(plan, report) });
  expect(await job.ended, job.log).toEqual({ code: 130, signal: null });
  expect(existsSync(report)).toBe(true);
  expect(errorOf(job)).toContain('Cancelled by SIGINT: nothing unfinished was published');
  expect(readdirSync(job.workspace)).toEqual([]);
  const next = await runJob({ root, inputs: { key: 'sdk', run } });
  expect(next.outputs).toMatchObject({ result: 'reused', path: job.outputs.path });
});

test('a disk of the runner that takes no outputs fails the step, one that takes no summary does not', async () => {
  const root = tempDir();
  const nowhere = join(tempDir(), 'gone/file');
  const silent = await runJob({ root, inputs: sdk, env: { GITHUB_OUTPUT: nowhere } });
  expect(silent.end.code).toBe(1);
  expect(errorOf(silent)).toContain(`GITHUB_OUTPUT cannot be written: ENOENT`);
  expect(published(root)).toHaveLength(1);
  const env = { GITHUB_STEP_SUMMARY: nowhere };
  const job = await runJob({ root, inputs: { ...sdk, summary: 'always' }, env });
  expect(job.outputs.result, job.log).toBe('reused');
  expect(annotations(job, 'warning')[0]).toContain('The job summary cannot be written: ENOENT');
});

test('shared: group: all that is created is group-writable, whatever the umask', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const nodeArgs = ['--import', 'data:text/javascript,process.umask(0o077)'];
  const inputs = { ...sdk, shared: 'group', tool: 'sdk', version: '1.0.0', run: `${sdk.run}\n${wait}` };
  const closed = () =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const { mode } = lstatSync(join(root, name));
      return (mode & 0o170000) !== 0o120000 && (mode & 0o020) === 0;
    });
  const job = startJob({ root, nodeArgs, inputs });
  await job.said('::group::');
  // The lock, its record and its socket are there now.
  expect(new Entry(root).names('holders')).toHaveLength(2);
  expect(closed()).toEqual([]);
  open();
  await job.ended;
  expect(job.outputs.result, job.log).toBe('built');
  const reused = await runJob({ root, nodeArgs, inputs });
  expect(reused.outputs.result).toBe('reused');
  await runJob({ root, nodeArgs, inputs: { key: 'broken', run: 'exit 3', shared: 'group' } });
  expect(closed()).toEqual([]);
  // Without it, the umask is the user's own affair.
  await runJob({ root, nodeArgs, inputs: { key: 'mine', run: 'true', 'allow-empty': 'true' } });
  expect(closed()).not.toEqual([]);
});

describe('the log', () => {
  test('says where the cache is and what it is on, and what was reused', async () => {
    const root = tempDir();
    const run = 'echo "llvm 18.1.8" | tee "$BUILD_ONCE_OUT/version" > "$BUILD_ONCE_IDENTITY"';
    const built = await runJob({ root, inputs: { key: 'llvm', run } });
    const reused = await runJob({ root, inputs: { key: 'llvm', run } });
    const cache = new RegExp(`^Shared cache: ${realpathSync(root)} \\([\\w]+, [\\w ]+, [\\d.]+ \\w+ free\\)$`);
    for (const job of [built, reused]) expect(job.log.split('\n')[0]).toMatch(cache);
    expect(reused.log.split('\n').slice(1)).toEqual([`"llvm": reused (llvm 18.1.8), ${reused.outputs.path}`, '']);
    expect(reused.outputs.identity).toBe('llvm 18.1.8');
  });

  test('has at most 10 annotations of a type; the others are plain lines', () => {
    const reporter = join(import.meta.dirname, '../../src/step/report/reporter.ts');
    const script = `const { runnerReporter } = await import(${JSON.stringify(reporter)});
      const { warn, notice } = runnerReporter(false);
      for (let i = 1; i <= 12; i++) { warn('w' + i); notice('n' + i); }
      warn('::error::x');`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    for (const type of ['warning', 'notice']) {
      expect(lines.filter((line) => line.startsWith(`::${type}::`))).toHaveLength(10);
    }
    expect(lines.slice(-3)).toEqual(['warning: w12', 'notice: n12', 'warning: ::error::x']);
  });

  const evil = 'x\n::error::owned\r::set-output name=path::owned\r\n##[error]owned\u2028::error::owned';

  function expectHarmless(job: Job): void {
    for (const line of job.log.split(/\r\n|\r|\n/)) {
      // A line that is one command is no other one; in any other line the runner looks for `##[` too.
      expect(line).not.toMatch(/^\s*::(?:error::owned|set-output)|^(?!::(?:error|warning|notice|group)::).*##\[/);
    }
    expect(annotations(job, 'error').filter((text) => text.startsWith('owned'))).toEqual([]);
    expect(job.outputs.path ?? '').not.toContain('owned');
  }

  test('workflow commands in the names of a holder do not get into the log of those who wait', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const env = { GITHUB_JOB: evil, RUNNER_NAME: evil, GITHUB_REPOSITORY: evil, GITHUB_RUN_ID: evil };
    const inputs = { key: evil, scope: 'shared', run: `${wait}\nexit 7`, attempts: '1' };
    const holder = startJob({ root, inputs, env });
    await holder.said('::group::');
    const waiter = startJob({ root, inputs });
    await waiter.said('Waiting for');
    const impatient = await runJob({ root, inputs: { ...inputs, 'wait-timeout': '0' } });
    open();
    await allEnded([holder, waiter]);
    expect(impatient.log).toContain('was not there, and `wait-timeout: 0` does not wait for');
    expect(waiter.log).toContain('failed to build once while this step waited');
    for (const job of [waiter, impatient]) {
      expectHarmless(job);
      expect(annotations(job, 'error')).toHaveLength(1);
    }
  });

  test('nor do those in a manifest that another job wrote', async () => {
    const root = tempDir();
    await runJob({ root, inputs: sdk });
    const builtBy = { repository: evil, workflow: evil, job: evil, runUrl: evil, runner: evil, host: evil };
    const entry = new Entry(root);
    const fields = [
      'build',
      'identity',
      'producer',
      'fingerprint',
      'createdAt',
      'platform',
      'bootId',
      'files',
      'bytes',
    ];
    const changes = [...fields.map((field) => ({ [field]: evil })), { builtBy }];
    for (const change of changes) {
      entry.rewrite(change);
      for (const more of [{ 'lookup-only': 'true' }, { summary: 'always' }]) {
        const job = await runJob({ root, inputs: { ...sdk, ...more } });
        expectHarmless(job);
        expect(job.log).toContain(`is not a whole manifest: its \`${Object.keys(change)[0]}\` is missing or not valid`);
        expect(job.outputs.result).toBe('lookup-only' in more ? 'missed' : 'built');
        expect(job.summary).not.toContain('owned');
      }
    }
  });

  test('nor do they in a step that claims', async () => {
    const root = tempDir();
    await runJob({ root, inputs: sdk });
    new Entry(root).rewrite({ build: evil });
    const inputs = { key: sdk.key };
    const job = await runJob({ root, inputs, entry: CLAIM });
    const post = await runJob({ root, inputs, entry: CLAIM_POST, after: job, post: true });
    for (const each of [job, post]) expectHarmless(each);
    expect(job.log).toContain('is not a whole manifest: its `build` is missing or not valid');
  });

  test('what hides or reorders text in a manifest is shown escaped, and put out so', async () => {
    const root = tempDir();
    await runJob({ root, inputs: sdk });
    const entry = new Entry(root);
    const { builtBy } = entry.manifest;
    entry.rewrite({ identity: 'a\u202eb', builtBy: { ...builtBy, runUrl: 'x\u2028y' } });
    const job = await runJob({ root, inputs: { ...sdk, summary: 'always' } });
    expect(job.outputs).toMatchObject({ result: 'reused', identity: 'a\\u202eb', 'built-by': 'x\\u2028y' });
    expect(job.log).toContain('(a\\u202eb)');
    expect(job.log + job.summary).not.toMatch(/\u202e|\u2028/);
  });

  test('a collision with a key that would be commands is told in one line', async () => {
    const root = tempDir();
    await runJob({ root, inputs: sdk });
    new Entry(root).rewrite({ key: `${evil}\x9b31m\x1b]8;;` });
    const job = await runJob({ root, inputs: sdk });
    expectHarmless(job);
    expect(errorOf(job)).toContain('holds the key "x\\n::error::owned\\r');
    expect(hasControls(job.log.replaceAll('\n', ''))).toBe(false);
  });

  test.each([
    ['null', 'null'],
    ['an empty object', '{}'],
    [
      'one with values of other types',
      '{"pid":1,"bootId":"","asker":{"key":1,"who":null},"since":5,"token":[],"at":{}}',
    ],
  ])('a record of a holder or a failure that is %s does no harm', async (_what, text) => {
    const root = tempDir();
    await runJob({ root, inputs: { ...sdk, run: 'exit 3' } });
    const { dir } = new Entry(root);
    writeFileSync(join(dir, 'failures/000000000001.json'), text);
    mkdirSync(join(dir, 'lock'));
    writeFileSync(join(dir, 'lock/owner-000000000002'), '');
    writeFileSync(join(dir, 'holders/000000000002.json'), text);
    const waiter = await runJob({ root, inputs: { ...sdk, 'wait-timeout': '1ms' } });
    expect(errorOf(waiter)).toContain('was not there after waiting');
  });
});

test('a key that holds the delimiter of the outputs, or looks like outputs, leaves them intact', async () => {
  const root = tempDir();
  const key = 'build-once\nresult<<build-once\nevil\nbuild-once\npath<<build-once-\n/evil\nbuild-once-\nend';
  const run = 'printf "build-once--" > "$BUILD_ONCE_IDENTITY"; touch "$BUILD_ONCE_OUT/tool"';
  for (const result of ['built', 'reused']) {
    const job = await runJob({ root, inputs: { key, run } });
    expect(job.outputs).toMatchObject({ result, key, identity: 'build-once--' });
    expect(job.outputs.path?.startsWith(keyFolders(root)[0] ?? '?')).toBe(true);
  }
});

test('who was handed a build leaves one lease for each job: with the process whose life is the job', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const inputs = { ...sdk, run: `${wait}\n${sdk.run}` };
  const jobs = ['one', 'two'].map((name) => startJob({ root, inputs, name }));
  await builderOf(jobs);
  open();
  await allEnded(jobs);
  const entry = new Entry(root);
  const { build } = entry.manifest;
  const leases = () => entry.names('readers').sort();
  expect(leases()).toHaveLength(2);
  // Another step of one of these jobs says nothing new; another job does; who only looks uses nothing.
  await runJob({ root, inputs, name: 'one', env: jobOf(jobs[0]) });
  expect(leases()).toHaveLength(2);
  await runJob({ root, inputs, name: 'three' });
  expect(leases()).toHaveLength(3);
  for (const name of leases()) {
    expect(name).toMatch(new RegExp(`^${build}\\.[0-9a-f]{12}\\.json$`));
    const lease = JSON.parse(read(entry.dir, 'readers', name));
    expect(lease).toMatchObject({ format: 1, build, workerPid: process.pid, bootId: bootId() });
    expect(lease.workerStartTime).toBeGreaterThan(0);
    expect(lease.who.repository).toBe('octo/tools');
  }
});

/** What tells a job apart for the lease: the same for all its steps. */
/** What tells a job from any other, of that job. */
function jobOf(job: Job | undefined): Record<string, string | undefined> {
  const RUNNER_TRACKING_ID = job?.trackingId;
  return { GITHUB_JOB: job?.name, RUNNER_NAME: `runner-${job?.name}`, RUNNER_TEMP: job?.temp, RUNNER_TRACKING_ID };
}

describe('the script', () => {
  test('has its folder, the key, the token and the place for its identity, and nothing of the action', async () => {
    const root = tempDir();
    const env = {
      ACTIONS_RUNTIME_TOKEN: 'secret-1',
      ACTIONS_RESULTS_URL: 'https://secret-2',
      STATE_x: 'secret-3',
      OTHER: 'kept',
    };
    const run = 'env > "$BUILD_ONCE_OUT/env"; echo id-1 > "$BUILD_ONCE_IDENTITY"';
    const job = await runJob({ root, env, inputs: { key: 'sdk', run, 'wait-timeout': '5m' } });
    const { path = '' } = job.outputs;
    const seen = new Map(
      read(path, 'env')
        .split('\n')
        .map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
    );
    expect(seen.get('BUILD_ONCE_OUT')).toBe(path);
    expect(seen.get('BUILD_ONCE_KEY')).toBe('sdk');
    expect(seen.get('BUILD_ONCE_TOKEN')).toBe(path.slice(-12));
    expect(seen.get('OTHER')).toBe('kept');
    expect([...seen.keys()].filter((name) => /^(?:INPUT_|STATE_|ACTIONS_)/.test(name))).toEqual([]);
    for (const name of ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_OUTPUT']) {
      expect(seen.get(name)).not.toBe(join(job.dir, name.slice('GITHUB_'.length).toLowerCase()));
    }
    expect(job.outputs.identity).toBe('id-1');
    // Its scratch files are gone.
    expect(readdirSync(job.temp)).toEqual([]);
  });

  test.each([
    ['GITHUB_ENV', 'export-env'],
    ['GITHUB_PATH', 'add-path'],
    ['GITHUB_OUTPUT', 'BUILD_ONCE_IDENTITY'],
  ])('that writes to %s fails, and is told to use %s', async (name, instead) => {
    const root = tempDir();
    const job = await runJob({ root, inputs: { key: 'sdk', run: `echo A=b >> "$${name}"` } });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(`It wrote to ${name}, which the jobs that reuse the build would never see`);
    expect(errorOf(job)).toContain(instead);
    expect(published(root)).toEqual([]);
    expect([job.file('env'), job.file('path')]).toEqual(['', '']);
  });

  test.each<[string, Inputs, string]>([
    [
      'unset',
      {},
      'false | true\n[ -n "$BASH_VERSION" ] && [[ ! -o pipefail && -o errexit ]] && echo ok > "$BUILD_ONCE_OUT/ok"',
    ],
    ['bash', { shell: 'bash' }, '[[ -o pipefail && -o errexit ]] && echo ok > "$BUILD_ONCE_OUT/ok"'],
    ['sh', { shell: 'sh' }, 'case $- in *e*) echo ok > "$BUILD_ONCE_OUT/ok" ;; esac'],
    ['a template', { shell: 'bash -el {0}' }, 'shopt -q login_shell && echo ok > "$BUILD_ONCE_OUT/ok"'],
  ])('is run by the shell that was asked for: %s', async (_shell, inputs, run) => {
    const root = tempDir();
    const job = await runJob({ root, inputs: { key: 'sdk', run, ...inputs }, env: { HOME: tempDir() } });
    expect(job.outputs.result, job.log).toBe('built');
    expect(read(job.outputs.path, 'ok')).toBe('ok\n');
  });

  test.skipIf(noPython)(`is run by python, and fails with its exit code${noPython}`, async () => {
    const root = tempDir();
    const run = 'import os\nopen(os.environ["BUILD_ONCE_OUT"] + "/ok", "w").write("ok\\n")';
    const built = await runJob({ root, inputs: { key: 'sdk', run, shell: 'python' } });
    expect(read(built.outputs.path, 'ok')).toBe('ok\n');
    const failed = await runJob({ root, inputs: { key: 'bad', run: 'raise SystemExit(5)', shell: 'python' } });
    expect(failed.end.code, failed.log).toBe(5);
  });

  test('fails with its exit code in each of them', async () => {
    const root = tempDir();
    const scripts: readonly Inputs[] = [
      { run: '(exit 5)\ntrue' },
      { shell: 'bash', run: '(exit 5) | true\ntrue' },
      { shell: 'sh', run: '(exit 5)\ntrue' },
      { shell: 'bash -el {0}', run: '(exit 5)\ntrue' },
    ];
    for (const inputs of scripts) {
      const job = await runJob({ root, inputs: { key: 'sdk', ...inputs } });
      expect(job.end.code, job.log).toBe(5);
    }
  });

  test('starts in the workspace, or in the working directory, which is relative to it', async () => {
    const root = tempDir();
    const workspace = realpathSync(tempDir());
    mkdirSync(join(workspace, 'a b/c'), { recursive: true });
    const env = { GITHUB_WORKSPACE: workspace };
    for (const [folder, expected] of [
      ['', workspace],
      ['a b/c', join(workspace, 'a b/c')],
      [join(workspace, 'a b'), join(workspace, 'a b')],
    ] as const) {
      const inputs = { key: `in ${folder}`, run: 'pwd -P > "$BUILD_ONCE_OUT/pwd"', 'working-directory': folder };
      const job = await runJob({ root, env, inputs });
      expect(read(job.outputs.path, 'pwd')).toBe(`${expected}\n`);
    }
  });
});

test('a secret that the workflow put into the script is in no file that others can read, and on no command line', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const building = signal();
  const run = `: hunter2\nps -ww -eo args > "$BUILD_ONCE_OUT/ps"\n${building.give}\n${wait}`;
  const job = startJob({ root, inputs: { key: 'sdk', run } });
  await building.given;
  const scripts = readdirSync(job.temp, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('script.sh'),
  );
  expect(scripts).toHaveLength(1);
  expect(statSync(join(job.temp, scripts[0] ?? '')).mode & 0o077).toBe(0);
  open();
  await job.ended;
  expect(read(job.outputs.path, 'ps')).toContain(MAIN);
  expect(read(job.outputs.path, 'ps')).not.toContain('hunter2');
  expect(JSON.stringify(new Entry(root).manifest)).not.toContain('hunter2');
});

test('fail-on-cache-miss and lookup-only on nothing', async () => {
  const root = tempDir();
  const builds = ledger();
  const job = await runJob({
    root,
    inputs: { ...sdk, run: builds.note, 'lookup-only': 'true', 'fail-on-cache-miss': 'true' },
  });
  expect(job.end.code).toBe(1);
  expect(errorOf(job)).toContain('fail-on-cache-miss: "sdk" is not in the cache');
  expect(job.outputs).toMatchObject({ result: '', 'cache-hit': '' });
  expect(builds.lines()).toEqual([]);
});
