import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Job } from '../harness/job/job.ts';

/** The only shell that is on every machine which runs these tests, Wine too: Node. */
export const shell = `"${process.execPath}" {0}`;

const FILES = 20;

/** A build of 20 files with its token in each; `before` is JavaScript that runs first. */
export function build(ledger: string, before = ''): string {
  return `const fs = require('node:fs');
    const { BUILD_ONCE_OUT: out, BUILD_ONCE_TOKEN: token } = process.env;
    ${before}
    fs.appendFileSync(${JSON.stringify(ledger)}, token + '\\n');
    fs.mkdirSync(out + '/bin');
    for (let i = 0; i < ${FILES}; i++) fs.writeFileSync(out + '/bin/' + i, token);`;
}

/** Reads all of what the job was handed, as its next step would: one build, and all of it. */
export function expectWhole(job: Job): void {
  const dir = join(job.outputs.path ?? '', 'bin');
  const tokens = Array.from({ length: FILES }, (_, i) => readFileSync(join(dir, `${i}`), 'utf8'));
  expect(new Set(tokens).size, job.log).toBe(1);
}
