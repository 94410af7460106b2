import { Numbers, StateSet } from './state-set.ts';

/** A system to explore: states of one length in bytes, and moves between them. */
export interface Model {
  readonly width: number;
  /** Moves are the numbers below this. */
  readonly moves: number;
  start(into: Uint8Array): void;
  /** Makes a move; false when it cannot be made in `from`, or changes nothing. */
  apply(move: number, from: Uint8Array, to: Uint8Array): boolean;
  /** Whether a move is one of the protocol's own steps, not something that happens to it. */
  isStep(move: number): boolean;
  /** Puts equal processes in a fixed order; returns where each slot's content came from. */
  sort(state: Uint8Array): readonly number[] | undefined;
  /** What must never be; undefined: all is well. */
  wrong(state: Uint8Array): string | undefined;
  /** Whether nobody has anything left to do. */
  isOver(state: Uint8Array): boolean;
  /** A move in words, after it was made; `names` are the processes, by slot. */
  describe(move: number, from: Uint8Array, names: readonly string[]): string;
  /** The names of the processes at the start, by slot. */
  readonly names: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  readonly ms: number;
  /** The shortest way to something that must never be. */
  readonly violation?: { readonly what: string; readonly trace: readonly string[] };
}

/**
 * Visits every state that can be reached, nearest first, so that the first violation found has a shortest trace. Then
 * checks that no state is stuck: from each one the protocol's own steps lead to where nobody has anything left to do.
 *
 * @throws when there are more states than `limit`: then nothing is shown
 */
export function explore(model: Model, limit = 4_000_000): Exploration {
  const began = performance.now();
  const states = new StateSet(model.width);
  const cameFrom = new Numbers();
  const cameBy = new Numbers();
  const [from, to] = [new Uint8Array(model.width), new Uint8Array(model.width)];
  const steps = { from: new Numbers(), to: new Numbers() };
  const over: number[] = [];
  const result = (what?: string, at = 0): Exploration => ({
    states: states.size,
    steps: steps.to.length,
    ms: Math.round(performance.now() - began),
    ...(what === undefined ? {} : { violation: { what, trace: traceTo(model, at, cameFrom, cameBy) } }),
  });

  model.start(to);
  model.sort(to);
  states.add(to);
  cameFrom.push(-1);
  cameBy.push(-1);
  for (let index = 0; index < states.size; index++) {
    if (states.size > limit) throw new Error(`more than ${limit} states`);
    states.read(index, from);
    const wrong = model.wrong(from);
    if (wrong !== undefined) return result(wrong, index);
    if (model.isOver(from)) over.push(index);
    for (let move = 0; move < model.moves; move++) {
      if (!model.apply(move, from, to)) continue;
      model.sort(to);
      const next = states.add(to);
      if (next === cameFrom.length) {
        cameFrom.push(index);
        cameBy.push(move);
      }
      if (model.isStep(move)) {
        steps.from.push(index);
        steps.to.push(next);
      }
    }
  }
  const stuck = firstThatCannotReach(over, states.size, steps);
  return stuck === undefined ? result() : result('stuck: from here nobody can come to an end', stuck);
}

/** The first state from which no sequence of steps leads to one of the goals. */
function firstThatCannotReach(
  goals: readonly number[],
  size: number,
  steps: { readonly from: Numbers; readonly to: Numbers },
): number | undefined {
  // For each state, the steps that lead to it, one behind the other.
  const newest = new Int32Array(size).fill(-1);
  const older = new Int32Array(steps.to.length);
  for (let step = 0; step < steps.to.length; step++) {
    older[step] = newest[steps.to.at(step)] as number;
    newest[steps.to.at(step)] = step;
  }
  const reaches = new Uint8Array(size);
  const pending = [...goals];
  for (const goal of goals) reaches[goal] = 1;
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (let step = newest[state] as number; step >= 0; step = older[step] as number) {
      const before = steps.from.at(step);
      if (reaches[before] === 1) continue;
      reaches[before] = 1;
      pending.push(before);
    }
  }
  const stuck = reaches.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}

/** The moves that lead to a state, with the names that the processes had at the start. */
function traceTo(model: Model, state: number, cameFrom: Numbers, cameBy: Numbers): string[] {
  const moves: number[] = [];
  for (let at = state; cameFrom.at(at) >= 0; at = cameFrom.at(at)) moves.unshift(cameBy.at(at));
  let names = [...model.names];
  const [from, to] = [new Uint8Array(model.width), new Uint8Array(model.width)];
  const rename = (order: readonly number[] | undefined) => {
    if (order !== undefined) names = order.map((slot) => names[slot] as string);
  };
  model.start(from);
  rename(model.sort(from));
  return moves.map((move) => {
    model.apply(move, from, to);
    const line = model.describe(move, from, names);
    rename(model.sort(to));
    from.set(to);
    return line;
  });
}
