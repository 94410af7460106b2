import { type Phase, type PhaseName, phasesOf, type Spent } from './phases.ts';

/** A step on an axis of time, in ms. */
export interface StepSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly phases: readonly PhaseSpan[];
}

export interface PhaseSpan extends Phase {
  readonly startMs: number;
}

/** How a bar of text shows each phase. `looking` is what a step does beside them, such as to start and to look. */
export const SIGNS: Readonly<Record<PhaseName | 'looking', string>> = {
  looking: '·',
  waiting: '░',
  slot: '▒',
  restoring: '▚',
  building: '█',
  publishing: '▓',
  delivering: '▪',
};

/**
 * Where the phases of a step were. It notes how long each took, and when it ended: so they are put before its end, and what
 * it did beside them comes first. A `publish` notes also what passed since its claim, which is longer than itself.
 */
export function spanOf(endMs: number, stepMs: number, spent: Spent): StepSpan {
  const phases = phasesOf(spent);
  const spentMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  let at = endMs - spentMs;
  const placed = phases.map((phase) => {
    const startMs = at;
    at += phase.ms;
    return { ...phase, startMs };
  });
  return { startMs: endMs - Math.max(spentMs, stepMs), endMs, phases: placed };
}

/** What a bar of text shows: from `startMs` on, `ms` in so many cells. */
export interface Axis {
  readonly startMs: number;
  readonly ms: number;
  readonly width: number;
}

/** A bar of text. Each cell shows what took most of its time; a step that took any is seen where no other took more. */
export function barOf(steps: readonly StepSpan[], { startMs, ms, width }: Axis): string {
  const cellMs = Math.max(ms, 1) / width;
  const cells = new Array<string>(width).fill(' ');
  const longest = new Array<number>(width).fill(-1);
  const cellAt = (timeMs: number) => Math.min(width - 1, Math.max(0, Math.floor((timeMs - startMs) / cellMs)));
  for (const { sign, fromMs, toMs } of steps.flatMap(stretches)) {
    for (let cell = cellAt(fromMs); cell <= cellAt(toMs); cell++) {
      const left = startMs + cell * cellMs;
      const overlap = Math.min(toMs, left + cellMs) - Math.max(fromMs, left);
      // One that ends where a cell begins took none of it; one without any length is in its cell all the same.
      if (overlap < 0 || (overlap === 0 && fromMs < toMs) || overlap <= (longest[cell] ?? 0)) continue;
      longest[cell] = overlap;
      cells[cell] = sign;
    }
  }
  return cells.join('');
}

interface Stretch {
  readonly sign: string;
  readonly fromMs: number;
  readonly toMs: number;
}

function stretches({ startMs, endMs, phases }: StepSpan): Stretch[] {
  const looking = { sign: SIGNS.looking, fromMs: startMs, toMs: phases[0]?.startMs ?? endMs };
  const others = phases.map((phase) => ({
    sign: SIGNS[phase.name],
    fromMs: phase.startMs,
    toMs: phase.startMs + phase.ms,
  }));
  return startMs === looking.toMs && phases.length > 0 ? others : [looking, ...others];
}
