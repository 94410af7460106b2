import { type PoolRecord, parseRecord } from './record.ts';

/** What the scripts LOOK and CLAIM answer. */
export type Answer =
  | { readonly kind: 'free' | 'ours' | 'gone' }
  | { readonly kind: 'grace'; readonly leftMs: number }
  | {
      readonly kind: 'held';
      readonly token: string;
      /** Milliseconds until its lease ends, if it is not renewed. */
      readonly leftMs: number;
      /** Milliseconds for which it has been held, by the server's clock; undefined where that is not known. */
      readonly heldMs: number | undefined;
      readonly record: PoolRecord | undefined;
    };

/** @returns the answer, and whether the server tells if it may have forgotten locks */
export function answerOf(value: unknown): { readonly answer: Answer; readonly known: boolean } {
  const [kind, known, ...rest] = value as readonly unknown[];
  return { answer: parsed(String(kind), rest), known: known === 1 };
}

function parsed(kind: string, rest: readonly unknown[]): Answer {
  if (kind === 'grace') return { kind, leftMs: Number(rest[0]) };
  if (kind !== 'held') return { kind: kind as 'free' | 'ours' | 'gone' };
  const [token, leftMs, stored, now] = [String(rest[0]), Number(rest[1]), String(rest[2]), Number(rest[3])];
  const [, since = '', json = ''] = /^(\d+) (.*)$/s.exec(stored) ?? [];
  const heldMs = since === '' ? undefined : Math.max(0, now - Number(since));
  return { kind, token, leftMs, heldMs, record: parseRecord(json, token) };
}
