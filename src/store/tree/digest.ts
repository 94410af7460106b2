import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';
import { Pace, type Visited, walk } from '../../host/walk.ts';

/** A part of a tree. */
export interface TreePart {
  /** Whether to pass over a name and all below it. */
  readonly skip?: (visited: Visited) => boolean;
  /** Whether a name that is not passed over is a part of the digest. */
  readonly counts?: (visited: Visited) => boolean;
}

/**
 * sha256 over everything that makes a tree what it is: relative names, types, executable bits of files, targets of
 * symlinks and contents. Not over owners, times and the other permissions, which a copy or `read-only` may change.
 *
 * Two trees never feed the hash the same bytes: each name contributes its type, then name and content with their
 * lengths in front; the content of a file is its own sha256, so that a file which grows while it is read cannot be
 * taken for the name that follows.
 *
 * A file of its own, imported only for `verify: full`: loading `node:crypto` costs a miss 3 ms.
 *
 * @param part which names are walked into, and which count; all by default
 * @throws the signal's reason when aborted; the system's error when something cannot be read
 */
export async function digestTree(dir: string, signal?: AbortSignal, part: TreePart = {}): Promise<string> {
  const { skip = () => false, counts = () => true } = part;
  const hash = createHash('sha256');
  const reader = new FileReader(signal);
  const add = async (visited: Visited) => {
    if (!counts(visited)) return;
    const name = Buffer.from(visited.name, 'latin1');
    const content = await contentOf(visited, reader);
    hash.update(typeOf(visited)).update(length(name)).update(name).update(length(content)).update(content);
  };
  const stop = () => {
    signal?.throwIfAborted();
    return false;
  };
  await walk(dir, add, { stop, skip, sorted: true });
  return hash.digest('hex');
}

/** Type bits of the mode, and the executable bits of a regular file. */
function typeOf({ stats }: Visited): Buffer {
  return number((stats.mode & constants.S_IFMT) | (stats.isFile() ? stats.mode & 0o111 : 0));
}

/** A pipe or a device has no content that could be compared; opening one could wait for ever. */
async function contentOf({ path, stats }: Visited, reader: FileReader): Promise<Buffer> {
  if (stats.isFile()) return reader.digest(path);
  return stats.isSymbolicLink() ? readlinkSync(path, 'buffer') : Buffer.alloc(0);
}

function length(bytes: Buffer): Buffer {
  return number(bytes.length);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Digests files through one buffer, however large they are. */
class FileReader {
  readonly #signal: AbortSignal | undefined;
  readonly #buffer = Buffer.alloc(256 * 1024);
  readonly #pace = new Pace();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  async digest(path: Buffer): Promise<Buffer> {
    const hash = createHash('sha256');
    // The file may have been replaced since it was listed: a link is not followed, and a pipe's writer not waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      for (let read = this.#read(file); read > 0; read = this.#read(file)) {
        hash.update(this.#buffer.subarray(0, read));
        if (this.#pace.due) await this.#pace.rest();
        this.#signal?.throwIfAborted();
      }
    } finally {
      closeSync(file);
    }
    return hash.digest();
  }

  #read(file: number): number {
    return readSync(file, this.#buffer, 0, this.#buffer.length, null);
  }
}
