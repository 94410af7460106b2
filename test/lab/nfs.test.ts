import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runInGuest } from './nfs/guest.ts';
import { missing } from './nfs/missing.ts';

/** With the boot, and the guest made, this lab takes at most 12 minutes. */
const LIMIT_S = 690;
/** Attributes of a file that changes are cached for 3 s. The processor is emulated: a job of 1 s takes 10. */
const SIZES = '--slow --rounds 1 --processes 16 --trials 8 --silent-trials 2 --stale 8 --storm 30';
const SIDES = ['a', 'b'].map((side) => `--side /mnt/${side} --wrapper "nsenter --net=/run/netns/${side}"`).join(' ');

const lacking = missing();

test.skipIf(lacking !== undefined)(
  `two clients of one NFSv4.2 server: one build, never two inside${lacking === undefined ? '' : ` (skipped: needs ${lacking})`}`,
  async ({ signal }) => {
    const output = new PassThrough();
    createInterface(output).on('line', (line) => console.log(line));
    const command = `node test/lab/suite.ts ${SIDES} ${SIZES}`;
    const onPhase = (line: string) => console.log(`guest: ${line}`);
    expect(await runInGuest({ command, limitS: LIMIT_S, output, onPhase, signal })).toBe(0);
  },
);

test.skipIf(lacking !== undefined)(
  'a guest ends with the exit code of its command, at its limit, and when it is told to',
  async () => {
    const output = new PassThrough();
    const told: string[] = [];
    createInterface(output).on('line', (line) => told.push(line));
    const run = (command: string, limitS: number, signal?: AbortSignal) =>
      runInGuest({ command, limitS, output, onPhase: () => {}, ...(signal && { signal }) });
    expect(await run('echo "on $(stat --file-system --format=%T /mnt/a /mnt/b | uniq)"; exit 3', 60)).toBe(3);
    expect(told).toEqual(['on nfs']);
    expect(await run('sleep 1000', 1)).toBe(124);
    const end = new AbortController();
    output.once('data', () => end.abort());
    await expect(run('echo here; sleep 1000', 60, end.signal)).rejects.toThrow('without an exit code');
  },
);
