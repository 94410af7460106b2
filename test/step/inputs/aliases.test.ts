import { describe, expect, test } from 'vitest';
import { readClaimRequest } from '../../../src/guard/claim-inputs.ts';
import { type Alias, aliases, aliasNames } from '../../../src/step/inputs/aliases.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'absolute paths as POSIX writes them');

const facts = { os: 'linux', arch: 'x64', libc: () => 'glibc', cwd: '/runner/repo' };
const runner = { GITHUB_REPOSITORY: 'acme/app', RUNNER_TOOL_CACHE: '/opt/cache', GITHUB_WORKSPACE: '/runner/repo' };

type Given = Readonly<Record<string, string>>;

function variables(given: Given) {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return { ...runner, ...Object.fromEntries(inputs) };
}

function request(given: Given) {
  return readRequest(variables(given), facts);
}

const SHA = 'ab'.repeat(32);

/** A step in which each of the names has a place, its value, another one, and one that is not allowed. */
const steps: Readonly<Record<Alias, { rest: Given; value: string; other: string; bad: string }>> = {
  checksum: { rest: { url: 'https://h/x' }, value: SHA, other: 'cd'.repeat(32), bad: 'abc' },
  'fetch-depth': { rest: { repository: 'a/b' }, value: '0', other: '1', bad: 'all' },
  'github-token': { rest: { repository: 'a/b' }, value: 'SECRET', other: 'OTHER', bad: 'SE\u0007CRET' },
  file: { rest: { image: 'app:1', context: '.' }, value: 'ci/Dockerfile', other: 'Dockerfile', bad: 'a\u0007b' },
  tags: { rest: { context: '.' }, value: 'app:1', other: 'app:2', bad: 'app:' },
};

describe.each(aliasNames)('%s', (alias) => {
  const name = aliases[alias];
  const { rest, value, other, bad } = steps[alias];

  test(`is the same as ${name}, and no strange name`, () => {
    expect(request({ ...rest, [alias]: value })).toEqual(request({ ...rest, [name]: value }));
    expect(request({ ...rest, [alias]: value }).notes).toEqual([]);
    expect(request({ ...rest, [alias]: `\n${value}\n`, [name]: ' ' })).toEqual(request({ ...rest, [name]: value }));
  });

  test('may be given twice if both say the same; else both names are told', () => {
    expect(request({ ...rest, [alias]: value, [name]: value })).toEqual(request({ ...rest, [name]: value }));
    const both = () => request({ ...rest, [alias]: value, [name]: other });
    const [shown, otherShown] = name === 'token' ? ['', ''] : [` "${value}"`, ` "${other}"`];
    const told = `1 invalid input:\n- ${alias}${shown} and ${name}${otherShown} are one input, and say different things. Write one of the two.`;
    expect(both).toThrow(told);
    expect(both).not.toThrow('SECRET');
  });

  test('is how a bad value is told', () => {
    const told = () => request({ ...rest, [alias]: bad });
    expect(told).toThrow(`1 invalid input:\n- ${alias} `);
    expect(told).not.toThrow(/SE.?CRET/s);
  });

  test('has no default that a pool sets', () => {
    const variable = `BUILD_ONCE_${alias.toUpperCase().replaceAll('-', '_')}`;
    const plain = { ...rest, [name]: value };
    expect(readRequest({ ...variables(plain), [variable]: other }, facts).subject).toEqual(request(plain).subject);
  });

  test('is none of claim', () => {
    const given = variables({ key: 'k', [alias]: value });
    expect({ ...readClaimRequest(given, facts), notes: [] }).toEqual(readClaimRequest(variables({ key: 'k' }), facts));
  });
});

test('a name that needs another input is told as it was written', () => {
  expect(() => request({ key: 'k', run: 'make', 'fetch-depth': '0' })).toThrow(
    '- fetch-depth "0" was given without repository.',
  );
  expect(() => request({ key: 'k', run: 'make', 'github-token': 'SECRET' })).toThrow(
    '1 invalid input:\n- github-token was given without repository.',
  );
});

describe('what a name means elsewhere and not here', () => {
  test.each(['app:1,app:latest', 'app:1\napp:latest', ' app:1 \n\n app:latest '])('several tags: %j', (tags) => {
    const told = '" has several names, and an image has one here. Write one, and give it the others with docker tag.';
    expect(() => request({ context: '.', tags })).toThrow(told);
    expect(() => request({ context: '.', tags })).toThrow('1 invalid input:\n- tags "app:1');
  });

  test('tags of an image that nothing builds', () => {
    expect(() => request({ tags: 'app:1' })).toThrow(
      '1 invalid input:\n- tags "app:1" was given without context. Write context: . to build the image, or image: to pull it.',
    );
    expect(request({ image: 'app:1' }).producer).toMatchObject({ spec: { how: { kind: 'pull' } } });
    expect(request({ tags: 'app:1', run: 'make image' }).producer).toMatchObject({ name: 'image' });
  });

  test.each(['https://git.example/a/b', 'git@git.example:a/b', 'https://github.com/a/b.git', '/srv/git/a'])(
    'a token of GitHub for %s, which may be another server',
    (repository) => {
      const told = () => request({ repository, 'github-token': 'SECRET' });
      expect(told).toThrow('1 invalid input:\n- github-token was given with the address of a repository');
      expect(told).not.toThrow('SECRET');
      expect(request({ repository, token: 'SECRET' }).producer).toMatchObject({ spec: { token: 'SECRET' } });
    },
  );
});
