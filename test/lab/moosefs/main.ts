import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';
import { missing } from './missing.ts';

// Two mounts of one MooseFS in two network namespaces, tested against each other; options are those of the suite.

const SUITE = join(import.meta.dirname, '../suite.ts');
/** Told to the second of two: this program runs itself again where its mounts are seen by nobody, and end with it. */
const INSIDE = 'BUILD_ONCE_LAB_INSIDE';

process.exitCode = await main();

async function main(): Promise<number> {
  const what = missing();
  if (what !== undefined) {
    console.error(`This lab needs ${what}.`);
    return 2;
  }
  return process.env[INSIDE] === undefined ? again() : test();
}

function again(): number {
  const args = ['--mount', process.execPath, import.meta.filename, ...process.argv.slice(2)];
  return spawnSync('unshare', args, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } }).status ?? 1;
}

async function test(): Promise<number> {
  await using cluster = new Cluster();
  const began = performance.now();
  const sides = await cluster.start();
  console.log(`MooseFS with two mounts is there after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const args = sides.flatMap(({ root, wrapper }) => ['--side', root, '--wrapper', wrapper.join(' ')]);
  const suite = spawn(process.execPath, [SUITE, ...args, ...process.argv.slice(2)], { stdio: 'inherit' });
  const stop = () => void suite.kill('SIGKILL');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const [code] = await once(suite, 'close');
  return code ?? 1;
}
