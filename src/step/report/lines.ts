import { writeSync } from 'node:fs';
import { systemCode } from '../../base/errors.ts';

/** Writes to an open file descriptor, at once. */
export interface Lines {
  /** Writes a text as a line of its own. */
  readonly line: (text: string) => void;
  /** Writes bytes as they are. They may end inside a line; then the next {@link line} ends it first. */
  readonly print: (bytes: Uint8Array) => void;
}

const NEWLINE = 10;

/** Not through `process.stdout` or `process.stderr`: those load Node's network code, which a hit does not need. */
export function linesTo(descriptor: number): Lines {
  /** Whether the next byte starts a line. Build output may end inside one, and the runner sees commands only at a start. */
  let atStart = true;
  const print = (bytes: Uint8Array) => {
    for (let written = 0; written < bytes.length; ) written += writeSome(descriptor, bytes.subarray(written));
    if (bytes.length > 0) atStart = bytes.at(-1) === NEWLINE;
  };
  return { line: (text) => print(Buffer.from(`${atStart ? '' : '\n'}${text}\n`)), print };
}

/** Writes what fits. A non-blocking pipe may be full: then 0. A pipe that nobody reads any more counts as written. */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    return systemCode(error) === 'EAGAIN' ? 0 : bytes.length;
  }
}
