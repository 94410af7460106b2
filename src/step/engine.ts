import type { Reporter } from '../base/reporter.ts';
import type { LockEngine } from '../lock/engine.ts';
import { entryPaths, slotPaths } from '../store/layout.ts';
import { revoke } from '../store/right.ts';

/** The lock of a shared folder; its code is loaded here, for only a miss needs it. */
export async function openFileEngine(root: string, network: boolean, reporter: Reporter): Promise<LockEngine> {
  const { FileEngine } = await import('../lock/file/engine.ts');
  return new FileEngine({
    folders: (id) => entryPaths(root, id),
    network,
    reporter,
    revoke: (id, token) => revoke(entryPaths(root, id), token),
  });
}

/** The locks that are the build slots of one group in a shared folder. */
export async function openSlotEngine(
  root: string,
  group: string,
  network: boolean,
  reporter: Reporter,
): Promise<LockEngine> {
  const { FileEngine } = await import('../lock/file/engine.ts');
  const folders = (slot: string) => slotPaths(root, group, slot);
  // A slot is no right to publish anything: who lost one has nothing to take away but its processes.
  return new FileEngine({ folders, network, reporter, word: 'build slot', revoke: () => {} });
}
