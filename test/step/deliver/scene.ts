import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished } from 'vitest';
import type { Delivery } from '../../../src/recipe/request.ts';
import { deliver } from '../../../src/step/deliver/deliver.ts';
import { removeAll } from '../../harness/remove-all.ts';

/** A build and a workspace, made anew for each test of the file that imports this. */
export const scene = {
  dir: '',
  workspace: '',
  build: '',
  /** What the runner was told. */
  told: [] as string[],
  /** What the log was told. */
  warned: [] as string[],
};

beforeEach(() => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'deliver-test-')));
  onTestFinished(() => removeAll(dir));
  const workspace = join(dir, 'workspace');
  const build = join(dir, 'root/build-once/v1/k-0/0123456789ab');
  Object.assign(scene, { dir, workspace, build, told: [], warned: [] });
  mkdirSync(workspace);
  mkdirSync(join(build, 'bin'), { recursive: true });
  writeFileSync(join(build, 'bin/tool'), 'tool', { mode: 0o755 });
  writeFileSync(join(build, 'readme'), 'text');
  symlinkSync('bin/tool', join(build, 'link'));
});

const runner = {
  addPath: (path: string) => void scene.told.push(`path ${path}`),
  exportVariable: (name: string, value: string) => void scene.told.push(`${name}=${value}`),
};
const reporter = { warn: (line: string) => void scene.warned.push(line) };

/** Delivers the build of the scene, or another one. */
export function give(delivery: Partial<Delivery>, signal?: AbortSignal, path = scene.build): Promise<void> {
  const nothing = { workspace: scene.workspace, link: undefined, copyTo: undefined, addPath: [], exportEnv: [] };
  return deliver(
    { ...nothing, ...delivery },
    { path, key: 'the-key', token: '0123456789ab' },
    runner,
    reporter,
    signal,
  );
}

export const at = (name: string) => join(scene.workspace, name);
export const text = (name: string) => readFileSync(at(name), 'utf8');
export const failure = (message: RegExp) =>
  expect.objectContaining({ code: 'DELIVERY_FAILED', message: expect.stringMatching(message) });
