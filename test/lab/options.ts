import { parseArgs } from 'node:util';
import type { Side } from '../harness/storm/side.ts';
import type { Sizes } from './checks/check.ts';

export const HELP = `Tests two mounts of one disk against each other. Without vitest, so that it runs wherever Node does.

node test/lab/suite.ts --side ROOT [--wrapper COMMAND] --side ROOT [--wrapper COMMAND] [sizes]

  --side ROOT          the disk as this side has it mounted
  --wrapper COMMAND    starts the processes of the side before it, such as "nsenter --net=FILE"; split at blanks
  --rounds N           rounds of the main job, and of what one publishes and the other sees (3)
  --processes N        that contend for one lock (16)
  --trials N           takeovers of a dead holder of this host (100); of the control as many, or less where it shows
  --silent-trials N    takeovers where only the heartbeat tells (5)
  --stale SECONDS      silence that makes a holder dead; longer than attributes are cached here (5)
  --storm SECONDS      of the kill storm; 0: none (20)
  --slow               an emulated machine: fewer processes in the storm, which live longer
  --only WORD          only the checks with this word in their name
`;

export interface Options {
  readonly sides: readonly [Side, Side];
  readonly sizes: Sizes;
  readonly only: string;
}

/** Throws an error for people. */
export function readOptions(args: readonly string[]): Options {
  const number = { type: 'string' } as const;
  const { values, tokens } = parseArgs({
    args: [...args],
    tokens: true,
    options: {
      side: { type: 'string', multiple: true },
      wrapper: { type: 'string', multiple: true },
      rounds: { ...number, default: '3' },
      processes: { ...number, default: '16' },
      trials: { ...number, default: '100' },
      'silent-trials': { ...number, default: '5' },
      stale: { ...number, default: '5' },
      storm: { ...number, default: '20' },
      slow: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const sides: { root: string; wrapper: string[] }[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    if (token.name === 'side') sides.push({ root: token.value, wrapper: [] });
    if (token.name === 'wrapper') sides.at(-1)?.wrapper.push(...token.value.split(' ').filter(Boolean));
  }
  const [a, b, ...more] = sides;
  if (a === undefined || b === undefined || more.length > 0) throw new Error('--side has to be given twice');
  const count = (name: 'rounds' | 'processes' | 'trials' | 'silent-trials' | 'stale' | 'storm') => {
    const value = Number(values[name]);
    if (!(value >= (name === 'storm' ? 0 : 1))) throw new Error(`--${name} is no number that makes sense`);
    return value;
  };
  const sizes: Sizes = {
    rounds: count('rounds'),
    processes: count('processes'),
    trials: count('trials'),
    silentTrials: count('silent-trials'),
    stale: count('stale'),
    storm: count('storm'),
    slow: values.slow,
  };
  return { sides: [a, b], sizes, only: values.only };
}
