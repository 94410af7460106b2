import type { FileSystem } from '../../host/file-system.ts';
import type { Mount } from './mounts.ts';

/** A root that exists, and what it is on. */
export interface Site {
  /** As it was written. */
  readonly given: string;
  /** Its real path, which the action uses. */
  readonly root: string;
  readonly fileSystem: FileSystem;
  readonly mount: Mount | undefined;
}
