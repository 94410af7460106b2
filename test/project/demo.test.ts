import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { STYLE } from '../../demo/picture.ts';
import { ledger, tempDir } from '../harness/job/job.ts';
import { needsRedis } from '../harness/servers/redis.ts';

const DEMO = join(import.meta.dirname, '../../demo/main.ts');

interface Demo {
  readonly process: ChildProcess;
  /** Resolves when it has printed `text`. */
  readonly said: (text: string) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** Runs the demo with a place for temporary files of its own, in which nothing may be left. */
function startDemo(args: readonly string[], temp = tempDir(), env: NodeJS.ProcessEnv = {}): Demo {
  const own = { TMPDIR: temp, INIT_CWD: temp, ...env };
  const child = spawn(process.execPath, [DEMO, ...args], { env: { ...process.env, ...own } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      child.emit('heard');
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).then((code) => ({
    code,
    ...text,
  }));
  const said = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      child.on('heard', () => text.out.includes(wanted) && resolve());
      void ended.then(() => reject(new Error(`it ended without saying ${wanted}: ${text.out}${text.err}`)));
    });
  return { process: child, said, ended };
}

test('the demo: one of four jobs builds, the others get its build, and once more all reuse it', async () => {
  const temp = tempDir();
  const builds = ledger();
  const { code, out, err } = await startDemo(['--jobs', '4', '--run', builds.note], temp).ended;
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(builds.lines()).toHaveLength(1);
  expect(out).toMatch(
    /\nFirst wave: {2}1 built, (?:3 waited|\d waited, \d reused|3 reused) \(\d+\.\d s\)\nSecond wave: 4 reused \(\d+\.\d s\)\n\nTry next:\n/,
  );
  expect(out).toContain('| Key | Result |');
  expect(readdirSync(temp)).toEqual([]);
});

test('each line that the demo shows to try next does something with the cache that it kept', async () => {
  const temp = tempDir();
  const root = join(temp, "it's a cache");
  const { code, out } = await startDemo(['--jobs', '2', '--key', 'tried', '--run', 'true', '--root', root], temp).ended;
  expect(code).toBe(0);
  const lines = (out.split('\nTry next:\n')[1] ?? '').trimEnd().split('\n');
  // This run is what the last but one would show; and only a run without a cache that stays shows how to have one.
  expect(lines.filter((line) => line.includes('npm start'))).toEqual([expect.stringContaining('npm start -- --pool ')]);
  const script = lines
    .filter((line) => !line.includes('npm start'))
    .join('\n')
    .replace(' doctor ', ' doctor --seconds 1 ');
  const ran = execFileSync('sh', ['-euc', script], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
    stdio: 'pipe',
  });
  for (const told of [
    '\ntried  demo/app ',
    'Build time avoided',
    '0 builds would go',
    'Nothing has to be changed',
    '/hello-',
    '# Recipes',
  ]) {
    expect.soft(ran).toContain(told);
  }
});

describe.skipIf(needsRedis !== '')(`with --pool${needsRedis}`, () => {
  test('one of four hosts builds, the others get its build, and nothing of the server is left', async () => {
    const temp = tempDir();
    const builds = ledger();
    const { code, out, err } = await startDemo(
      ['--pool', '--jobs', '5', '--run', `${builds.note}; date > "$BUILD_ONCE_OUT/at"`],
      temp,
    ).ended;
    expect(err).toBe('');
    expect(code, out).toBe(0);
    expect(builds.lines()).toHaveLength(1);
    const [, port = ''] = /\n4 hosts, each with a cache of its own, and redis:\/\/127\.0\.0\.1:(\d+)\n/.exec(out) ?? [];
    expect(out).toMatch(/\nFirst wave: {2}1 built, .*; 3 hosts got the build from another one\nSecond wave: 5 reused /);
    expect(out).toMatch(/ {2}host-1\/job-5 +[\d.]+ s {2}\w+\n/);
    expect(spawnSync('redis-cli', ['-p', port, 'PING']).status).not.toBe(0);
    expect(readdirSync(temp)).toEqual([]);
  });

  test('an interrupt ends jobs, server and all', async () => {
    const temp = tempDir();
    const demo = startDemo(['--pool', '--jobs', '2', '--run', 'read -r _ < <(sleep 600)'], temp);
    await demo.said('building');
    demo.process.kill('SIGINT');
    const { code, out } = await demo.ended;
    expect(code).toBe(130);
    const [, port = ''] = /redis:\/\/127\.0\.0\.1:(\d+)/.exec(out) ?? [];
    expect(spawnSync('redis-cli', ['-p', port, 'PING']).status).not.toBe(0);
    expect(readdirSync(temp)).toEqual([]);
  });
});

