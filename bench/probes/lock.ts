/**
 * Uses a lock in a folder on orders from standard input, one verb a line. The lock is `ours` or the `stock`
 * proper-lockfile. probes/lock.sh does the same with flock(1), and answers alike.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import type { Reporter } from '../../src/base/reporter.ts';
import { type Claim, isClaim } from '../../src/lock/engine.ts';
import { openFileEngine } from '../../src/step/engine.ts';

/** One way to lock. */
interface Lock {
  hold(): Promise<void>;
  release(): Promise<void>;
  /** Resolves when the wait is over. Calls `onWait` once the wait has begun. */
  wait(onWait: () => void): Promise<void>;
}

const [kind, dir = ''] = process.argv.slice(2);
const lock = kind === 'ours' ? await ours() : stock();
/** Milliseconds on a clock that all processes share. */
const now = () => performance.timeOrigin + performance.now();
const say = (text: string) => process.stdout.write(`${text}\n`);

const verbs: Readonly<Record<string, (count: number) => Promise<unknown>>> = {
  async hold() {
    await lock.hold();
    say('held');
  },
  async release() {
    const at = now();
    await lock.release();
    say(`released ${at}`);
  },
  async wait() {
    await lock.wait(() => say('waiting'));
    const at = now();
    await lock.release();
    say(`woke ${at}`);
  },
  /** Waits like a step, and then takes the lock as after the death of the holder. */
  async take() {
    await lock.wait(() => say('waiting'));
    await lock.hold();
    const at = now();
    await lock.release();
    say(`woke ${at}`);
  },
  async pairs(count) {
    const took: number[] = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      await lock.hold();
      await lock.release();
      took.push(performance.now() - start);
    }
    say(`pairs ${took.join(' ')}`);
  },
};

say('ready');
for await (const line of createInterface(process.stdin)) {
  const [verb = '', count = ''] = line.split(' ');
  await verbs[verb]?.(Number(count));
}

async function ours(): Promise<Lock> {
  const id = 'bench-0123456789abcdef0123';
  const quiet = () => {};
  const reporter: Reporter = {
    debug: quiet,
    info: quiet,
    notice: quiet,
    warn: quiet,
    output: quiet,
    openGroup: quiet,
    closeGroup: quiet,
  };
  const engine = await openFileEngine({ root: dir, network: false, groupShared: false, reporter });
  engine.prepare(id);
  const who = { repository: 'octo/tools', workflow: 'ci', job: 'bench', runUrl: '', runner: '', host: '' };
  const never = new AbortController().signal;
  let claim: Claim | undefined;
  return {
    async hold() {
      const answer = await engine.claim(id, { key: 'bench', who });
      if (!isClaim(answer)) throw new Error('somebody else holds it');
      claim = answer;
    },
    async release() {
      await claim?.[Symbol.asyncDispose]();
    },
    async wait(onWait) {
      const watch = engine.watch(id);
      for (let first = true; (await engine.holder(id)) !== undefined; first = false) {
        if (first) onWait();
        await watch.next(never, Infinity);
      }
      await watch[Symbol.asyncDispose]();
    },
  };
}

/** A waiter takes the lock in its turn. It asks every 100 ms, because the library's own retries are seconds apart. */
function stock(): Lock {
  const file = `${dir}/stock`;
  const options = { realpath: false };
  let release: (() => Promise<void>) | undefined;
  return {
    async hold() {
      release ??= await lockfile.lock(file, options);
    },
    async release() {
      const end = release;
      release = undefined;
      await end?.();
    },
    async wait(onWait) {
      for (let first = true; ; first = false) {
        release = await lockfile.lock(file, options).catch(() => undefined);
        if (release !== undefined) return;
        if (first) onWait();
        await sleep(100);
      }
    },
  };
}
