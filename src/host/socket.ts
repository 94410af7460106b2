import { closeSync, constants, openSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/** Longest path of a socket, in bytes without the NUL at its end. Node 20 cuts a longer one off, and uses another path. */
const FITS = process.platform === 'linux' ? 107 : 103;

/** Bytes of the longest path at which one can listen here. */
export const LONGEST_SOCKET_PATH = process.platform === 'linux' ? Infinity : FITS;

/** A path to the socket that is short enough, valid until it is closed. */
interface Way {
  readonly path: string;
  readonly close: () => void;
}

/**
 * Few roots leave room for the name of a socket in 107 bytes. On Linux an open folder has a short path of its own,
 * however long the one is by which it was opened; elsewhere there is no way.
 */
function wayTo(path: string): Way | undefined {
  if (Buffer.byteLength(path) <= FITS) return { path, close: () => {} };
  if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH) return undefined;
  let folder: number | undefined;
  try {
    folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return undefined;
  }
  const close = () => {
    // Once only: the number may be another file's afterwards.
    if (folder !== undefined) closeSync(folder);
    folder = undefined;
  };
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, close };
}

/**
 * Listens at `path`.
 * @param meet gets each connection; by default it is closed at once
 * @returns undefined if the path is too long or refused
 */
export function listenAt(
  path: string,
  meet: (socket: Socket) => void = (socket) => socket.destroy(),
): Promise<Server | undefined> {
  const way = wayTo(path);
  if (way === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const server = createServer(meet);
    server.unref();
    server.on('error', () => {
      if (!server.listening) way.close();
      resolve(undefined);
    });
    // Not before: closing a server removes its file, by the path it was made at.
    server.once('close', way.close);
    server.listen(way.path, () => resolve(server));
  });
}

/** A connection to the process that listens at `path`; undefined if the path is too long. */
export function connectTo(path: string): Socket | undefined {
  const way = wayTo(path);
  return way && connect(way.path).once('close', way.close);
}
