import { messageOf } from '../../base/errors.ts';
import { fileSystemOf } from '../../host/file-system.ts';
import type { LockEngine } from '../../lock/engine.ts';
import { pruneKey } from '../../recipe/prune/prune-key.ts';
import { openFileEngine } from '../../step/engine.ts';
import { whoOf } from '../../step/job.ts';
import type { EntryPaths } from '../../store/layout.ts';
import { foreignOwner } from '../../store/prune/retire.ts';
import { shareWithGroup } from '../group.ts';
import { silent } from '../silent.ts';
import type { Candidate } from './candidates.ts';

/** A build that stays although it was to go, or a key that could not be cleared up. */
export interface Skipped {
  readonly name: string;
  readonly folder: string;
  readonly why: string;
}

/** How a {@link Cleaner} works. */
export interface CleanerOptions {
  readonly dryRun: boolean;
  /** By the clock of the disk, in ms since 1970. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Removes builds, key by key, and keeps account of it. With `dryRun` it only says what it would do. */
export class Cleaner {
  readonly removed: (Candidate & { readonly reason: string })[] = [];
  readonly skipped: Skipped[] = [];
  readonly #engine: LockEngine;
  readonly #options: CleanerOptions;

  private constructor(engine: LockEngine, options: CleanerOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** @throws the system's error if there is no such root */
  static async open(root: string, options: CleanerOptions): Promise<Cleaner> {
    shareWithGroup(root);
    const { network } = fileSystemOf(root);
    return new Cleaner(await openFileEngine({ root, network, groupShared: false, reporter: silent }), options);
  }

  /** Removes builds of one key. Never throws for what one key has. @returns whether all of them are gone */
  async remove(paths: EntryPaths, name: string, builds: readonly Candidate[], reason: string): Promise<boolean> {
    const skip = (why: string) => {
      this.skipped.push({ name, folder: paths.dir, why });
      return false;
    };
    try {
      const owner = builds.map(({ token }) => foreignOwner(paths, token)).find((each) => each !== undefined);
      if (owner !== undefined) return skip(`it belongs to another user (${owner})`);
      const { locked, removed, used } = this.#options.dryRun
        ? this.#tried(builds)
        : await this.#done(paths, name, builds);
      this.removed.push(...builds.filter(({ token }) => removed.includes(token)).map((each) => ({ ...each, reason })));
      if (locked) return skip('a job builds it now');
      return used.length === 0 || skip('a job uses it');
    } catch (error) {
      return skip(messageOf(error));
    }
  }

  async #done(paths: EntryPaths, key: string, builds: readonly Candidate[]) {
    const order = { paths, key, who: whoOf(process.env), builds: builds.map(({ token }) => token) };
    const { locked, removed, inUse: used } = await pruneKey(order, this.#engine, this.#options.signal);
    return { locked, removed, used };
  }

  #tried(builds: readonly Candidate[]) {
    const tokens = (inUse: boolean) => builds.filter((each) => each.inUse === inUse).map(({ token }) => token);
    return { locked: false, removed: tokens(false), used: tokens(true) };
  }
}
