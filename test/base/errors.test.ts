import { describe, expect, test } from 'vitest';
import { explanationOf, isRootTrouble, rootError } from '../../src/base/errors.ts';

function refused(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: refused, ${syscall}`), { code, syscall, path: '/cache/x' });
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
    expect(isRootTrouble(refused('ECONNRESET', 'read'))).toBe(false);
    expect(isRootTrouble(new Error('no code'))).toBe(false);
  });

  test('also has a name where Node knows none', () => {
    const damaged = Object.assign(new Error('Unknown system error -117'), {
      errno: -117,
      code: 'Unknown system error -117',
    });
    expect(rootError(damaged, '/cache').message).toContain('EUCLEAN at /cache: the file system there is damaged');
  });

  test('stands in the error, with the path', () => {
    const { code, message } = rootError(refused('ENOSPC', 'write'), '/cache');
    expect(code).toBe('NO_SPACE');
    expect(message).toMatch(/^The shared cache at \/cache cannot be used: ENOSPC at \/cache\/x: the disk is full; /);
  });
});
