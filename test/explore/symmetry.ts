import { FIELDS, Field, Tail } from './fields.ts';
import { isSingle } from './model-fs.ts';
import type { World } from './world.ts';

/**
 * Processes of one role may change places, with all that is theirs, and nothing else changes. So only one order of them
 * needs to be visited. Processes are put in the order of their first bytes; where those are equal they are left as they
 * are: then two states that are the same in all but order may both be visited, which costs time and loses nothing.
 */
export function orderOf(state: Uint8Array, world: World): readonly number[] | undefined {
  const { roles } = world.scene;
  const start = world.fs.size;
  const key = (p: number) => {
    const at = start + p * FIELDS;
    const byte = (field: number) => state[at + field] as number;
    return ((byte(Field.PC) * 4 + byte(Field.STATUS)) * 16 + byte(Field.TRY)) * 256 + byte(Field.FLAGS);
  };
  let sorted = true;
  for (let p = 1; p < roles.length; p++) {
    if (roles[p] === roles[p - 1] && key(p) < key(p - 1)) sorted = false;
  }
  if (sorted) return undefined;
  const keys = roles.map((_role, p) => key(p));
  const order = roles.map((_role, p) => p);
  return order.sort((a, b) => (roles[a] === roles[b] ? (keys[a] as number) - (keys[b] as number) : a - b));
}

/** Puts process `order[i]` into slot `i`, and names everything anew by that. Roles stand in groups. */
export function permute(state: Uint8Array, world: World, order: readonly number[]): void {
  const { fs, scene } = world;
  const { attempts } = scene;
  const { columns } = world;
  const newColumn = Array.from({ length: columns }, (_, column) => column);
  order.forEach((old, slot) => {
    for (let k = 0; k < attempts; k++) newColumn[old * attempts + k] = slot * attempts + k;
  });
  const place = (byte: number) => {
    const kind = Math.floor((byte - 1) / columns);
    return byte === 0 || isSingle(kind) ? byte : fs.place(kind, newColumn[(byte - 1) % columns]);
  };
  const column = (byte: number) => (byte === 0 ? 0 : (newColumn[byte - 1] as number) + 1);
  const mask = (bits: number) => {
    let moved = 0;
    for (let c = 0; bits >> c > 0; c++) if (bits & (1 << c)) moved |= 1 << (newColumn[c] as number);
    return moved;
  };
  const old = state.slice();
  for (let inode = 0; inode < fs.size; inode++) {
    const kind = Math.floor(inode / columns);
    state[kind * columns + (newColumn[inode % columns] as number)] = place(old[inode] as number);
  }
  order.forEach((from, slot) => {
    const block = fs.size + slot * FIELDS;
    state.set(old.subarray(fs.size + from * FIELDS, fs.size + (from + 1) * FIELDS), block);
    for (const field of [Field.TARGET, Field.REPLACES, Field.REFUSED, Field.LEASED]) {
      state[block + field] = column(state[block + field] as number);
    }
    for (const field of [Field.NAMES, Field.TRACES, Field.SCRAPS])
      state[block + field] = mask(state[block + field] as number);
  });
  world.use(state);
  for (const at of [Tail.CALL + 1, Tail.CALL + 2]) world.setTail(at, place(world.tail(at)));
  world.setTail(Tail.PUBLISHED, mask(world.tail(Tail.PUBLISHED)));
}
