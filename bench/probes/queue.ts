/**
 * One job of a queue as people write it: waits for the lock of proper-lockfile, looks whether the artifact is there, makes
 * it when not, and lets go. `queue` waits the way the library's documentation has it, `poll` asks again and again, with pauses of POLL ms.
 *
 * Prints `held` or `waiting`; whoever has the lock first publishes HOLD ms after a line on its standard input.
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
  // Ten retries of the `retry` package that it is built on: after 1 s, 2 s, 4 s and so on, for 17 minutes in all.
  if (mode === 'queue') return lockfile.lock(artifact, { ...options, retries: 10 });
  for (;;) {
    await sleep(Number(pollMs));
    const taken = await lockfile.lock(artifact, options).catch(() => undefined);
    if (taken !== undefined) return taken;
  }
}
