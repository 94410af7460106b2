/** What a step spends its time on, in this order. */
export const PHASES = ['waiting', 'slot', 'restoring', 'building', 'publishing', 'delivering'] as const;

export type PhaseName = (typeof PHASES)[number];

/** What each is called after a bar. */
export const NAMES: Readonly<Record<PhaseName, string>> = {
  waiting: 'waiting for a build',
  slot: 'waiting for a slot',
  restoring: 'restoring',
  building: 'building',
  publishing: 'publishing',
  delivering: 'copying or linking for the job',
};

/** One stretch of a step. */
export interface Phase {
  readonly name: PhaseName;
  readonly ms: number;
}

/** Milliseconds of a step by what they were spent on; undefined: not at all. */
export interface Spent {
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  readonly restoreMs?: number | undefined;
  /** Of the step's own build. */
  readonly ownBuildMs: number | undefined;
  readonly publishMs?: number | undefined;
  readonly deliverMs?: number | undefined;
}

/** The phases that took any time. A step that lost its lock went through some of them twice: each is one stretch here. */
export function phasesOf(spent: Spent): Phase[] {
  const { waitedMs, slotWaitedMs, restoreMs, ownBuildMs, publishMs, deliverMs } = spent;
  const times = [waitedMs, slotWaitedMs, restoreMs, ownBuildMs, publishMs, deliverMs];
  return PHASES.map((name, at) => ({ name, ms: times[at] ?? 0 })).filter(({ ms }) => ms > 0);
}
