import { shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { type Lines, linesTo } from '../../step/report/lines.ts';
import { reportError, runnerReporter, TEXT_LENGTH } from '../../step/report/reporter.ts';

/** Who is told what happens, and why it failed. */
export interface Voice {
  readonly reporter: Reporter;
  readonly tell: (message: string) => void;
}

const STDERR = linesTo(2);

/** Speaks on standard error; with the commands of a workflow only where a runner reads them. */
export function voiceIn({ GITHUB_ACTIONS, RUNNER_DEBUG }: Readonly<Record<string, string | undefined>>): Voice {
  const debugging = RUNNER_DEBUG === '1';
  if (GITHUB_ACTIONS !== 'true')
    return { reporter: terminalReporter(debugging, STDERR), tell: (message) => say('Error: ', message) };
  return { reporter: runnerReporter(debugging, STDERR), tell: (message) => reportError(message, STDERR) };
}

function terminalReporter(debugging: boolean, { print }: Lines): Reporter {
  return {
    debug: (text) => (debugging ? say('', text) : undefined),
    info: (text) => say('', text),
    notice: (text) => say('Note: ', text),
    warn: (text) => say('Warning: ', text),
    output: print,
    openGroup: (title) => say('', title),
    closeGroup: () => {},
  };
}

/** What a user or another job wrote may be in a text: what cannot be seen in it is shown escaped. */
function say(start: string, text: string): void {
  const lines = text.slice(0, TEXT_LENGTH).split(/\r?\n/);
  STDERR.line(start + lines.map((line) => shorten(line, TEXT_LENGTH)).join('\n'));
}
