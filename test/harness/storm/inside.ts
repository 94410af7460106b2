import { mkdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../../src/base/errors.ts';
import { monotonicMs } from '../../../src/base/wait.ts';
import { insideDir, type Meeting } from './words.ts';

/**
 * The section that only one process may be in at a time, proved without the lock. Who comes in makes a link with the
 * key's name whose target is its own name: one exclusive call, as O_EXCL is, and there is no moment in which it is there
 * but does not tell whose it is. A killed holder leaves it behind, and the next one finds it: whether that one was dead is
 * for those to judge who killed it.
 */
export class Inside {
  readonly #dir: string;
  readonly #name: string;
  readonly #onMet: (meeting: Meeting) => void;

  constructor(root: string, name: string, onMet: (meeting: Meeting) => void) {
    this.#dir = insideDir(root);
    this.#name = name;
    this.#onMet = onMet;
    mkdirSync(this.#dir, { recursive: true });
  }

  enter(key: string): void {
    const link = join(this.#dir, key);
    while (!this.#make(link)) {
      const at = monotonicMs();
      const other = readTarget(link);
      // A call that NFS sent twice finds its own link.
      if (other === this.#name) return;
      if (other !== undefined) this.#onMet({ key, other, when: 'entering', at });
      unless(['ENOENT'], () => unlinkSync(link));
    }
  }

  /** Somebody else's name instead of ours: that one came in while we were inside. */
  leave(key: string): void {
    const link = join(this.#dir, key);
    const other = readTarget(link);
    if (other === this.#name) unless(['ENOENT'], () => unlinkSync(link));
    else this.#onMet({ key, other: other ?? 'nobody', when: 'leaving', at: monotonicMs() });
  }

  #make(link: string): boolean {
    try {
      symlinkSync(this.#name, link);
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    }
  }
}

function readTarget(link: string): string | undefined {
  return unless(['ENOENT', 'ESTALE'], () => readlinkSync(link));
}
