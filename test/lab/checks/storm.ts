import { figures, troubles } from '../../harness/storm/ledger.ts';
import { storm as rage } from '../../harness/storm/storm.ts';
import { type Check, demand } from './check.ts';
import { hostsOf } from './host.ts';

/** Steps of both hosts are killed at random; their successors on the other host know that by the heartbeat alone. */
export const storm: Check = {
  name: 'kill storm',
  async run({ sides, sizes }) {
    const slow = sizes.slow ? { workers: 4, keys: 2, generationMs: 30_000, killEveryMs: 1500 } : {};
    const staleMs = sizes.stale * 1000;
    const report = await rage({ sides: hostsOf(sides), seconds: sizes.storm, staleMs, ...slow });
    const wrong = troubles(report);
    demand(wrong.length === 0, [figures(report), ...wrong].join('\n'));
    demand(report.kills > 0 && report.takeovers > 0, `no storm: ${figures(report)}`);
    return figures(report);
  },
};
