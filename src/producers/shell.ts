import { basename } from 'node:path';
import { shorten } from '../base/format.ts';

/** What the choice of a shell depends on. */
export interface Host {
  readonly windows: boolean;
  /** Whether the job's PATH has this program. */
  readonly has: (program: string) => boolean;
}

/** How a script is run. */
export interface Shell {
  readonly program: string;
  /** Of the script file, with its dot; empty if the shell needs none. */
  readonly extension: string;
  /** Windows: the arguments are already quoted. */
  readonly verbatim: boolean;
  /** Whether it is one of the shells to which a carriage return is a part of a word. */
  readonly isPosix: boolean;
  /** The text of the script file. */
  prepare(script: string): string;
  argumentsFor(scriptPath: string): string[];
}

const WORDS = ['bash', 'sh', 'pwsh', 'powershell', 'cmd', 'python'] as const;
type Word = (typeof WORDS)[number];

const PLACE = '{0}';
const powershell = ['-command', `. '${PLACE}'`];

/** The arguments with which the runner starts each shell. */
const known: Readonly<Record<Word, { readonly extension: string; readonly args: readonly string[] }>> = {
  bash: { extension: '.sh', args: ['--noprofile', '--norc', '-eo', 'pipefail', PLACE] },
  sh: { extension: '.sh', args: ['-e', PLACE] },
  pwsh: { extension: '.ps1', args: powershell },
  powershell: { extension: '.ps1', args: powershell },
  cmd: { extension: '.cmd', args: ['/D', '/E:ON', '/V:OFF', '/S', '/C', `"CALL "${PLACE}""`] },
  python: { extension: '.py', args: [PLACE] },
};

/** What is wrong with the input `shell`, and what to write, as a sentence; undefined if it is valid. */
export function shellProblem(shell: string): string | undefined {
  if (isWord(shell)) return undefined;
  const shown = shorten(shell.trim());
  const [program, ...args] = splitWords(shell) ?? [];
  if (shown === '') return `shell: is blank; leave it out, or write one of ${WORDS.join(', ')}.`;
  if (shell.includes('\0')) return `shell: "${shown}" holds a NUL character; take it out.`;
  if (program === undefined) return `shell: "${shown}" has a quote that is not closed; close it.`;
  if (program.includes(PLACE)) return `shell: "${shown}" starts with ${PLACE}; name a program first: "bash ${PLACE}".`;
  if (args.some((arg) => arg.includes(PLACE))) return undefined;
  return `shell: "${shown}" is none of ${WORDS.join(', ')}; for a template, write ${PLACE} where the script file goes: "${shown} ${PLACE}".`;
}

/** The shell for a valid input (see {@link shellProblem}); undefined selects the runner's default. */
export function shellFor(shell: string | undefined, host: Host): Shell {
  if (shell === undefined) return defaultShell(host);
  return isWord(shell) ? make(shell, known[shell].args, shell) : fromTemplate(splitWords(shell) ?? []);
}

function defaultShell({ windows, has }: Host): Shell {
  if (windows) return shellFor(has('pwsh') ? 'pwsh' : 'powershell', { windows, has });
  // Without pipefail, unlike an explicit `bash`, as the runner does.
  return make(has('bash') ? 'bash' : 'sh', known.sh.args, 'sh');
}

function fromTemplate([program = '', ...args]: readonly string[]): Shell {
  return make(program, args, basename(program).replace(/\.exe$/i, ''));
}

function make(program: string, args: readonly string[], kind: string): Shell {
  return {
    program,
    extension: isWord(kind) ? known[kind].extension : '',
    verbatim: kind === 'cmd' && args === known.cmd.args,
    isPosix: kind === 'bash' || kind === 'sh',
    prepare: (script) => prepare(kind, script),
    argumentsFor: (path) => args.map((arg) => arg.replaceAll(PLACE, () => (args === powershell ? quoted(path) : path))),
  };
}

function prepare(kind: string, script: string): string {
  if (kind === 'cmd') return crlf(`@echo off\n${script}`);
  if (kind !== 'pwsh' && kind !== 'powershell') return script;
  const exit = 'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }';
  return `$ErrorActionPreference = 'stop'\n${script}\n${exit}`;
}

/** `cmd` misreads labels in files whose lines end without a carriage return. */
function crlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

/** Escapes a path for PowerShell's single quotes. */
function quoted(path: string): string {
  return path.replaceAll("'", "''");
}

function isWord(shell: string): shell is Word {
  return (WORDS as readonly string[]).includes(shell);
}

/** Splits at blanks outside of single and double quotes; `\"` is a quote character. undefined if a quote is not closed. */
function splitWords(text: string): string[] | undefined {
  const part = /\\"|'[^']*'|"(?:\\"|[^"])*"|[^\s'"]/;
  const words = text.match(new RegExp(`(?:${part.source})+`, 'g')) ?? [];
  const rest = text.replace(new RegExp(part.source, 'g'), '').trim();
  return rest === '' ? words.map(unquote) : undefined;
}

function unquote(word: string): string {
  return word.replace(/\\"|'([^']*)'|"((?:\\"|[^"])*)"/g, (whole, single?: string, double?: string) => {
    return whole === '\\"' ? '"' : (single ?? double?.replaceAll('\\"', '"') ?? '');
  });
}
