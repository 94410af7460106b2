import { expect, test } from 'vitest';
import { runCli } from '../harness/job/cli.ts';
import { runJob, startJob, tempDir } from '../harness/job/job.ts';
import { builds, litter } from '../harness/storm/remains.ts';

test('a holder that is stopped is watched for as long as jobs bear its silence, 30 s, and its lock is opened then', async () => {
  const root = tempDir();
  const run = 'touch "$BUILD_ONCE_OUT/tool"';
  const job = startJob({ root, inputs: { key: 'sdk', run: `echo at-it; sleep 1; ${run}` } });
  await job.said('at-it');
  job.kill('SIGSTOP');
  const began = performance.now();
  const { code, out, err } = await runCli(['unlock', 'sdk', '--root', root]);
  const seconds = (performance.now() - began) / 1000;
  console.log(`opened after ${seconds.toFixed(1)} s`);
  expect(err).toMatch(/^The process of .* is stopped: watching its heartbeat for up to 30 s\.\n$/);
  expect([code, out]).toEqual([0, expect.stringMatching(/^opened "sdk": its holder, .* is dead; /)]);
  expect(seconds).toBeGreaterThan(29);
  expect((await runJob({ root, inputs: { key: 'sdk', run } })).outputs.result).toBe('built');
  job.kill('SIGCONT');
  // It finds its lock lost, and takes the build that is there by now.
  expect((await job.ended).code, job.log).toBe(0);
  expect(['waited', 'reused']).toContain(job.outputs.result);
  expect([builds(root).length, litter(root)]).toEqual([1, []]);
}, 180_000);
