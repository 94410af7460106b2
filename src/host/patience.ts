import { HELD_OPEN, systemCode } from '../base/errors.ts';
import { pauseSync, RETRY_PAUSES_MS, sleep } from '../base/wait.ts';

const windows = process.platform === 'win32';

/** Where calls are patient, and how they wait. Handed in by tests, which cannot make another system refuse. */
interface Patience<P> {
  readonly windows: boolean;
  readonly pause: (ms: number) => P;
}

/**
 * Gives `call` the patience that Windows needs: while somebody holds a file open, it is made again for 2 s. Elsewhere such
 * an error does not pass by itself, and the call is made once.
 */
export function patient<A extends readonly unknown[], T>(
  call: (...args: A) => Promise<T>,
  how: Patience<Promise<void>> = { windows, pause: sleep },
): (...args: A) => Promise<T> {
  if (!how.windows) return call;
  return async (...args) => {
    for (const ms of RETRY_PAUSES_MS) {
      try {
        return await call(...args);
      } catch (error) {
        if (!HELD_OPEN.includes(systemCode(error) ?? '')) throw error;
        await how.pause(ms);
      }
    }
    return call(...args);
  };
}

/** {@link patient}, for a call that blocks. */
export function patientSync<A extends readonly unknown[], T>(
  call: (...args: A) => T,
  how: Patience<void> = { windows, pause: pauseSync },
): (...args: A) => T {
  if (!how.windows) return call;
  return (...args) => {
    for (const ms of RETRY_PAUSES_MS) {
      try {
        return call(...args);
      } catch (error) {
        if (!HELD_OPEN.includes(systemCode(error) ?? '')) throw error;
        how.pause(ms);
      }
    }
    return call(...args);
  };
}
