import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { AbstractConnector, Redis } from 'ioredis';
import { deadlineIn, within } from '../../base/wait.ts';
import type { PoolAddress } from './address.ts';
import { silent, troubleOf } from './trouble.ts';

/**
 * One connection, which is not made again: who finds it closed opens another one. So no command is ever kept for later,
 * and none is sent a second time without its sender's knowing.
 */
export class Connection {
  readonly #redis: Redis;
  readonly #address: PoolAddress;
  readonly #ended = new AbortController();
  /** What a deadline is in messages: what was left of it says nothing to a person. */
  readonly #statedMs: number;
  #failure: unknown;

  private constructor(address: PoolAddress, statedMs: number) {
    this.#address = address;
    this.#statedMs = statedMs;
    this.#redis = new Redis({
      lazyConnect: true,
      // The newer protocol begins with a command that carries the password.
      protocol: 2,
      ...(address.tls && { tls: {} }),
      enableOfflineQueue: false,
      enableReadyCheck: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      disableClientInfo: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      // The deadlines are ours, and count from before the connection.
      connectTimeout: 0,
      Connector: connectorTo(address),
    });
    this.#redis.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#redis.on('end', () => this.#ended.abort());
  }

  /**
   * Connects and says who we are.
   * @param ms for all of it
   * @throws PoolTrouble
   */
  static async open(address: PoolAddress, ms: number): Promise<Connection> {
    const made = new Connection(address, ms);
    const left = deadlineIn(ms);
    await made.#within(made.#redis.connect(), ms);
    const { username, password, db } = address;
    // Not by the client's options: it would log some of their errors, and go on after others.
    if (password !== undefined) await made.call(left.left(), 'auth', ...(username ? [username, password] : [password]));
    if (db !== 0) await made.call(left.left(), 'select', db);
    return made;
  }

  /** Aborts as soon as it can be used no more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Sends one command, named in small letters, as the client has it in its lists. A command that is not answered in time
   * closes the connection: what comes later is nobody's answer.
   * @throws PoolTrouble
   */
  call(ms: number, command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#within(this.#redis.call(command, ...args), Math.max(ms, 0));
  }

  /** Tells what is published in the channels that were subscribed to. */
  listen(onMessage: (channel: string, message: string) => void): void {
    this.#redis.on('message', onMessage);
  }

  close(): void {
    this.#ended.abort();
    this.#redis.disconnect();
  }

  async #within<T>(work: Promise<T>, ms: number): Promise<T> {
    const { shown, tls } = this.#address;
    try {
      const answer = await within(work, ms);
      if (answer !== 'late') return answer as T;
    } catch (error) {
      // The client says of all commands of a lost connection that it is closed; what it was lost by came before.
      const trouble = troubleOf(error, shown, tls);
      // The server has answered. One that may not be written to may be a primary again behind another connection.
      if (error instanceof Error && error.name === 'ReplyError' && trouble.kind !== 'read-only') throw trouble;
      this.close();
      throw trouble.kind === 'closed' ? troubleOf(this.#failure ?? error, shown, tls) : trouble;
    }
    const hangs = silent(shown, this.#statedMs, tls);
    // All others that wait for an answer in this connection are told the same.
    this.#failure ??= hangs;
    this.close();
    throw hangs;
  }
}

/** Sockets that do not keep this process alive, and that are gone as soon as they are given up. */
function connectorTo({ host, port, tls }: PoolAddress): typeof AbstractConnector & (new () => AbstractConnector) {
  return class extends AbstractConnector {
    constructor() {
      super(0);
    }

    async connect(): Promise<Socket> {
      const socket = tls
        ? connectSecure({ host, port, ...(isIP(host) === 0 && { servername: host }) })
        : connectPlain({ host, port });
      socket.unref();
      socket.once('error', (error) => {
        this.firstError = error;
      });
      this.stream = socket;
      return socket;
    }

    override disconnect(): void {
      this.stream?.destroy();
    }
  };
}
