import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../request.ts';

/** What `add-path` and `export-env` name and a build does not have. */
export function missingParts({ addPath, exportEnv }: Delivery, buildDir: string): string[] {
  return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}

/** The one folder that all of an archive is in, if `parts` are in it: then somebody forgot `strip`. */
export function folderAround(parts: readonly string[], buildDir: string): string | undefined {
  const [only, ...others] = readdirSync(buildDir);
  if (only === undefined || others.length > 0) return undefined;
  return parts.every((part) => existsSync(join(buildDir, only, part))) ? only : undefined;
}
