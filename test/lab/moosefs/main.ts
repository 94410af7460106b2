import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';
import { missing } from './missing.ts';

// Two mounts of one MooseFS in two network namespaces, tested against each other; options are those of the suite.

const SUITE = join(import.meta.dirname, '../suite.ts');
/** The folder of the lab. Set for the second of two: this program runs itself again, in namespaces of its own. */
const INSIDE = 'BUILD_ONCE_LAB_DIR';
/** Mounts that nobody else sees, and processes that end with the first of them, whatever ends that one. */
const NAMESPACES = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

process.exitCode = await main(process.argv.slice(2), process.env[INSIDE]);

async function main(args: readonly string[], dir: string | undefined): Promise<number> {
  if (dir !== undefined) return inside(dir, args);
  const what = missing();
  if (what === undefined) return outside(args);
  console.error(`This lab needs ${what}.`);
  return 2;
}

/** Cleans up: once the namespaces have ended, the folder is all that is left. */
async function outside(args: readonly string[]): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'build-once-moosefs-'));
  const [program, ...rest] = ['setpriv', '--pdeathsig', 'SIGKILL', ...NAMESPACES] as const;
  const child = spawn(program, [...rest, process.execPath, import.meta.filename, ...args], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: dir },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill('SIGKILL'));
  const [code] = await once(child, 'close');
  rmSync(dir, { recursive: true, force: true });
  return code ?? 1;
}

async function inside(dir: string, args: readonly string[]): Promise<never> {
  const began = performance.now();
  const sides = await new Cluster(dir).start();
  console.log(`MooseFS with two mounts is there after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const given = sides.flatMap(({ root, wrapper }) => ['--side', root, '--wrapper', wrapper.join(' ')]);
  const env = { ...process.env, TMPDIR: dir };
  const suite = spawn(process.execPath, [SUITE, ...given, ...args], { stdio: 'inherit', env });
  const [code] = await once(suite, 'close');
  // The servers and the mounts are still there, and end with this.
  process.exit(code ?? 1);
}
