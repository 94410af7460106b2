import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { missing } from './moosefs/missing.ts';

const MAIN = join(import.meta.dirname, 'moosefs/main.ts');
const lacking = missing();

test.skipIf(lacking !== undefined)(
  `two hosts share one MooseFS: one build, never two inside${lacking === undefined ? '' : ` (skipped: needs ${lacking})`}`,
  async () => {
    const lab = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => lab.once('close', resolve));
    onTestFinished(async () => {
      lab.kill('SIGTERM');
      await ended;
    });
    for await (const line of createInterface(lab.stdout)) console.log(line);
    expect(await ended).toBe(0);
  },
);
