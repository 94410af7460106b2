import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sleep } from '../../src/base/wait.ts';
import { CLAIM, CLAIM_POST, ledger, PUBLISH, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { allEnded, times } from '../harness/job/together.ts';
import { tarOf, zipOf } from '../harness/servers/an-archive.ts';
import { FlakyServer } from '../harness/servers/flaky-server.ts';
import { inSlots, litter } from '../harness/storm/remains.ts';
import { countsOf, ROUNDS, ROUNDS_LIMIT_MS } from '../harness/storm/rounds.ts';
import { build, expectWhole, shell } from './script.ts';
import { startTogether } from './together.ts';

const good = { code: 0, signal: null };

test(`${ROUNDS} times claim, a build by the steps between, publish: who waits has it, and the keeper ends`, {
  timeout: ROUNDS_LIMIT_MS,
}, async () => {
  const root = tempDir();
  const counts = countsOf('claim and publish', root);
  for (let round = 0; round < ROUNDS; round++) {
    const inputs = { key: `sdk-${round}` };
    const first = await runJob({ root, inputs, entry: CLAIM });
    expect(first.end, first.log).toEqual(good);
    expect(first.outputs.result, first.log).toBe('claimed');
    const second = startJob({ root, inputs: { ...inputs, run: 'exit 1', shell } });
    await second.said('Waiting for');
    writeFileSync(join(first.outputs.path ?? '', 'file'), 'whole');
    const done = await runJob({ root, inputs: { claim: first.outputs.claim ?? '' }, entry: PUBLISH, after: first });
    expect([done.end, done.outputs.result], done.log).toEqual([good, 'built']);
    expect(await second.ended, second.log).toEqual(good);
    expect(second.outputs).toMatchObject({ result: 'waited', path: done.outputs.path });
    const post = await runJob({
      root,
      inputs: { 'job-status': 'success' },
      entry: CLAIM_POST,
      after: first,
      post: true,
    });
    expect(post.end, post.log).toEqual(good);
    // No event tells of the end of a process that is not ours; it takes its record with it.
    while (litter(root).length > 0) await sleep(20);
    counts.rounds += 1;
    counts.jobs += 2;
    counts.builds += 1;
  }
});

test('8 jobs with keys of their own and 2 slots: never more than two build', async () => {
  const root = tempDir();
  const { file } = ledger();
  const inside = tempDir();
  const count = `const inside = ${JSON.stringify(inside)};
    fs.writeFileSync(inside + '/' + token, '');
    if (fs.readdirSync(inside).length > 2) process.exit(9);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    fs.unlinkSync(inside + '/' + token);`;
  const each = Array.from({ length: 8 }, (_, index) => ({
    root,
    inputs: { key: `sdk-${index}`, run: build(file, count), shell, 'max-in-flight': '2' },
  }));
  const jobs = await startTogether(each);
  expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(8, good));
  jobs.forEach(expectWhole);
  expect([litter(root), inSlots(root)]).toEqual([[], []]);
});

const items = [
  { path: 'sdk/bin/tool.exe', content: 'tool', mode: 0o755 },
  { path: 'sdk/naïve ☃ name', content: 'snow' },
  { path: `sdk/${'long'.repeat(16)}/${'deep'.repeat(12)}`, content: 'deep' },
];

test.for([
  ['sdk.tar.gz', gzipSync(tarOf(...items))],
  ['sdk.zip', zipOf(...items)],
] as const)('6 jobs and %s: it is fetched once, and each has all of it', async ([name, archive]) => {
  const server = await new FlakyServer(archive).listen();
  const inputs = {
    url: `http://127.0.0.1:${server.port}/${name}`,
    sha256: createHash('sha256').update(archive).digest('hex'),
    strip: '1',
  };
  const jobs = await startTogether(times(6, { root: tempDir(), inputs }));
  expect(await allEnded(jobs), jobs.map(({ log }) => log).join('\n')).toEqual(times(6, good));
  expect(server.seen).toHaveLength(1);
  for (const { outputs } of jobs) {
    const contents = items.map(({ path }) => readFileSync(join(outputs.path ?? '', path.slice('sdk/'.length)), 'utf8'));
    expect(contents).toEqual(items.map(({ content }) => content));
  }
});
