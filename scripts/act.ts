import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// nektos/act, the workflow runner of test/workflows: built once on a machine, and kept outside of the checkout.
// `node scripts/act.ts` prints where it is.

const VERSION = 'v0.2.89';

/** From here on Go fetches by itself the newer one that a module asks for. */
const OLDEST_GO = [1, 21] as const;

const run = promisify(execFile);

/** This machine has no Go that could build it. */
export class NoGo extends Error {}

/** The program; built now if this machine has none of this version yet. */
export async function actProgram(): Promise<string> {
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const dir = join(caches, 'build-once', `act-${VERSION}`);
  const program = join(dir, 'act');
  if (existsSync(program)) return program;
  await wantGo();
  mkdirSync(dir, { recursive: true });
  const place = mkdtempSync(join(dir, 'building-'));
  try {
    const settings = { GOBIN: place, GOFLAGS: '', CGO_ENABLED: '0' };
    await run('go', ['install', `github.com/nektos/act@${VERSION}`], { env: { ...process.env, ...settings } });
    // Whoever builds it at the same time does so in a place of its own; the later rename replaces a program by its like.
    renameSync(join(place, 'act'), program);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  return program;
}

async function wantGo(): Promise<void> {
  const { stdout: told } = await run('go', ['env', 'GOVERSION']).catch(() => ({ stdout: '' }));
  if (told === '') throw new NoGo('there is no Go to build nektos/act with');
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(told) ?? []).map(Number);
  const [least, leastMinor] = OLDEST_GO;
  const fits = major > least || (major === least && minor >= leastMinor);
  if (!fits) throw new NoGo(`${told.trim()} is too old to build nektos/act with: ${OLDEST_GO.join('.')} or newer`);
}

if (import.meta.main) console.log(await actProgram());
