/**
 * Makes a tree of files and publishes it, with our code or with `cacheDir()` of @actions/tool-cache. Each measurement is a
 * process of its own, so the code is as cold as in a step, and the data of the tree is still on its way to the disk.
 * Prints one line of JSON: `Published`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryPaths } from '../../src/store/layout.ts';
import { MANIFEST_FORMAT, type Manifest } from '../../src/store/manifest.ts';
import { openAttempt, publish } from '../../src/store/publish/publish.ts';
import { flushBudget, flushTree } from '../../src/store/tree/flush.ts';
import { measureTree } from '../../src/store/tree/measure.ts';

export interface Published {
  /** From the end of the build to the end of the publish. */
  readonly ms: number;
  /** The rename alone; 0 for the peer, which has none. */
  readonly renameMs: number;
  readonly flushed: string;
}

const TOKEN = 'b0b0b0b0b0b0';
const [who, dir = '', count = ''] = process.argv.slice(2);
const result = who === 'ours' ? await publishOurs(dir, Number(count)) : await publishTheirs(dir, Number(count));
console.log(`\n${JSON.stringify(result)}`);

async function publishOurs(root: string, files: number): Promise<Published> {
  // A step has loaded this module already, to start the shell of the build.
  await import('node:child_process');
  const paths = entryPaths(root, 'bench');
  mkdirSync(paths.published, { recursive: true });
  const out = openAttempt(paths, TOKEN);
  const buildMs = makeTree(out, files);
  const start = performance.now();
  const flushing = flushTree(out, flushBudget(buildMs));
  const [size, flushed] = await Promise.all([measureTree(out), flushing]);
  let renaming = Number.NaN;
  const answer = await publish(paths, manifestOf(out, size, buildMs), undefined, async () => {
    renaming = performance.now();
    return true;
  });
  const end = performance.now();
  if (answer !== 'published') throw new Error(answer);
  return { ms: end - start, renameMs: end - renaming, flushed };
}

async function publishTheirs(root: string, files: number): Promise<Published> {
  const tree = join(root, 'tree');
  process.env.RUNNER_TOOL_CACHE = join(root, 'tools');
  process.env.RUNNER_TEMP = join(root, 'temp');
  const { cacheDir } = await import('@actions/tool-cache');
  mkdirSync(tree, { recursive: true });
  makeTree(tree, files);
  const start = performance.now();
  await cacheDir(tree, 'bench', '1.0.0');
  return { ms: performance.now() - start, renameMs: 0, flushed: 'never' };
}

/** Makes files with the sizes of most packages: most have some kB, a few have many. Returns the time in ms. */
function makeTree(dir: string, files: number): number {
  const start = performance.now();
  const small = Buffer.alloc(4096, 'x');
  const large = Buffer.alloc(64 * 1024, 'x');
  for (let index = 0; index < files; index++) {
    const folder = join(dir, `${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(folder);
    const size = index % 10 === 0 ? 500 : 4096;
    writeFileSync(join(folder, `${index}`), index % 100 === 0 ? large : small.subarray(0, size));
  }
  return performance.now() - start;
}

function manifestOf(
  path: string,
  size: { readonly files: number; readonly bytes: number } | undefined,
  buildMs: number,
): Manifest {
  return {
    format: MANIFEST_FORMAT,
    key: 'bench',
    scope: 'octo/tools',
    build: TOKEN,
    producer: 'run',
    fingerprint: '',
    identity: undefined,
    ...size,
    digest: undefined,
    buildMs,
    createdAt: new Date().toISOString(),
    path,
    platform: 'any',
    bootId: '',
    builtBy: { repository: 'octo/tools', workflow: '', job: '', runUrl: '', runner: '', host: '' },
  };
}
