import { describe, expect, test } from 'vitest';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'absolute paths as POSIX writes them');

const facts = { os: 'linux', arch: 'x64', libc: () => 'glibc', cwd: '/started/here' };
const runner = {
  GITHUB_WORKSPACE: '/runner/repo',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_SERVER_URL: 'https://github.example',
  RUNNER_TOOL_CACHE: '/opt/cache',
  'INPUT_JOB-TOKEN': 'of-the-job',
};

async function request(given: Readonly<Record<string, string>>) {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return readRequest({ ...runner, ...Object.fromEntries(inputs) }, facts);
}

test('a fragment is no part of the URL that is fetched, nor of the key', async () => {
  const told = JSON.stringify(await request({ url: 'https://h/x#SECRET' }));
  expect(told).toContain('"key":"https://h/x"');
  expect(told).not.toContain('SECRET');
});

const SHA = 'ab'.repeat(32);

describe('what may be a secret is no part of a complaint', () => {
  test.each([
    [{ key: 'k', run: 'x', token: 'SECRET' }, '- token was given without repository.'],
    [{ repository: 'a/b', token: 'SE\nCRET' }, '- token contains control characters.'],
    [{ key: 'k', run: 'x', headers: 'A: SECRET' }, '- headers was given without url.'],
    [{ key: 'k', run: 'x', 'build-args': 'A=SECRET' }, '- build-args was given without image.'],
    [{ key: 'k', run: 'x', secrets: 'A=SECRET' }, '- secrets was given without image.'],
    [{ image: 'a:1', secrets: 'A=1\nSECRET' }, '- secrets has a line'],
    [{ run: 'x', image: 'a:1', 'build-args': 'A=SECRET' }, '- build-args was given with run.'],
    [{ key: 'k', run: 'x', url: 'https://h/x?sig=SECRET' }, '- url "https://h/x" was given with run.'],
    [{ key: 'k', url: 'https://h/x?sig=SE CRET' }, '- url "https://h/x" contains blanks.'],
    [{ key: 'k', url: 'ftp://me:SECRET@h/x' }, '- url "ftp://h/x" is neither'],
    [{ key: 'k', url: 'htps//me:SECRET@h/x' }, '- url "htps//h/x" is not a URL.'],
    [{ repository: 'https:/me:SECRET@h/x/y' }, '- repository "https:/h/x/y" is neither'],
    [{ repository: 'x1+y://me:SECRET@h' }, '- repository contains a user or a password'],
    [{ repository: 'me:SECRET@h:x' }, '- repository contains a user or a password'],
    [{ repository: 'ssh://me@SECRET@h/x' }, '- repository contains a user or a password'],
    [{ repository: 'https://me:SE CRET@h/x' }, '- repository "https://h/x" is not a repository.'],
    [{ repository: 'https://h/x?key=SECRET' }, '- repository "https://h/x" has a query or a fragment'],
    [{ repository: 'git@h:x#SECRET' }, 'has a query or a fragment'],
    [{ url: 'x1://me:SECRET@h/x' }, '- url "x1://h/x" is neither'],
  ])('%j', async (given, told) => {
    const tell = () => request(given);
    await expect(tell()).rejects.toThrow(told);
    await expect(tell()).rejects.not.toThrow(/SE.?CRET/s);
  });
});

