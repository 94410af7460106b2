import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { callByCall } from '../../harness/faults/call-by-call.ts';
import { atCall } from '../../harness/faults/kill-every-call.ts';
import { resultOf } from '../../harness/hosts.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { OnePath, tokenIn } from '../../harness/one-path.ts';
import { litter } from '../../harness/storm/remains.ts';

test('a step that is killed while it gives a restored build the name of its origin leaves nothing half, and its host builds on', async () => {
  const ends = await callByCall(async (nth) => {
    const hosts = await OnePath.start();
    await runJob(hosts.options());
    hosts.switchTo('second');
    const report = join(tempDir(), 'call');
    const { env, nodeArgs } = atCall({ below: hosts.root, nth, match: NAMING, signal: 'SIGKILL' }, report);
    const options = hosts.options();
    await runJob({ ...options, nodeArgs: nodeArgs ?? [], env: { ...options.env, ...env } });
    if (!existsSync(report)) return undefined;
    const told = readFileSync(report, 'utf8');
    const next = await runJob(hosts.options());
    expect(next.end.code, `${told}\n${next.log}`).toBe(0);
    expect(tokenIn(next), told).toBe(basename(next.outputs.path ?? ''));
    const last = await runJob(hosts.options({ force: 'true' }));
    expect(resultOf(last), `${told}\n${last.log}`).toBe('built build');
    expect(litter(hosts.root), told).toEqual([]);
    return resultOf(next);
  });
  // Before the name is noted another job may restore it; after that it is built.
  expect(ends).toContain('reused remote');
  expect(ends).toContain('built build');
});

/** Calls on what bears the name of the origin, and the publish. */
const NAMING = '^(mkdirSync|renameSync|rename) (.*carried|.*entry)';
