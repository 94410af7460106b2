import { getSystemErrorName } from 'node:util';
import { describe, expect, test } from 'vitest';
import { explanationOf, isRootTrouble, rootError, systemCode } from '../../src/base/errors.ts';

function refused(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: refused, ${syscall}`), { code, syscall, path: '/cache/x' });
}

/** As Node makes it of a number that it has no name for. */
function numbered(errno: number): Error {
  const code = `Unknown system error -${errno}`;
  return Object.assign(new Error(`${code}: ${code}, mkdir '/cache/x'`), { errno: -errno, code, syscall: 'mkdir' });
}

describe('what a refused call means', () => {
  test('on Windows, where no advice is of owners and sticky bits', () => {
    for (const code of ['EPERM', 'EACCES']) {
      expect(explanationOf(refused(code, 'open'), 'win32')).toContain('another program has a file there open');
      expect(explanationOf(refused(code, 'symlink'), 'win32')).toContain('Developer Mode');
    }
    const advice = ['EPERM', 'EACCES', 'EBUSY', 'ENOSPC'].map((code) => explanationOf(refused(code, 'open'), 'win32'));
    expect(advice.join(' ')).not.toMatch(/chmod|chown|sticky|group/);
  });

  test('elsewhere', () => {
    expect(explanationOf(refused('EPERM', 'symlink'), 'linux')).toContain('sticky');
    expect(explanationOf(refused('EACCES', 'open'), 'darwin')).toContain('write access');
  });

  test('an error that says nothing about a folder is not explained', () => {
    const broken = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
    expect(isRootTrouble(broken)).toBe(false);
    expect(isRootTrouble(Object.assign(new Error('a mistake'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBe(false);
    expect(isRootTrouble(new Error('no code'))).toBe(false);
  });

  test('also has a name where Node knows none', () => {
    const damaged = Object.assign(new Error('Unknown system error -117'), {
      errno: -117,
      code: 'Unknown system error -117',
    });
    expect(rootError(damaged, '/cache').message).toContain('EUCLEAN at /cache: the file system there is damaged');
  });

  test.runIf(process.platform === 'linux')('is told of every number that Linux has', () => {
    for (let errno = 1; errno <= 133; errno++) {
      const code = getSystemErrorName(-errno);
      for (const call of [{ syscall: 'open', path: '/cache/x' }, { syscall: 'fsync' }]) {
        const error = Object.assign(new Error(`${code}: x, ${call.syscall}`), { errno: -errno, code, ...call });
        const isConnection = ['EPIPE', 'ECONNRESET'].includes(code) && call.path === undefined;
        expect(isRootTrouble(error), code).toBe(!isConnection);
        const { message } = rootError(error, '/cache');
        expect(message).toMatch(/^The shared cache at \/cache cannot be used: (?:E|errno \d)/);
        expect(message).not.toContain('Unknown');
      }
    }
  });

  test.runIf(process.platform === 'linux')('by its name where Node has none', () => {
    const names = [122, 126, 121, 37].map((errno) => systemCode(numbered(errno)));
    expect(names).toEqual(['EDQUOT', 'ENOKEY', 'EREMOTEIO', 'ENOLCK']);
    expect(rootError(numbered(122), '/cache')).toMatchObject({
      code: 'NO_SPACE',
      message: expect.stringContaining('EDQUOT at /cache: the disk quota is used up'),
    });
  });

  test('stands in the error, with the path', () => {
    const { code, message } = rootError(refused('ENOSPC', 'write'), '/cache');
    expect(code).toBe('NO_SPACE');
    expect(message).toMatch(/^The shared cache at \/cache cannot be used: ENOSPC at \/cache\/x: the disk is full; /);
  });
});
