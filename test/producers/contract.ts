import { describe, expect, test } from 'vitest';
import { type Job, type JobOptions, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { allEnded, startTogether, times } from '../harness/job/together.ts';
import { litter } from '../harness/storm/remains.ts';

/** Where one producer gets its artifacts from in a test: a real server, and how to make it behave. */
export interface Source {
  /** Inputs of a step that fetches from it. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** How often somebody fetched, as the server saw it; only those that it began to answer. */
  fetches(): number | Promise<number>;
  /** From now on every fetch fails in the middle, for good. */
  fail(): void | Promise<void>;
  /** From now on every fetch stops in the middle; resolves once one has come so far. Asked before the job is started. */
  stall(): { readonly reached: Promise<unknown> };
  /** Undoes {@link fail} and {@link stall}, and lets go what stands still. */
  heal(): void | Promise<void>;
  /** Throws unless the step handed out the whole artifact. */
  check(job: Job): void | Promise<void>;
  /** What fetches that did not succeed left outside the cache, such as tags. */
  remains(): readonly string[] | Promise<readonly string[]>;
}

/**
 * What holds for every producer, with real processes: one fetch for all, and nothing left of one that failed, was
 * cancelled or killed in the middle.
 */
export function producerContract(open: () => Source | Promise<Source>): void {
  async function scene() {
    const root = tempDir();
    const source = await open();
    const options: JobOptions = { root, inputs: source.inputs, ...(source.env && { env: source.env }) };
    const clean = async () => expect([...litter(root), ...(await source.remains())]).toEqual([]);
    /** A job that comes to its end in a world that is whole again. */
    const next = async (expected: string) => {
      await source.heal();
      const job = await runJob(options);
      expect(job.end, job.log).toEqual({ code: 0, signal: null });
      expect(job.outputs.result, job.log).toBe(expected);
      await source.check(job);
      await clean();
      return job;
    };
    return { root, source, options, clean, next };
  }

  describe('as every producer', () => {
    test('16 processes at once: one fetch, which all of them get', async () => {
      const { source, options, clean, next } = await scene();
      const jobs = await startTogether(times(16, options));
      expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(16, { code: 0, signal: null }));
      expect(await source.fetches()).toBe(1);
      expect(jobs.filter(({ outputs }) => outputs.result === 'built')).toHaveLength(1);
      const places = jobs.map(({ outputs: { path, identity } }) => `${path} ${identity}`);
      expect(new Set(places).size).toBe(1);
      expect(jobs[0]?.outputs.identity).not.toBe('');
      for (const job of jobs) await source.check(job);
      await clean();
      const later = await next('reused');
      expect(`${later.outputs.path} ${later.outputs.identity}`).toBe(places[0]);
      expect(await source.fetches()).toBe(1);
    });

    test('a fetch that fails in the middle fails the step and leaves nothing; the next step fetches', async () => {
      const { source, options, clean, next } = await scene();
      await source.fail();
      const failed = await runJob({ ...options, inputs: { ...options.inputs, attempts: '1' } });
      expect(failed.end.code, failed.log).toBe(1);
      expect(failed.log).toMatch(/^::error::/m);
      expect(failed.log).not.toMatch(/^ {4}at /m);
      expect(failed.outputs).toMatchObject({ result: '', 'cache-hit': '' });
      await clean();
      await next('built');
    });

    test('a fetch that fails is one failure for all that waited, who are told the reason', async () => {
      const { source, options, clean, next } = await scene();
      const { reached } = source.stall();
      const once = { ...options, inputs: { ...options.inputs, attempts: '1' } };
      const first = startJob(once);
      await reached;
      const waiters = times(4, once).map(startJob);
      await Promise.all(waiters.map((job) => job.said('Waiting for')));
      await source.fail();
      first.kill('SIGINT');
      await allEnded([first, ...waiters]);
      // One of them takes over, and fails; nobody tries after it.
      const own = waiters.filter(({ log }) => log.includes('::group::'));
      const told = waiters.filter((job) => !own.includes(job));
      expect([own.length, told.length], waiters.map(({ log }) => log).join('\n')).toEqual([1, 3]);
      for (const { log, summary, outputs } of told) {
        expect(log).toMatch(/^::error::".*" failed to build.*/m);
        expect(summary).toContain('**Failed:**');
        expect(outputs.result).toBe('');
      }
      await clean();
      await next('built');
    });

    test('a step that is cancelled in the middle ends within 7 s and leaves nothing', async () => {
      const { source, options, clean, next } = await scene();
      const { reached } = source.stall();
      const job = startJob(options);
      await reached;
      const since = performance.now();
      job.kill('SIGINT');
      expect(await job.ended, job.log).toEqual({ code: 130, signal: null });
      expect(performance.now() - since).toBeLessThan(7000);
      await clean();
      await next('built');
    });

    test('a step that is killed in the middle leaves nothing that outlives the next step', async () => {
      const { source, options, next } = await scene();
      const { reached } = source.stall();
      const job = startJob(options);
      await reached;
      job.kill('SIGKILL');
      await job.ended;
      const { log } = await next('built');
      expect(log).toContain('its process is gone');
    });
  });
}
