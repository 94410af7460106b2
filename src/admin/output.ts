import { once } from 'node:events';

/** How much is written with one call, in characters. */
const PIECE = 64 * 1024;

/** Writes pieces to standard output as fast as its reader takes them; if that has gone away, the rest is dropped. */
export async function writeOut(pieces: Iterable<string>): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    if (process.stdout.destroyed) return;
    if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(() => {});
    text = '';
  }
  process.stdout.write(text);
}
