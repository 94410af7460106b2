import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OnceError } from '../../../src/base/errors.ts';
import type { Request } from '../../../src/recipe/request.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'absolute paths as POSIX writes them');

const facts = { os: 'linux', arch: 'x64', libc: () => 'glibc', cwd: '/started/here' };
const runner = { GITHUB_WORKSPACE: '/runner/repo', GITHUB_REPOSITORY: 'acme/app', RUNNER_TOOL_CACHE: '/opt/cache' };

type Given = Readonly<Record<string, string>>;

async function request(given: Given, env: Record<string, string> = runner): Promise<Request> {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return readRequest({ ...env, ...Object.fromEntries(inputs) }, facts);
}

/** A step that is fine apart from what `given` says. */
async function step(given: Given, env: Record<string, string> = runner): Promise<Request> {
  return request({ key: 'k', run: 'make', ...given }, env);
}

/** The lines of the error about bad inputs. */
async function complaints(read: () => Promise<unknown>): Promise<string[]> {
  try {
    await read();
  } catch (error) {
    expect(error).toBeInstanceOf(OnceError);
    expect((error as OnceError).code).toBe('BAD_INPUT');
    return (error as OnceError).message.split('\n').slice(1);
  }
  return [];
}

describe('a step with only a key and a command', () => {
  test('has all the defaults', async () => {
    expect(await step({})).toEqual({
      enabled: true,
      subject: { key: 'k', scope: 'acme/app', platform: 'linux-x64-glibc', relocatable: false, root: '/opt/cache' },
      producer: {
        name: 'run',
        spec: {
          script: 'make',
          shell: undefined,
          workingDirectory: '/runner/repo',
          workingDirectoryAsWritten: '',
          allowEmpty: false,
        },
      },
      check: undefined,
      tool: undefined,
      policy: {
        mode: 'build',
        force: false,
        verify: 'off',
        onChange: 'warn',
        waitTimeoutMs: 21_600_000,
        onTimeout: 'fail',
        buildTimeoutMs: Infinity,
        attempts: 2,
        needsFreeBytes: 0,
        onPoolError: 'local',
        readOnly: false,
        groupShared: false,
      },
      delivery: { workspace: '/runner/repo', link: undefined, copyTo: undefined, addPath: [], exportEnv: [] },
      pool: undefined,
      remote: undefined,
      summary: 'auto',
      failOnMiss: false,
      notes: [],
    });
  });

  test('takes a blank input for an unset one', async () => {
    expect(
      await step({ 'wait-timeout': '', attempts: '  ', verify: '\n', shared: '', link: '', check: ' \n' }),
    ).toEqual(await step({}));
  });

  test('runs in the working directory of the process where there is no workspace', async () => {
    const { GITHUB_WORKSPACE: _, ...env } = runner;
    expect((await step({}, env)).delivery.workspace).toBe('/started/here');
  });
});

