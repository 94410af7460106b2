import type { EntryRef } from '../../producers/producer.ts';
import type { Entry } from '../../store/entry.ts';
import { imageRecordsOf } from '../../store/image-record.ts';

/** An entry as producers know it. */
export function entryRefOf({ id, paths }: Entry): EntryRef {
  return { id, images: imageRecordsOf(paths) };
}
