import { DONE, Field, Status, Tail } from './fields.ts';
import { violation } from './invariants.ts';
import { At, Kind } from './model-fs.ts';
import { StateSet } from './state-set.ts';
import { type Scene, World } from './world.ts';

/** More steps than one attempt has without anybody in its way. */
const MANY = 500;

/**
 * Asks of every state: if everybody died now, would one more attempt find its way, take the lock, build, publish, and
 * leave nothing of the dead? Only what is on the disk matters for that, so it is asked once for each disk.
 */
export class Closing {
  readonly #world: World;
  readonly #state: Uint8Array;
  readonly #disk: Uint8Array;
  readonly #seen: StateSet;

  constructor(scene: Scene) {
    this.#world = new World(scene, 1);
    this.#state = new Uint8Array(this.#world.width);
    this.#disk = new Uint8Array(this.#world.fs.size + 1);
    this.#seen = new StateSet(this.#disk.length);
  }

  get disks(): number {
    return this.#seen.size;
  }

  /** undefined: all is well. */
  wrong(world: World): string | undefined {
    this.#disk.set(world.state.subarray(0, world.fs.size));
    this.#disk[world.fs.size] = world.tail(Tail.PUBLISHED);
    const known = this.#seen.size;
    if (this.#seen.add(this.#disk) < known) return undefined;
    return this.#close(world);
  }

  #close(from: World): string | undefined {
    const world = this.#world;
    const last = world.processes - 1;
    this.#state.fill(0);
    this.#state.set(from.state.subarray(0, from.fs.size));
    world.use(this.#state);
    world.setTail(Tail.PUBLISHED, from.tail(Tail.PUBLISHED));
    for (let p = 0; p < last; p++) world.set(p, Field.STATUS, Status.DEAD);
    const { program, roles } = world.scene;
    // It must take the lock, so it takes nothing that is there.
    world.goto(last, program.first[roles[0] === 'lock' ? 'lock' : 'force'] ?? '');
    for (let steps = 0; world.get(last, Field.PC) !== DONE; steps++) {
      if (steps > MANY) return 'if everybody died now, the next attempt would not come to an end';
      if (!world.step(last, 1)) world.step(last, 0);
      world.remember();
      const wrong = violation(world);
      if (wrong !== undefined) return `if everybody died now, then with the next attempt: ${wrong}`;
    }
    return this.#remains();
  }

  /** What a dead attempt left that one more attempt did not clear away. */
  #remains(): string | undefined {
    const { fs, columns } = this.#world;
    const held = fs.has(At.LOCK) ? 'if everybody died now, the lock would stay after the next attempt' : undefined;
    if (this.#world.onlyLock) return held;
    // A draft that a late duplicate makes in the published entry is in nobody's way.
    const kept: number[] = [At.ENTRY, At.MANIFEST_IN, At.MARK_IN, At.MANIFEST_DRAFT_IN, At.CARRIED, At.RESTORER_IN];
    const keptIfPublished: number[] = [At.BUILD, At.WHOLE_IN, At.PUBLISHED];
    for (let inode = 0; inode < fs.size; inode++) {
      const place = this.#state[inode] as number;
      if (place === 0) continue;
      const [kind, column] = [Math.floor((place - 1) / columns), (place - 1) % columns];
      const name = kind === At.WHOLE_IN ? this.#nameOfBuild(column) : column;
      const published = (this.#world.tail(Tail.PUBLISHED) & (1 << name)) !== 0;
      if (kept.includes(kind) || (published && keptIfPublished.includes(kind))) continue;
      const what = Object.keys(At)[kind];
      return `if everybody died now, the next attempt would leave something of the dead: ${what} of ${column}`;
    }
    return held;
  }

  /** A build that was restored has another name than the attempt that made its folder. */
  #nameOfBuild(column: number): number {
    const { columns } = this.#world;
    return ((this.#state[Kind.BUILD * columns + column] as number) - 1) % columns;
  }
}
