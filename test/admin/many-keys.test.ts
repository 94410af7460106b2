import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeManyKeys } from '../../bench/many-keys.ts';
import { atCall } from '../harness/faults/kill-every-call.ts';
import { runCli } from '../harness/job/cli.ts';
import { tempDir } from '../harness/job/job.ts';

const [FEW, MANY] = [10, 60] as const;
const LEASES = 2;
/** No call is to be spoilt: they are listed. */
const NONE = -1;

/** What a key costs: the listings of it and of its leases, its manifest, each lease, and the mark of its build. */
const OF_A_KEY = { readdirSync: 2, statSync: 1, ...files(1 + LEASES) };
/** A user who is not root asks for a build that is to go who owns its folder, the one of its key and its mark. */
const OF_A_REMOVAL = process.getuid?.() === 0 ? {} : { lstatSync: 3 };

test.each([
  ['list', [], OF_A_KEY],
  ['prune', ['--dry-run', '--max-age', '1h'], { ...OF_A_KEY, ...OF_A_REMOVAL }],
])('%s makes so many calls for a key, and no more', async (verb, options, expected) => {
  const [few, many] = [await callsOf(FEW, verb, options), await callsOf(MANY, verb, options)];
  const names = [...new Set(many)].sort();
  const count = (calls: readonly string[], name: string) => calls.filter((each) => each === name).length;
  const each = names.map((name) => [name, (count(many, name) - count(few, name)) / (MANY - FEW)] as const);
  expect(Object.fromEntries(each.filter(([, calls]) => calls !== 0))).toEqual(expected);
});

function files(count: number) {
  return { openSync: count, fstatSync: count, readSync: count, closeSync: count };
}

/** The names of the file-system calls below the root. */
async function callsOf(keys: number, verb: string, options: readonly string[]): Promise<string[]> {
  const root = tempDir();
  makeManyKeys(root, keys, LEASES);
  const calls = join(tempDir(), 'calls');
  const { code, err } = await runCli(
    [verb, '--root', root, ...options],
    atCall({ below: root, nth: NONE, list: calls }, calls),
  );
  expect([code, err]).toEqual([0, '']);
  const lines = readFileSync(calls, 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' ')[0] ?? '');
}
