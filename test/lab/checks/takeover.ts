import { describeStress, type StressOptions, stress } from '../../harness/storm/stress.ts';
import { type Check, demand, type Lab } from './check.ts';

/** Of the control, this many trials with two inside are enough; it has this many at least to show them in. */
const ENOUGH = 3;
const CONTROL_TRIALS = 40;

/** Processes of both mounts take over the lock of a dead one, all at one moment. */
export const takeover: Check = {
  name: 'takeover, by pid',
  run: ({ sides, sizes: { processes, trials } }) => clean({ sides, processes, trials, holder: 'dead', network: true }),
};

/** The same where only the heartbeat tells. */
export const silentTakeover: Check = {
  name: 'takeover, by heartbeat',
  run: ({ sides, sizes: { silentTrials, stale } }) =>
    clean({ sides, processes: 8, trials: silentTrials, holder: 'silent', staleMs: stale * 1000, network: true }),
};

/** The control: the same has to show what is wrong with a lock that is known to be wrong. */
export const stockTakeover: Check = {
  name: 'takeover, the control',
  async run({ sides, sizes: { trials } }: Lab) {
    const most = Math.max(trials, CONTROL_TRIALS);
    const report = await stress({ sides, processes: 16, trials: most, enough: ENOUGH, holder: 'stock' });
    demand(report.violations > 0, `blind: ${describeStress(report)}`);
    return describeStress(report);
  },
};

async function clean(options: StressOptions): Promise<string> {
  const report = await stress(options);
  demand(report.violations === 0, describeStress(report));
  return describeStress(report);
}
