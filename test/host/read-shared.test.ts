import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RECORD_BYTES, readShared } from '../../src/host/read-shared.ts';
import { type StrangeFile, strangeFiles } from '../harness/faults/strange-files.ts';
import { tempDir } from '../harness/job/job.ts';
import { needs } from '../harness/needs.ts';

function aFile(text: string | Uint8Array): string {
  const file = join(tempDir(), 'record.json');
  writeFileSync(file, text);
  return file;
}

test('a text is read, with the time of its last change', () => {
  const found = readShared(aFile('größer\n'));
  expect(found).toMatchObject({ kind: 'text', text: 'größer\n', mtimeMs: expect.any(Number) });
  expect(readShared(aFile(''))).toMatchObject({ kind: 'text', text: '' });
});

test('a file of the largest size is read, and one of a byte more is not', () => {
  expect(readShared(aFile('x'.repeat(RECORD_BYTES)))).toMatchObject({ text: 'x'.repeat(RECORD_BYTES) });
  expect(readShared(aFile('x'.repeat(RECORD_BYTES + 1)))).toMatchObject({
    kind: 'strange',
    why: 'has 65537 bytes, more than the 65536 that are allowed',
  });
  expect(readShared(aFile('xx'), 1)).toMatchObject({ kind: 'strange' });
});

test('what is missing, or would be below a file or a circle of links, is absent', () => {
  const file = aFile('x');
  symlinkSync('circle', join(file, '../circle'));
  for (const path of [`${file}.no`, join(file, 'below'), join(file, '../circle/below')]) {
    expect(readShared(path), path).toEqual({ kind: 'absent' });
  }
});

test.each(strangeFiles.filter(({ isPosix }) => !isPosix))('$name is not read: it $why', tryToRead);

describe('what Windows has not', () => {
  needs('posix', 'pipes, symlinks and sockets of POSIX');

  test.each(strangeFiles.filter(({ isPosix }) => isPosix))('$name is not read: it $why', tryToRead);

  test('a socket is not read', async () => {
    const file = join(tempDir(), 'record.json');
    const server = createServer().listen(file);
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    expect(readShared(file)).toEqual({ kind: 'strange', why: 'is a socket or a device, not a file' });
  });
});

function tryToRead({ plant, why, isText }: StrangeFile): void {
  const file = join(tempDir(), 'record.json');
  plant(file);
  const found = readShared(file);
  if (isText) expect(found.kind).toBe('text');
  else expect(found).toMatchObject({ kind: 'strange', why: expect.stringContaining(why) });
}

/** Leases the file as a server does for a client, and gives the lease back 300 ms after it is called back. */
const LEASE = `import fcntl, os, signal, sys, time
handle = os.open(sys.argv[1], os.O_RDWR)
def give_back(*_):
    time.sleep(0.3)
    fcntl.fcntl(handle, 1024, fcntl.F_UNLCK)
    sys.exit()
signal.signal(signal.SIGIO, give_back)
fcntl.fcntl(handle, 1024, fcntl.F_WRLCK)
print('leased', flush=True)
time.sleep(20)`;

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'a file that a server has leased is waited for',
  async () => {
    const file = aFile('x');
    const lessee = spawn('python3', ['-c', LEASE, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void lessee.kill('SIGKILL'));
    await once(lessee.stdout, 'data');
    expect(readShared(file)).toMatchObject({ kind: 'text', text: 'x' });
  },
);
