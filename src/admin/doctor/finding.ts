/** One thing that was looked at. */
export interface Finding {
  /** `note`: works, but worth knowing. `problem`: has to be changed. */
  readonly level: 'ok' | 'note' | 'problem';
  /** One word for what was looked at. */
  readonly about: string;
  /** What was seen, in a sentence. */
  readonly what: string;
  /** What to do about it; undefined where there is nothing to do. */
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

/** Lines for a person, who may be tired: the level first, the advice right below what it is about. */
export function linesOf({ level, about, what, advice }: Finding): string {
  const mark = { ok: 'ok', note: 'note', problem: 'PROBLEM' }[level];
  const first = `${mark.padEnd(8)} ${about.padEnd(11)} ${what}\n`;
  return advice === undefined ? first : `${first}${' '.repeat(21)}-> ${advice}\n`;
}

/** The last line: whether there is anything to do. */
export function summaryOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  if (problems === 0) return 'Nothing has to be changed.\n';
  return `${problems === 1 ? 'One thing has' : `${problems} things have`} to be changed: see PROBLEM above.\n`;
}
