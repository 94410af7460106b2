import type { Machine } from './machine.ts';
import { type Findings, isMet, type Row, ratioOf } from './suite.ts';

const COLUMNS = ['What', 'Ours', 'Peer', '', 'Ratio', 'Goal', ''] as const;
/** Columns of figures, which are aligned at the right. */
const RIGHT = [1, 2, 4];

export function heading({ date, processor, cores, node, system, fileSystem, load }: Machine): string {
  const busy = load > cores / 2 ? '; others use this machine too, which the ratios bear better than the figures' : '';
  return [
    `build-once, ${date.slice(0, 16).replace('T', ' ')} UTC`,
    `${processor}, ${cores} cores, ${system}, Node ${node.slice(1)}, ${fileSystem}, load ${load.toFixed(1)}${busy}`,
    'Medians. Ours and its peer run in turn, and the ratio is the median of the ratios of each pair.',
    '',
  ].join('\n');
}

/** The caption of a chart: where and when it was measured. */
export function captionOf({ date, processor, cores, node, system, fileSystem }: Machine): string {
  return `${processor}, ${cores} cores, ${system.split('-')[0]}, Node ${node.slice(1)}, ${fileSystem}; ${date.slice(0, 10)}; npm run bench -- queue`;
}

/** Formats the findings of one suite for a person. */
export function section(name: string, { rows, notes }: Findings): string {
  const table = [COLUMNS, ...rows.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => padded(cell, column, widths))
      .join('  ')
      .trimEnd(),
  );
  return [`\n${name}`, ...(rows.length > 0 ? lines : []), ...notes, ''].join('\n');
}

function padded(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return RIGHT.includes(column) ? cell.padStart(width) : cell.padEnd(width);
}

function cells(row: Row): string[] {
  const { what, ours, unit, peer, goal } = row;
  const ratio = ratioOf(row);
  return [
    what,
    figure(ours, unit),
    peer === undefined ? '' : `${peer.atLeast === true ? 'over ' : ''}${figure(peer.value, unit)}`,
    peer?.name ?? '',
    ratio === undefined ? '' : `${peer?.atLeast === true ? 'under ' : ''}${rounded(ratio)}`,
    goal === undefined ? '' : `at most ${goal.of === 'ours' ? figure(goal.atMost, unit) : goal.atMost}`,
    verdict(row),
  ];
}

function verdict(row: Row): string {
  const met = isMet(row);
  return met === undefined ? '' : met ? 'met' : 'MISSED';
}

function figure(value: number, unit: Row['unit']): string {
  if (unit === 'ms' && value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${rounded(value)}${unit && ` ${unit}`}`;
}

/** Formats a number with three significant digits. */
function rounded(value: number): string {
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
