import type { Reporter } from '../base/reporter.ts';
import type { LockEngine } from '../lock/engine.ts';
import type { Slots } from '../lock/slots.ts';
import { entryPaths, slotsDir } from '../store/layout.ts';

/** A shared folder in which locks are kept. */
export interface LockPlace {
  readonly root: string;
  /** Several hosts may share it, through caches of their own. */
  readonly network: boolean;
  readonly groupShared: boolean;
  readonly reporter: Reporter;
}

/** The locks of a shared folder. Their code is loaded here, for only a miss needs it. */
export async function openFileEngine({ root, ...options }: LockPlace): Promise<LockEngine> {
  const { FileEngine } = await import('../lock/file/engine.ts');
  return new FileEngine({ ...options, above: root, folderOf: (id) => entryPaths(root, id).dir });
}

/** The build slots of one group in a shared folder. */
export async function openFileSlots({ root, ...options }: LockPlace, group: string, count: number): Promise<Slots> {
  const { FileSlots } = await import('../lock/file/slots.ts');
  return new FileSlots({ ...options, above: root, group: slotsDir(root, group), count });
}
