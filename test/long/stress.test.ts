import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { ownerFile, recordFile } from '../../src/lock/folders.ts';
import { here, type Record } from '../../src/lock/record.ts';
import { entryPaths, makeEntryDirs } from '../../src/store/layout.ts';
import { tempDir } from '../harness/job.ts';
import { ASKER, ID } from '../lock/an-engine.ts';

const WORKER = join(import.meta.dirname, '../harness/stress-worker.ts');
const DEAD = 'dead00000000';

/** Many processes that take the lock of one trial after the other, all at the same moment. */
class Crowd {
  readonly #children: ChildProcess[];
  readonly #answers: AsyncIterator<string>[];

  constructor(size: number, args: readonly string[]) {
    const start = () => spawn(process.execPath, [WORKER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children = Array.from({ length: size }, start);
    this.#answers = this.#children.map((child) => linesOf(child));
    onTestFinished(() => {
      for (const child of this.#children) child.kill('SIGKILL');
    });
  }

  /** How many of them were inside together with another one. */
  async trial(root: string): Promise<number> {
    for (const child of this.#children) child.stdin?.write(`${root}\n`);
    const answers = await Promise.all(this.#answers.map((each) => each.next()));
    return answers.filter(({ value }) => value === 'true').length;
  }
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string> {
  if (stdout === null) throw new Error('no pipe');
  return createInterface(stdout)[Symbol.asyncIterator]();
}

/** A lock whose holder is dead: a process of this host that has ended, or one that no pid tells about. */
function deadHolder(root: string, elsewhere: boolean): void {
  const paths = entryPaths(root, ID);
  makeEntryDirs(paths);
  const { pid } = spawnSync('true');
  const place = elsewhere ? { ...here(), bootId: 'another' } : here();
  const record: Record = {
    format: 1,
    token: DEAD,
    asker: ASKER,
    ...place,
    pid,
    startTime: 1,
    staleMs: 100,
    socket: false,
    since: new Date(0).toISOString(),
  };
  writeFileSync(recordFile(paths, DEAD), JSON.stringify(record));
  mkdirSync(paths.lock);
  writeFileSync(ownerFile(paths.lock, DEAD), '');
}

/** The same for the stock library: a lock folder that nobody has touched for an hour. */
function deadStock(root: string): void {
  const lock = join(root, 'lock');
  mkdirSync(lock);
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(lock, hourAgo, hourAgo);
}

async function violations(crowd: Crowd, trials: number, prepare: (root: string) => void): Promise<number> {
  const parent = tempDir();
  let bad = 0;
  for (let trial = 0; trial < trials; trial++) {
    const root = mkdtempSync(join(parent, 'trial-'));
    prepare(root);
    if ((await crowd.trial(root)) > 0) bad += 1;
    rmSync(root, { recursive: true, force: true });
  }
  return bad;
}

test.each([2, 8, 24])('%i processes at once on the lock of a dead one: never two inside', async (size) => {
  const bad = await violations(new Crowd(size, ['ours']), 200, (root) => deadHolder(root, false));
  console.log(`ours, ${size} processes, a dead holder of this host: ${bad} of 200 trials with two inside`);
  expect(bad).toBe(0);
});

test('8 processes at once on a lock whose heartbeat stands still: never two inside', async () => {
  const bad = await violations(new Crowd(8, ['ours', '300']), 20, (root) => deadHolder(root, true));
  console.log(`ours, 8 processes, a silent holder elsewhere: ${bad} of 20 trials with two inside`);
  expect(bad).toBe(0);
});

test('the same sees stock proper-lockfile let two in, so it is not blind', async () => {
  const bad = await violations(new Crowd(16, ['stock']), 60, deadStock);
  console.log(`stock proper-lockfile, 16 processes, a stale lock: ${bad} of 60 trials with two inside`);
  expect(bad).toBeGreaterThan(0);
});
