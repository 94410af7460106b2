import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { entryPaths, versionDir } from '../../store/layout.ts';

/** The doctor's own folder, beside those of the keys. Disposing of it removes all that was made. */
export class Workroom implements AsyncDisposable {
  readonly id = `.doctor-${newToken()}`;
  readonly #root: string;
  readonly #made: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folder and those above it. Throws the system's error. */
  open(): void {
    const version = versionDir(this.#root);
    for (const folder of [dirname(version), version]) if (makeNew(folder)) this.#made.push(folder);
    mkdirSync(this.in(this.#root));
  }

  /** The path of the folder below `root`, which may be another mount of the same disk. */
  in(root: string): string {
    return entryPaths(root, this.id).dir;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.in(this.#root));
    for (const folder of this.#made.toReversed()) {
      // A step that started meanwhile may use it.
      unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(folder));
    }
  }
}

/** Whether the folder was made by this call. */
function makeNew(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
