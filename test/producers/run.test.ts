import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { OnceError } from '../../src/base/errors.ts';
import { newToken } from '../../src/base/key.ts';
import type { Reporter } from '../../src/base/reporter.ts';
import { stopwatch } from '../../src/base/wait.ts';
import { processesOf } from '../../src/host/proc.ts';
import { type CheckOptions, type CheckResult, runCheck } from '../../src/producers/check.ts';
import type { Attempt, Product } from '../../src/producers/producer.ts';
import { runProducer } from '../../src/producers/run.ts';
import type { RunSpec } from '../../src/producers/spec.ts';

const base = mkdtempSync(join(tmpdir(), 'run-test-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** All that was reported, in order: `[method, text]`. */
let log: [keyof Reporter, string][] = [];
let scratch = '';
let out = '';
beforeEach(() => {
  log = [];
  scratch = mkdtempSync(join(base, 'scratch-'));
  out = mkdtempSync(join(base, 'out-'));
});

const say =
  (method: keyof Reporter) =>
  (text: string | Uint8Array = ''): void => {
    log.push([method, Buffer.from(text).toString()]);
  };
const reporter: Reporter = {
  debug: say('debug'),
  info: say('info'),
  notice: say('notice'),
  warn: say('warn'),
  output: say('output'),
  openGroup: say('openGroup'),
  closeGroup: say('closeGroup'),
};

const said = (method: keyof Reporter): string[] => log.filter(([name]) => name === method).map(([, text]) => text);
const output = (): string => said('output').join('');

function spec(script: string, more: Partial<RunSpec> = {}): RunSpec {
  return {
    script,
    shell: undefined,
    workingDirectory: base,
    workingDirectoryAsWritten: '.',
    allowEmpty: true,
    ...more,
  };
}

function attempt(more: Partial<Attempt> = {}): Attempt {
  const token = newToken();
  return {
    key: 'llvm-18',
    token,
    within: [`llvm-18-0123/${token}`],
    out,
    scratch,
    env: process.env,
    timeoutMs: Infinity,
    signal: new AbortController().signal,
    reporter,
    onSpawn: () => {},
    ...more,
  };
}

function build(script: string, more: Partial<Attempt> = {}, how: Partial<RunSpec> = {}): Promise<Product> {
  return runProducer(spec(script, how)).produce(attempt(more));
}

async function failure(building: Promise<unknown>): Promise<OnceError> {
  return building.then(
    () => expect.unreachable('the build should have failed'),
    (error) => error,
  );
}

describe('a build', () => {
  test('runs the script in its working directory with the key, the folder and the token', async () => {
    const workingDirectory = mkdtempSync(join(base, 'work-'));
    const script = 'pwd -P; printf "%s|" "$BUILD_ONCE_OUT" "$BUILD_ONCE_KEY" "$BUILD_ONCE_TOKEN" "$BUILD_ONCE_WITHIN"';
    await build(script, { token: 'abcdefabcdef', within: ['a/1', 'b/2'] }, { workingDirectory });
    expect(output()).toBe(`${workingDirectory}\n${out}|llvm-18|abcdefabcdef|a/1,b/2|\n`);
  });

  test('takes keys with newlines and of 10,000 characters', async () => {
    const key = `a\n::error::b $(touch ${base}/spliced)${'k'.repeat(10_000)}`;
    await build('printf %s "$BUILD_ONCE_KEY"', { key });
    expect(output()).toBe(`${key}\n`);
    expect(existsSync(join(base, 'spliced'))).toBe(false);
    expect(said('openGroup')[0]).not.toMatch(/\n/);
    expect(said('openGroup')[0]?.length).toBeLessThan(120);
  });

  test('never sees inputs, state and tokens of the action, but everything else', async () => {
    const secrets = {
      INPUT_KEY: 's1',
      STATE_x: 's2',
      ACTIONS_RUNTIME_TOKEN: 's3',
      ACTIONS_X: 's4',
      GITHUB_STATE: 's5',
    };
    await build('env', { env: { ...process.env, ...secrets, MY_INPUT_X: 'kept', GITHUB_SHA: 'abc' } });
    expect(output()).not.toMatch(/^(INPUT_|STATE_|ACTIONS_|GITHUB_STATE)|=s\d$/m);
    expect(output()).toContain('MY_INPUT_X=kept');
    expect(output()).toContain('GITHUB_SHA=abc');
  });

  test('streams its output inside of one group, whose end stands on a line of its own', async () => {
    await build('echo a; printf b >&2');
    expect(log[0]).toEqual(['openGroup', 'Building llvm-18']);
    expect(log.at(-1)?.[0]).toBe('closeGroup');
    expect(said('openGroup')).toHaveLength(1);
    expect(output()).toMatch(/\n$/);
    expect(output().replaceAll('\n', '').split('').sort().join('')).toBe('ab');
  });

  test('stops at the first failing command by default', async () => {
    const error = await failure(build('false; echo went on'));
    expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: 1 });
    expect(output()).toBe('');
  });

  test('uses sh where PATH has no bash', async () => {
    const bin = mkdtempSync(join(base, 'bin-'));
    writeFileSync(join(bin, 'sh'), '#!/bin/sh\necho "own sh $*"\n', { mode: 0o755 });
    await build('x', { env: { PATH: bin } });
    expect(output()).toMatch(/^own sh -e .*\.sh\n$/);
  });

  test('obeys a template', async () => {
    await build('print(6 * 7)', {}, { shell: 'python3 -E {0}' });
    expect(output()).toBe('42\n');
  });

  test('leaves its files in the scratch folder only', async () => {
    await build('echo made > "$BUILD_ONCE_OUT/file"');
    expect(readdirSync(out)).toEqual(['file']);
    expect(readdirSync(scratch)).toHaveLength(1);
  });

  test('that leaves processes running succeeds with a warning, after they are ended', async () => {
    const given = attempt();
    await runProducer(spec('sleep 300 & sleep 300 &')).produce(given);
    expect(said('warn')).toEqual([expect.stringMatching(/"llvm-18" left 2 processes running/)]);
    expect(processesOf(given.token)).toEqual([]);
  });
});

