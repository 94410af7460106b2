import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A port behind which one server can be exchanged for another, and that can lose what it is given. */
export class TcpProxy {
  /** Where the next connections lead to. */
  target: number;
  /** Asked for each piece that a client sends: true passes it on, and cuts the connection before the answer comes back. */
  losesAnswer: (piece: Buffer) => boolean = () => false;
  /** Asked for each piece that a client sends: true drops it, and leaves the connection open. */
  swallows: (piece: Buffer) => boolean = () => false;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  static async to(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    onTestFinished(() => {
      proxy.cut();
      proxy.#server.close();
    });
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  /** Ends all connections. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  #join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const each of pair) each.destroy();
        this.#pairs.delete(pair);
      });
    }
    server.on('data', (piece) => client.write(piece));
    client.on('data', (piece) => {
      if (this.swallows(piece)) return;
      if (!this.losesAnswer(piece)) return server.write(piece);
      client.destroy();
      // The server has it: it is asked for no answer, and closes after it has read all.
      return server.end(piece);
    });
  }
}
