import { hostname } from 'node:os';
import { sha256 } from '../base/digest.ts';
import { newToken } from '../base/key.ts';
import { probe, processState } from '../host/proc.ts';
import { type JobProcess, NO_PROCESS } from '../store/lease.ts';
import { BadUsage } from './verb.ts';

/**
 * For whom a build is that the command line hands out. No process is known to live as long as its user does: a shell that
 * asked may be gone while the script that it was asked for goes on. So the lease counts for 6 h, as one whose process
 * cannot be seen. With a pid it counts for as long as that process lives.
 *
 * @throws BadUsage if there is no such process
 */
export function userOf(pid: string | undefined): JobProcess {
  const id = sha256('command line', newToken(), hostname()).slice(0, 20);
  // Each time another word, so that each time a lease is written: its age counts.
  if (pid === undefined) return { pid: NO_PROCESS, job: id, id };
  const number = Number(pid);
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new BadUsage(`--pid "${pid}" is not the number of a process`);
  if (probe(number) === 'gone') throw new BadUsage(`--pid ${pid}: there is no such process`);
  return { pid: number, job: `pid ${pid} ${processState(number)?.startTime}`, id };
}
