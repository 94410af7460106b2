import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { stopwatch } from '../../src/base/wait.ts';
import { probe, processState } from '../../src/host/proc.ts';
import { runTree, type TreeEnd, type TreeOptions } from '../../src/host/process.ts';
import { needs } from '../harness/needs.ts';

needs('posix', 'a POSIX shell, signals and process groups');

const folder = mkdtempSync(join(tmpdir(), 'process-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linux = process.platform === 'linux';
const { PATH } = process.env;

interface Run {
  readonly ending: TreeEnd;
  readonly output: string;
  readonly ms: number;
}

/** Runs a script of `sh`; `onText` sees all output so far, whenever there is more. */
async function run(
  script: string,
  options: Partial<TreeOptions> = {},
  onText: (text: string) => void = () => {},
): Promise<Run> {
  const { token = newToken() } = options;
  const since = stopwatch();
  let output = '';
  const ending = await runTree(
    { file: 'sh', args: ['-c', script], cwd: folder, env: { PATH, BUILD_ONCE_TOKEN: token } },
    {
      token,
      timeoutMs: Infinity,
      signal: new AbortController().signal,
      onOutput: (chunk) => {
        output += Buffer.from(chunk).toString('latin1');
        onText(output);
      },
      ...options,
    },
  );
  return { ending, output, ms: since() };
}

/** Runs a script and aborts as soon as it has printed `ready` this often. */
function runAndAbort(script: string, times = 1): Promise<Run> {
  const abort = new AbortController();
  return run(script, { signal: abort.signal }, (text) => {
    if (text.split('ready').length > times) abort.abort(new Error('cancelled'));
  });
}

/** A piece of script that waits for a file in the working directory. */
function until(file: string): string {
  return `while [ ! -e ${file} ]; do sleep 0.01; done`;
}

function numbersIn(output: string): number[] {
  return (output.match(/\d+/g) ?? []).map(Number);
}

function isGone(pid: number): boolean {
  return linux ? (processState(pid)?.zombie ?? true) : probe(pid) === 'gone';
}

describe('a command that ends by itself', () => {
  test('its exit code and both of its streams arrive', async () => {
    const { ending, output } = await run('echo out; echo err >&2; exit 3');
    expect(ending).toEqual({ exitCode: 3, killedBy: undefined, stopped: undefined, leftBehind: 0, stuck: [] });
    expect(output).toContain('out\n');
    expect(output).toContain('err\n');
  });

  test('the signal that killed it is told', async () => {
    const { ending } = await run('kill -KILL $$');
    expect(ending).toMatchObject({ exitCode: undefined, killedBy: 'SIGKILL', stopped: undefined });
  });

  test('1 MB of output arrives without loss', async () => {
    const { output } = await run('head -c 1048576 /dev/zero | tr "\\0" x');
    expect(output).toBe('x'.repeat(1_048_576));
  });

  test('standard input is empty', async () => {
    expect((await run('cat; echo end')).output).toBe('end\n');
  });

  test('it is over as soon as its pipes are: the 250 ms are for daemons only', async () => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push((await run('true')).ms);
    expect(Math.min(...times)).toBeLessThan(200);
  });

  test.runIf(linux)('what it left running is ended and counted, also outside of its group', async () => {
    const away = 'echo $$; touch away; exec sleep 300';
    const { ending, output } = await run(`sleep 300 & echo $!; setsid sh -c '${away}' & ${until('away')}`);
    const pids = numbersIn(output);
    expect(pids).toHaveLength(2);
    expect(ending).toMatchObject({ exitCode: 0, leftBehind: linux ? 2 : 1, stuck: [] });
    if (linux) expect(pids.every(isGone)).toBe(true);
  });

  test('what it left running in its group is found without its environment', async () => {
    const { ending, output } = await run('env -i /bin/sleep 300 & echo $!');
    expect(ending).toMatchObject({ exitCode: 0, leftBehind: 1, stuck: [] });
    expect(numbersIn(output).every(isGone)).toBe(true);
  });

  test('what is written right after its end is still read', async () => {
    const { output } = await run('(while kill -0 $$; do sleep 0.01; done 2> /dev/null; echo late) & echo first');
    expect(output).toBe('first\nlate\n');
  });

  test('what it left running and ignores SIGTERM is killed', async () => {
    const { ending, output, ms } = await run(`(trap "" TERM; touch deaf; exec sleep 300) & echo $!; ${until('deaf')}`);
    expect(ending).toMatchObject({ exitCode: 0, leftBehind: 1, stuck: [] });
    expect(numbersIn(output).every(isGone)).toBe(true);
    expect(ms).toBeLessThan(3 * 1_450);
  });
});

describe('a daemon that keeps the pipe open', () => {
  const main = join(import.meta.dirname, '../../src/host/process.ts');
  const program = (script: string): string => `
    const { runTree } = await import(${JSON.stringify(main)});
    const options = { token: 'abcdef012345', timeoutMs: Infinity, signal: new AbortController().signal, onOutput() {} };
    const command = { file: 'sh', args: ['-c', ${JSON.stringify(script)}], cwd: '/', env: {
      PATH: process.env.PATH, BUILD_ONCE_TOKEN: options.token } };
    console.log(JSON.stringify(await runTree(command, options)));`;

  test.runIf(linux)('that nobody can find hangs neither the run nor our process', async () => {
    const since = stopwatch();
    const node = promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      program('env -i setsid -f sleep 8'),
    ]);
    const { stdout } = await node;
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0, leftBehind: 0 });
    expect(since()).toBeLessThan(6_000);
  });

  const unshare = ['--pid', '--fork', '--mount-proc'];
  const canUnshare = linux && spawnSync('unshare', [...unshare, 'true']).status === 0;

  test.runIf(canUnshare)('is over when it is a zombie that pid 1 never reaps', async () => {
    const since = stopwatch();
    const script = 'sleep 300 & echo started';
    const args = [...unshare, process.execPath, '--input-type=module', '-e', program(script)];
    const { stdout } = await promisify(execFile)('unshare', args);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0, leftBehind: 1, stuck: [] });
    expect(since()).toBeLessThan(2_000);
  });
});

