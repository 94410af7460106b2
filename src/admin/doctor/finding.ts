/** The result of one check. */
export interface Finding {
  /** `note`: works, but worth knowing. `problem`: has to be changed. */
  readonly level: 'ok' | 'note' | 'problem';
  /** What was checked, in one or two words. */
  readonly about: string;
  /** What was seen, in a sentence. */
  readonly what: string;
  /** What to do about it; undefined if there is nothing to do. */
  readonly advice: string | undefined;
}

export function ok(about: string, what: string): Finding {
  return { level: 'ok', about, what, advice: undefined };
}

export function note(about: string, what: string, advice?: string): Finding {
  return { level: 'note', about, what, advice };
}

export function problem(about: string, what: string, advice: string): Finding {
  return { level: 'problem', about, what, advice };
}

/** The finding as lines for a person: the level first, the advice below. */
export function linesOf({ level, about, what, advice }: Finding): string {
  const mark = { ok: 'ok', note: 'note', problem: 'PROBLEM' }[level];
  const first = `${mark.padEnd(8)} ${about.padEnd(11)} ${what}\n`;
  return advice === undefined ? first : `${first}${' '.repeat(21)}-> ${advice}\n`;
}

/** The last line of the output: whether something has to be changed. */
export function summaryOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  if (problems === 0) return 'Nothing has to be changed.\n';
  return `${problems === 1 ? 'One thing has' : `${problems} things have`} to be changed: see PROBLEM above.\n`;
}
