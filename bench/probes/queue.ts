/**
 * One job of a queue as people write it. It waits for the lock of proper-lockfile, makes the artifact if that is missing,
 * and releases the lock. `queue` waits as the documentation of the library shows. `poll` asks again after pauses of POLL ms.
 *
 * Prints `held` or `waiting`. The first holder publishes HOLD ms after a line on its standard input.
 */

import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

const [mode, artifact = '', answer = '', holdMs = '', pollMs = ''] = process.argv.slice(2);
const release = await acquire();
if (!existsSync(artifact)) {
  console.log('held');
  await once(process.stdin, 'data');
  await sleep(Number(holdMs));
  writeFileSync(artifact, '');
}
await release();
writeFileSync(answer, '');
process.exit();

async function acquire(): Promise<() => Promise<void>> {
  const options = { lockfilePath: `${artifact}.lock`, realpath: false };
  try {
    return await lockfile.lock(artifact, options);
  } catch {
    console.log('waiting');
  }
  // The library retries with the package `retry`: ten times, after 1 s, 2 s, 4 s and so on, for 17 minutes in all.
  if (mode === 'queue') return lockfile.lock(artifact, { ...options, retries: 10 });
  for (;;) {
    await sleep(Number(pollMs));
    const taken = await lockfile.lock(artifact, options).catch(() => undefined);
    if (taken !== undefined) return taken;
  }
}
