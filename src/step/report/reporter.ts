import { writeSync } from 'node:fs';
import { systemCode } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';

/** How many annotations of one type the runner shows for a step. Further ones become plain lines of the log. */
const ANNOTATION_LIMIT = 10;
/** Most characters of a text. GitHub cuts longer annotations without notice. */
const TEXT_LENGTH = 4000;

/**
 * A reporter that prints lines and workflow commands to standard output. It writes to the file descriptor, because
 * `process.stdout` loads Node's network code, which a hit does not need.
 *
 * A text may contain what a user or another job wrote. This is the one place that makes it harmless: no text can begin a
 * line of its own or be a command, and what cannot be seen, or reorders what can, is shown escaped. What a build prints
 * is not changed.
 *
 * @param debugging whether to print debug lines (RUNNER_DEBUG=1)
 */
export function runnerReporter(debugging: boolean): Reporter {
  return {
    debug: (text) => (debugging ? command('debug', text) : undefined),
    info: plain,
    notice: annotation('notice'),
    warn: annotation('warning'),
    output: print,
    openGroup: (title) => command('group', title),
    closeGroup: () => command('endgroup', ''),
  };
}

/** Prints an error annotation. */
export function reportError(message: string): void {
  command('error', message);
}

function annotation(type: 'notice' | 'warning'): (line: string) => void {
  let left = ANNOTATION_LIMIT;
  return (text) => (left-- > 0 ? command(type, text) : plain(`${type}: ${text}`));
}

/** Prints a line. */
function plain(text: string): void {
  const shown = disarm(shorten(text, TEXT_LENGTH));
  // The runner obeys `::command::` at the start of a line, after blanks.
  line(shown.trimStart().startsWith('::') ? shown.replace('::', ': :') : shown);
}

/** Prints a workflow command. Its text may have several lines, which are escaped as the runner expects. */
function command(name: string, text: string): void {
  const lines = text.slice(0, TEXT_LENGTH).split(/\r?\n/);
  const shown = disarm(lines.map((each) => shorten(each, TEXT_LENGTH)).join('\n')).slice(0, TEXT_LENGTH);
  line(`::${name}::${shown.replaceAll('%', '%25').replaceAll('\n', '%0A')}`);
}

/** The runner obeys `##[command]` anywhere in a line. */
function disarm(text: string): string {
  return text.replaceAll('##[', '# #[');
}

/** Whether the next byte starts a line. Build output may end inside one, and the runner sees commands only at a start. */
let atStart = true;

function line(text: string): void {
  print(Buffer.from(`${atStart ? '' : '\n'}${text}\n`));
}

const STDOUT = 1;
const NEWLINE = 10;

function print(bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSome(bytes.subarray(written));
  if (bytes.length > 0) atStart = bytes.at(-1) === NEWLINE;
}

/** Writes what fits. A non-blocking pipe may be full: then 0. A pipe that nobody reads any more counts as written. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    return systemCode(error) === 'EAGAIN' ? 0 : bytes.length;
  }
}
