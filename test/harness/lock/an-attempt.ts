import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { newToken } from '../../../src/base/key.ts';
import type { Reporter } from '../../../src/base/reporter.ts';
import type { Attempt } from '../../../src/producers/producer.ts';
import { tempDir } from '../job/job.ts';

/** An attempt in folders of its own, and all that was reported: `[method, text]`, in order. */
export function anAttempt(
  more: Partial<Attempt> = {},
): Attempt & { readonly log: (readonly [keyof Reporter, string])[] } {
  const dir = tempDir();
  const [out, scratch] = [join(dir, 'out'), join(dir, 'scratch')];
  for (const folder of [out, scratch]) mkdirSync(folder);
  const log: (readonly [keyof Reporter, string])[] = [];
  const say =
    (method: keyof Reporter) =>
    (text: string | Uint8Array = ''): void => {
      log.push([method, Buffer.from(text).toString()]);
    };
  const token = newToken();
  return {
    key: 'sdk',
    token,
    within: [`sdk/${token}`],
    out,
    scratch,
    env: { PATH: process.env.PATH },
    timeoutMs: Infinity,
    signal: new AbortController().signal,
    onSpawn: () => {},
    reporter: {
      debug: say('debug'),
      info: say('info'),
      notice: say('notice'),
      warn: say('warn'),
      output: say('output'),
      openGroup: say('openGroup'),
      closeGroup: say('closeGroup'),
    },
    log,
    ...more,
  };
}
