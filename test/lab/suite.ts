import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anew } from './checks/anew.ts';
import { type Check, type Lab, seconds } from './checks/check.ts';
import { doctor } from './checks/doctor.ts';
import { earlyLook } from './checks/early-look.ts';
import { elsewhere } from './checks/elsewhere.ts';
import { mainJob } from './checks/main-job.ts';
import { sight } from './checks/sight.ts';
import { storm } from './checks/storm.ts';
import { silentTakeover, stockTakeover, takeover } from './checks/takeover.ts';
import { HELP, type Options, readOptions } from './options.ts';

// Two sides of one disk, tested against each other: a line for each check, at the end one line of JSON.

const CHECKS: readonly Check[] = [
  doctor,
  anew,
  mainJob,
  sight,
  earlyLook,
  takeover,
  silentTakeover,
  stockTakeover,
  elsewhere,
  storm,
];

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly ms: number;
  readonly told: string;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}. What is possible: --help`);
    return 2;
  }
  return runAll(options);
}

async function runAll({ sides, sizes, only }: Options): Promise<number> {
  const temp = mkdtempSync(join(tmpdir(), 'build-once-lab-'));
  const began = performance.now();
  const results: Result[] = [];
  try {
    for (const check of CHECKS.filter(
      (check) => check.name.includes(only) && !(check === storm && sizes.storm === 0),
    )) {
      const result = await runOne(check, { sides, temp, sizes });
      results.push(result);
      console.log(`${result.passed ? 'ok    ' : 'FAILED'}  ${check.name} (${seconds(result.ms)}): ${result.told}`);
    }
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
  const passed = results.length > 0 && results.every((result) => result.passed);
  console.log(JSON.stringify({ passed, ms: Math.round(performance.now() - began), results }));
  return passed ? 0 : 1;
}

async function runOne({ name, run }: Check, lab: Lab): Promise<Result> {
  const began = performance.now();
  const end = (passed: boolean, told: string) => ({ name, passed, ms: Math.round(performance.now() - began), told });
  try {
    return end(true, await run(lab));
  } catch (error) {
    return end(false, error instanceof Error ? error.message : String(error));
  }
}
