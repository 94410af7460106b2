import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readShared } from '../../src/host/read-shared.ts';
import { removeTree } from '../../src/host/remove-tree.ts';
import { tempDir } from '../harness/job/job.ts';

/** Has another process hold a file, shared with nobody on Windows, for 1.2 s. */
async function held(): Promise<{ readonly dir: string; readonly file: string }> {
  const dir = join(tempDir(), 'tree');
  const file = join(dir, 'file');
  mkdirSync(dir);
  writeFileSync(file, 'whole');
  const script = `require('node:fs').openSync(${JSON.stringify(file)}, 0x10000000); console.log('held'); setTimeout(() => {}, 1200)`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { dir, file };
}

test('a tree of which a file is held is deleted once it is not', async () => {
  const { dir } = await held();
  expect(await removeTree(dir)).toBe(true);
  expect(existsSync(dir)).toBe(false);
});

test('a record that is held is read once it is not', async () => {
  const { file } = await held();
  expect(readShared(file)).toMatchObject({ kind: 'text', text: 'whole' });
});
