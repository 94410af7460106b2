import { writeSync } from 'node:fs';
import { systemCode } from '../../base/errors.ts';
import type { Reporter } from '../../base/reporter.ts';

/** Annotations a runner shows of one type and step; what comes after them goes to the log as plain lines. */
const ANNOTATION_LIMIT = 10;
/** Longer ones are cut by GitHub without a word. */
const ANNOTATION_LENGTH = 4000;

/**
 * Reports the way a runner reads it: lines, commands and groups on standard output. Written straight to the descriptor,
 * for `process.stdout` loads Node's network code, which a hit has no other use for.
 *
 * A line of ours may hold words of a user or of another job, and the runner obeys `##[command]` anywhere in a line.
 *
 * @param debugging whether debug lines are wanted (RUNNER_DEBUG=1)
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

/** Tells a failure: the annotation that makes the runner show it. */
export function reportError(message: string): void {
  command('error', message.slice(0, ANNOTATION_LENGTH));
}

function annotation(type: 'notice' | 'warning'): (line: string) => void {
  let left = ANNOTATION_LIMIT;
  return (text) => (left-- > 0 ? command(type, text.slice(0, ANNOTATION_LENGTH)) : plain(`${type}: ${text}`));
}

function plain(text: string): void {
  line(text.replaceAll('##[', '# #['));
}

/** One workflow command. What could end its line is escaped, as the runner's own grammar has it. */
function command(name: string, text: string): void {
  line(`::${name}::${text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`);
}

/** Whether what was printed last ended its line: a build's output may not, and the runner sees a command only at a start. */
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

/** A pipe that somebody made non-blocking may be full for a moment. One that nobody reads any more takes everything. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    return systemCode(error) === 'EAGAIN' ? 0 : bytes.length;
  }
}
