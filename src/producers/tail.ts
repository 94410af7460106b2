const MAX_BYTES = 8 * 1024;
const MAX_LINES = 30;

/** Keeps the end of a build's output, to be shown again outside of the folded group. */
export class Tail {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #endsLine = true;

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // A copy, since a small chunk may be a view of a buffer of 64 KiB.
    this.#chunks.push(Buffer.from(chunk.subarray(-MAX_BYTES)));
    this.#bytes += Math.min(chunk.length, MAX_BYTES);
    this.#endsLine = chunk.at(-1) === 0x0a;
    if (this.#bytes > 16 * MAX_BYTES) this.#keep(this.#end());
  }

  /** Whether the next output starts a new line: only there does the runner recognise a workflow command. */
  get endsLine(): boolean {
    return this.#endsLine;
  }

  /** The last lines, at most 30 and 8 KiB, in a form that the runner does not take for workflow commands. */
  lines(): string[] {
    const end = this.#end();
    const text = end.toString('utf8').replace(/^\ufffd+/, '');
    const lines = text.split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-MAX_LINES).map(harmless);
  }

  #end(): Buffer {
    return Buffer.concat(this.#chunks).subarray(-MAX_BYTES);
  }

  #keep(end: Buffer): void {
    this.#chunks = [end];
    this.#bytes = end.length;
  }
}

/**
 * Makes a line harmless. The runner also ends lines at a bare carriage return, and obeys `::command::` after leading
 * blanks and `##[command]` anywhere in a line. Of a progress bar only the final state is kept, as on a terminal.
 */
function harmless(line: string): string {
  const shown = line.split('\r').filter(Boolean).at(-1) ?? '';
  return `| ${shown.replaceAll('##[', '# #[')}`;
}