describe('the identity', () => {
  test.each([
    ['printf "abc123\\nsecond"', 'abc123'],
    ['printf "  v1.2 \\r\\nx"', 'v1.2'],
    ['printf "a\\033[31mb\\0c\\n"', 'a[31mbc'],
    ['printf "\\nsecond"', undefined],
    [':', undefined],
    ['head -c 5000 /dev/zero | tr "\\0" y', 'y'.repeat(200)],
  ])('of %j > $BUILD_ONCE_IDENTITY is %j', async (command, identity) => {
    expect(await build(`${command} > "$BUILD_ONCE_IDENTITY"`)).toEqual({ identity });
  });

  test('is nothing when the script put something else there', async () => {
    expect(await build('rm "$BUILD_ONCE_IDENTITY"; mkfifo "$BUILD_ONCE_IDENTITY"')).toEqual({ identity: undefined });
  });
});

describe('a script that writes what reaches one job only', () => {
  test.each([
    ['GITHUB_ENV', /export-env/],
    ['GITHUB_PATH', /add-path/],
    ['GITHUB_OUTPUT', /BUILD_ONCE_IDENTITY/],
  ])('to %s fails and is told what to use', async (name, instead) => {
    const real = join(base, `real-${name}`);
    const error = await failure(build(`echo SECRET=1 >> "$${name}"`, { env: { ...process.env, [name]: real } }));
    expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: undefined });
    expect(error.message).toContain(name);
    expect(error.message).toMatch(instead);
    expect(error.message).not.toContain('SECRET');
    expect(existsSync(real)).toBe(false);
  });

  test('is told of all files at once', async () => {
    const { message } = await failure(build('echo a >> "$GITHUB_ENV"; echo b >> "$GITHUB_PATH"'));
    expect(message).toMatch(/GITHUB_ENV.*GITHUB_PATH/);
    expect(message).not.toContain('GITHUB_OUTPUT');
  });
});

