import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI, runCli } from '../harness/job/cli.ts';
import { tempDir } from '../harness/job/job.ts';

const about = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

test('it is a program that npm can install', async () => {
  expect(about.bin).toEqual({ 'build-once': 'dist/cli.js' });
  expect(readFileSync(CLI, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(CLI).mode & 0o111).toBe(0o111);
  const link = join(tempDir(), 'build-once');
  symlinkSync(CLI, link);
  const { spawnSync } = await import('node:child_process');
  expect(spawnSync(link, ['--version'], { encoding: 'utf8' }).stdout).toBe(`${about.version}\n`);
});

test('the command line and the action share no file, so that neither loads what is the other´s', () => {
  expect(readFileSync(CLI, 'utf8')).not.toMatch(/(?:from|import\() ?"\.\//);
  expect(readFileSync(join(CLI, '../main.js'), 'utf8')).not.toContain('cli.js');
});

test('--help names every command, and each command has a help of its own', async () => {
  const { code, out } = await runCli(['--help']);
  expect(code).toBe(0);
  const names = [...out.matchAll(/^ {2}([a-z]\S*) {2}/gm)].map(([, name]) => name ?? '');
  expect(names).toEqual(['list', 'doctor']);
  for (const name of names) {
    const own = await runCli([name, '--help']);
    expect(own).toMatchObject({ code: 0, err: '' });
    expect(own.out).toContain(`build-once ${name}`);
  }
});

const wrong: readonly (readonly [args: readonly string[], line: string])[] = [
  [[], 'no command given (commands: list, doctor). See build-once --help'],
  [['doktor'], 'unknown command "doktor" (did you mean "doctor"?). See build-once --help'],
  [['toString'], 'unknown command "toString" (commands: list, doctor). See build-once --help'],
  [['a\nb'], 'unknown command "a\\nb" (commands: list, doctor). See build-once --help'],
  [['--rot'], 'unknown option "--rot" (commands: list, doctor). See build-once --help'],
  [['doctor', '--rot', '/x'], "Unknown option '--rot'. See build-once doctor --help"],
  [['doctor', '/x'], "Unexpected argument '/x'. See build-once doctor --help"],
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
