import { describe, expect, test } from 'vitest';
import { hostFacts, libcOf, platformOf } from '../../src/step/platform.ts';

const facts = { os: 'linux', arch: 'x64', libc: () => 'glibc', cwd: '/work' };

describe('platformOf', () => {
  test('on Linux the C library is part of it', () => {
    expect(platformOf(facts)).toBe('linux-x64-glibc');
    expect(platformOf({ ...facts, libc: () => 'musl' })).toBe('linux-x64-musl');
    expect(platformOf({ ...facts, libc: () => '' })).toBe('linux-x64');
  });

  test('elsewhere nobody asks for a C library', () => {
    const libc = (): string => expect.fail('asked');
    expect(platformOf({ ...facts, os: 'darwin', arch: 'arm64', libc })).toBe('darwin-arm64');
    expect(platformOf({ ...facts, os: 'win32', libc })).toBe('win32-x64');
  });

  test('what is built for another architecture is of another platform', () => {
    expect(platformOf(facts, 'arm64')).toBe('linux-arm64-glibc');
  });

  test('of this machine it has all its parts', () => {
    const host = hostFacts();
    expect(platformOf(host).split('-').slice(0, 2)).toEqual([process.platform, process.arch]);
    if (process.platform === 'linux') expect(['glibc', 'musl']).toContain(host.libc());
  });
});

describe('libcOf', () => {
  test.each([
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', 'glibc'],
    ['/lib/x86_64-linux-gnu/libc-2.31.so', 'glibc'],
    ['/lib64/ld-linux-x86-64.so.2', 'glibc'],
    ['/lib/ld-musl-x86_64.so.1', 'musl'],
    ['/lib/libc.musl-aarch64.so.1', 'musl'],
    ['/usr/lib/libcap.so.2', ''],
    ['', ''],
  ])('a process that has mapped %j runs on %j', (file, libc) => {
    expect(
      libcOf(`7f00-7f01 r-xp 00000000 08:01 42   /usr/bin/node\n7f02-7f03 r-xp 00000000 08:01 43   ${file}\n`),
    ).toBe(libc);
  });
});
