import { debug, endGroup, info, notice, startGroup, warning } from '@actions/core';
import type { Reporter } from '../base/reporter.ts';

/** Annotations a runner shows of one type and step; what comes after them goes to the log as plain lines. */
const ANNOTATION_LIMIT = 10;
/** Longer ones are cut by GitHub without a word. */
const ANNOTATION_LENGTH = 4000;

/** Reports the way a runner reads it: lines, commands and groups on standard output. */
export function runnerReporter(): Reporter {
  return {
    debug,
    info,
    notice: annotate(notice, 'Notice'),
    warn: annotate(warning, 'Warning'),
    output: (chunk) => void process.stdout.write(chunk),
    openGroup: startGroup,
    closeGroup: endGroup,
  };
}

function annotate(issue: (line: string) => void, word: string): (line: string) => void {
  let left = ANNOTATION_LIMIT;
  return (line) => {
    if (left-- > 0) issue(line.slice(0, ANNOTATION_LENGTH));
    else info(`${word}: ${line}`);
  };
}
