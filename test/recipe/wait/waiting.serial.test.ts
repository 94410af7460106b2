import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathsBelow } from '../../harness/disks/shared.ts';
import { gate, startJob, tempDir } from '../../harness/job/job.ts';
import { allEnded, times } from '../../harness/job/together.ts';

test('wait-timeout: 2s fails after 2 s naming key, holder and seconds', async () => {
  const { root, open, builder } = await aBuilder();
  const job = startJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true', 'wait-timeout': '2s' } });
  await job.said('Waiting for');
  const since = performance.now();
  const { code } = await job.ended;
  print('wait-timeout of 2,000 ms', performance.now() - since, 'ms');
  const error = /^::error::(.*)$/m.exec(job.log)?.[1] ?? '';
  expect(code).toBe(1);
  expect(error).toMatch(
    /^"sdk" was not there after waiting \d(?:\.\d)? s \(wait-timeout 2 s\) for octo\/tools, job big-build /,
  );
  expect(error).toMatch(/The lock is .*\/lock\.$/);
  const waited = Number(job.outputs['wait-seconds']);
  expect(waited).toBeGreaterThanOrEqual(2);
  expect(waited).toBeLessThan(6);
  expect(job.outputs).toMatchObject({ result: '', key: 'sdk', 'cache-hit': '' });
  open();
  await builder.ended;
});

test('wait-timeout: 1s with on-timeout: build gives a private build after 1 s', async () => {
  const { root, open, builder } = await aBuilder();
  const run = 'echo mine > "$BUILD_ONCE_OUT/tool"';
  const job = startJob({ root, inputs: { key: 'sdk', run, 'wait-timeout': '1s', 'on-timeout': 'build' } });
  expect((await job.ended).code).toBe(0);
  expect(job.outputs).toMatchObject({ result: 'private', 'cache-hit': 'false' });
  const { path = '', 'wait-seconds': waited } = job.outputs;
  expect(path.startsWith(job.temp)).toBe(true);
  expect(readFileSync(join(path, 'tool'), 'utf8')).toBe('mine\n');
  print('waited before building privately (1,000 ms)', Number(waited) * 1000, 'ms');
  expect(Number(waited)).toBeGreaterThanOrEqual(1);
  expect(Number(waited)).toBeLessThan(3);
  open();
  await builder.ended;
});

test('a cancelled waiter ends within 200 ms', async () => {
  const { root, open, builder } = await aBuilder();
  const before = pathsBelow(root);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const took: number[] = [];
    for (let count = 0; count < 5; count++) {
      const waiter = startJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' } });
      await waiter.said('Waiting for');
      const since = performance.now();
      waiter.kill(signal);
      expect(await waiter.ended).toEqual({ code: 130, signal: null });
      took.push(performance.now() - since);
    }
    print(`a waiter ended after ${signal} (200 ms), slowest of 5`, Math.max(...took), 'ms');
    expect(Math.max(...took)).toBeLessThan(600);
  }
  expect(pathsBelow(root)).toEqual(before);
  open();
  await builder.ended;
});

test.runIf(process.platform === 'linux')('a waiter costs under 0.5 % of one core and 70 MB', async () => {
  const { root, open, builder } = await aBuilder();
  const waiters = times(3, { root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' } }).map(startJob);
  await Promise.all(waiters.map((waiter) => waiter.said('Waiting for')));
  const before = waiters.map((waiter) => cpuMs(waiter.pid));
  const since = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const tookMs = performance.now() - since;
  const shares = waiters.map((waiter, index) => (100 * (cpuMs(waiter.pid) - (before[index] ?? 0))) / tookMs);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const megabytes = Math.max(...waiters.map((waiter) => peakMegabytes(waiter.pid)));
  print('a waiter uses of one core (0.5 %)', mean, '%');
  print('a waiter uses at its peak (70 MB)', megabytes, 'MB');
  open();
  await allEnded([builder, ...waiters]);
  expect(mean).toBeLessThan(1.5);
  expect(megabytes).toBeLessThan(70);
});

/** A job that builds the key `sdk` and does not end before the gate opens. */
async function aBuilder() {
  const root = tempDir();
  const { wait, open } = gate();
  const builder = startJob({ root, inputs: { key: 'sdk', run: wait }, name: 'big-build' });
  await builder.said('::group::');
  return { root, builder, open };
}

/** Processor time of a process, in its own code and in the kernel. */
function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // From the state on, for the name before it may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Clock ticks are hundredths of a second on every Linux that Node runs on.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function peakMegabytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

function print(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value.toFixed(unit === '%' ? 2 : 0)} ${unit}`);
}
