import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryId, newToken } from '../src/base/key.ts';
import type { Who } from '../src/base/who.ts';
import { buildDir, entryPaths, publishedMark } from '../src/store/layout.ts';
import { leaveLease } from '../src/store/lease.ts';
import { writeManifest } from '../src/store/manifest.ts';

const WHO: Who = {
  repository: 'octo/tools',
  workflow: 'bench',
  job: 'build',
  runUrl: 'https://github.example/octo/tools/actions/runs/1/attempts/1',
  runner: 'runner-1',
  host: 'ci-host-1',
};
const DAY_MS = 86_400_000;
/** The pid of a job that is over: no process of Linux has such a number. */
const ENDED_PID = 2 ** 22 + 1;

/**
 * Fills a shared root with keys as jobs leave them: each has a published build, its mark and the leases of jobs that are
 * over. Files in the builds and folders that stay empty are left out: nothing that is measured looks at them, and to make and
 * delete them would take longer than all the rest. Each key is a second older than the one before.
 */
export function makeManyKeys(root: string, keys: number, leases = 2): void {
  for (let n = 0; n < keys; n++) makeKey(root, `key-${n}`, new Date(Date.now() - DAY_MS - n * 1000), leases);
}

function makeKey(root: string, key: string, at: Date, leases: number): void {
  const subject = { key, scope: WHO.repository, platform: 'any', relocatable: false, root };
  const paths = entryPaths(root, entryId(subject));
  const token = newToken();
  const build = buildDir(paths, token);
  mkdirSync(build, { recursive: true });
  for (const folder of [paths.entry, paths.readers, paths.published]) mkdirSync(folder);
  writeFileSync(publishedMark(paths, token), '');
  const facts = { producer: 'run', fingerprint: '', files: 1, bytes: key.length, buildMs: 1000, bootId: '' };
  const place = { path: build, platform: 'any', createdAt: at.toISOString(), builtBy: WHO };
  writeFileSync(
    paths.manifest,
    writeManifest({ format: 1, key, scope: subject.scope, build: token, ...facts, ...place }),
  );
  for (let n = 0; n < leases; n++) {
    leaveLease(paths, token, { pid: ENDED_PID, job: `${key}-${n}`, id: '' }, WHO);
  }
  for (const name of readdirSync(paths.readers)) {
    const file = join(paths.readers, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"workerPid":\d+/, '$&,"workerStartTime":1'));
  }
  for (const folder of [paths.published, paths.readers]) {
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), at, at);
  }
}
