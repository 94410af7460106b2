import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The options of the demo. */
export interface Options {
  readonly jobs: number;
  readonly key: string;
  readonly run: string;
  /** Whether `run` is the default, an installation that needs the npm registry. */
  readonly installs: boolean;
  /** The folder in which the command starts. Default: the workspace of each job. */
  readonly workingDirectory: string | undefined;
  /** A shared cache that is used and not removed. Default: a temporary one. */
  readonly root: string | undefined;
  /** The file for the picture; undefined if there is to be none. */
  readonly svg: string | undefined;
  /** Whether the jobs run on hosts that share no disk. */
  readonly pool: boolean;
  /** Whether the temporary folder stays. */
  readonly keep: boolean;
}

/** A mistake in the command line. The message is one line. */
export class BadOption extends Error {}

const MOST_JOBS = 200;
const PACKAGES = 'typescript@5.9.3 eslint@9.39.1';
const INSTALL = `npm install --prefix "$BUILD_ONCE_OUT" --no-audit --no-fund ${PACKAGES}`;

export const help = `Starts jobs at the same moment as a runner would, all in need of one artifact, and shows who builds and who reuses it.

npm start -- [options]

  --jobs N       number of jobs, 1 to ${MOST_JOBS} (8)
  --run COMMAND  what builds, into the folder $BUILD_ONCE_OUT
                 (${INSTALL})
  --key NAME     name of the artifact (derived from the command)
  --root DIR     shared cache to use; it is not removed (a temporary one)
  --pool         four hosts that share no disk: a Redis decides who builds, and the
                 build is carried to the others; needs redis-server, tar and zstd
  --svg FILE     draw what each job did, and when, into this file
  --keep         leave the temporary folder with cache, outputs and summaries
  --help         this text

Exit code: 0 when one job built and the others reused it, 1 when not, 2 for bad options, 130 when interrupted.
`;

/**
 * Reads the command line; undefined if it asks for help.
 * @param from the folder that relative paths start from
 * @throws BadOption
 */
export function readOptions(args: readonly string[], from: string): Options | undefined {
  const { jobs, run, key, root, svg, pool, keep, help: helpWanted } = parse(args);
  if (helpWanted === true) return undefined;
  if (pool === true && root !== undefined)
    throw new BadOption('--pool gives each host a cache of its own: drop --root');
  if (pool === true && svg !== undefined) throw new BadOption('--pool is not drawn: drop --svg');
  const command = given('run', run) ?? INSTALL;
  return {
    jobs: jobs === undefined ? 8 : jobCount(jobs),
    run: command,
    installs: command === INSTALL,
    key: given('key', key) ?? keyFor(command),
    workingDirectory: run === undefined ? undefined : from,
    root: path('root', root, from),
    svg: path('svg', svg, from),
    pool: pool === true,
    keep: keep === true,
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const options = {
      jobs: text,
      run: text,
      key: text,
      root: text,
      svg: text,
      pool: flag,
      keep: flag,
      help: { ...flag, short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    // The first sentence of Node's message says what is wrong. The rest explains arguments that start with a dash.
    const [first = ''] = (error as Error).message.split(/\.\s|\n/);
    throw new BadOption(first.replace(/\.$/, ''));
  }
}

function given(name: string, value: string | undefined): string | undefined {
  if (value?.trim() === '') throw new BadOption(`--${name} is empty`);
  return value;
}

function path(name: string, value: string | undefined, from: string): string | undefined {
  return given(name, value) === undefined ? undefined : resolve(from, value ?? '');
}

function jobCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_JOBS) return count;
  throw new BadOption(`--jobs "${text}" is not a whole number from 1 to ${MOST_JOBS}`);
}

/** The key contains what changes the result, as it should in a workflow. */
function keyFor(command: string): string {
  return command === INSTALL ? PACKAGES.replaceAll(/[ @]/g, '-') : `demo-${hash('sha256', command, 'hex').slice(0, 8)}`;
}