describe('an abort', () => {
  test('before the start starts nothing and throws the reason', async () => {
    const reason = new Error('cancelled before');
    const file = join(folder, 'started');
    await expect(run(`touch ${file}`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(existsSync(file)).toBe(false);
  });

  test('in the moment of the start is not missed', async () => {
    const abort = new AbortController();
    const { ending } = await run('exec sleep 300', { signal: abort.signal, onSpawn: () => abort.abort() });
    expect(ending).toMatchObject({ stopped: 'aborted', stuck: [] });
  });

  test('ends a tree at once when it obeys SIGINT', async () => {
    // `exec`, since an interrupt that comes while dash forks is now and then lost on it.
    const { ending, ms } = await runAndAbort('echo ready; exec sleep 300');
    expect(ending).toMatchObject({ stopped: 'aborted', killedBy: 'SIGINT', stuck: [] });
    expect(ms).toBeLessThan(1_500);
  });

  test('sends SIGTERM after 2.5 s to who ignores SIGINT', async () => {
    const { ending, ms } = await runAndAbort('trap "" INT; echo ready; exec sleep 300');
    expect(ending).toMatchObject({ stopped: 'aborted', killedBy: 'SIGTERM', stuck: [] });
    expect(ms).toBeGreaterThan(2_450);
    expect(ms).toBeLessThan(4_000);
  });

  test.runIf(linux)('sends SIGKILL after 4 s to who ignores both, and to a session of its own', async () => {
    const deaf = 'trap "" INT TERM; echo ready $$; while :; do sleep 300; done';
    const { ending, output, ms } = await runAndAbort(`setsid sh -c '${deaf.replace('ready', 'other')}' & ${deaf}`);
    expect(ending).toMatchObject({ stopped: 'aborted', killedBy: 'SIGKILL', stuck: [] });
    if (linux) expect(numbersIn(output).every(isGone)).toBe(true);
    expect(ms).toBeGreaterThan(3_950);
    expect(ms).toBeLessThan(6_000);
  });

  test.runIf(linux)('interrupts each process once, in the group and outside of it', async () => {
    const counter =
      'process.on("SIGINT", () => console.log("interrupted")); setInterval(() => {}, 1e6); console.log("ready")';
    const node = `"${process.execPath}" -e '${counter}'`;
    const { output } = await runAndAbort(`setsid -f ${node}; exec ${node}`, 2);
    expect(output.match(/interrupted/g)).toHaveLength(2);
  });

  test('that comes when the tree has ended by itself is not told as its end', async () => {
    const abort = new AbortController();
    const { ending } = await run('exit 4', { signal: abort.signal });
    abort.abort();
    expect(ending).toMatchObject({ exitCode: 4, stopped: undefined });
  });
});

describe('the limit', () => {
  test('ends the tree', async () => {
    const { ending, output } = await run('echo $$; sleep 300', { timeoutMs: 300 });
    expect(ending).toMatchObject({ stopped: 'timeout', stuck: [] });
    expect(numbersIn(output).every(isGone)).toBe(true);
  });

  test('may be longer than a timer of Node', async () => {
    const { ending } = await run('sleep 0.1; exit 5', { timeoutMs: 2 ** 31 });
    expect(ending).toMatchObject({ exitCode: 5, stopped: undefined });
  });
});

describe('killAll', () => {
  test.runIf(linux)('has killed all of the tree when it returns', async () => {
    let killAll = (): void => {};
    let goneAtOnce: boolean | undefined;
    const deaf = 'trap "" INT TERM; echo $$ ready; while :; do sleep 300; done';
    const { ending } = await run(
      `setsid sh -c '${deaf}' & ${deaf}`,
      { onSpawn: (given) => (killAll = given) },
      (text) => {
        if (text.split('ready').length < 3 || goneAtOnce !== undefined) return;
        killAll();
        goneAtOnce = numbersIn(text).every(isGone);
      },
    );
    expect(ending).toMatchObject({ killedBy: 'SIGKILL', stopped: undefined });
    if (linux) expect(goneAtOnce).toBe(true);
  });

  test('does nothing after the end', async () => {
    let killAll = (): void => {};
    const token = newToken();
    const command = { file: 'true', args: [], cwd: folder, env: { PATH } };
    const options = { token, timeoutMs: Infinity, signal: new AbortController().signal, onOutput: () => {} };
    await runTree(command, { ...options, onSpawn: (given) => (killAll = given) });
    const other = run('echo ready; sleep 0.1', { token }, () => killAll());
    expect((await other).ending).toMatchObject({ exitCode: 0 });
  });
});

describe('a command that cannot be started', () => {
  const options = { token: newToken(), timeoutMs: Infinity, signal: new AbortController().signal, onOutput: () => {} };

  test('is an error that names the program and where it was looked for', async () => {
    const command = { file: 'no-such-shell', args: [], cwd: folder, env: { PATH: '/nowhere' } };
    await expect(runTree(command, options)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/"no-such-shell".*PATH \(\/nowhere\)/),
    });
  });

  test('is an error also where Node throws at once', async () => {
    const command = { file: 'true', args: ['a\0b'], cwd: folder, env: { PATH } };
    await expect(runTree(command, options)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