describe('a failing build', () => {
  test('says the exit code, and nothing of its output', async () => {
    const error = await failure(build('echo "the password is x"; exit 3'));
    expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: 3 });
    expect(error.message).toBe('The build of "llvm-18" failed with exit code 3.');
  });

  test('says which signal killed it', async () => {
    const error = await failure(build('kill -SEGV $$'));
    expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: 139, message: expect.stringContaining('SIGSEGV') });
  });

  test('has its last 30 lines repeated after the group, where the runner obeys none of them', async () => {
    const script = [
      'for i in $(seq 40); do echo "line $i"; done',
      'echo "  ::error::x"',
      'printf "1%%\\r::error::y\\r\\n"',
    ];
    await failure(build([...script, 'printf "a ##[error]z"', 'exit 1'].join('\n')));
    const after = log.slice(log.findIndex(([method]) => method === 'closeGroup') + 1).map(([, text]) => text);
    const lines = after.slice(1);
    expect(lines).toHaveLength(30);
    expect(lines.slice(-4)).toEqual(['| line 40', '|   ::error::x', '| ::error::y', '| a # #[error]z']);
    expect(after.some((line) => /^\s*::|\r|##\[/.test(line))).toBe(false);
  });

  test('has at most 8 KiB repeated', async () => {
    await failure(build('printf "é%.0s" $(seq 20000); echo end; exit 1'));
    const repeated = said('info').slice(1).join('\n');
    expect(Buffer.byteLength(repeated)).toBeLessThanOrEqual(8 * 1024 + '| '.length);
    expect(repeated).toMatch(/^\| é+end$/);
  });

  test('is ended at its limit, and says so', async () => {
    const given = attempt({ timeoutMs: 300 });
    const error = await failure(runProducer(spec('echo started; sleep 300')).produce(given));
    expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: undefined });
    expect(error.message).toBe('The build of "llvm-18" took longer than build-timeout (300 ms) and was ended.');
    expect(said('info')).toContain('| started');
    expect(processesOf(given.token)).toEqual([]);
  });

  test('says so when the shell is not installed', async () => {
    const error = await failure(build('x', {}, { shell: 'no-such-shell {0}' }));
    expect(error).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('"no-such-shell"') });
    expect(said('closeGroup')).toHaveLength(1);
  });

  test.each(['missing', 'file'])('says so when its working directory is %s', async (name) => {
    const workingDirectory = join(base, 'file-or-missing', name);
    mkdirSync(join(base, 'file-or-missing'), { recursive: true });
    symlinkSync('/etc/passwd', join(base, 'file-or-missing', `${name}-link`));
    const path = name === 'file' ? `${workingDirectory}-link` : workingDirectory;
    const error = await failure(build('x', {}, { workingDirectory: path, workingDirectoryAsWritten: 'sub/dir' }));
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).toContain('"sub/dir"');
    expect(error.message).toContain(path);
  });
});

describe('an abort', () => {
  test('before the start runs nothing, opens no group and throws the reason', async () => {
    const reason = new Error('cancelled');
    const building = build('touch "$BUILD_ONCE_OUT/file"', { signal: AbortSignal.abort(reason) });
    await expect(building).rejects.toBe(reason);
    expect(log).toEqual([]);
    expect(readdirSync(out)).toEqual([]);
    expect(readdirSync(scratch)).toEqual([]);
  });

  test('ends the tree, closes the group, throws the reason and repeats nothing', async () => {
    const reason = new Error('cancelled');
    const abort = new AbortController();
    const given = attempt({
      signal: abort.signal,
      reporter: { ...reporter, output: () => abort.abort(reason) },
    });
    await expect(runProducer(spec('echo started; sleep 300')).produce(given)).rejects.toBe(reason);
    expect(processesOf(given.token)).toEqual([]);
    expect(said('closeGroup')).toHaveLength(1);
    expect(said('info')).toEqual([]);
  });
});

describe('a build that leaves nothing', () => {
  const none = (script: string, how: Partial<RunSpec> = {}) =>
    failure(build(script, {}, { allowEmpty: false, workingDirectory: scratch, ...how }));

  test('has failed, and says what changed where the script ran', async () => {
    writeFileSync(join(scratch, 'ancient'), '');
    utimesSync(join(scratch, 'ancient'), 1e9, 1e9);
    const error = await none('mkdir bin; touch a.out');
    expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: undefined });
    expect(error.message).toContain(`left nothing in $BUILD_ONCE_OUT (${out})`);
    expect(error.message).toContain(`The script ran in ${scratch}, and these changed there meanwhile: a.out, bin`);
    expect(error.message).toContain('and does not name BUILD_ONCE_OUT');
    expect(error.message).not.toContain('ancient');
    expect(error.message).toContain('`allow-empty: true`');
  });

  test.each([
    ['echo x > "$BUILD_ONCE_OUT.tmp"', 'BUILD_ONCE_OUT: let it install'],
    ['mkdir -p "$BUILDONCE_OUT" || true', 'The script says BUILDONCE_OUT, which is not set: write BUILD_ONCE_OUT.'],
    ['make DESTDIR=$build_once_out || true', 'The script says build_once_out,'],
    [': "$BUILD_ONCE_OUTPUT"', 'The script says BUILD_ONCE_OUTPUT,'],
  ])('%s', async (script, told) => {
    const { message } = await none(script);
    if (told.startsWith('The')) expect(message).toContain(told);
    else expect(message).not.toContain('does not name');
  });

  test.each(['mkdir "$BUILD_ONCE_OUT/empty"', 'touch "$BUILD_ONCE_OUT/.hidden"', 'ln -s nowhere "$BUILD_ONCE_OUT/l"'])(
    'is not one with %s',
    async (script) => {
      await build(script, {}, { allowEmpty: false });
    },
  );

  test('says what went wrong first', async () => {
    expect(await none('exit 3')).toMatchObject({ exitCode: 3 });
    expect((await none('echo A=1 >> "$GITHUB_ENV"')).message).toContain('It wrote to GITHUB_ENV');
  });
});

