import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../../src/store/manifest.ts';
import { keyFolders } from '../storm/remains.ts';

/** The only entry below a root, for tests that look into it or damage it. */
export class Entry {
  readonly dir: string;

  constructor(root: string) {
    const [dir, other] = keyFolders(root);
    if (dir === undefined || other !== undefined) throw new Error(`${root} has not one entry`);
    this.dir = dir;
  }

  get file(): string {
    return join(this.dir, 'entry/manifest.json');
  }

  get manifest(): Manifest {
    return JSON.parse(readFileSync(this.file, 'utf8')) as Manifest;
  }

  /** Writes over what the manifest says. */
  rewrite(fields: Readonly<Record<string, unknown>>): void {
    writeFileSync(this.file, JSON.stringify({ ...this.manifest, ...fields }));
  }

  /** Names in one of its folders. */
  names(folder = '.'): string[] {
    return readdirSync(join(this.dir, folder));
  }
}
