import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shorten } from '../base/format.ts';
import type { Delivery } from '../request.ts';

/** What `add-path` and `export-env` name and a build does not have. */
export function missingParts({ addPath, exportEnv }: Delivery, buildDir: string): string[] {
  return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}

const SHOWN_NAMES = 10;

/** What is in a folder, for a person who looks for something else in it. */
export function namesIn(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, SHOWN_NAMES).map((name) => shorten(name));
  return [...shown, ...(names.length > SHOWN_NAMES ? ['…'] : [])].join(', ');
}

/** The one folder that all of an archive is in, if `parts` are in it: then somebody forgot `strip`. */
export function folderAround(parts: readonly string[], buildDir: string): string | undefined {
  const [only, ...others] = readdirSync(buildDir);
  if (only === undefined || others.length > 0) return undefined;
  return parts.every((part) => existsSync(join(buildDir, only, part))) ? only : undefined;
}
