import { BadValue } from '../../../src/step/inputs/values.ts';

/** What a reader of one value says about a value it refuses. */
export function complaint(read: () => unknown): { value: string; said: string } {
  try {
    read();
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const [fault] = error.faults;
    return { value: fault?.value ?? '', said: `${fault?.wrong}. ${fault?.instead}.` };
  }
  throw new Error('it was not refused');
}
