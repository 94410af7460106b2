import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fitting } from '../../src/admin/list/watch.ts';
import { CLI } from '../harness/job/cli.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { noTerminal } from '../harness/needs.ts';

describe.skipIf(noTerminal)(`on a terminal${noTerminal}`, () => {
  test('list --watch shows a key that comes, and ends with exit code 130 on Ctrl-C', async () => {
    const root = tempDir();
    const log = join(tempDir(), 'typescript');
    const command = `stty rows 20 cols 200; exec "${process.execPath}" "${CLI}" list --watch --root "${root}"`;
    const child = spawn('script', ['-qefc', command, log], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let shown = '';
    const saw = (text: string) => expect.poll(() => shown, { timeout: 20_000 }).toContain(text);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
    });
    await saw('has no builds of build-once.');
    await runJob({ root, inputs: { key: 'sdk', run: 'touch "$BUILD_ONCE_OUT/tool"' } });
    await saw('1 key.');
    const lines = (shown.split('\x1b[H').find((frame) => frame.includes('1 key.')) ?? '').split('\x1b[K\r\n');
    expect(lines[0]).toMatch(/^KEY +SCOPE +SIZE/);
    expect(lines[1]).toMatch(/^sdk +octo\/tools/);
    const ended = new Promise((resolve) => child.once('close', resolve));
    // As the key does it: the terminal turns the character into the signal.
    child.stdin.write('\x03');
    expect(await ended).toBe(130);
  });
});

test('what does not fit on the screen is cut in the middle, never its head or its totals', () => {
  const keys = Array.from({ length: 50 }, (_, n) => `key ${n}`);
  const lines = ['KEY', ...keys, '', '50 keys.'];
  expect(fitting(lines, 60, 80)).toEqual(lines);
  expect(fitting(lines, 8, 5)).toEqual(['KEY', 'key 0', 'key 1', 'key 2', 'key 3', '… 46 ', '', '50 ke']);
  expect(fitting(lines, 2, 80)).toHaveLength(2);
});
