/** Packs or unpacks a tree as a transfer does, in a process of its own. Prints one line of JSON: `Carried`. */
import { writePack } from '../../src/remote/pack/pack.ts';
import { readPack } from '../../src/remote/pack/unpack.ts';

export interface Carried {
  readonly ms: number;
  /** sha256 of the pack. */
  readonly digest: string;
  /** Most memory of this process, in bytes. */
  readonly peak: number;
}

const [what, tree = '', file = '', known = ''] = process.argv.slice(2);
const start = performance.now();
const digest = what === 'pack' ? (await writePack(tree, '{}', file)).digest : await unpack();
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, digest, peak: process.resourceUsage().maxRSS * 1024 } satisfies Carried));

async function unpack(): Promise<string> {
  const accept = () => ({ mostBytes: Number.MAX_SAFE_INTEGER, home: undefined });
  await readPack({ file, digest: known, out: tree, description: `${tree}.json`, accept, groupShared: false });
  return known;
}
