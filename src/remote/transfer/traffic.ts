import { Socket } from 'node:net';

/** The end of a connection, as far as it is known. */
interface Peer {
  readonly host?: unknown;
  readonly port?: unknown;
}

/**
 * What this process has sent and received over the network since it was made, through whatever package. For a process that
 * has one and does nothing else: every socket is counted.
 */
export class Traffic {
  readonly #open = new Set<Socket>();
  /** Bytes of the sockets that are closed. */
  #closed = 0;
  #to = '';

  constructor() {
    const { connect } = Socket.prototype;
    const add = (socket: Socket, peer: Peer) => this.#add(socket, peer);
    // Every socket of a client comes by here, of TLS too, of which the channels of Node before 24 tell nothing.
    Socket.prototype.connect = function connectCounted(this: Socket, ...args: unknown[]) {
      // `net` passes its arguments on as one list.
      const [first] = args.flat();
      add(this, typeof first === 'object' && first !== null ? first : {});
      return Reflect.apply(connect, this, args);
    };
  }

  get bytes(): number {
    return [...this.#open].reduce((sum, socket) => sum + bytesOf(socket), this.#closed);
  }

  /** Where the newest connection leads to, as `host:port`; empty: there is none yet, or that is not known. */
  get to(): string {
    return this.#to;
  }

  #add(socket: Socket, { host, port }: Peer): void {
    this.#to = typeof host === 'string' ? `${host}:${port}` : '';
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closed += bytesOf(socket);
    });
  }
}

/** A proxied connection of TLS lies on another one, and both count. */
function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + (bytesWritten ?? 0);
}
