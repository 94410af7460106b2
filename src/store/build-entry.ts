import { dirname } from 'node:path';
import type { Watch } from '../base/watch.ts';
import { refuseForeign } from '../host/access/owner.ts';
import { refuseSticky, refuseWorldWritable } from '../host/access/sticky.ts';
import { makeRealFolders } from '../host/folder.ts';
import { watchFolder } from '../host/watch-folder.ts';
import { Entry } from './entry.ts';
import { type Failure, failureNames, leaveFailure, readFailures } from './failures.ts';
import { versionDir } from './layout.ts';
import type { Manifest } from './manifest.ts';
import { openAttempt, type Published, publish, wasPublished, withdraw } from './publish/publish.ts';
import { dropDrafts, revokeOthers } from './publish/right.ts';
import { sweep } from './sweep.ts';

/** The place of one artifact, for a step that waits for it or builds it: what its attempts do and leave there. */
export class BuildEntry extends Entry {
  /** Sees a publish where the system tells of it. It does not poll: a lock's watch, which is asked beside it, does. */
  watch(): Watch {
    return watchFolder(this.dir, ['entry']);
  }

  /**
   * Makes the folders that attempts and waiters need. Safe at any time: a folder that is there stays as it is.
   * @throws OnceError ROOT_UNUSABLE if one of them is a link or another user's, if every user may write to the root, or if users
   * of a group could not clear away what others left; the system's error
   */
  prepare(): void {
    const { root, dir, failures, readers, published } = this.paths;
    const version = versionDir(root);
    const folders = [failures, readers, published];
    const sharing = { root, groupShared: this.groupShared };
    if (this.groupShared) refuseSticky([root, dirname(version), version, dir, ...folders]);
    refuseWorldWritable([root, dirname(version), version, dir], this.groupShared);
    for (const folder of folders) makeRealFolders(root, folder, (path, found) => refuseForeign(path, found, sharing));
  }

  /** Takes away what earlier holders may still publish. Called by a new holder before it looks. */
  revokeOthers(): void {
    revokeOthers(this.paths);
  }

  /** Starts an attempt. @returns its build folder, which is empty and at its final path */
  open(token: string): string {
    return openAttempt(this.paths, token);
  }

  /** Publishes `manifest.build`: one rename decides. See {@link publish}. */
  publish(
    manifest: Manifest,
    replaces: string | undefined,
    stillOurs: () => Promise<boolean>,
    isFlushed: boolean,
    signal: AbortSignal,
  ): Promise<Published> {
    return publish(this.paths, manifest, replaces, stillOurs, isFlushed, signal);
  }

  /** Removes what a dead process wrote of its mark and its manifest, so that another process can publish in its place. */
  dropDrafts(token: string): void {
    dropDrafts(this.paths, token);
  }

  /** Takes an attempt's right to publish away for good, and tells whether it had published. */
  wasPublished(token: string): boolean {
    return wasPublished(this.paths, token);
  }

  /** Takes an attempt of our own out of sight, unless it was published. Deleting comes later. */
  withdraw(token: string): void {
    withdraw(this.paths, token);
  }

  /**
   * Clears away what dead attempts left.
   * @param isEnding whether this process must end soon
   * @returns how many builds were swept
   */
  sweep(alive: (token: string) => Promise<boolean>, signal: AbortSignal, isEnding: boolean): Promise<number> {
    return sweep(this.paths, alive, signal, isEnding);
  }

  /** The names of the failures that are there now. */
  failureNames(): readonly string[] {
    return failureNames(this.paths);
  }

  /** How attempts failed, those excepted whose names are `known`. */
  failures(known: ReadonlySet<string>): readonly Failure[] {
    return readFailures(this.paths, known);
  }

  /** Leaves the reason of a failed attempt for those who wait. @throws the system's error */
  fail(failure: Omit<Failure, 'format'>): void {
    leaveFailure(this.paths, { format: 1, ...failure });
  }
}
