import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Removes a folder and all in it, also what was made read-only, in which an ordinary user may delete nothing. */
export function removeAll(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {
    spawnSync('chmod', ['-R', 'u+rwX', dir]);
    rmSync(dir, { recursive: true, force: true });
  }
}
