import { describe, expect, test } from 'vitest';
import { barOf, spanOf } from '../../../src/step/report/bars.ts';
import type { Spent } from '../../../src/step/report/phases.ts';

const nothing: Spent = { waitedMs: 0, slotWaitedMs: 0, ownBuildMs: undefined };

describe('a step on the axis of time', () => {
  test('has its phases before its end, in their order, and what it did beside them first', () => {
    const spent = { ...nothing, waitedMs: 300, slotWaitedMs: 200, ownBuildMs: 1000, publishMs: 50, deliverMs: 10 };
    expect(spanOf(10_000, 2000, spent)).toEqual({
      startMs: 8000,
      endMs: 10_000,
      phases: [
        { name: 'waiting', ms: 300, startMs: 8440 },
        { name: 'slot', ms: 200, startMs: 8740 },
        { name: 'building', ms: 1000, startMs: 8940 },
        { name: 'publishing', ms: 50, startMs: 9940 },
        { name: 'delivering', ms: 10, startMs: 9990 },
      ],
    });
  });

  test('begins where its claim began, when that was another step', () => {
    expect(spanOf(10_000, 50, { ...nothing, ownBuildMs: 4000 })).toMatchObject({ startMs: 6000 });
  });

  test('has no phases when it only looked', () => {
    expect(spanOf(10_000, 40, nothing)).toEqual({ startMs: 9960, endMs: 10_000, phases: [] });
  });
});

describe('a bar of text', () => {
  const axis = { startMs: 0, ms: 1000, width: 10 };
  test.each([
    ['a build that fills it', [spanOf(1000, 1000, { ...nothing, ownBuildMs: 1000 })], '██████████'],
    ['a wait, then a build', [spanOf(1000, 1000, { ...nothing, waitedMs: 400, ownBuildMs: 600 })], '░░░░██████'],
    ['what takes most of a cell', [spanOf(1000, 1000, { ...nothing, waitedMs: 460, ownBuildMs: 540 })], '░░░░░█████'],
    ['start and look before a build', [spanOf(1000, 1000, { ...nothing, ownBuildMs: 500 })], '·····█████'],
    ['a step of 4 ms', [spanOf(504, 4, nothing)], '     ·    '],
    ['a build of 4 ms', [spanOf(504, 4, { ...nothing, ownBuildMs: 4 })], '     █    '],
    [
      'no trace of 4 ms beside a build',
      [spanOf(1000, 1000, { ...nothing, ownBuildMs: 996, publishMs: 4 })],
      '██████████',
    ],
    [
      'two steps of a job',
      [spanOf(300, 300, { ...nothing, ownBuildMs: 300 }), spanOf(900, 200, { ...nothing, slotWaitedMs: 200 })],
      '███    ▒▒ ',
    ],
    ['nothing', [], '          '],
  ])('shows %s', (_what, steps, bar) => {
    expect(barOf(steps, axis)).toBe(bar);
  });

  test('has its width also where no time passed', () => {
    expect(barOf([spanOf(0, 0, nothing)], { startMs: 0, ms: 0, width: 5 })).toBe('·    ');
  });

  test('ends with the last phase of a step, however little of the cell that took', () => {
    const spent = { ...nothing, ownBuildMs: 915, publishMs: 5 };
    expect(barOf([spanOf(920, 920, spent)], axis)).toBe('██████████');
  });
});
