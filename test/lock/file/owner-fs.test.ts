import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { HELD, type LockFs, type OwnerFs, ownerFs, realFs, SWEPT } from '../../../src/lock/file/owner-fs.ts';
import { tempDir } from '../../harness/job/job.ts';

const quiet = { onBeat: () => {}, patienceMs: () => undefined, beforeExit: () => {} };

/** A lock folder that is not there yet, and one party that wants it. */
function scene(changes: Partial<LockFs> = {}) {
  const dir = tempDir();
  const lock = join(dir, 'lock');
  const party = (own: Partial<LockFs> = {}) => {
    const token = newToken();
    const folder = join(dir, token);
    mkdirSync(folder);
    return { token, folder, ...promised(ownerFs(lock, folder, token, quiet, { ...realFs, ...changes, ...own })) };
  };
  return { lock, party };
}

function promised(fs: OwnerFs) {
  return {
    fs,
    take: () => promisify(fs.mkdir)(''),
    beat: (time: Date) => promisify(fs.utimes)('', time, time),
    release: () => promisify(fs.rmdir)(''),
    confirm: () => fs.confirm(),
  };
}

function failWith(code: string, errno?: number): never {
  throw Object.assign(new Error(code), { code, errno });
}

describe('taking the lock', () => {
  test('works where it is missing, and where its folder is empty', async () => {
    const { lock, party } = scene();
    const first = party();
    await first.take();
    expect(readdirSync(lock)).toEqual([`owner-${first.token}`]);
    await first.release();
    mkdirSync(lock);
    const second = party();
    await second.take();
    expect(readdirSync(lock)).toEqual([`owner-${second.token}`]);
  });

  test('fails as held where somebody is in, whatever the file system calls that', async () => {
    for (const code of ['ENOTEMPTY', 'EEXIST']) {
      const { lock, party } = scene();
      const first = party();
      await first.take();
      const second = party({ rename: async () => failWith(code) });
      await expect(second.take()).rejects.toMatchObject({ code: HELD });
      expect(existsSync(second.folder)).toBe(false);
      expect(readdirSync(lock)).toEqual([`owner-${first.token}`]);
    }
  });

  test('fails as held where a foreign file is in', async () => {
    const { lock, party } = scene();
    mkdirSync(lock);
    writeFileSync(join(lock, 'notes.txt'), '');
    await expect(party().take()).rejects.toMatchObject({ code: HELD });
  });

  test.each([
    ['ENOENT', undefined],
    ['Unknown system error -116', -116],
  ])('worked, when the answer was lost and the repeated call says %s', async (code, errno) => {
    const { lock, party } = scene();
    const replayed = party({
      rename: async (from, to) => {
        await realFs.rename(from, to);
        failWith(code, errno);
      },
    });
    await replayed.take();
    expect(readdirSync(lock)).toEqual([`owner-${replayed.token}`]);
  });

  test('is worth another try when the private folder is gone', async () => {
    const { party } = scene();
    const swept = party({ rename: async () => failWith('ENOENT') });
    await expect(swept.take()).rejects.toMatchObject({ code: SWEPT });
  });

  test('fails for the first reason, also where its private folder cannot be removed after that', async () => {
    const { party } = scene();
    const inTheWay = party({ rename: async () => failWith('ENOTEMPTY'), unlink: async () => failWith('EBUSY') });
    await expect(inTheWay.take()).rejects.toMatchObject({ code: HELD });
  });

  test('passes on what the disk says', async () => {
    const { party } = scene();
    const full = party({ writeFile: async () => failWith('ENOSPC') });
    await expect(full.take()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(existsSync(full.folder)).toBe(false);
  });
});

describe('holding the lock', () => {
  test('the heartbeat is the time of the owner file, told when it got through', async () => {
    const { lock, party } = scene();
    const holder = party();
    await holder.take();
    await holder.beat(new Date('2026-01-02T03:04:05Z'));
    expect(statSync(join(lock, `owner-${holder.token}`)).mtime).toEqual(new Date('2026-01-02T03:04:05Z'));
  });

  test('a heartbeat of one that was robbed fails, and touches nobody else', async () => {
    const { lock, party } = scene();
    const [robbed, next] = [party(), party()];
    await robbed.take();
    await realFs.unlink(join(lock, `owner-${robbed.token}`));
    await next.take();
    const before = statSync(join(lock, `owner-${next.token}`)).mtimeMs;
    await expect(robbed.beat(new Date(0))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(statSync(join(lock, `owner-${next.token}`)).mtimeMs).toBe(before);
    expect(await robbed.confirm()).toBe(false);
    expect(await next.confirm()).toBe(true);
  });

  test('asking whether it is still ours goes by the listing, not by a look-up that a client may answer from memory', async () => {
    const { party } = scene();
    const holder = party({ stat: async () => failWith('EIO') });
    await holder.take();
    expect(await holder.confirm()).toBe(true);
  });
});

describe('releasing the lock', () => {
  test('removes our owner file and the folder, and works twice', async () => {
    const { lock, party } = scene();
    const holder = party();
    await holder.take();
    await holder.release();
    expect(existsSync(lock)).toBe(false);
    await holder.release();
  });

  test('that is answered by a stale handle looks once more: what is still there is removed', async () => {
    const { lock, party } = scene();
    const stale = { unlink: true, readdir: true };
    const holder = party({
      async unlink(path) {
        if (stale.unlink) {
          stale.unlink = false;
          failWith('ESTALE');
        }
        await realFs.unlink(path);
      },
      async readdir(path) {
        if (stale.readdir) {
          stale.readdir = false;
          failWith('ESTALE');
        }
        return realFs.readdir(path);
      },
    });
    await holder.take();
    await holder.release();
    expect(stale).toEqual({ unlink: false, readdir: false });
    expect(existsSync(lock)).toBe(false);
  });

  test('by one that was robbed, and is told so by a stale handle, removes nobody', async () => {
    const { lock, party } = scene();
    const [robbed, next] = [party({ unlink: async () => failWith('ESTALE') }), party()];
    await robbed.take();
    await realFs.unlink(join(lock, `owner-${robbed.token}`));
    await next.take();
    await robbed.release();
    expect(readdirSync(lock)).toEqual([`owner-${next.token}`]);
  });

  test('at exit is asked for again where a handle was stale', async () => {
    const { lock, party } = scene();
    let stale = true;
    const holder = party({
      unlinkSync: (path) => {
        if (!stale) return realFs.unlinkSync(path);
        stale = false;
        failWith('ESTALE');
      },
    });
    await holder.take();
    holder.fs.rmdirSync('');
    expect(existsSync(lock)).toBe(false);
  });

  test('by one that was robbed removes nobody', async () => {
    const { lock, party } = scene();
    const [robbed, next] = [party(), party()];
    await robbed.take();
    await realFs.unlink(join(lock, `owner-${robbed.token}`));
    await next.take();
    await robbed.release();
    robbed.fs.rmdirSync('');
    expect(readdirSync(lock)).toEqual([`owner-${next.token}`]);
  });

  test('at exit ends first what must not outlive the lock', async () => {
    const dir = tempDir();
    const [lock, folder, token] = [join(dir, 'lock'), join(dir, 'own'), newToken()];
    mkdirSync(folder);
    let seen: string[] = [];
    const beforeExit = () => {
      seen = readdirSync(lock);
    };
    const holder = promised(ownerFs(lock, folder, token, { ...quiet, beforeExit }));
    await holder.take();
    holder.fs.rmdirSync('');
    expect(seen).toEqual([`owner-${token}`]);
    expect(existsSync(lock)).toBe(false);
  });
});
