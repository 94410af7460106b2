import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { entryPaths, versionDir } from '../../store/layout.ts';

/** A folder of the doctor's own, beside those of the keys; disposing of it removes it, and what was made for it. */
export class Workroom implements AsyncDisposable {
  readonly id = `.doctor-${newToken()}`;
  readonly #root: string;
  readonly #made: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** Throws the system's error where nothing can be made. */
  open(): void {
    const version = versionDir(this.#root);
    for (const folder of [dirname(version), version]) if (makeNew(folder)) this.#made.push(folder);
    mkdirSync(this.in(this.#root));
  }

  /** Its path below a root, which may be another mount of the same disk. */
  in(root: string): string {
    return entryPaths(root, this.id).dir;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.in(this.#root));
    for (const folder of this.#made.toReversed()) {
      // A step may have moved in meanwhile.
      unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(folder));
    }
  }
}

/** Whether it was missing, and is there now. */
function makeNew(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