test('every input reaches the request', async () => {
  const given = {
    key: 'llvm',
    run: 'make -j\n',
    shell: 'bash -el {0}',
    'working-directory': 'src',
    check: 'test -e x',
    tool: 'llvm',
    version: 'v18.1.8',
    arch: 'arm64',
    adopt: 'true',
    root: '/data/cache',
    scope: 'shared',
    platform: 'auto',
    relocatable: 'true',
    shared: 'group',
    'wait-timeout': '0',
    'on-timeout': 'build',
    'build-timeout': '2h',
    attempts: '3',
    force: 'true',
    build: 'true',
    'lookup-only': 'false',
    'fail-on-cache-miss': 'true',
    verify: 'full',
    'needs-free': '10GB',
    'on-change': 'rebuild',
    'read-only': 'true',
    pool: 'rediss://cache:6380/1',
    'pool-password': 'secret',
    'pool-lease': '1m',
    'on-pool-error': 'fail',
    remote: 'actions-cache',
    'remote-mode': 'read',
    enabled: 'false',
    summary: 'always',
    link: 'tools',
    'copy-to': 'copy',
    'add-path': 'bin\nlib/bin',
    'export-env': 'LLVM=.',
  };
  const command = { shell: 'bash -el {0}', workingDirectory: '/runner/repo/src', workingDirectoryAsWritten: 'src' };
  expect(await request(given)).toEqual({
    enabled: false,
    subject: { key: 'llvm', scope: 'shared', platform: 'linux-arm64-glibc', relocatable: true, root: '/data/cache' },
    producer: { name: 'run', spec: { script: 'make -j\n', ...command, allowEmpty: true } },
    check: { script: 'test -e x', ...command },
    tool: { name: 'llvm', version: '18.1.8', arch: 'arm64', adopt: true, toolCache: '/opt/cache' },
    policy: {
      mode: 'build',
      force: true,
      verify: 'full',
      onChange: 'rebuild',
      waitTimeoutMs: 0,
      onTimeout: 'build',
      buildTimeoutMs: 7_200_000,
      attempts: 3,
      needsFreeBytes: 10e9,
      onPoolError: 'fail',
      readOnly: true,
      groupShared: true,
    },
    delivery: {
      workspace: '/runner/repo',
      link: '/runner/repo/tools',
      copyTo: '/runner/repo/copy',
      addPath: ['bin', 'lib/bin'],
      exportEnv: [{ name: 'LLVM', path: '.' }],
    },
    pool: { address: 'rediss://cache:6380/1', password: 'secret', leaseMs: 60_000 },
    remote: 'read',
    summary: 'always',
    failOnMiss: true,
    notes: [],
  });
});

test.each([
  [{ build: 'true', 'lookup-only': 'false' }, 'build'],
  [{ build: 'false', 'lookup-only': 'false' }, 'wait'],
  [{ build: 'true', 'lookup-only': 'true' }, 'look'],
  [{ build: 'false', 'lookup-only': 'true' }, 'look'],
])('%j is the mode %s', async (given, mode) => {
  expect((await step(given)).policy.mode).toBe(mode);
});

describe('the key', () => {
  test.each(['../../etc/passwd', '🔑', 'two\nlines', ' padded ', 'x'.repeat(8192), '.', 'a|b`c', '\x1b[31m'])(
    '%j is taken as it is',
    async (key) => {
      expect((await step({ key })).subject.key).toBe(key);
    },
  );

  test.each([{}, { key: '' }, { key: ' \n\t' }])('%j is refused as missing', async (given) => {
    expect(await complaints(() => request({ run: 'make', ...given }))).toEqual([
      '- key is missing. Write what makes the artifact the one you want, for example llvm-18.1.8.',
    ]);
  });

  test('more than 8,192 bytes of it are refused', async () => {
    expect(await complaints(() => step({ key: `${'x'.repeat(8191)}é` }))).toEqual([
      expect.stringMatching(/^- key "x+…" is longer than 8,192 bytes\. Write a shorter one/),
    ]);
  });

  test('a NUL in it is refused', async () => {
    expect(await complaints(() => step({ key: 'a\0b' }))).toEqual([
      '- key "a\\0b" contains a NUL character. Write it without; every other character is fine.',
    ]);
  });
});

