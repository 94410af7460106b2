import { describe, expect, test } from 'vitest';
import { readClaimRequest } from '../../../src/guard/claim-inputs.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { poolWide } from '../../../src/step/inputs/table.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'absolute paths as POSIX writes them');

const facts = { os: 'linux', arch: 'x64', libc: () => 'glibc', cwd: '/started/here' };

function request(given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const runner = { GITHUB_REPOSITORY: 'acme/app', RUNNER_TOOL_CACHE: '/opt/cache' };
  return readRequest({ ...runner, ...env, ...Object.fromEntries(inputs) }, facts);
}

const sdk = { key: 'k', run: 'make' };

describe('a name in which a digest is missing', () => {
  test.each([
    ['venv-', 'ends with "-"'],
    ['gen- ', 'ends with "-"'],
    ['gen_', 'ends with "_"'],
    ['team/ci:', 'ends with ":"'],
    ['tool@', 'ends with "@"'],
    ['hash=', 'ends with "="'],
    ['-linux', 'begins with "-"'],
    ['=linux', 'begins with "="'],
  ])('as the key %s is refused', (key, wrong) => {
    expect(() => request({ ...sdk, key })).toThrow(wrong);
    expect(() => request({ ...sdk, key })).toThrow('hashFiles() is empty where no file matches');
  });

  test.each(['team/ci:py3-', 'team/ci:a_'])('as the image %s is refused', (image) => {
    expect(() => request({ image })).toThrow('hashFiles() is empty where no file matches');
  });

  test.each(['c++', 'g++-13', 'https://example.com/a/', 'a..b', '@scope/pkg', '_x', 'v1.', 'a - b', '~/x'])(
    'is not the key %s',
    (key) => {
      expect(request({ ...sdk, key }).notes).toEqual([]);
    },
  );

  test.each(['venv--linux', 'venv__linux'])('in the middle of the key %s is a note', (key) => {
    expect(request({ ...sdk, key }).notes).toEqual([expect.stringContaining('as if something there were empty')]);
  });
});

describe('scope', () => {
  test.each(['Shared', 'SHARED', 'sHared'])('%s is refused: it is the reserved word in another case', (scope) => {
    expect(() => request({ ...sdk, scope })).toThrow(
      `scope "${scope}" is a reserved word in another case. Write shared`,
    );
  });

  test.each(['shared', 'shared-by-us', 'Team'])('%s is one', (scope) => {
    expect(request({ ...sdk, scope }).subject.scope).toBe(scope);
  });
});

describe('a name that is none of ours', () => {
  test.each([
    ['wait_timeout', 'wait-timeout'],
    ['add_path', 'add-path'],
    ['chek', 'check'],
    ['readonly', 'read-only'],
    ['copyto', 'copy-to'],
  ])('of an input, %s, is a note', (name, meant) => {
    const told = `with: ${name} is no input of this action, and nothing reads it. Did you mean \`${meant}\`?`;
    expect(request({ ...sdk, [name]: 'x' }).notes).toEqual([told]);
  });

  test('of a variable of the pool is a note', () => {
    const { notes } = request(sdk, { BUILD_ONCE_WAITTIMEOUT: '1h' });
    expect(notes).toEqual([expect.stringContaining('Did you mean `BUILD_ONCE_WAIT_TIMEOUT`?')]);
  });

  test('is none if it is far from all of ours, or set by the runner or by us', () => {
    const env = { BUILD_ONCE_OUT: '/o', BUILD_ONCE_TOKEN: 't', BUILD_ONCE_ROOT: '/r', BUILD_ONCE_SECRET_0: 'x' };
    const own = { 'check-run-id': '1', 'job-token': 'x', 'totally-different': 'x' };
    expect(request({ ...sdk, ...own }, env).notes).toEqual([]);
  });

  test('is told of claim by its own inputs', () => {
    const env = { RUNNER_TOOL_CACHE: '/opt/cache', INPUT_KEY: 'k', INPUT_CLAIMLIMIT: '1h', 'INPUT_CLAIM-LIMIT': '2h' };
    expect(readClaimRequest(env, facts).notes).toEqual([expect.stringContaining('`claim-limit`')]);
  });
});

describe('defaults of the pool', () => {
  test('are in force where the step says nothing', () => {
    const env = {
      BUILD_ONCE_SHARED: 'group',
      BUILD_ONCE_WAIT_TIMEOUT: '2h',
      BUILD_ONCE_ATTEMPTS: '5',
      BUILD_ONCE_SCOPE: 'team',
      BUILD_ONCE_READ_ONLY: 'true',
      BUILD_ONCE_MAX_IN_FLIGHT: '3',
      BUILD_ONCE_GROUP: 'compilers',
    };
    const { policy, subject } = request(sdk, env);
    expect(policy).toMatchObject({ groupShared: true, waitTimeoutMs: 7_200_000, attempts: 5, readOnly: true });
    expect(policy.slots).toEqual({ count: 3, group: 'compilers' });
    expect(subject.scope).toBe('team');
    const own = request({ ...sdk, attempts: '2', shared: 'user', scope: 'mine' }, env);
    expect(own.policy).toMatchObject({ groupShared: false, attempts: 2, readOnly: true });
    expect(own.subject.scope).toBe('mine');
  });

  test.each(poolWide)('%s has one, and a bad one is told by its variable', (name) => {
    const variable = `BUILD_ONCE_${name.toUpperCase().replaceAll('-', '_')}`;
    const bad = ['scope', 'group', 'pool-password'].includes(name) ? 'a\u0007b' : 'nonsense';
    const isSecret = ['pool', 'pool-password'].includes(name);
    expect(() => request(sdk, { [variable]: bad })).toThrow(`- ${variable} ${isSecret ? '' : '"'}`);
    if (isSecret) expect(() => request(sdk, { [variable]: bad })).not.toThrow(bad);
    expect(() => request(sdk, { [variable]: ' ' })).not.toThrow();
  });

  test('do not take a tool out of the scope of all repositories', () => {
    const tool = { ...sdk, tool: 'llvm', version: '18.1.8' };
    expect(request(tool, { BUILD_ONCE_SCOPE: 'team' }).subject.scope).toBe('shared');
  });

  test('are for claim too, but for its own limit', () => {
    const env = {
      RUNNER_TOOL_CACHE: '/opt/cache',
      INPUT_KEY: 'k',
      BUILD_ONCE_ATTEMPTS: '7',
      BUILD_ONCE_BUILD: 'false',
    };
    const { policy } = readClaimRequest({ ...env, BUILD_ONCE_BUILD_TIMEOUT: '1s' }, facts);
    expect(policy).toMatchObject({ attempts: 7, mode: 'build', buildTimeoutMs: 21_600_000 });
  });
});
