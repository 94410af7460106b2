import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { judgeHeartbeat, judgePublishing, judgeSameDisk, type Pair } from '../../../src/admin/doctor/mirror.ts';
import { removeTree } from '../../../src/host/remove-tree.ts';
import { copyTree } from '../../../src/store/tree/copy.ts';
import { tempDir } from '../../harness/job/job.ts';

function pairOf(here: string, there: string, limitMs = 300): Pair {
  return { here, there, names: ['/mnt/a', '/mnt/b'], limitMs, signal: new AbortController().signal };
}

const brief = ({ level, what }: { level: string; what: string }) => `${level}: ${what}`;

test('one folder sees itself at once, and is told to be one mount', async () => {
  const dir = tempDir();
  const pair = pairOf(dir, dir);
  const same = await judgeSameDisk(pair);
  expect(same && brief(same)).toMatch(/^note: \/mnt\/a and \/mnt\/b are one mount of this host/);
  expect(brief(await judgePublishing(pair))).toMatch(/^ok: .* after \d+ ms at most, 5 times\.$/);
  expect(brief(await judgeHeartbeat(pair))).toMatch(/^ok: A heartbeat .* after \d+ ms\.$/);
});

test('a mount that shows nothing of the other is another disk', async () => {
  const found = await judgeSameDisk(pairOf(tempDir(), join(tempDir(), 'missing')));
  expect(found && brief(found)).toBe(
    'problem: /mnt/a and /mnt/b are not one disk: what is made in the one is not seen in the other within 300 ms.',
  );
});

test('a mount that never shows what was published is a problem; of a heartbeat, a note that says when it is safe', async () => {
  const pair = pairOf(tempDir(), tempDir());
  expect(await judgeSameDisk(pair)).toBeUndefined();
  expect(brief(await judgePublishing(pair))).toMatch(/^problem: .* is not seen through the other within 300 ms/);
  const beat = await judgeHeartbeat(pair);
  expect(brief(beat)).toMatch(/^note: .* not seen through the other within 300 ms: attributes are cached/);
  expect(beat.advice).toContain('acregmax (60 by default) stays below 100');
});

test('a mount that shows things late is waited for', async () => {
  const [here, there] = [tempDir(), join(tempDir(), 'there')];
  mkdirSync(there);
  const over = new AbortController();
  const copying = (async () => {
    for await (const _ of every(100, undefined, { signal: over.signal })) {
      await removeTree(there);
      await copyTree(here, there);
    }
  })().catch(() => {});
  expect(brief(await judgeHeartbeat(pairOf(here, there, 5000)))).toMatch(/^ok: A heartbeat .* after \d+ ms\.$/);
  over.abort();
  await copying;
});