describe('inputs that are wrong', () => {
  const WORDS = 'is not an allowed value.';
  test.each<[string, string, string]>([
    ['shell', 'fish', '"fish {0}"'],
    [
      'shell',
      'x'.repeat(5000),
      '…" is not a shell. Write bash, sh, pwsh, python, or a template such as `bash -el {0}`.',
    ],
    ['shell', 'ba\nsh', '- shell "ba\\nsh" contains control characters. Write it without them, in one line.'],
    ['working-directory', 'a\0', '- working-directory "a\\0" contains control characters.'],
    [
      'root',
      'cache',
      '- root "cache" is not an absolute path. Write one that starts at the root, for example /opt/ci-cache.',
    ],
    ['scope', 'a\nb', '- scope "a\\nb" contains control characters. Write it without them, in one line.'],
    ['scope', 's'.repeat(201), '…" is longer than 200 characters. Write a shorter name, for example team-compilers.'],
    ['platform', 'linux', `- platform "linux" ${WORDS} Allowed: auto, any.`],
    ['relocatable', 'maybe', '- relocatable "maybe" is neither true nor false. Write true or false.'],
    ['shared', 'grp', `- shared "grp" ${WORDS} Did you mean \`group\`? Allowed: group, user.`],
    ['wait-timeout', '90', '- wait-timeout "90" has no unit. Write 90s, 90m or 90h.'],
    ['on-timeout', 'skip', `- on-timeout "skip" ${WORDS} Allowed: fail, build.`],
    [
      'build-timeout',
      '0',
      '- build-timeout "0" would end every build at once. Write none for no limit, or for example 2h.',
    ],
    ['attempts', '0', '- attempts "0" is not a whole number from 1. Write for example 2.'],
    ['force', 'yes', '- force "yes" is neither true nor false. Write true or false.'],
    ['build', 'no', '- build "no" is neither true nor false. Write true or false.'],
    ['lookup-only', '1', '- lookup-only "1" is neither true nor false. Write true or false.'],
    ['fail-on-cache-miss', 'x', '- fail-on-cache-miss "x" is neither true nor false. Write true or false.'],
    ['verify', 'ful', `- verify "ful" ${WORDS} Did you mean \`full\`? Allowed: off, quick, full.`],
    ['needs-free', '10G', '- needs-free "10G" has no full unit. Write 10GB, or 10GiB for powers of 1024.'],
    ['on-change', 'rebild', `- on-change "rebild" ${WORDS} Did you mean \`rebuild\`? Allowed: warn, rebuild, fail.`],
    ['read-only', 'x', '- read-only "x" is neither true nor false. Write true or false.'],
    ['enabled', 'off', '- enabled "off" is neither true nor false. Write true or false.'],
    ['summary', 'on', `- summary "on" ${WORDS} Allowed: auto, always, never.`],
    ['link', '../x', '- link "../x" leaves the workspace. Write a path relative to GITHUB_WORKSPACE, for example'],
    ['copy-to', '.', '- copy-to "." is the workspace itself. Write a path inside it, for example deps/toolchain.'],
    ['add-path', '/usr/bin', '- add-path "/usr/bin" is an absolute path. Write a path relative to the build folder'],
    ['export-env', 'CI=x', '- export-env "CI=x" would set CI, which belongs to the runner or to build-once. Choose'],
  ])('%s %j is refused with what to write instead', async (name, value, line) => {
    const lines = await complaints(() => step({ [name]: value }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
    expect(lines[0]).toContain(name);
    expect(lines[0]?.length).toBeLessThan(700);
  });

  test.each<[Given, string]>([
    [
      { tool: 'a/b', version: '1.2.3' },
      '- tool "a/b" contains a path separator. Write a plain name, of letters, digits, - and _.',
    ],
    [{ tool: 'llvm', version: '18' }, '- version "18" is not a semantic version. Write 18.0.0.'],
    [{ tool: 'llvm', version: '18.1.8', arch: '../x' }, '- arch "../x" contains a path separator.'],
    [{ tool: 'llvm', version: '18.1.8', adopt: '?' }, '- adopt "?" is neither true nor false. Write true or false.'],
  ])('of a tool: %j', async (given, line) => {
    const lines = await complaints(() => step(given));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
  });

  test('are all told in one message, in one line each', async () => {
    const given = {
      key: '',
      verify: 'x',
      attempts: '0',
      'wait-timeout': '9',
      'add-path': '/a\n../b\nok',
      root: 'r\nr',
    };
    const lines = await complaints(() => request(given));
    const names = ['root', 'wait-timeout', 'attempts', 'verify', 'add-path', 'add-path', 'key', 'run'];
    expect(lines.map((line) => line.split(' ')[1])).toEqual(names);
    await expect(request(given)).rejects.toThrow('8 invalid inputs:\n');
    await expect(step({ verify: 'x' })).rejects.toThrow('1 invalid input:\n');
  });

  test('are cut where there are very many, and values where they are very long', async () => {
    const lines = await complaints(() => step({ 'add-path': '../x\n'.repeat(5000), verify: 'y'.repeat(1e6) }));
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe('- and 4981 more');
    expect(lines.join('\n').length).toBeLessThan(4000);
  });

  test('cannot forge a line of the log', async () => {
    const [line] = await complaints(() => step({ verify: 'x\n::error::y\x1b[2J\u202e' }));
    expect(line).toContain('"x\\n::error::y\\x1b[2J\\u202e"');
  });
});

describe('inputs that do not go together', () => {
  test.each<[Given, string | undefined]>([
    [
      { run: '' },
      '- run is missing, and nothing else builds the artifact. Write the command that builds, or url, repository or image instead',
    ],
    [{ run: ' \n', check: 'true' }, '- run is missing, and nothing else builds the artifact.'],
    [{ run: '', 'lookup-only': 'true' }, undefined],
    [{ run: '', build: 'false' }, undefined],
    [{ run: '', build: 'nope' }, '- build "nope" is neither true nor false.'],
    [{ build: 'false' }, undefined],
    [{ enabled: 'false' }, undefined],
    [{ enabled: 'false', run: '' }, '- run is missing, and nothing else builds the artifact.'],
    [{ enabled: 'false', run: '', build: 'false' }, '- enabled "false" asks for a private build, but nothing builds'],
    [
      { enabled: 'false', build: 'false' },
      '- enabled "false" asks for a private build, but build: false forbids building. Write one',
    ],
    [{ enabled: 'false', 'lookup-only': 'true' }, '- enabled "false" asks for a private build, but lookup-only: true'],
    [{ 'on-timeout': 'build' }, undefined],
    [{ 'on-timeout': 'build', run: '' }, '- run is missing, and nothing else builds the artifact.'],
    [{ 'on-timeout': 'build', run: '', build: 'false' }, '- on-timeout "build" asks for a build, but nothing builds'],
    [
      { 'on-timeout': 'build', build: 'false' },
      '- on-timeout "build" asks for a build, but build: false forbids building. Write',
    ],
    [{ force: 'true' }, undefined],
    [
      { force: 'true', build: 'false' },
      '- force "true" asks for a new build, but build: false forbids building. Write one of the two.',
    ],
    [
      { force: 'true', 'lookup-only': 'true' },
      '- force "true" asks for a new build, but lookup-only: true forbids building.',
    ],
    [{ tool: 'llvm' }, '- tool "llvm" was given without version. Write both, for example version: 18.1.8.'],
    [{ version: '1.2.3' }, '- version "1.2.3" was given without tool. Write both, for example tool: llvm.'],
    [{ arch: 'x64' }, '- arch "x64" was given without tool. Write tool and version too, or drop it.'],
    [{ adopt: 'true' }, '- adopt "true" was given without tool. Write tool and version too, or drop it.'],
    [{ adopt: 'false' }, undefined],
    [
      { tool: 'llvm', version: '1.2.3', scope: 'mine' },
      '- scope "mine" was given with tool, whose place in the tool cache',
    ],
    [{ tool: 'llvm', version: '1.2.3', scope: 'shared' }, undefined],
    [{ link: 'a', 'copy-to': 'b' }, undefined],
    [
      { link: 'a', 'copy-to': './a' },
      '- copy-to "./a" and link a are the same path, or one is inside the other. Write two',
    ],
    [{ link: 'a', 'copy-to': 'a/b' }, '- copy-to "a/b" and link a are the same path, or one is inside the other.'],
    [{ link: 'a/b', 'copy-to': 'a' }, '- copy-to "a" and link a/b are the same path, or one is inside the other.'],
  ])('%j', async (given, line) => {
    const lines = await complaints(() => step(given));
    expect(lines).toHaveLength(line === undefined ? 0 : 1);
    if (line !== undefined) expect(lines[0]).toContain(line);
  });
});

describe('the root', () => {
  const at = (name: string): string => `/from/${name}`;
  const variables = ['BUILD_ONCE_ROOT', 'RUNNER_TOOL_CACHE', 'RUNNER_TOOLSDIRECTORY', 'AGENT_TOOLSDIRECTORY'];

  test('is the input, else the first variable that is set', async () => {
    for (let from = 0; from < variables.length; from++) {
      const env = Object.fromEntries(variables.slice(from).map((name) => [name, at(name)]));
      expect((await step({}, env)).subject.root).toBe(at(variables[from] ?? ''));
      expect((await step({ root: '/given' }, env)).subject.root).toBe('/given');
    }
    expect((await step({}, { RUNNER_TOOL_CACHE: '', AGENT_TOOLSDIRECTORY: '/a' })).subject.root).toBe('/a');
  });

  test('without any of them the error says what to set', async () => {
    const [line] = await complaints(() => step({}, {}));
    expect(line).toBe(
      `- root is missing, and none of ${variables.join(', ')} is set. Set RUNNER_TOOL_CACHE to a folder that all runners of the host share, or write an absolute path as root.`,
    );
  });

  test('a relative one is refused by the name of its variable, and told once', async () => {
    const lines = await complaints(() => step({}, { RUNNER_TOOL_CACHE: '_tool' }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('- RUNNER_TOOL_CACHE "_tool" is not an absolute path. Set RUNNER_TOOL_CACHE to');
    expect(await complaints(() => step({ root: 'rel' }, {}))).toHaveLength(1);
  });

  describe('with links in its path', () => {
    let folder = '';
    beforeAll(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'inputs-')));
      mkdirSync(join(folder, 'real'));
      symlinkSync('real', join(folder, 'link'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('is resolved, also when it does not exist yet, and the tool cache with it', async () => {
      const given = { tool: 'llvm', version: '1.2.3' };
      const { subject, tool } = await step(given, {
        BUILD_ONCE_ROOT: `${folder}/link/new`,
        RUNNER_TOOL_CACHE: `${folder}/link`,
      });
      expect(subject.root).toBe(join(folder, 'real/new'));
      expect(tool?.toolCache).toBe(join(folder, 'real'));
    });
  });
});

describe('scope and platform', () => {
  test('the scope is the repository, a given name, or shared for a tool', async () => {
    expect((await step({})).subject.scope).toBe('acme/app');
    expect((await step({}, { RUNNER_TOOL_CACHE: '/c' })).subject.scope).toBe('local');
    expect((await step({ scope: ' team ' })).subject.scope).toBe('team');
    expect((await step({ tool: 'llvm', version: '1.2.3' })).subject.scope).toBe('shared');
  });

  test('the platform is that of the machine, or any', async () => {
    expect((await step({ platform: 'any' })).subject.platform).toBe('any');
    expect((await step({ platform: 'any', tool: 'a', version: '1.2.3', arch: 'arm64' })).subject.platform).toBe('any');
  });
});

describe('the tool', () => {
  const given = { tool: 'llvm', version: '18.1.8' };

  test('is for this machine unless told otherwise', async () => {
    expect((await step(given)).tool).toEqual({
      name: 'llvm',
      version: '18.1.8',
      arch: 'x64',
      adopt: false,
      toolCache: '/opt/cache',
    });
    expect((await step({ ...given, arch: 'arm64' })).tool?.arch).toBe('arm64');
  });

  test('goes into the tool cache of the runner, whatever the root is; without one into the root', async () => {
    expect((await step({ ...given, root: '/r' })).tool?.toolCache).toBe('/opt/cache');
    expect((await step({ ...given, root: '/r' }, { AGENT_TOOLSDIRECTORY: '/agent' })).tool?.toolCache).toBe('/agent');
    expect((await step({ ...given, root: '/r' }, {})).tool?.toolCache).toBe('/r');
  });
});

test('inputs that the action does not know are left to the runner to warn about', async () => {
  expect(await step({ 'no-such-input': 'x' })).toEqual(await step({}));
});
