import { entryId, type Subject } from '../base/key.ts';
import type { Who } from '../base/who.ts';
import { buildDir, type EntryPaths, entryPaths } from './layout.ts';
import { type JobProcess, leaveLease } from './lease.ts';
import { current, type Look, look } from './look.ts';

/** The place of one artifact in the shared cache, for a step that looks for it. All that a hit needs, and no more. */
export class Entry {
  readonly subject: Subject;
  /** For the store's own files, such as the links of tools. */
  readonly paths: EntryPaths;
  readonly groupShared: boolean;

  /** @param groupShared whether users of a group share the root, and trust each other */
  constructor(subject: Subject, groupShared: boolean) {
    this.subject = subject;
    this.groupShared = groupShared;
    this.paths = entryPaths(subject.root, entryId(subject));
  }

  get id(): string {
    return this.paths.id;
  }

  /** The folder of the key. */
  get dir(): string {
    return this.paths.dir;
  }

  /** Where a build is. @param build its token */
  folderOf(build: string): string {
    return buildDir(this.paths, build);
  }

  /** What is published, without a lock. Throws as {@link look}. */
  look(): Look {
    return look(this.paths, this.subject, this.groupShared);
  }

  /** Token of the build that is published; `damaged`; undefined: none. */
  current(): string | undefined {
    return current(this.paths);
  }

  /** Says that a job uses a build. @returns false where that could not be written */
  lease(build: string, job: JobProcess, who: Who): boolean {
    return leaveLease(this.paths, build, job, who);
  }
}
