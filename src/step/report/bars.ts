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

/** A bar of text: in each cell is what took most of the cell's time. Each step is seen, however short it was. */
export function barOf(steps: readonly StepSpan[], { startMs, ms, width }: Axis): string {
  const cellMs = Math.max(ms, 1) / width;
  const cells = new Array<string>(width).fill(' ');
  const longest = new Array<number>(width).fill(cellMs / 3);
  const cellAt = (timeMs: number) => Math.min(width - 1, Math.max(0, Math.floor((timeMs - startMs) / cellMs)));
  const paint = ({ name, startMs: from, ms: length }: PhaseSpan) => {
    let painted = false;
    for (let cell = cellAt(from); cell <= cellAt(from + length); cell++) {
      const left = startMs + cell * cellMs;
      const overlap = Math.min(from + length, left + cellMs) - Math.max(from, left);
      if (overlap < (longest[cell] ?? 0)) continue;
      longest[cell] = overlap;
      cells[cell] = SIGNS[name];
      painted = true;
    }
    return painted;
  };
  for (const step of steps) {
    const first = cellAt(step.startMs);
    const end = Math.max(first + 1, Math.ceil((step.endMs - startMs) / cellMs));
    for (let cell = first; cell < Math.min(end, width); cell++) if (cells[cell] === ' ') cells[cell] = SIGNS.looking;
    const painted = step.phases.map(paint).some(Boolean);
    const [main] = step.phases.toSorted((a, b) => b.ms - a.ms);
    if (painted || main === undefined) continue;
    const cell = cellAt(main.startMs);
    if (cells[cell] === SIGNS.looking) cells[cell] = SIGNS[main.name];
  }
  return cells.join('');
}
