import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFolders } from '../storm/remains.ts';

/** Has all jobs that were handed a build be over: jobs of a test live as long as the test's own process. */
export function endJobs(root: string): void {
  for (const file of leases(root)) {
    const { atime, mtime } = statSync(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"workerStartTime":\d+/, '"workerStartTime":1'));
    utimesSync(file, atime, mtime);
  }
}

/** Makes the builds of a key, and their last use, as old as that many ms. */
export function makeOlder(root: string, key: string, ms: number): void {
  for (const dir of keyFolders(root).filter((folder) => keyOf(folder) === key)) {
    for (const name of ['published', 'readers']) {
      for (const file of filesIn(join(dir, name))) utimesSync(file, new Date(), new Date(Date.now() - ms));
    }
  }
}

/** The keys of which a build is published. */
export function keysIn(root: string): string[] {
  return keyFolders(root).flatMap((dir) => keyOf(dir) ?? []);
}

function keyOf(dir: string): string | undefined {
  const manifest = join(dir, 'entry/manifest.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).key : undefined;
}

function leases(root: string): string[] {
  return keyFolders(root).flatMap((dir) => filesIn(join(dir, 'readers')));
}

function filesIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : [];
}
