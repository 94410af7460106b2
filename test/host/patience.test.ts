import { describe, expect, test } from 'vitest';
import { patient, patientSync } from '../../src/host/patience.ts';

const total = (pauses: readonly number[]) => pauses.reduce((sum, ms) => sum + ms, 0);

/** What a call comes to that the system refuses so many times with `code`, in both forms; and how long each waited. */
async function outcomes(code: string, times: number, windows = true) {
  const call = () => {
    let refusals = 0;
    return (file: string) => {
      if (refusals++ < times) throw Object.assign(new Error(code), { code });
      return file;
    };
  };
  const pauses: { readonly now: number[]; readonly later: number[] } = { now: [], later: [] };
  const blocking = patientSync(call(), { windows, pause: (ms) => void pauses.now.push(ms) });
  const refused = call();
  const waiting = patient(async (file: string) => refused(file), {
    windows,
    pause: async (ms) => void pauses.later.push(ms),
  });
  const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
  const now = (() => {
    try {
      return blocking('file');
    } catch (error) {
      return codeOf(error);
    }
  })();
  const later = await waiting('file').catch(codeOf);
  return { now, later, waited: [total(pauses.now), total(pauses.later)] };
}

describe('a call that Windows refuses', () => {
  test.each(['EPERM', 'EACCES', 'EBUSY'])('is made again after %s', async (code) => {
    expect(await outcomes(code, 3)).toEqual({ now: 'file', later: 'file', waited: [70, 70] });
  });

  test('fails with what the system says, after 2 s', async () => {
    expect(await outcomes('EBUSY', Infinity)).toEqual({ now: 'EBUSY', later: 'EBUSY', waited: [2000, 2000] });
  });

  test.each(['ENOENT', 'ENOTEMPTY', 'ENOSPC'])('fails at once with %s, which does not pass', async (code) => {
    expect(await outcomes(code, 1)).toEqual({ now: code, later: code, waited: [0, 0] });
  });

  test('fails at once on other systems', async () => {
    expect(await outcomes('EPERM', 1, false)).toEqual({ now: 'EPERM', later: 'EPERM', waited: [0, 0] });
  });
});
