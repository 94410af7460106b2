import { describe, expect, test } from 'vitest';
import { type Chart, svgOf } from '../../bench/chart.ts';

const chart: Chart = {
  title: 'Waits <of> jobs',
  subtitle: 'Less is better.',
  x: 'Jobs',
  y: 'Wait',
  told: (seconds) => `${seconds} s`,
  lines: [
    {
      name: 'ours',
      points: [
        { x: 2, y: 0.01 },
        { x: 4, y: 0.1 },
        { x: 8, y: 1 },
      ],
    },
    {
      name: 'theirs',
      points: [
        { x: 2, y: 0.02 },
        { x: 4, y: 9 },
        { x: 8, y: 10, atLeast: true },
      ],
    },
    {
      name: 'others',
      points: [
        { x: 2, y: 1 },
        { x: 4, y: 8 },
        { x: 8, y: 9 },
      ],
    },
  ],
};
const svg = svgOf(chart, 'Measured & drawn here');
/** The numbers of an attribute of all elements of a class, in the order of the picture. */
const places = (pattern: RegExp) => [...svg.matchAll(pattern)].map(([, place]) => Number(place));

describe('the chart', () => {
  test('is text that no sign of a title can end', () => {
    expect(svg).toContain('<title id="title">Waits &lt;of&gt; jobs</title>');
    expect(svg).toContain('Measured &amp; drawn here</text>');
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  test('has axes on which each factor is as long as any other of its kind', () => {
    const [two = 0, four = 0, eight = 0] = places(/<text class="tick middle" x="([\d.]+)"/g);
    expect(eight - four).toBeCloseTo(four - two, 0);
    const decades = places(/<text class="tick end" x="[\d.]+" y="([\d.]+)"/g);
    expect(decades).toHaveLength(4);
    const steps = decades.slice(1).map((place, index) => (decades[index] ?? 0) - place);
    for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 0);
  });

  test('marks what was cut short, in the line and in its label', () => {
    expect(svg.match(/<circle class="open c1"/g)).toHaveLength(1);
    expect(svg).toContain('>over 10 s with 8</text>');
  });

  test('names the lines at their ends, where no name covers another one', () => {
    const names = places(/<text class="name t\d" x="[\d.]+" y="([\d.]+)"/g);
    expect(names).toHaveLength(3);
    const gaps = names.slice(1).map((place, index) => place - (names[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30);
  });
});
