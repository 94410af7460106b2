import { Damaged, Refusal } from '../http/refusal.ts';
import { decode } from './header.ts';

/** Records of an extended header, by their names. The values are bytes: names need not be text. */
export type Records = ReadonlyMap<string, Buffer>;

/** Names that a record for all entries must not have: it would give all of them one name or one size. */
const OF_ONE_ENTRY = ['path', 'linkpath', 'size'];

/**
 * Splits an extended header into its records. Each begins with its own length in bytes, which alone says where it ends: a
 * value may contain line feeds, and what looks like further records.
 * @throws Damaged if a record is not as long as it says; Refusal if it tells of a sparse file
 */
export function recordsIn(data: Buffer): Records {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < data.length; ) {
    // What is left is padding.
    if (data.subarray(at).every((byte) => byte === 0)) break;
    const length = Number(/^([1-9]\d{0,9}) /.exec(data.toString('latin1', at, at + 11))?.[1]);
    const record = data.subarray(at, at + length);
    const [blank, equals] = [record.indexOf(0x20), record.indexOf(0x3d)];
    if (record.length !== length || equals <= blank + 1 || record.at(-1) !== 0x0a) {
      throw new Damaged('a record of an extended header is not as long as it says');
    }
    records.set(record.toString('latin1', blank + 1, equals), record.subarray(equals + 1, -1));
    at += length;
  }
  refuseSparse(records);
  return records;
}

/** @throws Refusal if records for all entries that follow give them a name or a size */
export function requireHarmless(records: Records): Records {
  for (const name of OF_ONE_ENTRY) {
    const value = records.get(name);
    if (value !== undefined) throw new Refusal(decode(value), `is given to all entries as their ${name}`);
  }
  return records;
}

/** The value of a record as a number; undefined if it is not there, or empty, which takes a former one back. */
export function numberIn(records: Records, name: string): number | undefined {
  const value = records.get(name)?.toString('latin1') ?? '';
  if (value === '') return undefined;
  if (!/^-?\d+(?:\.\d*)?$/.test(value)) throw new Damaged(`the record ${name} of an extended header is not a number`);
  return Number(value);
}

function refuseSparse(records: Records): void {
  if (![...records.keys()].some((name) => name.startsWith('GNU.sparse.'))) return;
  throw sparse(decode(records.get('GNU.sparse.name') ?? records.get('path') ?? Buffer.alloc(0)));
}

/** The refusal of a sparse file, of which an archive has only the parts that are not empty. */
export function sparse(name: string): Refusal {
  return new Refusal(name, 'is a sparse file, which is not supported: pack it without --sparse');
}
