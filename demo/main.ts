// Runs the action on real input: several jobs start at the same moment and want the same artifact. Then they start again.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MAIN } from './job.ts';
import { nextSteps } from './next.ts';
import { BadOption, help, type Options, readOptions } from './options.ts';
import { picture } from './picture.ts';
import { HOSTS, type Pool, startPool } from './pool.ts';
import { carriedLine, countLine, failures, problemOf, summaryOf } from './report.ts';
import { runWave, type Wave } from './wave.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    // npm starts scripts in the folder of the package. INIT_CWD is the folder of the user.
    const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
    if (options !== undefined) return await demonstrate(options);
    say(help);
    return 0;
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    console.error(`${error.message}. What is possible: npm start -- --help`);
    return 2;
  }
}

async function demonstrate(options: Options): Promise<number> {
  if (!existsSync(MAIN)) throw new BadOption(`${MAIN} is missing: run \`npm run build\` first`);
  if (options.svg !== undefined && !existsSync(dirname(options.svg))) {
    throw new BadOption(`--svg: there is no folder ${dirname(options.svg)}`);
  }
  const temp = mkdtempSync(join(tmpdir(), 'build-once-demo-'));
  let pool: Pool | undefined;
  try {
    const signal = interruption();
    pool = options.pool ? await startPool(temp) : undefined;
    return await twoWaves(options, temp, pool, signal);
  } finally {
    await pool?.stop();
    if (options.keep) say(`\nKept: ${temp}\n`);
    else rmSync(temp, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function twoWaves(options: Options, temp: string, pool: Pool | undefined, signal: AbortSignal): Promise<number> {
  const caches = cachesOf(options, temp);
  const hosts = caches.length;
  const wave = (name: string) => runWave(options, { caches, jobs: join(temp, name), env: pool?.env ?? {} }, signal);
  const jobs = options.jobs === 1 ? '1 job wants' : `${options.jobs} jobs want`;
  const where =
    pool === undefined
      ? `Shared cache: ${caches[0]}`
      : `${hosts} hosts, each with a cache of its own, and ${pool.env.INPUT_POOL}`;
  say(`${jobs} "${options.key}" at the same moment, made by:\n  ${options.run}\n${where}\n\n`);
  const first = await wave('first');
  if (signal.aborted) return interrupted();
  const problem = problemOf(first, true, hosts);
  if (problem !== undefined) return wrong(options, first, problem);
  say(`\nThe same jobs once more:\n\n`);
  const second = await wave('second');
  if (signal.aborted) return interrupted();
  const secondProblem = problemOf(second, false, hosts);
  if (secondProblem !== undefined) return wrong(options, second, secondProblem);
  say(summaryOf(first));
  const carried = pool === undefined ? '' : `; ${carriedLine(first)}`;
  say(`\nFirst wave:  ${countLine(first)}${carried}\nSecond wave: ${countLine(second)}\n`);
  if (options.svg !== undefined) draw(options.svg, options.key, first, second);
  say(nextSteps(options.root ?? join(tmpdir(), 'build-once-demo'), options.root !== undefined, options.pool));
  return 0;
}

/** The caches of the hosts; there. */
function cachesOf({ root, pool, jobs }: Options, temp: string): string[] {
  const hosts = pool ? Math.min(HOSTS, jobs) : 1;
  const caches = Array.from(
    { length: hosts },
    (_, index) => root ?? join(temp, hosts === 1 ? 'cache' : `cache-${index + 1}`),
  );
  for (const cache of caches) mkdirSync(cache, { recursive: true });
  return caches;
}

function draw(file: string, key: string, first: Wave, second: Wave): void {
  const day = new Date().toISOString().slice(0, 10);
  const place = `npm start on ${day}, Node ${process.versions.node}, ${availableParallelism()} cores`;
  writeFileSync(file, picture({ key, first: first.jobs, second: second.jobs, place }));
  say(`Picture:     ${file}\n`);
}

function wrong({ installs }: Options, wave: Wave, problem: string): number {
  say(failures(wave));
  if (installs)
    say(
      '\nIs the npm registry reachable? Without it, try: npm start -- --run \'sleep 3; date > "$BUILD_ONCE_OUT/made"\'\n',
    );
  say(`\n${countLine(wave)}\n`);
  console.error(`Not as it should be: ${problem}`);
  return 1;
}

function interrupted(): number {
  say('\nInterrupted: all jobs have ended.\n');
  return 130;
}

/** Aborts at the first signal. Later signals change nothing, because the jobs are ending already. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}

function say(text: string): void {
  process.stdout.write(text);
}
