import { DONE, FIELDS, Field, Flag, Status, TAIL, Tail } from './fields.ts';
import { At, Kind, ModelFs } from './model-fs.ts';

/** One step of a process: at most one call to the file system, then what follows from its answer. */
export interface Step {
  /** @param choice 0, or 1 where there are two; returns false where there is no such choice */
  readonly run: (world: World, process: number, choice: number) => unknown;
  readonly choices?: 2;
}

/** Steps by name: the function of `src/` that makes the call, and after a colon which of its calls. */
export type Steps = Readonly<Record<string, Step>>;

/**
 * What a process is after. `lock`: to hold it once; `build`: a build, whoever made it; `force`: another one than is there;
 * `restore` and `replace`: the same two, but what it makes is a restored build that gets the name of its origin; `read`: a
 * build that is there; `prune`: to remove every build that no job uses.
 */
export type Role = 'lock' | 'build' | 'force' | 'restore' | 'replace' | 'read' | 'prune';

export interface Program {
  readonly steps: Steps;
  readonly first: Readonly<Partial<Record<Role, string>>>;
  /** Steps at which a process believes to hold the lock. */
  readonly holding: readonly string[];
  /** Those of them at which it has looked under the lock, and relies on what it saw. */
  readonly looked?: readonly string[];
  /** Whether the lock on the disk is this process's own; undefined where a program cannot tell. */
  readonly ownsLock?: (world: World, process: number) => boolean;
  /** Whether the next attempt must find a way whatever has happened, and clear away what the dead left. */
  readonly clearsUp: boolean;
}

/** How often something may happen in one exploration, at any time and to anybody. */
export interface Budget {
  /** A process is killed. */
  readonly crash?: number;
  /** A process is stopped; it may be taken for dead, and may wake up at any later time. */
  readonly stop?: number;
  /** The answer to a call is lost, and the call is made again. */
  readonly lost?: number;
  /** A call arrives once more at any later time. One at most: only one call is remembered. */
  readonly late?: number;
  /** A build fails. */
  readonly fail?: number;
}

export interface Scene {
  readonly program: Program;
  /** One for each process; equal ones stand together. */
  readonly roles: readonly Role[];
  /** How often a process may try for the lock; then it gives up, as a step does at its limits. */
  readonly attempts: number;
  readonly budget: Budget;
  /** What there is at the start. */
  readonly there?: 'dead holder' | 'bare folder' | 'foreign file' | 'published build' | 'carried build';
  /** Processes reach the folder of their right by the handle they got when they made it, wherever it was renamed to. */
  readonly keepsHandles?: boolean;
}

/** The disk and what each process knows, over the bytes of one state. */
export class World {
  readonly scene: Scene;
  readonly fs: ModelFs;
  readonly processes: number;
  readonly width: number;
  /** Whether nothing but the lock is looked at. */
  readonly onlyLock: boolean;
  /** Attempts that are no process's: one more, and that of what was there at the start. */
  readonly last: number;
  readonly old: number;
  /** How many attempts there can be, and one column for what only a late duplicate makes. */
  readonly columns: number;
  state: Uint8Array = new Uint8Array(0);
  readonly #steps: Steps[string][];
  readonly #names: readonly string[];
  readonly #pcs: ReadonlyMap<string, number>;
  readonly #holding: ReadonlySet<number>;
  readonly #looked: ReadonlySet<number>;
  readonly #tail: number;

  /** @param extra 1: with one more process, which comes last and has one attempt */
  constructor(scene: Scene, extra: 0 | 1 = 0) {
    const { roles, attempts, program } = scene;
    this.scene = scene;
    this.last = roles.length * attempts;
    this.old = this.last + 1;
    this.columns = this.last + 3;
    this.onlyLock = roles.every((role) => role === 'lock');
    const most = this.onlyLock ? Kind.RECORD : roles.some(restores) ? Kind.RESTORER : Kind.MARK;
    this.fs = new ModelFs(most + 1, this.columns);
    this.processes = roles.length + extra;
    this.#tail = this.fs.size + this.processes * FIELDS;
    this.width = this.#tail + TAIL;
    this.#steps = Object.values(program.steps);
    this.#names = Object.keys(program.steps);
    this.#pcs = new Map(this.#names.map((name, pc) => [name, pc]));
    this.#holding = new Set(program.holding.map((name) => this.#pc(name)));
    this.#looked = new Set((program.looked ?? []).map((name) => this.#pc(name)));
  }

  use(state: Uint8Array): void {
    this.state = state;
    this.fs.bytes = state;
  }

  /** One step of a process; false when it has no such choice. */
  step(p: number, choice: number): boolean {
    const step = this.#steps[this.get(p, Field.PC)] as Steps[string];
    if (choice >= (step.choices ?? 1)) return false;
    this.fs.last[0] = 0;
    this.fs.answer = 'ok';
    return step.run(this, p, choice) !== false;
  }

  nameOfStep(pc: number): string {
    return this.#names[pc] as string;
  }

  get(p: number, field: number): number {
    return this.state[this.fs.size + p * FIELDS + field] as number;
  }

  set(p: number, field: number, value: number): void {
    this.state[this.fs.size + p * FIELDS + field] = value;
  }

  has(p: number, flag: number): boolean {
    return (this.get(p, Field.FLAGS) & flag) !== 0;
  }

  flag(p: number, flag: number): void {
    this.set(p, Field.FLAGS, this.get(p, Field.FLAGS) | flag);
  }

