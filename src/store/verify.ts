import { existsSync, writeFileSync } from 'node:fs';
import { buildDir, checkedMark, type EntryPaths } from './layout.ts';
import type { Manifest } from './manifest.ts';
import { measureTree } from './tree/measure.ts';

/** `why` is set when the build is not what was published; `note` when it could not be checked in full. */
export interface Verification {
  readonly why?: string;
  readonly note?: string;
}

/**
 * Compares a build with its manifest: `quick` its files and sizes, `full` every byte.
 * @throws the signal's reason when aborted: reading a large build takes minutes
 */
export async function verifyBuild(
  paths: EntryPaths,
  manifest: Manifest,
  level: 'quick' | 'full',
  signal: AbortSignal,
): Promise<Verification> {
  const dir = buildDir(paths, manifest.build);
  if (level === 'full' && manifest.digest !== undefined) {
    const { digestTree } = await import('./tree/digest.ts');
    const digest = await digestTree(dir, signal);
    return digest === manifest.digest ? {} : { why: `the contents of ${dir} are not what was published (${digest})` };
  }
  const sizes = await verifySizes(dir, manifest, signal);
  if (level === 'quick' || sizes.why !== undefined) return sizes;
  return { note: 'it was published by a step without `verify: full`, so only its files and sizes could be compared' };
}

async function verifySizes(dir: string, manifest: Manifest, signal: AbortSignal): Promise<Verification> {
  if (manifest.files === undefined || manifest.bytes === undefined) {
    return { note: 'it is too large to have been counted when it was published' };
  }
  const now = await measureTree(dir, { signal });
  if (now === undefined) return { note: 'counting its files took too long' };
  if (now.files === manifest.files && now.bytes === manifest.bytes) return {};
  return {
    why: `${dir} has ${now.files} files and ${now.bytes} bytes; published were ${manifest.files} and ${manifest.bytes}`,
  };
}

/**
 * Whether a build still awaits its check after a reboot. A crash of the machine can leave files of no length behind an
 * intact manifest, so each boot that is not the builder's compares the sizes once, and leaves a mark.
 */
export function awaitsBootCheck(paths: EntryPaths, manifest: Manifest, bootId: string): boolean {
  if (bootId === '' || manifest.bootId === bootId) return false;
  return !existsSync(checkedMark(paths, manifest.build, bootId));
}

/** Notes that the sizes were found right after the boot `bootId`. */
export function markBootChecked(paths: EntryPaths, manifest: Manifest, bootId: string): void {
  try {
    writeFileSync(checkedMark(paths, manifest.build, bootId), '', { flag: 'wx' });
  } catch {
    // This job may only read the cache: the next step checks again.
  }
}
