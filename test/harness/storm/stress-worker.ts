/**
 * A process that takes a lock once for each line on standard input (the folder of the trial, told from the root), and
 * says with a line of JSON whether it was inside with somebody else. Exclusion is shown by a file that only one at a time can have made.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import lockfile from 'proper-lockfile';
import { sleep } from '../../../src/base/wait.ts';
import { isClaim } from '../../../src/lock/engine.ts';
import { FileEngine } from '../../../src/lock/file/engine.ts';
import { ASKER, reporterTo } from '../../lock/asker.ts';
import { ID } from '../../lock/file/an-engine.ts';
import { keyPaths, makeKeyDirs } from '../disks/key-paths.ts';

interface Plan {
  readonly kind: 'ours' | 'stock';
  readonly root: string;
  readonly staleMs?: number;
  readonly network: boolean;
}

const { kind, root: shared, staleMs, network } = JSON.parse(process.argv[2] ?? '') as Plan;
const never = new AbortController().signal;

/** Whether somebody else was inside. */
async function prove(root: string): Promise<boolean> {
  const inside = join(root, 'inside');
  let alone = true;
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    alone = false;
  }
  await sleep(1 + 2 * Math.random());
  try {
    unlinkSync(inside);
  } catch {
    // Another one that was inside has removed it: that one or this one has seen the other.
  }
  return !alone;
}

async function ours(root: string): Promise<boolean> {
  const paths = keyPaths(root, ID);
  makeKeyDirs(paths);
  const engine = new FileEngine({
    above: root,
    folderOf: () => paths.dir,
    network,
    ...(staleMs === undefined ? {} : { staleMs }),
    reporter: reporterTo(() => {}),
  });
  const watch = engine.watch(ID);
  for (;;) {
    const answer = await engine.claim(ID, ASKER);
    if (!isClaim(answer)) {
      await watch.next(never, Infinity);
      continue;
    }
    const overlap = await prove(root);
    await answer[Symbol.asyncDispose]();
    await watch[Symbol.asyncDispose]();
    return overlap;
  }
}

async function stock(root: string): Promise<boolean> {
  const retries = { retries: 5000, minTimeout: 2, maxTimeout: 8, randomize: true };
  // Compromised is what it calls a lock that somebody else removed: that is what is looked for, not a reason to end.
  const options = { lockfilePath: join(root, 'lock'), realpath: false, stale: 2000, retries, onCompromised: () => {} };
  const release = await lockfile.lock(join(root, 'file'), options);
  const overlap = await prove(root);
  await release().catch(() => {});
  return overlap;
}

console.log('ready');
for await (const trial of createInterface(process.stdin)) {
  const root = join(shared, trial);
  console.log(JSON.stringify(await (kind === 'stock' ? stock(root) : ours(root))));
}
