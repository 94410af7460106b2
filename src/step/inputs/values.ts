import { hasControls } from '../../base/format.ts';

/** Why a value is invalid, for the message. */
export interface Fault {
  readonly value: string;
  /** Continues the sentence `<input> "<value>" …`. */
  readonly wrong: string;
  /** A sentence without its full stop; empty when `wrong` is a whole message with subject, value and advice. */
  readonly instead: string;
}

/** Thrown by the readers of single values. The reader of all inputs catches it and collects the faults. */
export class BadValue extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => fault.wrong).join('; '));
    this.faults = faults;
  }
}

/** Throws BadValue with one fault. */
export function refuse(value: string, wrong: string, instead: string): never {
  throw new BadValue([{ value, wrong, instead }]);
}

/** Reads every line of `text` that is not blank. Throws BadValue with the faults of all lines. */
export function eachLine<T>(text: string, read: (line: string) => T): T[] {
  const faults: Fault[] = [];
  const found: T[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    if (line.trim() === '') continue;
    try {
      found.push(read(line.trim()));
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new BadValue(faults);
  return found;
}

/** Returns the text; throws BadValue if it contains control characters, which could forge a line of the log. */
export function withoutControls(text: string): string {
  if (hasControls(text)) refuse(text, 'contains control characters', 'Write it without them, in one line');
  return text;
}

/** `true` or `false`, in any case. */
export function boolean(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  return refuse(text, 'is neither true nor false', 'Write true or false');
}

/** A reader that accepts exactly the words in `allowed`. */
export function oneOf<const W extends string>(...allowed: readonly W[]): (text: string) => W {
  return (text) => {
    const found = allowed.find((word) => word === text);
    if (found !== undefined) return found;
    const near = nearest(text.toLowerCase(), allowed);
    const question = near === undefined ? '' : `Did you mean \`${near}\`? `;
    return refuse(text, 'is not an allowed value', `${question}Allowed: ${allowed.join(', ')}`);
  };
}

/** The word of `words` that `text` is most likely a misspelling of; undefined if none is close. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  // A long text is not a misspelt word, and the time for a distance grows with the product of both lengths.
  if (text.length > 30) return undefined;
  const close = words
    .map((word) => ({ word, distance: distance(text, word) }))
    .filter(({ word, distance }) => distance <= word.length / 2 || isStart(text, word))
    .sort((a, b) => a.distance - b.distance);
  return close[0]?.word;
}

function isStart(a: string, b: string): boolean {
  return a.length > 1 && (a.startsWith(b) || b.startsWith(a));
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A whole number from 0. */
export function number(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return refuse(text, 'is not a whole number from 0', 'Write for example 1');
}

/** A whole number from 1. */
export function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  return refuse(text, 'is not a whole number from 1', 'Write for example 2');
}

// Node fires a timer of more than 2^31 - 1 ms (24.8 days) at once, so longer limits are refused.
const LONGEST_MS = 24 * 86_400_000;
const DURATION =
  /^(?:(\d+(?:\.\d+)?)d ?)?(?:(\d+(?:\.\d+)?)h ?)?(?:(\d+(?:\.\d+)?)m ?)?(?:(\d+(?:\.\d+)?)s ?)?(?:(\d+(?:\.\d+)?)ms)?$/;
const UNIT_MS = [86_400_000, 3_600_000, 60_000, 1000, 1];

/** Milliseconds of `90s`, `1h30m`, `500ms`, `2d` or `0`; Infinity for `none`. */
export function duration(text: string): number {
  const word = text.toLowerCase();
  if (word === 'none') return Infinity;
  if (/^0+$/.test(word)) return 0;
  if (/^\d+(?:\.\d+)?$/.test(word)) return refuse(text, 'has no unit', withUnits(word));
  if (word.startsWith('-')) return refuse(text, 'is negative', 'Write for example 90s or 1h30m, or none for no limit');
  const found = DURATION.exec(word);
  if (found === null || word === '')
    return refuse(text, 'is not a duration', 'Write for example 90s, 1h30m, 500ms, 2d, or none for no limit');
  const total = UNIT_MS.reduce((sum, unit, index) => sum + unit * Number(found[index + 1] ?? 0), 0);
  if (total > LONGEST_MS) return refuse(text, 'is longer than 24d', 'Write 24d or less, or none for no limit');
  return total;
}

function withUnits(number: string): string {
  const short = number.length > 10 ? '90' : number;
  return `Write ${short}s, ${short}m or ${short}h`;
}

/** A duration above zero, in ms; Infinity for `none`. */
export function limit(text: string): number {
  const value = duration(text);
  if (value === 0) refuse(text, 'would end every build at once', 'Write none for no limit, or for example 2h');
  return value;
}

const SIZE = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(i?)b$/i;
const PREFIXES = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes of `500MB`, `10GB` (decimal), `2GiB` (binary), or of a plain whole number. */
export function size(text: string): number {
  if (/^[\d.]+ ?[kmgtp]i?$/i.test(text) && text.length < 30) {
    const stem = text.replace(/i$/i, '').toUpperCase();
    return refuse(text, 'has no full unit', `Write ${stem}B, or ${stem}iB for powers of 1024`);
  }
  const bytes = /^\d+$/.test(text) ? Number(text) : sizeWithUnit(text);
  if (!Number.isSafeInteger(bytes)) return refuse(text, 'is larger than any disk', 'Write for example 500MB or 10GB');
  return bytes;
}

function sizeWithUnit(text: string): number {
  const found = SIZE.exec(text);
  const [, number, prefix = '', binary] = found ?? [];
  if (number === undefined || (prefix === '' && binary !== '')) {
    return refuse(text, 'is not a size', 'Write for example 500MB, 10GB, 2GiB, or a number of bytes');
  }
  const power = PREFIXES.indexOf(prefix.toLowerCase());
  return Math.ceil(Number(number) * (binary === '' ? 1000 : 1024) ** power);
}
