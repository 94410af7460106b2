import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { newToken } from '../../base/key.ts';
import { removeFile } from '../../host/file-system.ts';
import { rename } from '../../host/rename.ts';

/**
 * Writes a text to a file that somebody else may be reading: whoever opens it finds the old text or the new one.
 * @throws OnceError DELIVERY_FAILED that names the file
 */
export function writeOutput(file: string, text: string): void {
  // The collector of node_exporter reads each file that ends in `.prom`.
  const draft = join(dirname(file), `.${basename(file)}.${newToken()}.draft`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    rename(draft, file);
  } catch (error) {
    removeFile(draft);
    const why = messageOf(error);
    throw new OnceError('DELIVERY_FAILED', `${shorten(file, 1000)} cannot be written: ${why}. Name another --output.`);
  }
}
