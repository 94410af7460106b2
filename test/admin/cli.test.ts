import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI, runCli } from '../harness/job/cli.ts';
import { tempDir } from '../harness/job/job.ts';

const about = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

test('it is a program that npm can install', () => {
  expect(about.bin).toEqual({ 'build-once': 'dist/cli.js' });
  expect(readFileSync(CLI, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(CLI).mode & 0o111).toBe(0o111);
  const link = join(tempDir(), 'build-once');
  symlinkSync(CLI, link);
  expect(spawnSync(link, ['--version'], { encoding: 'utf8' }).stdout).toBe(`${about.version}\n`);
});

test('npm pack gives a package whose program works in an empty folder', { timeout: 60_000 }, () => {
  const empty = tempDir();
  const npm = (cwd: string, ...args: string[]) => {
    const { stdout, stderr, status } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return stdout.trim();
  };
  const packed = npm(join(CLI, '../..'), 'pack', '--ignore-scripts', '--silent', '--pack-destination', empty);
  npm(empty, 'install', '--offline', '--no-audit', '--no-fund', '--prefix', empty, join(empty, packed));
  const installed = join(empty, 'node_modules/build-once');
  expect(readdirSync(installed).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
  const { stdout } = spawnSync(join(empty, 'node_modules/.bin/build-once'), ['--version'], { encoding: 'utf8' });
  expect(stdout).toBe(`${about.version}\n`);
});

test('the command line and the action share no file, so that neither loads what is the other´s', () => {
  expect(readFileSync(CLI, 'utf8')).not.toMatch(/(?:from|import\() ?"\.\//);
  expect(readFileSync(join(CLI, '../main.js'), 'utf8')).not.toContain('cli.js');
});

test('--help names every command, and each command has a help of its own', async () => {
  const { code, out } = await runCli(['--help']);
  expect(code).toBe(0);
  const names = [...out.matchAll(/^ {2}([a-z]\S*) {2}/gm)].map(([, name]) => name ?? '');
  expect(names).toEqual(['list', 'prune', 'remove', 'doctor']);
  for (const name of names) {
    const own = await runCli([name, '--help']);
    expect(own).toMatchObject({ code: 0, err: '' });
    expect(own.out).toContain(`\nExample: build-once ${name}`);
  }
});

const wrong: readonly (readonly [args: readonly string[], line: string])[] = [
  [[], 'no command given (commands: list, prune, remove, doctor). See build-once --help'],
  [['doktor'], 'unknown command "doktor" (did you mean "doctor"?). See build-once --help'],
  [['toString'], 'unknown command "toString" (commands: list, prune, remove, doctor). See build-once --help'],
  [['a\nb'], 'unknown command "a\\nb" (commands: list, prune, remove, doctor). See build-once --help'],
  [['--rot'], 'unknown option "--rot" (commands: list, prune, remove, doctor). See build-once --help'],
  [['doctor', '--rot', '/x'], 'unknown option "--rot" (did you mean "--root"?). See build-once doctor --help'],
  [
    ['doctor', '--colour'],
    'unknown option "--colour" (options: --root, --seconds, --json). See build-once doctor --help',
  ],
  [['doctor', '-r', '/x'], 'unknown option "-r" (options: --root, --seconds, --json). See build-once doctor --help'],
  [['doctor', '/x'], 'unexpected argument "/x". See build-once doctor --help'],
  [['list', 'a\nb'], 'unexpected argument "a\\nb". See build-once list --help'],
  [['doctor', '--root'], "Option '--root <value>' argument missing. See build-once doctor --help"],
  [['doctor', '--seconds', '1h'], '--seconds "1h" is not a whole number from 0 to 600. See build-once doctor --help'],
  [['doctor', '--root', ''], '--root is empty. See build-once doctor --help'],
  [
    ['doctor', '--root', '/a', '--root', '/b', '--root', '/c'],
    '--root is given more than twice. See build-once doctor --help',
  ],
  [
    ['doctor'],
    '--root is missing, and none of BUILD_ONCE_ROOT, RUNNER_TOOL_CACHE, RUNNER_TOOLSDIRECTORY, AGENT_TOOLSDIRECTORY is set. See build-once doctor --help',
  ],
];

test.each(wrong)('%j is refused in one line, with exit code 2', async (args, line) => {
  const env = { RUNNER_TEMP: tempDir() };
  expect(await runCli(args, { env })).toEqual({ code: 2, out: '', err: `build-once: ${line}\n` });
});
