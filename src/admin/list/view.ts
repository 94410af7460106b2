/** What is shown at one moment. Both are made as they are written: of tens of thousands of keys, they are large. */
export interface View {
  /** For `--json`. */
  readonly json: Iterable<string>;
  /** Without their line feeds. */
  readonly lines: Iterable<string>;
  /** What could not be looked at, for people: one line, which is not among the others. */
  readonly trouble?: string | undefined;
}

/** Looks at a cache, once more each time that it is called. */
export type Look = (signal: AbortSignal) => Promise<View>;

/**
 * One JSON object, in pieces.
 * @param list the name and the values of its list
 */
export function* jsonPieces(
  head: object,
  [name, values]: readonly [name: string, values: Iterable<object>],
  tail: object = {},
): Generator<string, void, undefined> {
  yield `{\n${membersOf(head)},\n  ${JSON.stringify(name)}: [`;
  let comma = '';
  for (const value of values) {
    yield `${comma}\n    ${indented(value, '    ')}`;
    comma = ',';
  }
  const end = membersOf(tail);
  yield `${comma === '' ? '' : '\n  '}]${end === '' ? '' : `,\n${end}`}\n}\n`;
}

function membersOf(object: object): string {
  return Object.entries(object)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${indented(value, '  ')}`)
    .join(',\n');
}

function indented(value: unknown, by: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${by}`);
}
