import { statfsSync } from 'node:fs';
import { formatBytes } from '../../base/format.ts';
import { cachePlace } from '../../step/cache-place.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import { judgeMount, mountOf } from './mount.ts';
import type { Site } from './site.ts';

/** Judges what the root is on, who shares it, how it is mounted, and how much room there is. */
export function judgePlace(site: Site): Finding[] {
  const mount = mountOf(site.root);
  return [judgeDisk(site), judgeSharing(site), judgeSpace(site), ...(mount === undefined ? [] : judgeMount(mount))];
}

function judgeDisk({ given, root, fileSystem }: Site): Finding {
  const kind = fileSystem.network
    ? 'a network file system, which several hosts may share'
    : 'a file system of this host';
  const link =
    given === root ? '' : ` It is a link: jobs see the build at ${root}, which must be its path for all of them.`;
  return ok('disk', `${root} is on ${fileSystem.name}, ${kind}.${link}`);
}

/** The work folder of a runner: `_work` by default, `/__w` in its containers. */
const WORK = /\/(?:_work|__w)(?:\/|$)/;

function judgeSharing({ root, fileSystem }: Site): Finding {
  const { unsharedReason } = cachePlace(root, process.env);
  if (unsharedReason !== undefined) {
    // The first sentence is the reason, the rest is the advice.
    const end = unsharedReason.indexOf('. ') + 1;
    return problem('sharing', unsharedReason.slice(0, end), unsharedReason.slice(end + 1));
  }
  if (WORK.test(root)) {
    return problem(
      'sharing',
      `${root} lies in the work folder of a runner, so no other runner reuses its builds.`,
      'Set RUNNER_TOOL_CACHE in the .env file of every runner to a folder that they share.',
    );
  }
  const sharers = fileSystem.network ? 'Runners of this and of other hosts' : 'All runners of this host';
  return ok('sharing', `${sharers} can share it.`);
}

const MIN_FREE_BYTES = 100e6;
const LOW_FREE_BYTES = 2e9;
const MIN_FREE_INODES = 1000;

function judgeSpace({ root, fileSystem: { freeBytes } }: Site): Finding {
  const free = `${formatBytes(freeBytes)} free`;
  if (freeBytes < MIN_FREE_BYTES) return problem('space', `Only ${free}: builds will fail.`, 'Free some space.');
  const { files, ffree } = statfsSync(root);
  // A file system without a table of inodes reports 0 of 0.
  if (files > 0 && ffree < MIN_FREE_INODES) {
    return problem('space', `${free}, but only ${ffree} new files can be made (inodes).`, 'Remove many small files.');
  }
  return freeBytes < LOW_FREE_BYTES ? note('space', `${free}, which is not much.`) : ok('space', `${free}.`);
}
