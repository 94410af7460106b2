import { shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { type Lines, linesTo } from './lines.ts';

/** How many annotations of one type the runner shows for a step. Further ones become plain lines of the log. */
const ANNOTATION_LIMIT = 10;
/** Most characters of a text. GitHub cuts longer annotations without notice. */
export const TEXT_LENGTH = 4000;

const STDOUT = linesTo(1);

/**
 * A reporter that prints lines and workflow commands, which the runner takes from standard output and standard error.
 *
 * A text may contain what a user or another job wrote. This is the one place that makes it harmless: no text can begin a
 * line of its own or be a command, and what cannot be seen, or reorders what can, is shown escaped. What a build prints
 * is not changed.
 *
 * @param debugging whether to print debug lines (RUNNER_DEBUG=1)
 */
export function runnerReporter(debugging: boolean, to: Lines = STDOUT): Reporter {
  return {
    debug: (text) => (debugging ? command(to, 'debug', text) : undefined),
    info: (text) => plain(to, text),
    notice: annotation(to, 'notice'),
    warn: annotation(to, 'warning'),
    output: to.print,
    openGroup: (title) => command(to, 'group', title),
    closeGroup: () => command(to, 'endgroup', ''),
  };
}

/** Prints an error annotation. */
export function reportError(message: string, to: Lines = STDOUT): void {
  command(to, 'error', message);
}

function annotation(to: Lines, type: 'notice' | 'warning'): (line: string) => void {
  let left = ANNOTATION_LIMIT;
  return (text) => (left-- > 0 ? command(to, type, text) : plain(to, `${type}: ${text}`));
}

/** Prints a line. */
function plain({ line }: Lines, text: string): void {
  const shown = disarm(shorten(text, TEXT_LENGTH));
  // The runner obeys `::command::` at the start of a line, after blanks.
  line(shown.trimStart().startsWith('::') ? shown.replace('::', ': :') : shown);
}

/** Prints a workflow command. Its text may have several lines, which are escaped as the runner expects. */
function command({ line }: Lines, name: string, text: string): void {
  const lines = text.slice(0, TEXT_LENGTH).split(/\r?\n/);
  const shown = disarm(lines.map((each) => shorten(each, TEXT_LENGTH)).join('\n')).slice(0, TEXT_LENGTH);
  line(`::${name}::${shown.replaceAll('%', '%25').replaceAll('\n', '%0A')}`);
}

/** The runner obeys `##[command]` anywhere in a line. */
function disarm(text: string): string {
  return text.replaceAll('##[', '# #[');
}
