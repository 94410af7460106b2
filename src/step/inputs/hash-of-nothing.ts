/** What to do about a value in which a digest is missing. */
export const HASH_ADVICE =
  'Write what is missing, or take that sign away: hashFiles() is empty where no file matches its pattern';

/**
 * Where in a name a digest seems to be missing, to follow "key": a separator has nothing on one of its sides.
 * @returns undefined where none is
 */
export function whereHashIsMissing(text: string): string | undefined {
  const [first = '', last = ''] = [text.trim().at(0), text.trim().at(-1)];
  if ('-_:=@'.includes(last)) return `ends with "${last}", so something after it is empty`;
  return '-:='.includes(first) ? `begins with "${first}", so something before it is empty` : undefined;
}

/** The two separators in a name between which a digest may be missing, as in `venv--linux`; undefined: there are none. */
export function emptyPartIn(text: string): string | undefined {
  return /[A-Za-z0-9]([-_])\1[A-Za-z0-9]/.exec(text)?.[0];
}
