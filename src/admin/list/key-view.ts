import { eachKey } from '../read-catalog.ts';
import { tableOf } from '../table.ts';
import { jsonOf, KEY_COLUMNS, type KeyRow, KeyRows, sorted } from './keys.ts';
import { Adding, type Totals, totalLines } from './totals.ts';
import { jsonPieces, type Look } from './view.ts';

/**
 * The keys of a cache, and their totals.
 * @param sort a name of {@link KEY_COLUMNS}; undefined: in the order of the folders
 */
export function keyView(root: string, sort: string | undefined, reverse: boolean): Look {
  return async (signal) => {
    const nowMs = Date.now();
    const adding = new Adding(nowMs, signal);
    const rows = new KeyRows(nowMs);
    const found: KeyRow[] = [];
    for await (const entry of eachKey(root)) {
      if (signal.aborted) break;
      found.push(rows.rowOf(entry));
      await adding.add(entry);
    }
    const { totals } = adding;
    const keys = sort === undefined ? (reverse ? found.reverse() : found) : sorted(found, sort, reverse);
    return {
      json: jsonPieces({ root }, ['keys', objectsOf(root, keys)], { totals }),
      lines: keys.length === 0 ? [`${root} has no builds of build-once.`] : linesOf(keys, totals),
    };
  };
}

function* objectsOf(root: string, keys: readonly KeyRow[]): Generator<object, void, undefined> {
  for (const row of keys) yield jsonOf(root, row);
}

function* linesOf(keys: readonly KeyRow[], totals: Totals): Generator<string, void, undefined> {
  yield* tableOf(Object.values(KEY_COLUMNS), keys);
  yield '';
  yield* totalLines(totals);
}
