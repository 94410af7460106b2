import { expect, test } from 'vitest';
import { killPruneAtEveryCall } from '../harness/faults/kill-prune.ts';
import { runCli } from '../harness/job/cli.ts';
import { runJob, tempDir } from '../harness/job/job.ts';

const JOBS = 16;
const STORM_MS = 25_000;

/**
 * The worker of a job: it lives while the job reads what it was handed, a second or two. `reading` is printed once that is
 * certain, `lost` if a file is gone or not whole.
 */
const WORKER = `
"$@" || exit 1
out=$(grep -m 1 -o '/.*/build-once/v1/.*' "$GITHUB_OUTPUT") || exit 1
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  [ "$(cat "$out/one" "$out/two")" = "onetwo" ] || { echo lost; exit 1; }
  sleep 0.1
done
echo was whole`;
const script = 'printf one > "$BUILD_ONCE_OUT/one"; printf two > "$BUILD_ONCE_OUT/two"';

test('prune in a loop beside 16 jobs that read what they were handed: nobody misses a file', async () => {
  const root = tempDir();
  const end = performance.now() + STORM_MS;
  const results: Record<string, number> = {};
  let removed = 0;
  const job = async (lane: number) => {
    for (let n = 0; performance.now() < end; n++) {
      const {
        outputs,
        log,
        end: ended,
      } = await runJob({
        root,
        // So many that each is unused now and then, and wanted again at any moment.
        inputs: { key: `key-${(lane * 5 + n * 7) % 24}`, run: script },
        wrapper: ['sh', '-c', WORKER, 'sh'],
      });
      expect(ended.code, log).toBe(0);
      expect(log).toContain('was whole');
      results[outputs.result ?? ''] = (results[outputs.result ?? ''] ?? 0) + 1;
    }
  };
  const prune = async () => {
    while (performance.now() < end) {
      const { code, out, err } = await runCli(['prune', '--root', root, '--max-size', '0', '--grace', '0', '--json']);
      // Before the first job there is no cache.
      if (err === '') expect(code).toBe(0);
      if (out !== '') removed += JSON.parse(out).removed.length;
    }
  };
  await Promise.all([...Array.from({ length: JOBS }, (_, lane) => job(lane)), prune()]);
  console.log(`${JSON.stringify(results)}, ${removed} builds removed`);
  expect(removed).toBeGreaterThan(10);
  expect(results.reused).toBeGreaterThan(3);
  // The size limit is met whenever something may go: now all may.
  await runCli(['prune', '--root', root, '--max-size', '0', '--grace', '0']);
  const { out } = await runCli(['prune', '--root', root, '--max-size', '0', '--grace', '0', '--json']);
  expect(JSON.parse(out)).toMatchObject({ removed: [], skipped: [] });
}, 120_000);

test('a prune that is killed before every fourth of its calls leaves what jobs and the next prune can go on from', async () => {
  const killed = await killPruneAtEveryCall(4);
  console.log(`killed before ${killed} of its calls`);
  expect(killed).toBeGreaterThan(40);
}, 300_000);
