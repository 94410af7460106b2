import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { STYLE } from '../../demo/picture.ts';
import { ledger, tempDir } from '../harness/job/job.ts';

const DEMO = join(import.meta.dirname, '../../demo/main.ts');

interface Demo {
  readonly process: ChildProcess;
  /** Resolves when it has printed `text`. */
  readonly said: (text: string) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** Runs the demo with a place for temporary files of its own, in which nothing may be left. */
function startDemo(args: readonly string[], temp = tempDir()): Demo {
  const child = spawn(process.execPath, [DEMO, ...args], { env: { ...process.env, TMPDIR: temp, INIT_CWD: temp } });
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
    /\nFirst wave: {2}1 built, (?:3 waited|\d waited, \d reused|3 reused) \(\d+\.\d s\)\nSecond wave: 4 reused \(\d+\.\d s\)\n$/,
  );
  expect(out).toContain('| Key | Result |');
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
  expect(out).toMatch(/\nPicture: {5}\S+run\.svg\n$/);
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
  [['--run', ' '], '--run is empty. What is possible: npm start -- --help\n'],
])('%j is answered with one line', async (args, line) => {
  expect(await startDemo(args).ended).toEqual({ code: 2, out: '', err: line });
});
