import { writeSync } from 'node:fs';
import { systemCode } from '../../base/errors.ts';
import { inert } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';

/** How many annotations of one type the runner shows for a step. Further ones become plain lines of the log. */
const ANNOTATION_LIMIT = 10;
/** GitHub cuts longer ones without notice. */
const ANNOTATION_LENGTH = 4000;

/**
 * A reporter that prints lines and workflow commands to standard output. It writes to the file descriptor, because
 * `process.stdout` loads Node's network code, which a hit does not need.
 *
 * A line may contain text of a user or of another job, and the runner obeys `##[command]` anywhere in a line: so `##[`
 * is taken apart.
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
  command('error', message.slice(0, ANNOTATION_LENGTH));
}

function annotation(type: 'notice' | 'warning'): (line: string) => void {
  let left = ANNOTATION_LIMIT;
  return (text) => (left-- > 0 ? command(type, text.slice(0, ANNOTATION_LENGTH)) : plain(`${type}: ${text}`));
}

/** Prints a line that is no command, whatever is in it: the runner obeys `::` at its start, and `##[` anywhere. */
function plain(text: string): void {
  line(withoutBrackets(inert(text)).replace(/^\s*::/, ': :'));
}

/** Prints a workflow command. Our own messages may have several lines; a line feed is escaped as the runner expects. */
function command(name: string, text: string): void {
  const escaped = withoutBrackets(inert(text, '\n')).replaceAll('%', '%25').replaceAll('\n', '%0A');
  line(`::${name}::${escaped}`);
}

/** `##[command]` is a command for the runner wherever it stands. */
function withoutBrackets(text: string): string {
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
