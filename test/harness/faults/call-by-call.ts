/** Two at a time: more do not help where processes start all the time. */
const LANES = 2;

/**
 * Makes attempt 0, 1, 2 and so on, until one says that it had no such call to spoil. What earlier attempts are still at is
 * waited for.
 * @param attempt undefined: there was no such call
 * @returns what the others came to
 */
export async function callByCall<T>(attempt: (nth: number) => Promise<T | undefined>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  let over = false;
  const lane = async () => {
    try {
      while (!over) {
        const result = await attempt(next++);
        if (result === undefined) over = true;
        else results.push(result);
      }
    } finally {
      over = true;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
