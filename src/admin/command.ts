import about from '../../package.json' with { type: 'json' };
import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { nearest } from '../step/inputs/values.ts';
import { internal } from '../step/lifetime.ts';
import { BadUsage, type Verb } from './verb.ts';

/** All verbs, in the order of `--help`. A verb is loaded when it is asked for, so that none waits for the others. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  run: async () => (await import('./run/run.ts')).run,
  path: async () => (await import('./path.ts')).path,
  list: async () => (await import('./list/list.ts')).list,
  prune: async () => (await import('./prune/prune.ts')).prune,
  remove: async () => (await import('./prune/remove.ts')).remove,
  unlock: async () => (await import('./unlock/unlock.ts')).unlock,
  report: async () => (await import('./report/report.ts')).report,
  doctor: async () => (await import('./doctor/doctor.ts')).doctor,
};
const names = Object.keys(verbs);

const FAILED = 1;
const BAD_USAGE = 2;

/** Runs the command line `args` and sets the exit code of this process. */
export async function runCommand(args: readonly string[]): Promise<void> {
  // Node exits by itself if nothing is left to wait for. That is a failure unless the verb has returned.
  process.exitCode = FAILED;
  try {
    process.exitCode = await run(args);
  } catch (error) {
    process.stderr.write(`${describe(error, args[0])}\n`);
    const isBad = error instanceof BadUsage || (error instanceof OnceError && error.code === 'BAD_INPUT');
    process.exitCode = isBad ? BAD_USAGE : FAILED;
  }
}

function describe(error: unknown, name: string | undefined): string {
  if (error instanceof OnceError) return error.message;
  if (!(error instanceof BadUsage)) return internal(error).message;
  const help = isVerb(name) ? `build-once ${name} --help` : 'build-once --help';
  return `build-once: ${error.message}. See ${help}`;
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) throw new BadUsage(`no command given (commands: ${names.join(', ')})`);
  if (name === 'help' || isHelp(name)) return print(await usage());
  if (name === '--version') return print(`${about.version}\n`);
  if (!isVerb(name)) throw unknown(name);
  const verb = await load(name);
  if (args.slice(0, endOfOptions(args)).some(isHelp)) return print(verb.usage);
  if (verb.usesStdout !== false) survivePipes();
  return verb.run(args);
}

/** What follows `--` is not ours. */
function endOfOptions(args: readonly string[]): number {
  const end = args.indexOf('--');
  return end < 0 ? args.length : end;
}

function isVerb(name: string | undefined): name is string {
  return names.includes(name ?? '');
}

function load(name: string): Promise<Verb> {
  return (verbs[name] as () => Promise<Verb>)();
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

/** The reader of the output may go away (`| head`). The verb still cleans up. */
function survivePipes(): void {
  process.stdout.on('error', () => {});
}

function print(text: string): number {
  survivePipes();
  process.stdout.write(text);
  return 0;
}

function unknown(name: string): BadUsage {
  const near = nearest(name, names);
  const kind = name.startsWith('-') ? 'option' : 'command';
  const hint = near === undefined ? `commands: ${names.join(', ')}` : `did you mean "${near}"?`;
  return new BadUsage(`unknown ${kind} "${shorten(name)}" (${hint})`);
}

async function usage(): Promise<string> {
  const width = Math.max(...names.map((name) => name.length));
  const all = await Promise.all(names.map(load));
  return `The first job builds, the rest reuse. This command works on the shared cache.

build-once <command> [options]

${all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

  --help      prints this text; build-once <command> --help describes one command
  --version   prints the version

Exit code: 2 if a command or an option does not exist.
`;
}