describe('url', () => {
  test('is told with all its options, and makes what is relocatable', async () => {
    const given = {
      key: 'k',
      url: 'https://example.com/a.tar.gz?sig=1',
      sha256: `sha256:${SHA.toUpperCase()}`,
      strip: '2',
      headers: 'Accept: a/b\nAuthorization: Bearer x:y',
      'max-unpacked': '1GB',
      'max-ratio': '7',
    };
    const { producer, subject } = await request(given);
    expect(producer).toEqual({
      name: 'url',
      spec: {
        url: 'https://example.com/a.tar.gz?sig=1',
        sha256: SHA,
        strip: 2,
        headers: [
          { name: 'Accept', value: 'a/b' },
          { name: 'Authorization', value: 'Bearer x:y' },
        ],
        maxUnpackedBytes: 1e9,
        maxRatio: 7,
      },
    });
    expect(subject).toMatchObject({ key: 'k', relocatable: true, scope: 'acme/app' });
    expect((await request({ ...given, relocatable: 'false' })).subject.relocatable).toBe(false);
  });

  test('is the key with what decides what comes of it, unless its query may be a secret', async () => {
    const url = 'https://example.com/a.tar.gz';
    expect((await request({ url })).subject.key).toBe(url);
    expect((await request({ url, sha256: SHA, strip: '1' })).subject.key).toBe(`${url} sha256=${SHA} strip=1`);
    await expect(request({ url: `${url}?sig=1` })).rejects.toThrow('key is missing, and this url cannot be the key');
  });

  test.each([
    [{ url: 'example.com/x' }, 'url "example.com/x" is not a URL'],
    [{ url: 'ftp://example.com/x' }, 'is neither an https nor an http URL'],
    [{ url: 'https://me:secret@example.com/x' }, 'url contains a user or a password'],
    [{ url: 'https://example.com/x', sha256: 'abc' }, 'sha256 "abc" is not a sha256'],
    [{ url: 'https://example.com/x', strip: '-1' }, 'strip "-1" is not a whole number'],
    [{ url: 'https://example.com/x', headers: 'secret' }, 'headers has a line that is not a header'],
    [{ key: 'k', run: 'true', sha256: SHA }, 'was given without url'],
    [{ url: 'https://example.com/x', run: 'true' }, 'url "https://example.com/x" was given with run'],
  ])('%o is refused', async (given, wrong) => {
    await expect(request(given)).rejects.toThrow(wrong);
    await expect(request(given)).rejects.not.toThrow('secret@');
  });
});

describe('repository', () => {
  test('is told with all its options', async () => {
    const given = {
      repository: 'acme/lib',
      ref: 'v1.2',
      update: 'true',
      submodules: 'recursive',
      lfs: 'true',
      filter: 'blob:none',
      depth: '0',
      token: 't',
    };
    const { producer, subject } = await request(given);
    expect(producer).toEqual({
      name: 'repository',
      spec: {
        url: 'https://github.example/acme/lib',
        ref: 'v1.2',
        commit: undefined,
        update: true,
        submodules: 'recursive',
        lfs: true,
        filter: 'blob:none',
        depth: Infinity,
        token: 't',
      },
    });
    const options = 'submodules=recursive lfs=true filter=blob:none depth=all';
    expect(subject).toMatchObject({ key: `https://github.example/acme/lib@v1.2 ${options}`, relocatable: true });
  });

  test("gets the job's own token on this server, and nowhere else", async () => {
    const token = async (repository: string) => {
      const { producer } = await request({ repository });
      return producer?.name === 'repository' ? producer.spec.token : 'no repository';
    };
    expect(await token('acme/lib')).toBe('of-the-job');
    expect(await token('https://github.example/acme/lib.git')).toBe('of-the-job');
    expect(await token('https://github.example.evil.org/acme/lib')).toBeUndefined();
    expect(await token('https://elsewhere.example/acme/lib')).toBeUndefined();
    expect(await token('git@github.example:acme/lib.git')).toBeUndefined();
  });

  test.each([
    [{ repository: 'lib' }, 'is neither owner/name nor a URL'],
    [{ repository: '--upload-pack=x' }, 'is not a repository'],
    [{ repository: 'https://x:secret@example.com/a' }, 'repository contains a user or a password'],
    [{ repository: 'ssh://x:secret@example.com/a' }, 'repository contains a user or a password'],
    [{ repository: 'a/b', ref: '-x' }, 'is not a valid name of'],
    [{ repository: 'a/b', ref: 'x..y' }, 'is not a valid name of'],
    [{ repository: 'a/b', filter: 'x' }, 'is not a filter of git'],
    [{ key: 'k', run: 'true', update: 'true' }, 'was given without repository'],
    [{ repository: 'a/b', url: 'https://example.com/x' }, 'repository "a/b" was given with url'],
  ])('%o is refused', async (given, wrong) => {
    await expect(request(given)).rejects.toThrow(wrong);
    await expect(request(given)).rejects.not.toThrow('secret@');
  });
});

