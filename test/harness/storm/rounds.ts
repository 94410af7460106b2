import { onTestFinished } from 'vitest';
import { builds, litter, published } from './remains.ts';

const given = Number(process.env.BUILD_ONCE_TEST_ROUNDS || 3);
if (!(Number.isInteger(given) && given > 0)) {
  throw new Error(
    `BUILD_ONCE_TEST_ROUNDS=${process.env.BUILD_ONCE_TEST_ROUNDS} is no number of rounds: write 50, for example.`,
  );
}

/** How often a storm makes its round. Three say that it works at all; `BUILD_ONCE_TEST_ROUNDS` says how well. */
export const ROUNDS = given;

/** How long that may take, in ms: a minute a round, and never less than the 15 minutes of a long test. */
export const ROUNDS_LIMIT_MS = Math.max(15, ROUNDS) * 60_000;

/** What a storm has done, in numbers. */
export interface Counts {
  rounds: number;
  jobs: number;
  builds: number;
  kills: number;
  takeovers: number;
}

/** Counts that are told in one line when the test ends, also when it fails, with what is left in `root` then. */
export function countsOf(storm: string, root: string): Counts {
  const counts: Counts = { rounds: 0, jobs: 0, builds: 0, kills: 0, takeovers: 0 };
  onTestFinished(() => {
    const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    console.log(`${storm}: ${told.join(', ')}; left over: ${remainsOf(root).join(' ') || 'nothing'}`);
  });
  return counts;
}

/** Litter, and builds that no entry names. */
function remainsOf(root: string): string[] {
  const named = published(root);
  return [...litter(root), ...builds(root).filter((build) => !named.includes(build))];
}
