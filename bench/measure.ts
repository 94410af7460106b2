import { spawnSync } from 'node:child_process';

/** A process to measure from its start to its end. */
export interface Run {
  readonly args: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Milliseconds of one run. */
export interface Sample {
  readonly wall: number;
  /** User and system time of the process and its children. On a shared machine it varies much less than `wall`. */
  readonly cpu: number;
}

/**
 * Bash takes the time, because its fork is cheap. Node needs 1 to 2 ms to start a process. Added to both sides, that would
 * make every ratio look better than it is.
 */
const STOPWATCH =
  'TIMEFORMAT="%U %S"; s=$EPOCHREALTIME; time "$@" >/dev/null 2>&1; c=$?; echo "$s $EPOCHREALTIME" >&2; exit $c';

/** Runs a process once. Throws if it fails, because its time would mean nothing. */
export function time({ args, env }: Run): Sample {
  const options = { env: { ...(env ?? process.env), LC_ALL: 'C' }, encoding: 'utf8' } as const;
  const { status, stderr, error } = spawnSync('bash', ['--norc', '-c', STOPWATCH, 'bash', ...args], options);
  const [user, system, start, end] = (stderr ?? '').trim().split(/\s+/).map(Number);
  if (status !== 0 || user === undefined || system === undefined || start === undefined || end === undefined) {
    throw new Error(
      `${args.join(' ')} ended with ${status}: ${error?.message ?? said({ args, env })} (the bench needs bash 5)`,
    );
  }
  return { wall: (end - start) * 1000, cpu: (user + system) * 1000 };
}

/** The output of a failed run. It comes from a second run, because a measured run discards its output. */
function said({ args: [program, ...args], env }: Run): string {
  const { stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

/**
 * Runs several processes in turn, `rounds` times: A B C A B C. A disturbance of the machine affects all of them, so the
 * figures of one round can be compared. A first round fills the caches and is not counted.
 */
export function inTurn<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, (round: number) => Run>>,
): Record<Name, Sample[]> {
  const names = Object.keys(runs) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const sample = time(runs[name](round));
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** The median. For an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[half - 1], sorted[half]];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}

/** The median of the ratios, pair by pair. */
export function pairRatio(ours: readonly number[], peers: readonly number[]): number {
  return median(ours.map((value, index) => value / (peers[index] ?? Number.NaN)));
}

/** The figures of one row: both medians, and the ratio pair by pair. */
export function compare(kind: keyof Sample, ours: readonly Sample[], peers: readonly Sample[]) {
  const [mine, theirs] = [ours, peers].map((samples) => samples.map((sample) => sample[kind])) as [number[], number[]];
  return { ours: median(mine), peer: median(theirs), ratio: pairRatio(mine, theirs) };
}
