import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../request.ts';

/** What `add-path` and `export-env` name and a build does not have. */
export function missingParts({ addPath, exportEnv }: Delivery, buildDir: string): string[] {
  return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}
