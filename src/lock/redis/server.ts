import { formatDuration } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { deadlineIn, jitter, monotonicMs, sleep, within } from '../../base/wait.ts';
import type { PoolAddress } from './address.ts';
import { LEASE_MS } from './claim.ts';
import { Connection } from './connection.ts';
import { EPOCH } from './keys.ts';
import { Subscriber } from './subscriber.ts';
import { PoolTrouble, silent } from './trouble.ts';

export interface RedisServerOptions {
  readonly address: PoolAddress;
  /** Milliseconds for one command, its connection included; by default 3 s. */
  readonly commandMs?: number;
  /** For how long, in ms, what no lease depends on is asked again where the server is away; by default a default lease. */
  readonly patienceMs?: number;
  readonly reporter: Reporter;
  /** Ends what waits for the server to come back. */
  readonly signal?: AbortSignal;
}

/** What a script returned. */
export interface Reply {
  readonly value: unknown;
  /** The monotonic ms before it was sent, in the try that was answered. */
  readonly sentAt: number;
}

type Command = readonly [name: string, ...args: (string | number)[]];

const COMMAND_MS = 3000;
/** Between two tries of one question, in ms. */
const RETRY_MS = 500;

/** The server of a pool, as one process uses it: a connection that is opened again when it is needed. */
export class RedisServer implements AsyncDisposable {
  readonly subscriber: Subscriber;
  readonly #options: RedisServerOptions;
  readonly #told = new Set<string>();
  #connection: Promise<Connection> | undefined;
  /** It has answered this process, so a trouble that passes is worth some patience. */
  #answered = false;
  #policy: Promise<void> | undefined;
  #connections = 0;

  constructor(options: RedisServerOptions) {
    this.#options = options;
    this.subscriber = new Subscriber(() => Connection.open(options.address, this.commandMs));
  }

  get shown(): string {
    return this.#options.address.shown;
  }

  get commandMs(): number {
    return this.#options.commandMs ?? COMMAND_MS;
  }

  /** How many connections have been made for commands: more than one, and the first one was lost. */
  get connections(): number {
    return this.#connections;
  }

  get patienceMs(): number {
    return this.#options.patienceMs ?? LEASE_MS;
  }

  /**
   * Runs a script. It may run more than once, where an answer was lost.
   *
   * @param keys those after the epoch's, which every script is given
   * @param patienceMs for how long to try again when a server that has answered before hangs or is away; one that was never
   * heard of is tried once more, for a connection may be cut by chance, and a busy host be late
   * @param tryMs for one try, where less than a command's time is left
   * @throws PoolTrouble
   */
  async run(
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[],
    patienceMs = 0,
    tryMs = Infinity,
  ): Promise<Reply> {
    const left = deadlineIn(patienceMs);
    for (let tries = 1; ; tries++) {
      try {
        const command = ['eval', script, keys.length + 1, EPOCH, ...keys, ...args] as const;
        return await this.#once(command, Math.min(tryMs, this.commandMs));
      } catch (error) {
        const again = error instanceof PoolTrouble && error.passes && (this.#answered || tries === 1);
        if (!again || left.left() <= 0 || this.#options.signal?.aborted) throw error;
        if (this.#answered) this.#tellOnce('away', `${error.message} Trying again for ${formatDuration(left.left())}.`);
        await sleep(Math.min(jitter(RETRY_MS), left.left()), this.#options.signal);
      }
    }
  }

  /**
   * Sends one command that is no script, once.
   * @param command its name, in small letters, and its arguments
   * @throws PoolTrouble
   */
  async ask(...command: Command): Promise<unknown> {
    return (await this.#once(command, this.commandMs)).value;
  }

  /** Says once that nobody may come in for a while. */
  tellGrace(leftMs: number): void {
    this.#tellOnce(
      'grace',
      `The pool's server ${this.shown} is new, was restarted or replaced, and may have forgotten who builds: nobody else begins for ${formatDuration(leftMs)}.`,
    );
  }

  /** Warns once of a server on which it cannot be known whether it has forgotten locks. */
  warnBlind(): void {
    this.#warnOnce(
      'info',
      `The pool's server ${this.shown} does not allow INFO: whether it has forgotten locks cannot be known, and after it has, two may build one key. Allow this user the command INFO.`,
    );
  }

  /** Warns of a server that throws keys away when its memory is full. Never throws. */
  checkPolicy(): Promise<void> {
    this.#policy ??= this.#checkPolicy().catch(() => {});
    return this.#policy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.subscriber.close();
    const connection = this.#connection;
    this.#connection = undefined;
    (await connection?.catch(() => undefined))?.close();
  }

  /** Says once, for this process, what may go wrong on this server. */
  #warnOnce(what: string, line: string): void {
    if (this.#isNew(what)) this.#options.reporter.warn(line);
  }

  /** The same for what needs nobody to change anything. */
  #tellOnce(what: string, line: string): void {
    if (this.#isNew(what)) this.#options.reporter.info(line);
  }

  #isNew(what: string): boolean {
    return !this.#told.has(what) && this.#told.add(what) !== undefined;
  }

  async #once([name, ...args]: Command, tryMs: number): Promise<Reply> {
    const left = deadlineIn(tryMs);
    // Others may have begun to open it, and have more time.
    const connection = await within(this.#connected(), tryMs);
    const { shown, tls } = this.#options.address;
    if (connection === 'late') throw silent(shown, tryMs, tls);
    const sentAt = monotonicMs();
    const value = await connection.call(left.left(), name, ...args);
    this.#answered = true;
    return { value, sentAt };
  }

  /** All who ask while it is opened share one. One that cannot be opened, or has ended, is forgotten at once. */
  #connected(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    const opening = Connection.open(this.#options.address, this.commandMs);
    const forget = () => {
      if (this.#connection === opening) this.#connection = undefined;
    };
    this.#connection = opening;
    opening.then((connection) => {
      this.#connections += 1;
      if (connection.ended.aborted) forget();
      else connection.ended.addEventListener('abort', forget);
    }, forget);
    return opening;
  }

  async #checkPolicy(): Promise<void> {
    const info = await (await this.#connected()).call(this.commandMs, 'info', 'memory');
    const [, policy = 'noeviction'] = /maxmemory_policy:([\w-]+)/.exec(String(info)) ?? [];
    if (policy === 'noeviction') return;
    this.#warnOnce(
      'policy',
      `The pool's server ${this.shown} may throw locks away when its memory is full (maxmemory-policy ${policy}): then two may build one key. Set it to noeviction.`,
    );
  }
}