  unflag(p: number, flags: number): void {
    this.set(p, Field.FLAGS, this.get(p, Field.FLAGS) & ~flags);
  }

  role(p: number): Role {
    return this.scene.roles[p] ?? (this.onlyLock ? 'lock' : 'force');
  }

  /** Whether there is one that removes builds. */
  get prunes(): boolean {
    return this.scene.roles.includes('prune');
  }

  /** Whether a job that lives has a lease on a build. */
  isLeased(build: number): boolean {
    for (let p = 0; p < this.processes; p++) if (this.get(p, Field.LEASED) === build + 1) return true;
    return false;
  }

  /** The column of the attempt that a process makes now. */
  own(p: number): number {
    return p * this.scene.attempts + this.get(p, Field.TRY);
  }

  /** The column of the build that it makes: that of long ago, once what it restored has the name of its origin. */
  build(p: number): number {
    return this.has(p, Flag.RENAMED) ? this.old : this.own(p);
  }

  /** Whether a process does not build, but restores what was built elsewhere, or here long ago. */
  restores(p: number): boolean {
    return restores(this.role(p));
  }

  /** The attempt that a process is about to do something to. */
  target(p: number): number {
    return this.get(p, Field.TARGET) - 1;
  }

  goto(p: number, step: string): void {
    this.set(p, Field.PC, this.#pc(step));
  }

  /** Goes to the first step of a routine that several others use, on one attempt. */
  call(p: number, step: string, column: number, back: string): void {
    this.set(p, Field.TARGET, column + 1);
    this.set(p, Field.BACK, this.#pc(back) + 1);
    this.goto(p, step);
  }

  /** Goes back from there. */
  back(p: number): void {
    this.set(p, Field.PC, this.get(p, Field.BACK) - 1);
    this.set(p, Field.BACK, 0);
  }

  end(p: number): void {
    this.forget(p);
    this.set(p, Field.PC, DONE);
  }

  /** Goes on with another attempt, or at its limit not at all. */
  tryAgain(p: number): void {
    const [next, refused] = [this.get(p, Field.TRY) + 1, this.get(p, Field.REFUSED)];
    this.end(p);
    if (p >= this.scene.roles.length || next >= this.scene.attempts) return;
    this.set(p, Field.TRY, next);
    this.set(p, Field.REFUSED, refused);
    this.lookAgain(p);
  }

  lookAgain(p: number): void {
    this.goto(p, ['lock', 'prune'].includes(this.role(p)) ? 'holder' : 'find');
  }

  forget(p: number): void {
    this.state.fill(0, this.fs.size + p * FIELDS, this.fs.size + (p + 1) * FIELDS);
  }

  tail(at: number): number {
    return this.state[this.#tail + at] as number;
  }

  setTail(at: number, value: number): void {
    this.state[this.#tail + at] = value;
  }

  /** Uses up one of a budget; false when there is none left. */
  spend(at: number): boolean {
    const left = this.tail(at);
    if (left > 0) this.setTail(at, left - 1);
    return left > 0;
  }

  /** Whether a process believes to hold the lock, and nobody took it for dead. */
  holds(p: number): boolean {
    const unharmed = this.get(p, Field.STATUS) !== Status.DEAD && !this.has(p, Flag.JUDGED);
    return unharmed && this.#holding.has(this.get(p, Field.PC));
  }

  /** The process that makes an attempt now; undefined: the attempt is over, or its process dead. */
  processOf(column: number): number | undefined {
    const p = Math.floor(column / this.scene.attempts);
    if (p >= this.scene.roles.length || this.get(p, Field.PC) === DONE) return undefined;
    return this.get(p, Field.STATUS) !== Status.DEAD && this.own(p) === column ? p : undefined;
  }

  /** The attempt whose owner file is in the lock; -1: nobody's. */
  ownerInLock(): number {
    const owner = this.fs.within(At.OWNER_IN, this.fs.place(At.LOCK));
    return owner === 0 ? -1 : this.fs.at(owner);
  }

  /** Where the owner file of an attempt is in the lock; 0: it is not. */
  ownerPlace(column: number): number {
    return this.ownerInLock() === column ? this.fs.within(At.OWNER_IN, this.fs.place(At.LOCK)) : 0;
  }

  /** The build that the entry's manifest names; -1: there is none. */
  currentBuild(): number {
    if (this.onlyLock) return -1;
    const manifest = this.fs.within(At.MANIFEST_IN, this.fs.place(At.ENTRY));
    return manifest === 0 ? -1 : this.fs.at(manifest);
  }

  /** Notes which build is published now: what was published once is never swept, and pruned only if nobody uses it. */
  remember(): void {
    const build = this.currentBuild();
    const published = this.tail(Tail.PUBLISHED);
    if (build < 0 || (published & (1 << build)) !== 0) return;
    this.setTail(Tail.PUBLISHED, published | (1 << build));
    for (let p = 0; p < this.processes; p++) {
      const relies = this.holds(p) && this.#looked.has(this.get(p, Field.PC)) && this.build(p) !== build;
      if (relies) this.setTail(Tail.UNSEEN, 1);
    }
  }

  #pc(name: string): number {
    const pc = this.#pcs.get(name);
    if (pc === undefined) throw new Error(`no step is called ${name}`);
    return pc;
  }
}

function restores(role: Role): boolean {
  return role === 'restore' || role === 'replace';
}
