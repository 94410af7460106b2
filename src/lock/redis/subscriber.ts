import { jitter } from '../../base/wait.ts';
import type { Connection } from './connection.ts';

/** @param message undefined: something may have been told that was not heard */
export type Listener = (message: string | undefined) => void;

/** Between two tries to connect, in ms; they double from the first to the longest. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * Hears what is published, on a connection of its own, which is there while somebody listens. It is a hint: who listens
 * polls as well. So a server that hangs, is away, or does not allow it is no error here.
 */
export class Subscriber {
  readonly #open: () => Promise<Connection>;
  readonly #listeners = new Map<string, Set<Listener>>();
  #connection: Connection | undefined;
  #opening = false;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(open: () => Promise<Connection>) {
    this.#open = open;
  }

  /**
   * Listens to a channel. The listener is called as soon as nothing is missed any more, for what was told before.
   * @returns ends it
   */
  listen(channel: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    if (this.#connection !== undefined) void this.#subscribe(this.#connection, [channel]);
    else void this.#connect();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#leave(channel);
    };
  }

  close(): void {
    this.#listeners.clear();
    this.#end();
  }

  #leave(channel: string): void {
    this.#listeners.delete(channel);
    if (this.#listeners.size === 0) this.#end();
    else void this.#connection?.call(UNSUBSCRIBE_MS, 'unsubscribe', channel).catch(() => {});
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #connect(): Promise<void> {
    if (this.#opening) return;
    clearTimeout(this.#timer);
    this.#opening = true;
    try {
      const connection = await this.#open();
      if (this.#listeners.size === 0) return connection.close();
      connection.listen((channel, message) => this.#tell(channel, message));
      this.#connection = connection;
      connection.ended.addEventListener('abort', () => this.#again(connection));
      if (connection.ended.aborted) this.#again(connection);
      else await this.#subscribe(connection, [...this.#listeners.keys()]);
    } catch {
      this.#again(undefined);
    } finally {
      this.#opening = false;
    }
  }

  async #subscribe(connection: Connection, channels: readonly string[]): Promise<void> {
    try {
      await connection.call(SUBSCRIBE_MS, 'subscribe', ...channels);
    } catch {
      connection.close();
      return;
    }
    this.#retryMs = FIRST_RETRY_MS;
    for (const channel of channels) this.#tell(channel, undefined);
  }

  #tell(channel: string, message: string | undefined): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(message);
  }

  /** @param ended the connection that has; undefined: none could be made */
  #again(ended: Connection | undefined): void {
    if (ended !== this.#connection) return;
    this.#connection = undefined;
    if (this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#connect(), jitter(this.#retryMs)).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}

const SUBSCRIBE_MS = 3000;
const UNSUBSCRIBE_MS = 3000;
