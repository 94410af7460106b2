import type { Reporter } from '../../src/base/reporter.ts';
import type { Asker } from '../../src/lock/engine.ts';

/** Who asks for locks in tests. */
export const ASKER: Asker = {
  key: 'sdk',
  who: { repository: 'octo/tools', workflow: 'ci', job: 'build', runUrl: '', runner: 'runner-1', host: 'host-a' },
};

export function reporterTo(onLine: (line: string) => void): Reporter {
  const quiet = () => {};
  return {
    debug: quiet,
    info: onLine,
    notice: onLine,
    warn: onLine,
    output: quiet,
    openGroup: quiet,
    closeGroup: quiet,
  };
}