describe('line ends of Windows', () => {
  test.each([undefined, 'bash', 'sh', 'bash -el {0}'])('in a script for the shell %s are refused', async (shell) => {
    const error = await failure(build('true\ntouch "$BUILD_ONCE_OUT/a"\r\ntrue\r\n', {}, { shell }));
    expect(error).toMatchObject({ code: 'BAD_INPUT' });
    expect(error.message).toContain('has the line ends of Windows (CRLF), first in line 2');
    expect(readdirSync(out)).toEqual([]);
  });

  test('in a script for another shell are its own affair', async () => {
    await build('import os\r\nopen(os.environ["BUILD_ONCE_OUT"] + "/a", "w")\r\n', {}, { shell: 'python3 {0}' });
    expect(readdirSync(out)).toEqual(['a']);
  });

  test.each([
    ['bash', 'true\r\n', 'bash'],
    ['sh', 'nothing\r\n', 'sh'],
    ['a program named in the first line', '#!/usr/bin/env bash\r\ntrue\r\n', ''],
  ])('in a script that it runs by %s are told', async (_what, text, shell) => {
    const file = join(scratch, 'tool.sh');
    writeFileSync(file, text, { mode: 0o755 });
    expect((await failure(build(`${shell} '${file}'`))).message).toContain(
      'A script has the line ends of Windows (CRLF)',
    );
  });

  test('are not told of where a program was not found for another reason', async () => {
    expect((await failure(build('not-there-at-all'))).message).not.toContain('CRLF');
  });
});

describe('the fingerprint', () => {
  const print = (script: string, more: Partial<RunSpec> = {}): string => runProducer(spec(script, more)).fingerprint;

  test('is sha256 over script, shell and working directory as they were written', () => {
    const expected = createHash('sha256').update('make\0bash\0src').digest('hex');
    expect(print('make', { shell: 'bash', workingDirectoryAsWritten: 'src' })).toBe(expected);
  });

  test('is the same wherever the workspace is, and another for each change', () => {
    expect(print('make', { workingDirectory: '/a' })).toBe(print('make', { workingDirectory: '/b' }));
    const changed = [print('make '), print('make', { shell: 'sh' }), print('make', { workingDirectoryAsWritten: 'x' })];
    expect(new Set([...changed, print('make')]).size).toBe(4);
  });
});

describe('a check', () => {
  const check = (script: string, more: Partial<CheckOptions> = {}): Promise<CheckResult> => {
    const signal = new AbortController().signal;
    return runCheck(spec(script), { env: process.env, key: 'k', out, scratch, signal, reporter, ...more });
  };

  test('passes with exit code 0 and sees the folder', async () => {
    expect(
      await check('test -d "$BUILD_ONCE_OUT" && test -z "$INPUT_X"', { env: { ...process.env, INPUT_X: '1' } }),
    ).toEqual({
      passed: true,
      hung: false,
      why: 'ended with exit code 0',
    });
  });

  test('does not pass with another one, and prints to the debug log only', async () => {
    expect(await check('echo looking; exit 2')).toEqual({ passed: false, hung: false, why: 'ended with exit code 2' });
    expect(new Set(log.map(([method]) => method))).toEqual(new Set(['debug']));
    expect(said('debug')).toContain('| looking');
  });

  test('does not pass when it takes too long, and is ended', async () => {
    const since = stopwatch();
    expect(await check('sleep 300', { timeoutMs: 200 })).toEqual({
      passed: false,
      hung: true,
      why: 'took longer than 200 ms',
    });
    expect(since()).toBeLessThan(2_000);
  });

  test('throws the reason of an abort', async () => {
    const reason = new Error('cancelled');
    const abort = new AbortController();
    const checking = check('sleep 300', { signal: abort.signal, onSpawn: () => abort.abort(reason) });
    await expect(checking).rejects.toBe(reason);
  });
});
