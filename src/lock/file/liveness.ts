import { systemCode } from '../../base/errors.ts';
import { monotonicMs } from '../../base/wait.ts';
import { probe, processState } from '../../host/proc.ts';
import { connectTo } from '../../host/socket.ts';
import type { HolderState } from '../inspector.ts';
import type { HolderRecord, ProcessPlace } from './record.ts';

/**
 * `running`: the kernel shows this very process, and it is not stopped. Its heartbeat may stand still while its disk is slow.
 * `stopped`: it is, so its heartbeat stands still. `alive` means only that the process exists: it may be stopped as well.
 */
export type Liveness = HolderState;

/** Longest time, in ms, for which a silent heartbeat is believed, whatever a record says. */
export const STALE_CAP_MS = 600_000;

/**
 * Asks the kernel about a holder. Pids mean something only within one boot, one pid namespace and, as cloned virtual
 * machines may share a boot id, on a network file system one host name. In another container of this host the holder's
 * socket answers instead: a refused connection means that nobody listens any more.
 */
export async function judge(
  record: HolderRecord,
  place: ProcessPlace,
  network: boolean,
  socketPath: string,
): Promise<Liveness> {
  if (record.bootId !== place.bootId) return 'unknown';
  // Without boot ids (macOS, Windows) the host's name stands in for it, but two hosts of one network may share a name.
  if (place.bootId === '' && network) return 'unknown';
  if ((network || place.bootId === '') && record.host !== place.host) return 'unknown';
  if (record.pidNamespace === place.pidNamespace) {
    const verdict = judgeByPid(record);
    // A child that the holder was starting when it was killed has the holder's socket until it executes its program. Until
    // then nothing else shows whose child it is.
    const mayHaveChild = verdict === 'dead' && record.socket && !network;
    return mayHaveChild && (await judgeBySocket(socketPath)) === 'alive' ? 'alive' : verdict;
  }
  if (network || !record.socket) return 'unknown';
  return judgeBySocket(socketPath);
}

function judgeByPid(record: HolderRecord): Liveness {
  const seen = probe(record.pid);
  if (seen === 'gone') return 'dead';
  const state = processState(record.pid);
  if (state === undefined) return 'unknown';
  if (state.zombie) return 'dead';
  if (record.startTime === undefined) return 'alive';
  if (state.startTime !== record.startTime) return 'dead';
  return state.stopped ? 'stopped' : 'running';
}

const SOCKET_LIMIT_MS = 1000;
/** EAGAIN: the listener takes no more connections, for example because its process is stopped. */
const TOLD: Readonly<{ [code: string]: Liveness }> = { ECONNREFUSED: 'dead', EAGAIN: 'alive' };

/**
 * Asks whether a process listens at `path`. Any other error than these leaves it unknown: the file may be gone, the path
 * too long, or the socket another user's.
 */
export function judgeBySocket(path: string): Promise<Liveness> {
  return new Promise((resolve) => {
    const socket = connectTo(path);
    if (socket === undefined) return resolve('unknown');
    const answer = (verdict: Liveness) => {
      socket.destroy();
      resolve(verdict);
    };
    socket.setTimeout(SOCKET_LIMIT_MS, () => answer('unknown'));
    socket.once('connect', () => answer('alive'));
    socket.once('error', (error) => answer(TOLD[systemCode(error) ?? ''] ?? 'unknown'));
  });
}

/** Longest pause between two looks, in ms, that counts as having watched. */
const LONGEST_GAP_MS = 5000;

/**
 * How long heartbeats have stood still, on this process's monotonic clock. Only time between looks counts, and of a long
 * pause only its first seconds: a suspended machine saw nothing, and the holder may have been suspended with it.
 */
export class Heartbeats {
  readonly #seen = new Map<string, { mtimeMs: number; stillMs: number; at: number }>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number = monotonicMs) {
    this.#now = now;
  }

  /** Notes a look at a heartbeat; returns the milliseconds for which it has been seen to stand still. */
  observe(token: string, mtimeMs: number): number {
    const at = this.#now();
    const last = this.#seen.get(token);
    const stillMs = last?.mtimeMs === mtimeMs ? last.stillMs + Math.min(at - last.at, LONGEST_GAP_MS) : 0;
    this.#seen.set(token, { mtimeMs, stillMs, at });
    return stillMs;
  }
}

/**
 * Milliseconds of silence that make a holder dead: the longer of its own word and ours, within reason. One that runs is
 * silent because its disk is slow, or hangs: that is borne for as long as any silence is.
 */
export function staleAfter(
  record: HolderRecord | undefined,
  ownStaleMs: number,
  verdict: Liveness = 'unknown',
): number {
  if (verdict === 'running') return STALE_CAP_MS;
  const stated = Number.isFinite(record?.staleMs) ? Number(record?.staleMs) : 0;
  return Math.min(Math.max(stated, ownStaleMs), STALE_CAP_MS);
}
