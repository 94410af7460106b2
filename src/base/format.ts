const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration for people, in at most two units: `340 ms`, `2.5 s`, `42 s`, `1 m 12 s`, `6 h`, `2 d 3 h`; Infinity is `no limit`. */
export function formatDuration(ms: number): string {
  if (ms === Infinity) return 'no limit';
  // Each limit is where rounding would reach the next unit, so that there is never a `60 s` or a `1000 ms`.
  if (!(ms >= 0.5)) return '0 s';
  if (ms < SECOND - 0.5) return `${Math.round(ms)} ms`;
  if (ms < 9.95 * SECOND) return `${Math.round(ms / 100) / 10} s`;
  if (ms < MINUTE - SECOND / 2) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR - SECOND / 2) return twoUnits(ms, MINUTE, 'm', SECOND, 's');
  if (ms < DAY - MINUTE / 2) return twoUnits(ms, HOUR, 'h', MINUTE, 'm');
  return twoUnits(ms, DAY, 'd', HOUR, 'h');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const count = Math.round(ms / small);
  const perLarge = large / small;
  const rest = count % perLarge;
  const head = `${Math.floor(count / perLarge)} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A size for people, in decimal units as disks are sold: `0 B`, `999 B`, `1.5 kB`, `340 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would be rounded to 1000, which is one of the next unit.
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const rounded = value < 9.95 && unit > 0 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${BYTE_UNITS[unit]}`;
}

const ELLIPSIS = '…';
const NAMED: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
// As texts: V8 makes the tables of Unicode when it reads a literal, used or not, which is a tenth of what a hit takes.
const CONTROL = '\\p{Cc}';
const ENDS_LINE = '[\\p{Cc}\\p{Zl}\\p{Zp}]';
// Control and format characters (which also reorder or hide text), line and paragraph separators, half surrogates.
const UNSEEN = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]';
// The one format character that is part of common emoji, where it hides nothing.
const JOINER = '\u200d';

/**
 * A text of a user in one line of at most `max` characters, for logs and messages: what cannot be seen is shown
 * escaped (`\n`, `\x1b`, `\u202e`), so that it can neither end a line nor forge one.
 */
export function shorten(text: string, max = 80): string {
  if (text.length <= max && isPlain(text)) return text;
  const shown: string[] = [];
  let length = 0;
  for (const character of text) {
    const next = visible(character);
    shown.push(next);
    length += next.length;
    if (length > max) return cut(shown, length, max);
  }
  return shown.join('');
}

/**
 * Whether a text is printable ASCII, in which nothing can be wrong. Nearly every text is, and asking first spares a hit
 * the tables of Unicode.
 */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Whether a text has control characters, which end a line or change a terminal. */
export function hasControls(text: string): boolean {
  return !isPlain(text) && new RegExp(CONTROL, 'u').test(text);
}

/** A text in one line: characters that would begin another line are replaced. */
export function inOneLine(text: string, instead: string): string {
  return isPlain(text) ? text : text.replace(new RegExp(ENDS_LINE, 'gu'), instead);
}

function cut(shown: string[], length: number, max: number): string {
  let left = length;
  while (left > max - ELLIPSIS.length && shown.length > 0) left -= shown.pop()?.length ?? 0;
  return shown.join('') + ELLIPSIS;
}

function visible(character: string): string {
  if (character === JOINER || !new RegExp(UNSEEN, 'u').test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  const escaped = code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  return NAMED[character] ?? escaped;
}
