import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageOf } from '../../lab/image-cache.ts';
import { missing } from './missing.ts';

// `npm run test:windows`: the tests of this folder and the portable ones, with Node for Windows. On Linux in Wine, made on
// the first run. Arguments go to vitest; paths among them stand for the portable tests.

const CHECKOUT = join(import.meta.dirname, '../../..');
const { scripts, devDependencies } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
const REPORT = '--outputFile.json=';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const vitest = ['run', '--project', 'windows', ...projectQuick(args), ...args];
  if (process.platform === 'win32') return native(vitest);
  const lacking = missing();
  if (lacking !== undefined) {
    console.log(`Skipped: nothing was run as on Windows, for Wine needs ${lacking}.`);
    return 0;
  }
  return inWine(vitest);
}

/** The portable tests, unless somebody asks for files. */
function projectQuick(args: readonly string[]): readonly string[] {
  if (args.some((arg) => !arg.startsWith('-'))) return [];
  const portable: string = scripts['test:portable'];
  return ['--project', 'quick', 'test/windows/', ...portable.split(' ').filter((arg) => arg.startsWith('test/'))];
}

function native(vitest: readonly string[]): number {
  const program = join(CHECKOUT, 'node_modules/vitest/vitest.mjs');
  return spawnSync(process.execPath, [program, ...vitest], { cwd: CHECKOUT, stdio: 'inherit' }).status ?? 1;
}

async function inWine(vitest: readonly string[]): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), 'build-once-wine-'));
  try {
    const began = performance.now();
    const args = [join(CHECKOUT, 'package-lock.json'), devDependencies.node];
    const image = await imageOf(join(import.meta.dirname, 'image.sh'), args);
    console.log(`Wine is there after ${Math.round((performance.now() - began) / 1000)} s: ${image}`);
    return await enter(image, out, vitest);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function enter(image: string, out: string, vitest: readonly string[]): Promise<number> {
  const log = join(out, 'log');
  writeFileSync(log, '');
  const report = vitest.find((arg) => arg.startsWith(REPORT))?.slice(REPORT.length);
  const args = vitest.map((arg) => (arg.startsWith(REPORT) ? `${REPORT}Z:\\out\\report.json` : arg));
  const inside = [join(import.meta.dirname, 'enter.sh'), image, CHECKOUT, out, ...args];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...inside], { stdio: ['ignore', 'inherit', 'inherit'] });
  const tail = spawn('tail', ['-n', '+1', '-f', `--pid=${child.pid}`, log], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [[code]] = await Promise.all([once(child, 'close'), once(tail, 'close')]);
  const made = join(out, 'report.json');
  if (report !== undefined && existsSync(made)) copyFileSync(made, report);
  return code ?? 1;
}
