import { lstatSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this user may make the links of Windows, and symbolic links, in the temporary folder. Wine has neither. */
export const canLink = { junction: makes('junction'), symlink: makes('dir') };
/** Why tests that make such links are skipped, for `skip()`. */
export const NO_JUNCTIONS = 'needs junctions, which this system has not';
export const NO_SYMLINKS = 'needs symlinks, which this user or system may not make';

/** The file system is asked afterwards: Wine says that it made a symbolic link, and made none. */
function makes(type: 'junction' | 'dir'): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'build-once-link-'));
  try {
    symlinkSync(dir, join(dir, 'link'), type);
    return lstatSync(join(dir, 'link')).isSymbolicLink();
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
