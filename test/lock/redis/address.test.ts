import { describe, expect, test } from 'vitest';
import { BadAddress, parseAddress } from '../../../src/lock/redis/address.ts';

describe('the address of a pool', () => {
  test('has a port, a database and no password where it names none', () => {
    expect(parseAddress('redis://cache')).toEqual({
      host: 'cache',
      port: 6379,
      db: 0,
      tls: false,
      username: undefined,
      password: undefined,
      shown: 'redis://cache:6379/0',
    });
  });

  test('names user, password, port, database and TLS', () => {
    expect(parseAddress('rediss://ci:p%40ss%2F%23@cache.example:6380/3')).toEqual({
      host: 'cache.example',
      port: 6380,
      db: 3,
      tls: true,
      username: 'ci',
      password: 'p@ss/#',
      shown: 'rediss://cache.example:6380/3',
    });
  });

  test('may be one of IPv6', () => {
    expect(parseAddress('redis://[::1]:7000/')).toMatchObject({
      host: '::1',
      port: 7000,
      shown: 'redis://[::1]:7000/0',
    });
  });

  test.each([
    ['redis://cache', undefined],
    ['redis://ci@cache', 'ci'],
  ])('takes its password from elsewhere: %s', (text, username) => {
    expect(parseAddress(text, 'p@:/#?')).toMatchObject({ username, password: 'p@:/#?' });
  });

  test('may have a password and no user', () => {
    expect(parseAddress('redis://:secret@cache')).toMatchObject({ username: undefined, password: 'secret' });
  });
});

describe('an address that is none is refused, and its password is not shown', () => {
  test.each([
    ['', ''],
    ['cache:6379', 'pool "cache:6379" is no address of a Redis server'],
    ['http://cache', 'pool "http://cache" is no address'],
    ['http://ci:secret@cache', 'pool "http://cache"'],
    ['ci:secret@cache', 'pool "cache"'],
    ['redis://', ''],
    ['redis://:secret@', ''],
    ['redis://cache:port', 'is no valid address'],
    ['redis://cache:99999', 'is no valid address'],
    ['redis://ci:secret@cache:99999', 'pool "redis://cache:99999"'],
    ['redis://:secret', ''],
    ['redis://cache/first', 'no number of a database'],
    ['redis://cache/-1', 'no number of a database'],
    ['redis://cache/1/2', 'no number of a database'],
    ['redis://cache?db=1', 'a "?" or a "#"'],
    ['redis://ci:sec#ret@cache', 'write them as %3F and %23'],
    ['redis://ci:sec?ret@cache', 'write them as %3F and %23'],
    ['redis://ci:sec/ret@cache', ''],
    ['redis://ci:sec%ret@cache', 'as %25'],
    ['redis://ci@cache', 'has a user and no password'],
    ['redis://:se\ncret@ca\nche', ''],
  ])('%j', (text, message) => {
    const error = refused(text);
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/sec|ret|\n/);
  });

  test('given twice, it is refused', () => {
    expect(() => parseAddress('redis://:one@cache', 'two')).toThrow(
      /^pool "redis:\/\/cache" has a password in it, and/,
    );
  });
});

function refused(text: string): BadAddress {
  try {
    parseAddress(text);
  } catch (error) {
    if (error instanceof BadAddress) return error;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}
