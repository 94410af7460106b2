import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take minutes, the longest first. */
const LONGEST = ['refused-calls.test.ts', 'explore.test.ts', 'kill-every-call.test.ts'];

/**
 * Starts the longest files first, so that two workers end at about the same time. Where nothing is known from an earlier
 * run, vitest starts the largest first, and the file of the longest exploration has a few lines.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.includes('/long/') && moduleId.endsWith(`/${name}`));
      return index < 0 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
