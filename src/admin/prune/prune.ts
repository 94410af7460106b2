import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { rootsOf } from '../roots.ts';
import { readOptions, type Verb } from '../verb.ts';
import { LIMIT_OPTIONS, limitsOf } from './limits.ts';
import { progressOn } from './progress.ts';
import { pruneRoot } from './pruning.ts';
import { tell } from './tell.ts';

/** Removes old builds. */
export const prune: Verb = {
  name: 'prune',
  summary: 'removes old builds that no job uses',
  usage: `Removes builds from a shared cache, those that were not used for longest first. Jobs may run meanwhile.

build-once prune [--root DIR] [limits] [--keep GLOB]... [--dry-run] [--json]

  --root DIR       the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --max-size SIZE  until all builds together have at most this: 50GB, 200GiB
  --min-free SIZE  until the disk has this free: 10%, 20GB
  --max-age TIME   all that were built longer ago: 30d, 12h
  --unused TIME    all that no job was handed for so long: 14d
  --keep GLOB      a key that stays, such as 'node/*'; * stands for any characters. May be given more than once
  --grace TIME     builds younger than this stay (default 1h)
  --dry-run        says what would be removed, and removes nothing
  --json           prints one JSON object instead of lines
  --help           this text

With or without limits, builds that were replaced by newer ones go, and what dead jobs left. A key that a job builds is
passed over, and so is a build that a job uses: one whose job lives on this host, or else was handed it in the last 6 h.
What another user owns is passed over and named.

Example: build-once prune --root /opt/ci-cache --max-size 200GB --unused 14d --keep 'llvm-*'

Exit code: 0 if it came to its end, 1 if it failed, 2 for bad options, 130 if interrupted.
`,
  async run(args) {
    const {
      root,
      json = false,
      'dry-run': dryRun = false,
      ...given
    } = readOptions(args, {
      root: { type: 'string', multiple: true },
      ...LIMIT_OPTIONS,
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const limits = limitsOf(given);
    const [place = ''] = rootsOf(root ?? [], 1);
    const signal = endSignal();
    const { account, unmet } = await pruneRoot(place, limits, {
      dryRun,
      signal,
      progress: dryRun ? undefined : progressOn(process.stderr),
    });
    tell(account, unmet, { root: place, dryRun, json });
    return signal.aborted ? INTERRUPTED : 0;
  },
};
