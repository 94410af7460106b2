import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeManyKeys } from '../../bench/many-keys.ts';
import { runCli } from '../harness/job/cli.ts';
import { tempDir } from '../harness/job/job.ts';

const KEYS = 20_000;
const MOST_BYTES = 200_000_000;
const PEAK = join(import.meta.dirname, '../../bench/probes/peak.ts');

test(`a cache of ${KEYS} keys is listed, and a prune of all of them planned, within ${MOST_BYTES / 1e6} MB`, async () => {
  const root = tempDir();
  makeManyKeys(root, KEYS);
  const commands = [
    ['list'],
    ['list', '--json', '--sort', 'size'],
    ['list', '--locks'],
    ['prune', '--dry-run', '--max-age', '1h'],
  ];
  for (const [verb = '', ...options] of commands) {
    const report = join(tempDir(), 'peak');
    const began = performance.now();
    const { code, out, err } = await runCli([verb, '--root', root, ...options], {
      nodeArgs: ['--import', PEAK],
      env: { BENCH_REPORT: report },
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const peak = Number(readFileSync(report, 'utf8'));
    console.log(`${verb} ${options.join(' ')}: ${seconds} s, ${Math.round(peak / 1e6)} MB`);
    expect([code, err]).toEqual([0, '']);
    if (!options.includes('--locks')) expect(out).toContain(`key-${KEYS - 1}`);
    expect(peak).toBeLessThan(MOST_BYTES);
  }
});
