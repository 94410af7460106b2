import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { canMount, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { atCall } from '../harness/faults/kill-every-call.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { times } from '../harness/job/together.ts';
import { builds, keyFolders, litter, published } from '../harness/storm/remains.ts';

const BUILD = 'echo whole > "$BUILD_ONCE_OUT/data"';
/** Who waits looks four times a second. */
const WAITER_MS = 3000;
/** Who builds finds out by its heartbeat, every 5 s, and then ends its build. */
const BUILDER_MS = 15_000;

/** Jobs may make files in it meanwhile. */
const remove = (dir: string) => rmSync(dir, { recursive: true, maxRetries: 10, retryDelay: 20 });

/** How a root goes away. */
const ways: Readonly<Record<string, (root: string) => void>> = {
  'is removed': remove,
  'loses the folder of the key': (root) => remove(only(keyFolders(root))),
  'becomes a file': (root) => {
    renameSync(root, `${root}-away`);
    writeFileSync(root, '');
  },
  'is another, empty one': (root) => {
    renameSync(root, `${root}-away`);
    mkdirSync(root);
  },
};

describe('the root, while one builds and others wait,', () => {
  // Where there is a file the heartbeats fail for another reason, which must last for 20 s: below, without those.
  test.each(Object.entries(ways).filter(([name]) => name !== 'becomes a file'))(
    '%s: all end, and say what has gone',
    async (_name, leave) => {
      const root = join(tempDir(), 'root');
      const { builder, waiters, buildPid } = await atWork(root);
      const ends = whenEnded([builder, ...waiters]);
      leave(root);
      await expectAllTold(root, builder, await ends);
      expect(existsSync(`/proc/${buildPid}`)).toBe(false);
      const next = await runJob({ root, inputs: { key: 'sdk', run: BUILD } });
      expect(next.outputs.result, next.log).toBe('built');
      expect(litter(root)).toEqual([]);
    },
  );

  test.skipIf(!canMount)(`is unmounted: all end, and say what has gone${needsMounts}`, async () => {
    const root = tempDir();
    const { wrapper } = await mountSpace(`mount -t tmpfs tmpfs '${root}'`);
    const { builder, waiters, buildPid } = await atWork(root, wrapper);
    const ends = whenEnded([builder, ...waiters]);
    const [program = '', ...args] = [...wrapper, 'umount', '--lazy', root];
    expect(spawnSync(program, args).status).toBe(0);
    await expectAllTold(root, builder, await ends);
    expect(existsSync(`/proc/${buildPid}`)).toBe(false);
  });

  test.each(Object.entries(ways))('%s, and the build ends: it is not published', async (_name, leave) => {
    const root = join(tempDir(), 'root');
    const { builder, waiters, open } = await atWork(root);
    const ends = whenEnded([builder, ...waiters]);
    leave(root);
    open();
    await expectAllTold(root, builder, await ends);
    if (existsSync(`${root}-away`)) expect(published(`${root}-away`)).toEqual([]);
    expect(existsSync(root) ? published(root) : []).toEqual([]);
  });

  test.each(['tmp', 'holders'])('loses the folder %s of a key: the build is published all the same', async (name) => {
    const root = join(tempDir(), 'root');
    const { builder, waiters, open } = await atWork(root);
    const ends = whenEnded([builder, ...waiters]);
    remove(join(only(keyFolders(root)), name));
    open();
    expect((await ends).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(builder.outputs.result).toBe('built');
    expect(waiters.map((job) => job.outputs.result)).toEqual(['waited', 'waited']);
  });

  test('loses a lock that is held: another one builds, and one build is published, for all', async () => {
    const root = join(tempDir(), 'root');
    const { builder, waiters, open } = await atWork(root);
    const ends = whenEnded([builder, ...waiters]);
    remove(join(only(keyFolders(root)), 'lock'));
    await Promise.race(waiters.map((job) => job.said('::group::')));
    open();
    expect((await ends).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(new Set([builder, ...waiters].map((job) => job.outputs.path)).size).toBe(1);
    expect(builds(root)).toEqual(published(root));
    expect(litter(root)).toEqual([]);
  });
});

test.each(['EIO', 'EACCES'] as const)(
  'a waiter that may no longer look (%s) says where, and nobody else notices',
  async (error) => {
    const root = join(tempDir(), 'root');
    const { builder, waiters, open } = await atWork(root);
    const plan = { below: root, nth: 2, match: '^readdirSync .*/lock$', error, forGood: true } as const;
    const job = startJob({
      root,
      inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' },
      ...atCall(plan, join(tempDir(), 'call')),
    });
    const [end] = await whenEnded([job]);
    expect(end?.code, job.log).toBe(1);
    expect(job.log).toContain('Waiting for');
    expect(errorOf(job)).toContain(`cannot be used: ${error} at ${join(only(keyFolders(root)), 'lock')}`);
    open();
    const ends = await whenEnded([builder, ...waiters]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(litter(root)).toEqual([]);
  },
);

/** One job that builds, at a gate, and two that wait for it. */
async function atWork(root: string, wrapper: readonly string[] = []) {
  const notes = ledger();
  const { wait, open } = gate();
  const inputs = { key: 'sdk', run: `${notes.note}\necho "pid=$$ here"\n${wait}\n${BUILD}` };
  const builder = startJob({ root, wrapper, inputs });
  await builder.said(/pid=\d+ here/);
  const waiters = times(2, { root, wrapper, inputs }).map(startJob);
  await Promise.all(waiters.map((job) => job.said('Waiting for')));
  return { builder, waiters, open, buildPid: /pid=(\d+)/.exec(builder.log)?.[1] };
}

interface End {
  readonly job: Job;
  readonly code: number | null;
  readonly tookMs: number;
  /** Processor time that it used, as far as it was seen. */
  readonly cpuMs: number;
}

/** From now on. */
function whenEnded(jobs: readonly Job[]): Promise<End[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const since = stopwatch();
      const before = cpuMs(job.pid) ?? 0;
      let last = before;
      const looking = setInterval(() => {
        last = cpuMs(job.pid) ?? last;
      }, 10);
      const { code } = await job.ended;
      clearInterval(looking);
      return { job, code, tookMs: since(), cpuMs: last - before };
    }),
  );
}

/** Processor time of a process, in its own code and in the kernel; undefined when it is gone. */
function cpuMs(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Clock ticks are hundredths of a second on every Linux that Node runs on.
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

async function expectAllTold(root: string, builder: Job, ends: readonly End[]): Promise<void> {
  for (const { job, code, tookMs, cpuMs: used } of ends) {
    expect(code, job.log).toBe(1);
    expect(job.outputs.path).toBe('');
    expect(errorOf(job)).toMatch(/^The shared cache at .* cannot be used: (ENOENT|ENOTDIR) at /);
    expect(errorOf(job)).toContain(`cannot be used: ${/ENO\w+/.exec(errorOf(job))?.[0]} at ${root}`);
    expect(tookMs).toBeLessThan(job === builder ? BUILDER_MS : WAITER_MS);
    expect(used).toBeLessThan(500);
  }
  const slowest = Math.max(...ends.filter(({ job }) => job !== builder).map(({ tookMs }) => tookMs));
  const own = ends.find(({ job }) => job === builder)?.tookMs ?? 0;
  const cpu = Math.max(...ends.map((end) => end.cpuMs));
  console.log(
    `waiters ended after ${slowest.toFixed(0)} ms, the builder after ${own.toFixed(0)} ms, ${cpu} ms of CPU at most`,
  );
}

function errorOf({ log }: Job): string {
  const errors = [...log.matchAll(/^::error::(.*)$/gm)].map(([, text]) => text ?? '');
  expect(errors, log).toHaveLength(1);
  expect(log).not.toMatch(/^\s+at /m);
  return errors[0] ?? '';
}

function only([dir, other]: readonly string[]): string {
  if (dir === undefined || other !== undefined) throw new Error('not one key');
  return dir;
}
