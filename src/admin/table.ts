/** One column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Figures stand at the right. */
  readonly right?: boolean;
}

/**
 * The lines of a table: a title above each column, two spaces between them, none at the end of a line. Each cell is made
 * twice, for its width and for its line, so that a long table is never in memory as a whole.
 */
export function* tableOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Generator<string, void, undefined> {
  const widths = columns.map(({ title, cell }) =>
    rows.reduce((most, row) => Math.max(most, cell(row).length), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index]?.right ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  yield line(columns.map(({ title }) => title));
  for (const row of rows) yield line(columns.map(({ cell }) => cell(row)));
}
