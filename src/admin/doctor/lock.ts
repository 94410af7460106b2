import { formatDuration } from '../../base/format.ts';
import type { Contest } from './exclusion.ts';
import { type Finding, note, ok, problem } from './finding.ts';

const ABOUT = 'lock';
const WRONG_DISK =
  'Do not share builds there: jobs would build twice (never a part of a build, though). Take a local disk, or NFS 4.';

/** What a contest says about the disk it was held on. */
export function judgeContest(contest: Contest, ms: number): Finding[] {
  const { processes, claims, overlaps, unlisted, error } = contest;
  const what = `${processes} processes claimed it ${claims} times in ${formatDuration(ms)}`;
  const wrong: Finding[] = [];
  if (overlaps > 0) wrong.push(problem(ABOUT, `${what}, and ${overlaps} times two had it at once.`, WRONG_DISK));
  // Two holders make listings wrong by themselves.
  if (unlisted > 0 && overlaps === 0) {
    const seen = `${what}, and ${unlisted} times a listing of the folder did not show the one that had it.`;
    wrong.push(
      problem(ABOUT, seen, 'Listings come from a cache that is too old: mount it without, or take another disk.'),
    );
  }
  if (error !== undefined)
    wrong.push(problem(ABOUT, error, 'The check ended early: run it again when that is mended.'));
  if (wrong.length > 0) return wrong;
  return [
    claims < processes ? note(ABOUT, `${what}: that is slow.`) : ok(ABOUT, `${what}, one at a time.`),
    takeovers(contest),
  ];
}

function takeovers({ takeoverMs, stuck }: Contest): Finding {
  if (stuck) {
    return problem(
      'takeover',
      'Nobody took over the lock of a process that was killed.',
      'Is /proc hidden from you (hidepid)? Then only silence tells, after 30 s or more.',
    );
  }
  const times =
    takeoverMs.length === 1
      ? 'The lock of a killed process was'
      : `The locks of ${takeoverMs.length} killed processes were`;
  return ok('takeover', `${times} taken over, after ${formatDuration(Math.max(...takeoverMs))} at most.`);
}
