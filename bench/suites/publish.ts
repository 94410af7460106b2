import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median, pairRatio } from '../measure.ts';
import type { Published } from '../probes/publish.ts';
import type { Findings, Settings } from '../suite.ts';

const PROBE = join(import.meta.dirname, '../probes/publish.ts');

/** Measures the time from the end of a build to its publication, beside `cacheDir()` on an equal tree. */
export async function publish(dir: string, { files, publishes }: Settings): Promise<Findings> {
  const ours: Published[] = [];
  const theirs: Published[] = [];
  for (let round = 0; round < publishes; round++) {
    ours.push(once('ours', join(dir, `ours-${round}`), files));
    theirs.push(once('theirs', join(dir, `theirs-${round}`), files));
  }
  const [mine, peers] = [ours, theirs].map((all) => all.map(({ ms }) => ms)) as [number[], number[]];
  const waited = ours.filter(({ flushed }) => flushed === 'flushed').length;
  return {
    rows: [
      {
        what: `publish of ${files} files`,
        ours: median(mine),
        unit: 'ms',
        peer: { name: 'cacheDir()', value: median(peers) },
        ratio: pairRatio(mine, peers),
        goal: { of: 'ratio', atMost: 0.08 },
      },
      {
        what: 'the rename that publishes',
        ours: median(ours.map(({ renameMs }) => renameMs)),
        unit: 'ms',
        goal: { of: 'ours', atMost: 1 },
      },
    ],
    notes: [
      `Our publish includes bringing the data to the disk, for which it waits no longer than a share of the build's time: done in that time in ${waited} of ${publishes} runs. cacheDir() does not do that.`,
    ],
  };
}

/** The trees stay until the end of the bench. Deleting thousands of files would disturb the next measurement. */
function once(who: 'ours' | 'theirs', dir: string, files: number): Published {
  mkdirSync(dir, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROBE, who, dir, String(files)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`publish (${who}) ended with ${status}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Published;
}
