import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { probe } from '../../src/producers/probe.ts';
import { tempDir } from '../harness/job/job.ts';

const never = new AbortController().signal;
const { PATH } = process.env;

function probeShell(script: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  const env = { PATH, INPUT_TOKEN: 'secret', ACTIONS_RUNTIME_TOKEN: 'secret', MINE: 'mine' };
  return probe('sh', ['-c', script], { env, signal: options.signal ?? never }, options);
}

/** A script that says its pid in a file, and then stays. */
function stayer() {
  const fifo = join(tempDir(), 'pid');
  return { script: `echo $$ > '${fifo}'; exec sleep 100`, pid: () => Number(readFileSync(fifo, 'utf8')) };
}

describe('a probe', () => {
  test('tells the exit code and both outputs apart, also when it ends before anybody could tell it something', async () => {
    const probed = await Promise.all(Array.from({ length: 20 }, () => probeShell('echo out; echo err >&2; exit 3')));
    for (const each of probed) expect(each).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test('has the environment of the job without what belongs to the action alone', async () => {
    const { stdout } = await probeShell('env');
    expect(stdout).toContain('MINE=mine');
    expect(stdout).not.toContain('secret');
  });

  test('is found in a folder with blanks in its name', async () => {
    const folder = join(tempDir(), 'a b');
    mkdirSync(folder);
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho "$1"');
    chmodSync(join(folder, 'tool'), 0o755);
    const probed = await probe('tool', ['x  "y'], { env: { PATH: folder }, signal: never });
    expect(probed.stdout).toBe('x  "y\n');
  });

  test('of a program that is not there names it and PATH', async () => {
    const missing = probe('no-such-tool', [], { env: { PATH: '/nowhere' }, signal: never });
    await expect(missing).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/^The program "no-such-tool" is not on this runner: .*\(\/nowhere\)/),
    });
  });

  test('that gives no answer is ended, and says so', async () => {
    const { script, pid } = stayer();
    await expect(probeShell(script, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: '`sh -c` gave no answer within 300 ms.',
    });
    expect(() => process.kill(pid(), 0)).toThrow('ESRCH');
  });

  test('is ended when the step is, with its reason', async () => {
    const { script, pid } = stayer();
    const reason = new Error('cancelled');
    await expect(probeShell(script, { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
    expect(() => process.kill(pid(), 0)).toThrow('ESRCH');
    await expect(probeShell('exit 0', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
