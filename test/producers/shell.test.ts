import { describe, expect, test } from 'vitest';
import { type Host, shellFor, shellProblem } from '../../src/producers/shell.ts';

const host = (...programs: string[]): Host => ({ windows: false, has: (program) => programs.includes(program) });
const windows = (...programs: string[]): Host => ({ ...host(...programs), windows: true });

/** Program and arguments as one list. */
function commandLine(shell: string | undefined, machine = host('bash', 'sh'), script = '/tmp/a b/script'): string[] {
  const { program, argumentsFor } = shellFor(shell, machine);
  return [program, ...argumentsFor(script)];
}

describe('the runner’s shells', () => {
  test('bash stops at the first failure, also inside of a pipe', () => {
    expect(commandLine('bash')).toEqual(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '/tmp/a b/script']);
  });

  test('sh and python are given the script', () => {
    expect(commandLine('sh')).toEqual(['sh', '-e', '/tmp/a b/script']);
    expect(commandLine('python')).toEqual(['python', '/tmp/a b/script']);
  });

  test('pwsh sources the script, whatever is in its path', () => {
    expect(commandLine('pwsh', host(), "/tmp/o'clock $&/s.ps1")).toEqual([
      'pwsh',
      '-command',
      ". '/tmp/o''clock $&/s.ps1'",
    ]);
  });

  test('cmd gets its arguments quoted as the runner does', () => {
    expect(commandLine('cmd', windows(), 'C:\\s.cmd').join(' ')).toBe('cmd /D /E:ON /V:OFF /S /C "CALL "C:\\s.cmd""');
    expect(shellFor('cmd', windows()).verbatim).toBe(true);
    expect(shellFor('bash', windows()).verbatim).toBe(false);
  });

  test.each([
    ['bash', '.sh'],
    ['sh', '.sh'],
    ['python', '.py'],
    ['pwsh', '.ps1'],
    ['powershell', '.ps1'],
    ['cmd', '.cmd'],
    ['bash -el {0}', '.sh'],
    ['/usr/bin/python {0}', '.py'],
    ['perl {0}', ''],
    [undefined, '.sh'],
  ])('the script of %s ends in "%s"', (shell, extension) => {
    expect(shellFor(shell, host()).extension).toBe(extension);
  });
});

describe('without an input', () => {
  test('it is bash without pipefail, as the runner does it', () => {
    expect(commandLine(undefined)).toEqual(['bash', '-e', '/tmp/a b/script']);
  });

  test('it is sh where there is no bash', () => {
    expect(commandLine(undefined, host('sh'))).toEqual(['sh', '-e', '/tmp/a b/script']);
  });

  test('on Windows it is pwsh, or powershell where that is missing', () => {
    expect(commandLine(undefined, windows('pwsh'))[0]).toBe('pwsh');
    expect(commandLine(undefined, windows())[0]).toBe('powershell');
  });
});

describe('a template', () => {
  test.each([
    ['bash -el {0}', ['bash', '-el', '/s']],
    ['  bash   -x\t{0} ', ['bash', '-x', '/s']],
    ['nix develop -c bash -e {0} {0}', ['nix', 'develop', '-c', 'bash', '-e', '/s', '/s']],
    ['"/opt/my tools/run" --file={0}', ['/opt/my tools/run', '--file=/s']],
    ['sh -c \'. {0}; echo "done"\'', ['sh', '-c', '. /s; echo "done"']],
    ['sh -c "echo \\"a b\\"; . {0}"', ['sh', '-c', 'echo "a b"; . /s']],
    ["sh '' -x'y z'w {0}", ['sh', '', '-xy zw', '/s']],
    ['C:\\tools\\bash.exe -e {0}', ['C:\\tools\\bash.exe', '-e', '/s']],
    ['sh -c $HOME;`id`|{0}', ['sh', '-c', '$HOME;`id`|/s']],
  ])('%s is split at blanks, quotes hold together, nothing is expanded', (template, expected) => {
    expect(shellProblem(template)).toBeUndefined();
    expect(commandLine(template, host(), '/s')).toEqual(expected);
  });
});

describe('the script', () => {
  test('is left alone for most shells', () => {
    expect(shellFor('bash', host()).prepare('a\r\nb')).toBe('a\r\nb');
    expect(shellFor('perl {0}', host()).prepare('a')).toBe('a');
  });

  test.each(['pwsh', 'powershell', 'pwsh -NoLogo -File {0}'])(
    'stops at errors and ends with the exit code of %s',
    (shell) => {
      const text = shellFor(shell, host()).prepare('npm ci');
      expect(text.split('\n')).toEqual([
        "$ErrorActionPreference = 'stop'",
        'npm ci',
        'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }',
      ]);
    },
  );

  test('of cmd is not echoed, and has its line ends', () => {
    expect(shellFor('cmd', host()).prepare('a\nb\r\nc')).toBe('@echo off\r\na\r\nb\r\nc');
  });
});

describe('a problem', () => {
  test.each(['bash', 'sh', 'pwsh', 'powershell', 'cmd', 'python', 'bash -e {0}'])('is none with %s', (shell) => {
    expect(shellProblem(shell)).toBeUndefined();
  });

  test.each([
    ['fish', /"fish" is none of bash, sh, .*"fish \{0\}"/],
    ['bash -e', /"bash -e \{0\}"/],
    ['Bash', /none of/],
    ['{0}', /starts with \{0\}/],
    ['bash "-e {0}', /quote that is not closed/],
    ["bash 'x {0}", /quote that is not closed/],
    ['   ', /blank/],
    ['bash \0 {0}', /NUL/],
    ['fi\nsh', /"fi\\nsh" is none of/],
  ])('with %j is told, with what to write instead', (shell, expected) => {
    expect(shellProblem(shell)).toMatch(expected);
  });
});