test.each([
  ['a Redis', [], '--pool needs a Redis: install redis-server or valkey-server ('],
  ['zstd', ['redis-server', 'tar'], '--pool needs zstd, which packs what is carried: install it ('],
])('where there is no program for %s, --pool says in a line what to install', async (_what, there, told) => {
  const bin = tempDir();
  for (const name of there) writeFileSync(join(bin, name), '#!/bin/sh\n', { mode: 0o755 });
  const temp = tempDir();
  const { code, out, err } = await startDemo(['--pool'], temp, { PATH: bin }).ended;
  expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
  expect(err).toContain(told);
  expect(readdirSync(temp)).toEqual([]);
});

test('the demo draws its run: a lane for each job, what it did, and what came of it', async () => {
  const temp = tempDir();
  const go = join(temp, 'go');
  const run = `until [ -e '${go}' ]; do sleep 0.02; done`;
  const demo = startDemo(['--jobs', '2', '--key', 'a<b>&c', '--run', run, '--svg', 'run.svg'], temp);
  await demo.said('waiting for job-');
  writeFileSync(go, '');
  const { code, out, err } = await demo.ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/\nPicture: {5}\S+run\.svg\n\nTry next:\n/);
  const drawn = readFileSync(join(temp, 'run.svg'), 'utf8');
  expect(drawn).toContain('<title>2 jobs need one artifact: 1 built, 1 waited; once more: 2 reused</title>');
  const bars = [...drawn.matchAll(/<rect class="(\w+)".* height="(?!12")/g)].map(([, kind]) => kind).sort();
  expect(bars).toEqual(['building', 'card', 'reused', 'reused', 'starting', 'starting', 'waiting']);
  expect(drawn).toContain('>a&lt;b&gt;&amp;c: 1 built, 1 waited');
  expect(drawn.match(/>(?:job-\d|built|waited|reused)(?:, [\d.]+ s)?</g)).toHaveLength(6);
});

test('the picture in the README is one that the demo draws', () => {
  const drawn = readFileSync(join(import.meta.dirname, '../../docs/images/run.svg'), 'utf8');
  const [, style] = drawn.split(/<\/?style>/);
  expect(style).toBe(`${STYLE}\n`);
  expect(drawn).toContain('1 built, 7 waited; once more: 8 reused</title>');
});

test('a command that fails ends the demo with exit code 1, and with what the build printed', async () => {
  const temp = tempDir();
  const { code, out, err } = await startDemo(['--jobs', '2', '--run', 'echo no compiler here; exit 7'], temp).ended;
  expect(code).toBe(1);
  expect(err).toBe('Not as it should be: 2 of 2 jobs failed.\n');
  expect(out).toContain('failed with exit code 7');
  expect(out).toMatch(/\nThe last lines of the build in job-\d:\n\| no compiler here\n/);
  expect(out).toMatch(/\n2 failed \(\d+\.\d s\)\n$/);
  expect(readdirSync(temp)).toEqual([]);
});

test('an interrupted demo ends its jobs and leaves nothing', async () => {
  const temp = tempDir();
  const demo = startDemo(['--jobs', '3', '--run', 'read -r _ < <(sleep 600)'], temp);
  await demo.said('building');
  demo.process.kill('SIGINT');
  const { code, out } = await demo.ended;
  expect(code).toBe(130);
  expect(out).toMatch(/\nInterrupted: all jobs have ended\.\n$/);
  expect(readdirSync(temp)).toEqual([]);
});

test.each([
  [['--jobs', 'many'], '--jobs "many" is not a whole number from 1 to 200. What is possible: npm start -- --help\n'],
  [['--jobs=0'], '--jobs "0" is not a whole number from 1 to 200. What is possible: npm start -- --help\n'],
  [['--job', '3'], "Unknown option '--job'. What is possible: npm start -- --help\n"],
  [['more'], "Unexpected argument 'more'. What is possible: npm start -- --help\n"],
  [['--svg', '/nowhere/run.svg'], '--svg: there is no folder /nowhere. What is possible: npm start -- --help\n'],
  [
    ['--pool', '--root', 'x'],
    '--pool gives each host a cache of its own: drop --root. What is possible: npm start -- --help\n',
  ],
  [['--pool', '--svg', 'x'], '--pool is not drawn: drop --svg. What is possible: npm start -- --help\n'],
  [['--run', ' '], '--run is empty. What is possible: npm start -- --help\n'],
])('%j is answered with one line', async (args, line) => {
  expect(await startDemo(args).ended).toEqual({ code: 2, out: '', err: line });
});
