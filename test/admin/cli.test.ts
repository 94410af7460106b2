import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  const program = (...args: string[]) =>
    spawnSync(join(empty, 'node_modules/.bin/build-once'), args, { cwd: empty, encoding: 'utf8' }).stdout;
  expect(program('--version')).toBe(`${about.version}\n`);
  const path = program('run', '--root', 'cache', '--key', 'sdk', '--run', 'echo made > "$BUILD_ONCE_OUT/file"');
  expect(readFileSync(join(path.trim(), 'file'), 'utf8')).toBe('made\n');
  expect(program('report', '--root', 'cache', '--format', 'html')).toMatch(/^<!doctype html>[\s\S]*<code>sdk<\/code>/);
});

test('the command line and the action share no file, so that neither loads what is the other´s', () => {
  const dist = join(CLI, '..');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const isOwn = (name: string) => name === 'cli.js' || name.startsWith('cli/');
  for (const name of files) {
    const text = readFileSync(join(dist, name), 'utf8');
    const imports = text.matchAll(/(?:\bfrom|\bimport\(?) ?"(\.{1,2}\/[^"]+)"/g);
    const targets = Array.from(imports, ([, path = '']) => join(dirname(name), path));
    expect(
      targets.filter((target) => isOwn(target) !== isOwn(name)),
      name,
    ).toEqual([]);
  }
  expect(files.filter(isOwn).length).toBeGreaterThan(10);
});

test('--help names every command, and each command has a help of its own', async () => {
  const { code, out } = await runCli(['--help']);
  expect(code).toBe(0);
  const names = [...out.matchAll(/^ {2}([a-z]\S*) {2}/gm)].map(([, name]) => name ?? '');
  expect(names).toEqual(['run', 'path', 'list', 'prune', 'remove', 'unlock', 'report', 'doctor']);
  for (const name of names) {
    const own = await runCli([name, '--help']);
    expect(own).toMatchObject({ code: 0, err: '' });
    expect(own.out).toContain(`\nExample: build-once ${name}`);
  }
});

const wrong: readonly (readonly [args: readonly string[], line: string])[] = [
  [[], 'no command given (commands: run, path, list, prune, remove, unlock, report, doctor). See build-once --help'],
  [['doktor'], 'unknown command "doktor" (did you mean "doctor"?). See build-once --help'],
  [
    ['toString'],
    'unknown command "toString" (commands: run, path, list, prune, remove, unlock, report, doctor). See build-once --help',
  ],
  [
    ['a\nb'],
    'unknown command "a\\nb" (commands: run, path, list, prune, remove, unlock, report, doctor). See build-once --help',
  ],
  [
    ['--rot'],
    'unknown option "--rot" (commands: run, path, list, prune, remove, unlock, report, doctor). See build-once --help',
  ],
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
  const env = { RUNNER_TEMP: tempDir(), HOME: tempDir() };
  expect(await runCli(args, { env })).toEqual({ code: 2, out: '', err: `build-once: ${line}\n` });
});
