import type { Reporter } from '../base/reporter.ts';
import type { LockEngine } from '../lock/engine.ts';
import { entryPaths } from '../store/layout.ts';

/** The lock of a shared folder; its code is loaded here, for only a miss needs it. */
export async function openFileEngine(root: string, network: boolean, reporter: Reporter): Promise<LockEngine> {
  const [{ FileEngine }, { revoke }] = await Promise.all([import('../lock/file.ts'), import('../store/right.ts')]);
  return new FileEngine({
    folders: (id) => entryPaths(root, id),
    network,
    reporter,
    revoke: (id, token) => revoke(entryPaths(root, id), token),
  });
}
