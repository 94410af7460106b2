import { Closing } from './closing.ts';
import type { Model } from './explorer.ts';
import { DONE, FIELDS, Field, Status, Tail } from './fields.ts';
import { violation } from './invariants.ts';
import { At, Kind } from './model-fs.ts';
import { orderOf, permute } from './symmetry.ts';
import { type Scene, World } from './world.ts';

/** What can be done with each process; the first two are its own steps. */
const Move = { STEP: 0, OTHER_STEP: 1, CRASH: 2, STOP: 3, WAKE: 4, LOST: 5, LATE: 6 } as const;
const MOVES = 7;
/** What a move uses up, if anything. */
const BUDGETS: readonly (number | undefined)[] = [
  undefined,
  undefined,
  Tail.CRASH,
  Tail.STOP,
  undefined,
  Tail.LOST,
  Tail.LATE,
];

/** A scene, as the explorer sees it: the steps of its processes, and what may happen to them at any time. */
export class ProtocolModel implements Model {
  readonly width: number;
  readonly moves: number;
  readonly names: readonly string[];
  readonly #scene: Scene;
  readonly #world: World;
  readonly #closing: Closing | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#world = new World(scene);
    this.#closing = scene.program.clearsUp ? new Closing(scene) : undefined;
    this.width = this.#world.width;
    // The last one: a call of long ago arrives once more.
    this.moves = scene.roles.length * MOVES + 1;
    this.names = scene.roles.map((_role, i) => `p${i + 1}`);
  }

  /** How many different disks the question was asked of whether the next attempt finds its way. */
  get disks(): number {
    return this.#closing?.disks ?? 0;
  }

  start(into: Uint8Array): void {
    const world = this.#world;
    const { budget, roles, program, there } = this.#scene;
    into.fill(0);
    world.use(into);
    world.setTail(Tail.CRASH, budget.crash ?? 0);
    world.setTail(Tail.STOP, budget.stop ?? 0);
    world.setTail(Tail.LOST, budget.lost ?? 0);
    world.setTail(Tail.LATE, budget.late ?? 0);
    world.setTail(Tail.FAIL, budget.fail ?? 0);
    for (const [p, role] of roles.entries()) world.goto(p, program.first[role] ?? '');
    const put = (kind: number, at: number) => {
      into[kind * world.columns + world.old] = world.fs.place(at, at === At.LOCK || at === At.ENTRY ? 0 : world.old);
    };
    const isBuild = there === 'published build' || there === 'carried build';
    if (there !== undefined && !isBuild) put(Kind.PRIVATE, At.LOCK);
    if (there === 'foreign file') put(Kind.RECORD, At.DRAFT_IN);
    if (there === 'dead holder') {
      put(Kind.OWNER, At.OWNER_IN);
      put(Kind.RECORD, At.HOLDERS);
    }
    if (isBuild) {
      put(Kind.RIGHT, At.ENTRY);
      put(Kind.MANIFEST, At.MANIFEST_IN);
      put(Kind.BUILD, At.BUILD);
      put(Kind.WHOLE, At.WHOLE_IN);
      put(Kind.MARK, At.PUBLISHED);
    }
    // Noted before others can have it.
    if (there === 'carried build') put(Kind.CARRIED, At.CARRIED);
    world.remember();
  }

  isStep(move: number): boolean {
    return move < this.moves - 1 && move % MOVES <= Move.OTHER_STEP;
  }

  apply(move: number, from: Uint8Array, to: Uint8Array): boolean {
    this.#world.use(from);
    const [p, kind] = [Math.floor(move / MOVES), move % MOVES];
    const isLate = move === this.moves - 1;
    // Most moves cannot be made: asked before anything is copied.
    if (isLate ? this.#world.tail(Tail.CALL) === 0 : !this.#isPossible(p, kind)) return false;
    to.set(from);
    this.#world.use(to);
    if (!(isLate ? this.#arriveLate() : this.#move(p, kind, from))) return false;
    this.#world.remember();
    return true;
  }

  sort(state: Uint8Array): readonly number[] | undefined {
    const order = orderOf(state, this.#world);
    if (order !== undefined) permute(state, this.#world, order);
    return order;
  }

  wrong(state: Uint8Array): string | undefined {
    this.#world.use(state);
    return violation(this.#world) ?? this.#closing?.wrong(this.#world);
  }

  isOver(state: Uint8Array): boolean {
    this.#world.use(state);
    return this.names.every(
      (_name, p) => this.#world.get(p, Field.PC) === DONE || this.#world.get(p, Field.STATUS) !== Status.RUNNING,
    );
  }

  describe(move: number, from: Uint8Array, names: readonly string[]): string {
    const { fs } = this.#world;
    const answer = fs.answer === 'ok' ? '' : `: ${fs.answer}`;
    if (move === this.moves - 1) return `a call of long ago arrives once more${answer}`;
    const [p, kind] = [Math.floor(move / MOVES), move % MOVES];
    const what = ['', '', ' is killed', ' is stopped', ' wakes up', ', answer lost', ', to arrive once more'][kind];
    if (kind === Move.CRASH || kind === Move.STOP || kind === Move.WAKE) return `${names[p]}${what}`;
    this.#world.use(from);
    const step = this.#world.nameOfStep(this.#world.get(p, Field.PC));
    const target = this.#world.target(p);
    const whose = target < 0 ? '' : ` of ${names[Math.floor(target / this.#scene.attempts)] ?? 'one of long ago'}`;
    return `${names[p]} ${step}${whose}${what}${answer}`;
  }

  #isPossible(p: number, kind: number): boolean {
    const world = this.#world;
    const status = world.get(p, Field.STATUS);
    if (world.get(p, Field.PC) === DONE || status === Status.DEAD) return false;
    if (kind === Move.WAKE || (status === Status.STOPPED && kind !== Move.CRASH))
      return kind === Move.WAKE && status === Status.STOPPED;
    const budget = BUDGETS[kind];
    return budget === undefined || world.tail(budget) > 0;
  }

  /** A move that {@link #isPossible}. */
  #move(p: number, kind: number, from: Uint8Array): boolean {
    const world = this.#world;
    if (kind === Move.CRASH) {
      world.spend(Tail.CRASH);
      world.forget(p);
      world.set(p, Field.STATUS, Status.DEAD);
      return true;
    }
    if (kind === Move.WAKE) {
      world.set(p, Field.STATUS, Status.RUNNING);
      return true;
    }
    if (kind === Move.STOP) {
      world.spend(Tail.STOP);
      world.set(p, Field.STATUS, Status.STOPPED);
      return true;
    }
    return kind <= Move.OTHER_STEP ? world.step(p, kind) : this.#disturbed(p, kind, from);
  }

  /** A step whose call is made but whose answer is lost, so that it is made again; or whose call will arrive once more. */
  #disturbed(p: number, kind: number, from: Uint8Array): boolean {
    const world = this.#world;
    world.spend(kind === Move.LOST ? Tail.LOST : Tail.LATE);
    if (!world.step(p, 0) || world.fs.last[0] === 0) return false;
    if (kind === Move.LOST) {
      if (world.fs.answer !== 'ok') return false;
      const block = world.fs.size + p * FIELDS;
      world.state.set(from.subarray(block, block + FIELDS), block);
      return true;
    }
    for (let i = 0; i < 3; i++) world.setTail(Tail.CALL + i, world.fs.last[i] as number);
    return true;
  }

  #arriveLate(): boolean {
    const world = this.#world;
    const [op, first, second] = [0, 1, 2].map((i) => world.tail(Tail.CALL + i)) as [number, number, number];
    if (op === 0) return false;
    world.fs.repeat(op, first, second);
    for (let i = 0; i < 3; i++) world.setTail(Tail.CALL + i, 0);
    return true;
  }
}
