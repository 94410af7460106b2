import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { places } from './disks/places.ts';
import { type Hosts, resultOf } from './hosts.ts';
import type { Job } from './job/job.ts';
import { allEnded, startTogether, times } from './job/together.ts';
import { litter } from './storm/remains.ts';

/** How a job ends that has its build. */
export const good = { code: 0, signal: null };

/** A host of a round. */
export interface RoundHost {
  readonly root: string;
  /** Starts its processes; empty or unset: they run here. */
  readonly wrapper?: readonly string[];
  /** For its temporary files. */
  readonly temp?: string;
}

export interface Round {
  /** The start of each key's name. */
  readonly name: string;
  readonly keys: number;
  /** Jobs of each host for each key. */
  readonly jobsEach: number;
}

/**
 * The script of a build, which takes a moment and writes two files.
 * @param enter where it proves that it is alone
 */
export function runOf(hosts: Hosts, enter: string): string {
  const make = ['made', 'last'].map((name) => `echo "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/${name}"`);
  return [enter, hosts.builds.note, make[0], 'sleep 0.2', make[1]].join('\n');
}

/** Two files that tell of the same build, if it is whole. */
export function builtAs({ outputs, log }: Job): string {
  const [first, last] = ['made', 'last'].map((name) => readFileSync(join(outputs.path ?? '', name), 'utf8').trim());
  expect(first, log).toMatch(/^[0-9a-f]{12}$/);
  expect(last, log).toBe(first);
  return first ?? '';
}

/**
 * All jobs of all hosts want their key at one moment: each key is built once, restored once by each other host at most, and
 * all of them have that build.
 */
export async function oneBuildEach(hosts: Hosts, all: readonly RoundHost[], round: Round): Promise<void> {
  const { name, keys, jobsEach } = round;
  const proofs = times(keys, '').map(() => places(1));
  const options = all.flatMap(({ root, wrapper = [], temp }) =>
    proofs.flatMap(({ enter }, key) => {
      const more = { key: `${name}-${key}`, run: runOf(hosts, enter), 'pool-lease': '45s' };
      const env = temp === undefined ? {} : { TMPDIR: temp };
      return times(jobsEach, { ...hosts.options(root, more, env), wrapper });
    }),
  );
  const before = hosts.builds.lines().length;
  const jobs = await startTogether(options);
  expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(jobs.length, good));
  for (let key = 0; key < keys; key++) {
    const mine = jobs.filter(({ outputs }) => outputs.key === `${name}-${key}`);
    const results = mine.map(resultOf);
    expect(mine).toHaveLength(all.length * jobsEach);
    expect(results.filter((each) => each === 'built build')).toHaveLength(1);
    expect(results.filter((each) => each.endsWith('remote')).length).toBeLessThanOrEqual(all.length - 1);
    expect(new Set(mine.map(builtAs)).size).toBe(1);
  }
  expect(hosts.builds.lines()).toHaveLength(before + keys);
  expect(proofs.map((proof) => proof.tooMany())).toEqual(times(keys, 0));
  expect(hosts.held).toEqual([]);
  expect(all.flatMap(({ root }) => litter(root))).toEqual([]);
}