describe('image', () => {
  const how = async (given: Readonly<Record<string, string>>) => {
    const { producer } = await request({ image: 'app:1', ...given });
    return producer?.name === 'image' ? producer.spec.how : undefined;
  };

  test('is pulled, built from a context, or left by a script', async () => {
    expect(await how({})).toEqual({ kind: 'pull' });
    expect(await how({ context: 'docker', dockerfile: 'docker/x', 'build-args': 'A=1\nB', target: 't' })).toEqual({
      kind: 'build',
      context: '/runner/repo/docker',
      contextAsWritten: 'docker',
      dockerfile: '/runner/repo/docker/x',
      dockerfileAsWritten: 'docker/x',
      buildArgs: ['A=1', 'B'],
      target: 't',
      secrets: [],
      cacheFrom: [],
      cacheTo: [],
      platforms: [],
      pull: false,
      labels: [],
      keyed: false,
      recipe: undefined,
    });
    expect(await how({ key: 'k', context: 'docker' })).toMatchObject({ keyed: true });
    expect(await how({ context: 'https://example.com/x.git' })).toMatchObject({ context: 'https://example.com/x.git' });
    expect(await how({ run: 'make image' })).toMatchObject({ kind: 'run', command: { script: 'make image' } });
  });

  test.each([
    [{ secrets: 'NPM' }, '- secrets has a line that is not a secret'],
    [{ platforms: 'linux' }, '- platforms "linux" is not a platform'],
    [{ labels: 'a' }, '- labels "a" is not a label'],
    [{ pull: 'always' }, '- pull "always" is neither true nor false'],
  ])('%j is refused', async (more, told) => {
    await expect(request({ image: 'app:1', context: 'docker', ...more })).rejects.toThrow(told);
  });

  test('has one name, which is the key, for all repositories', async () => {
    expect((await request({ image: 'app' })).subject).toMatchObject({ key: 'app:latest', scope: 'shared' });
    expect((await request({ image: 'registry:5000/app' })).subject.key).toBe('registry:5000/app:latest');
    expect((await request({ image: 'registry:5000/app:2' })).subject.key).toBe('registry:5000/app:2');
    expect((await request({ image: `app@sha256:${SHA}` })).subject.key).toBe(`app@sha256:${SHA}`);
  });

  test.each([
    [{ image: 'App:1' }, 'has capital letters'],
    [{ image: '-x' }, 'is not a valid image name'],
    [{ image: 'team/app::1' }, 'is not a valid image name'],
    [{ image: 'team//app:1' }, 'is not a valid image name'],
    [{ image: 'app:1/x:y:z' }, 'is not a valid image name'],
    [{ image: 'team/app:' }, 'has an empty tag. Write one; hashFiles() is empty where no file matches its pattern.'],
    [{ image: 'a', context: 'https://x:secret@example.com/a.git' }, 'context contains a user or a password'],
    [{ image: 'a', run: 'true', context: '.' }, 'context "." was given with run'],
    [{ image: `a@sha256:${SHA}`, context: '.' }, 'names a digest, which an image made by context cannot be given'],
    [{ image: `a@sha256:${SHA}`, run: 'make' }, 'names a digest, which an image made by run cannot be given'],
    [{ image: 'a', context: '.', 'build-args': '=1' }, 'build-args has a line that is not a build argument'],
    [{ key: 'k', run: 'true', target: 'x' }, 'was given without image'],
  ])('%o is refused', async (given, wrong) => {
    await expect(request(given)).rejects.toThrow(wrong);
  });
});
