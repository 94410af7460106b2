import { writeSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import type { Reporter } from '../base/reporter.ts';

/** Annotations a runner shows of one type and step; what comes after them goes to the log as plain lines. */
const ANNOTATION_LIMIT = 10;
/** Longer ones are cut by GitHub without a word. */
const ANNOTATION_LENGTH = 4000;

/**
 * Reports the way a runner reads it: lines, commands and groups on standard output. Written straight to the descriptor,
 * for `process.stdout` loads Node's network code, which a hit has no other use for.
 *
 * @param debugging whether debug lines are wanted (RUNNER_DEBUG=1)
 */
export function runnerReporter(debugging: boolean): Reporter {
  return {
    debug: (line) => (debugging ? command('debug', line) : undefined),
    info: (line) => print(`${line}\n`),
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
  return (line) => (left-- > 0 ? command(type, line.slice(0, ANNOTATION_LENGTH)) : print(`${type}: ${line}\n`));
}

/** One workflow command. What could end its line is escaped, as the runner's own grammar has it. */
function command(name: string, text: string): void {
  print(`::${name}::${text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n`);
}

const STDOUT = 1;

function print(text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let written = 0; written < bytes.length; ) written += writeSome(bytes.subarray(written));
}

/** A pipe that somebody made non-blocking may be full for a moment; one that nobody reads any more takes everything. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return 0;
    if (systemCode(error) === 'EPIPE') return bytes.length;
    throw error;
  }
}
