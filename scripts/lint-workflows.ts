// actionlint and zizmor on the workflows, the actions and dependabot.yml. Both work offline once they are installed.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { goTool, isRequired, pythonTool, ToolchainMissing } from './pinned-tools.ts';

const root = join(import.meta.dirname, '..');
const workflows = yamlIn('.github/workflows');
const actions = ['action.yml', 'claim/action.yml', 'publish/action.yml', 'prune/action.yml'];
// Workflows as users write them. Only tests run them, so they have to be correct, but no token is at risk.
const examples = yamlIn('test/workflows/jobs');

try {
  // The external checkers of scripts are off, so that the result does not depend on what is installed.
  const actionlint = goTool('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint', 'v1.7.12');
  lint(actionlint, '-shellcheck=', '-pyflakes=', ...workflows, ...examples);
  const zizmor = pythonTool('zizmor', '1.32.0');
  lint(zizmor, '--offline', '--quiet', '--strict-collection', '--persona=pedantic', '.github', ...actions);
  if (!process.exitCode) console.log(`Clean: ${[...workflows, ...examples, ...actions].join(', ')}.`);
} catch (error) {
  if (!(error instanceof ToolchainMissing)) throw error;
  console.error(
    `${error.message} ${isRequired ? 'CI needs it to lint the workflows.' : 'The workflows are not linted.'}`,
  );
  if (isRequired) process.exitCode = 1;
}

function lint(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exitCode = 1;
}

function yamlIn(folder: string): string[] {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(folder, name));
}
