import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemCode } from '../../src/base/errors.ts';
import { rename, renameOnWindows } from '../../src/host/rename.ts';
import { canLink, NO_JUNCTIONS } from '../harness/systems/links.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rename-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function make(name: string, kind: 'file' | 'folder' | 'link'): void {
  const path = join(dir, name);
  if (kind === 'file') writeFileSync(path, name);
  if (kind === 'folder') mkdirSync(path);
  if (kind === 'link') symlinkSync(dir, path, 'junction');
}

/** What a rename from `from` to `to` comes to where the system refuses it that many times with `code`. */
function renamed(code: string, times: number, during = () => {}): { code: string | undefined; pauses: number[] } {
  const pauses: number[] = [];
  let refusals = 0;
  const calls = {
    rename: (from: string, to: string) => {
      if (refusals++ < times) throw Object.assign(new Error(`${code}: refused`), { code });
      renameSync(from, to);
    },
    pause: (ms: number) => {
      pauses.push(ms);
      during();
    },
  };
  try {
    renameOnWindows(join(dir, 'from'), join(dir, 'to'), calls);
    return { code: undefined, pauses };
  } catch (error) {
    return { code: systemCode(error), pauses };
  }
}

const total = (pauses: readonly number[]) => pauses.reduce((sum, ms) => sum + ms, 0);

describe('a rename on Windows', () => {
  test.each(['EPERM', 'EACCES', 'EBUSY'])('is tried again after %s where nothing is in the way', (code) => {
    make('from', 'folder');
    expect(renamed(code, 3)).toEqual({ code: undefined, pauses: [10, 20, 40] });
    expect(readdirSync(dir)).toEqual(['to']);
  });

  test('tells what the system said when it is refused for 2 s', () => {
    make('from', 'folder');
    const { code, pauses } = renamed('EBUSY', Number.POSITIVE_INFINITY);
    expect([code, total(pauses)]).toEqual(['EBUSY', 2000]);
    expect(readdirSync(dir)).toEqual(['from']);
  });

  test.for([
    ['folder', 'folder'],
    ['folder', 'file'],
    ['folder', 'link'],
    ['link', 'link'],
    ['link', 'folder'],
    ['file', 'folder'],
  ] as const)('of a %s onto a %s is not tried again: it is in the way', ([from, to], { skip }) => {
    skip(!canLink.junction && [from, to].includes('link'), NO_JUNCTIONS);
    make('from', from);
    make('to', to);
    expect(renamed('EPERM', Number.POSITIVE_INFINITY)).toEqual({ code: 'EEXIST', pauses: [] });
  });

  test('of a file onto a file is tried again: it replaces it once nobody holds it open', () => {
    make('from', 'file');
    make('to', 'file');
    expect(renamed('EPERM', 2)).toEqual({ code: undefined, pauses: [10, 20] });
    expect(readFileSync(join(dir, 'to'), 'utf8')).toBe('from');
  });

  test('finds what comes into its way between two tries', () => {
    make('from', 'folder');
    expect(renamed('EPERM', Number.POSITIVE_INFINITY, () => make('to', 'folder'))).toEqual({
      code: 'EEXIST',
      pauses: [10],
    });
  });

  test('of what has gone meanwhile says so', () => {
    make('from', 'folder');
    const gone = renamed('EPERM', 1, () => rmSync(join(dir, 'from'), { recursive: true }));
    expect(gone).toEqual({ code: 'ENOENT', pauses: [10] });
  });

  test.each(['ENOENT', 'ENOSPC', 'EXDEV', 'ENOTEMPTY'])('is not tried again after %s', (code) => {
    make('from', 'folder');
    expect(renamed(code, 1)).toEqual({ code, pauses: [] });
  });
});

test('a rename works here', () => {
  make('from', 'folder');
  rename(join(dir, 'from'), join(dir, 'to'));
  expect(readdirSync(dir)).toEqual(['to']);
});
