import { statfsSync } from 'node:fs';
import { release } from 'node:os';
import { formatBytes } from '../../base/format.ts';
import { cachePlace } from '../../step/cache-place.ts';
import type { Env } from '../../step/inputs/read.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import { judgeMount } from './mount-options.ts';
import type { Site } from './site.ts';

/** What the root is on, who shares it, and whether there is room. */
export function judgePlace(site: Site, env: Env): Finding[] {
  return [
    where(site),
    sharing(site, env),
    space(site),
    ...(site.mount === undefined ? [] : judgeMount(site.mount)),
    ...path(site),
  ];
}

function where({ given, root, fileSystem }: Site): Finding {
  const link =
    given === root ? '' : ` It is a link: jobs see the build at ${root}, which must be its path for all of them.`;
  const who = fileSystem.network
    ? 'a network file system, which several hosts may share'
    : 'a file system of this host';
  return ok('disk', `${root} is on ${fileSystem.name}, ${who}.${link}`);
}

/** Where the runners keep what is theirs alone: `_work` by default, and `/__w` in its containers. */
const WORK = /\/(?:_work|__w)(?:\/|$)/;

function sharing({ root, fileSystem }: Site, env: Env): Finding {
  const { unsharedReason } = cachePlace(root, env);
  if (unsharedReason !== undefined) return problem('sharing', ...told(unsharedReason));
  if (WORK.test(root)) {
    return problem(
      'sharing',
      `${root} lies in the work folder of a runner, so no other runner reuses its builds.`,
      'Set RUNNER_TOOL_CACHE in the .env file of every runner to a folder that they share.',
    );
  }
  return ok(
    'sharing',
    fileSystem.network ? 'Runners of this and of other hosts can share it.' : 'All runners of this host can share it.',
  );
}

/** The first sentence says what it is, the rest what to do. */
function told(text: string): [what: string, advice: string] {
  const end = text.indexOf('. ') + 1;
  return [text.slice(0, end), text.slice(end + 1)];
}

const NO_ROOM = 100e6;
const LITTLE_ROOM = 2e9;

function space({ root, fileSystem: { freeBytes } }: Site): Finding {
  const free = `${formatBytes(freeBytes)} free`;
  const { files, ffree: names } = statfsSync(root);
  if (freeBytes < NO_ROOM) return problem('space', `Only ${free}: builds will fail.`, 'Free some space.');
  // Disks that make room for names as they go say 0 of 0.
  if (files > 0 && names < 1000) {
    return problem('space', `${free}, but only ${names} new files can be made (inodes).`, 'Remove many small files.');
  }
  return freeBytes < LITTLE_ROOM ? note('space', `${free}, which is not much.`) : ok('space', `${free}.`);
}

/** Longest first line of a script that a kernel reads: Linux 5.1 and later take 255 characters. */
const SHEBANG = Number.parseFloat(release()) < 5.1 ? 127 : 255;
/** Longest path below the root of a build, and what a script's first line has beside it: `#!` and `/bin/python3`. */
const BELOW_ROOT = 69 + 15;

function path({ root }: Site): Finding[] {
  const found: Finding[] = [];
  if (/\s/.test(root)) {
    found.push(
      note(
        'path',
        'There is a blank in the path: scripts that name it in their first line (#!) do not start.',
        'Take a path without one.',
      ),
    );
  }
  if (root.length + BELOW_ROOT > SHEBANG) {
    found.push(
      note(
        'path',
        `${root.length} characters: too long for the first line (#!) of the scripts of a build.`,
        `Take a path of at most ${SHEBANG - BELOW_ROOT} characters.`,
      ),
    );
  }
  return found;
}
