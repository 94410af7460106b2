import type { Socket } from 'node:net';
import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Reporter } from '../base/reporter.ts';
import { monotonicMs } from '../base/wait.ts';
import { LONGEST_SOCKET_PATH, listenAt } from '../host/socket.ts';
import type { MadeBySteps } from '../producers/producer.ts';
import { emptyOutcome, type Outcome } from '../recipe/outcome.ts';
import type { Request } from '../recipe/request.ts';
import type { ClaimedBuild } from '../recipe/services.ts';
import type { Lifetime } from '../step/lifetime.ts';
import type { StepRequest } from '../step/request.ts';
import { ClaimFolder } from './claim-folder.ts';
import { decoder, encode, type KeeperCommand, type KeeperMessage, plainOf, reporterTo } from './messages.ts';

const TICK_MS = 1000;

/**
 * How the keeper talks with the steps of its job: first with the claim step, which started it, through Node's channel
 * between parent and child; then with the step that publishes or releases, through a socket.
 */
export class StepChannel {
  readonly reporter: Reporter;
  readonly #folder: ClaimFolder;
  readonly #request: StepRequest;
  readonly #lifetime: Lifetime;
  readonly #made: Promise<MadeBySteps>;
  #publish: (made: MadeBySteps) => void = () => {};
  #failBuild: (error: OnceError) => void = () => {};
  #isClaimed = false;
  #isLost = false;
  /** Whether the claim step knows of the claim and may end. */
  #isDetached = false;
  /** The step that sent a command and waits for the outcome. */
  #asker: Socket | undefined;

  constructor(dir: string, request: StepRequest, lifetime: Lifetime) {
    this.#folder = new ClaimFolder(dir);
    this.#request = request;
    this.#lifetime = lifetime;
    this.reporter = reporterTo((message) => this.#send(message));
    this.#made = new Promise((resolve, reject) => {
      this.#publish = resolve;
      this.#failBuild = reject;
    });
    // It may be rejected when the recipe no longer waits for it.
    this.#made.catch(() => {});
    // The claim step sends one message: that the keeper stays.
    process.once('message', () => this.#detach());
    process.once('disconnect', () => {
      if (!this.#isDetached) lifetime.end(new OnceError('CANCELLED', 'The step that claimed has ended.'));
    });
  }

  /**
   * Tells the claim step that the key is claimed, and waits until a step publishes or releases.
   * @throws OnceError CLAIM_LOST when called again; BAD_INPUT if no socket can be made; BUILD_FAILED if the job failed
   */
  async claimed(build: ClaimedBuild): Promise<MadeBySteps> {
    const { token, out, entry, waitedMs, slotWaitedMs, signal } = build;
    // After a lost lock the recipe may try to build again. The steps of the job cannot.
    if (this.#isClaimed) throw claimLost(this.#request);
    this.#isClaimed = true;
    signal.addEventListener('abort', () => {
      this.#isLost = true;
    });
    this.#folder.saveClaim({
      request: this.#request,
      token,
      out,
      private: entry === undefined,
      replaces: entry?.current(),
      waitedMs,
      slotWaitedMs,
      sinceMs: monotonicMs(),
    });
    const server = await listenAt(this.#folder.socket, (socket) => this.#accept(socket));
    if (server === undefined) throw noSocket(this.#folder);
    server.ref();
    const { key } = this.#request.subject;
    const known = { id: entry?.id ?? '', path: out, waitedMs, slotWaitedMs };
    this.#send({ kind: 'claimed', token, outcome: emptyOutcome(key, { ...known, result: 'claimed' }) });
    return this.#made;
  }

  /** Sends the outcome to the step that waits for it; saves it for later if none does. */
  async end(outcome: Outcome): Promise<void> {
    const message: KeeperMessage = { kind: 'ended', outcome: plainOf(outcome) };
    if (this.#asker?.destroyed === false) {
      this.#folder.markReported();
      const socket = this.#asker;
      await new Promise<void>((done) => {
        socket.once('close', done);
        socket.end(encode(message));
      });
    } else if (!this.#isDetached && process.connected && this.#asker === undefined) {
      await new Promise<void>((done) => process.send?.(message, undefined, undefined, () => done()));
    } else this.#folder.saveOutcome(outcome);
  }

  #detach(): void {
    this.#isDetached = true;
    process.disconnect();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {});
    socket.setEncoding('utf8').on(
      'data',
      decoder<KeeperCommand>(['publish', 'release'], (command) => this.#obey(socket, command)),
    );
  }

  #obey(socket: Socket, command: KeeperCommand): void {
    if (this.#asker !== undefined) {
      socket.end(encode({ kind: 'refused', reason: publishedTwice(this.#request) }));
      return;
    }
    this.#asker = socket;
    const tick = setInterval(() => this.#send({ kind: 'tick' }), TICK_MS);
    // A publish step that is cancelled or killed before it has the outcome has not published.
    socket.once('close', () => {
      clearInterval(tick);
      this.#lifetime.end(new OnceError('CANCELLED', 'The step that publishes has ended.'));
    });
    if (command.kind === 'publish') this.#publish({ identity: command.identity });
    else if (command.failed && !this.#isLost) this.#failBuild(jobFailed(this.#request));
    else this.#lifetime.end(new OnceError('CANCELLED', 'Its job ended without publishing it.'));
  }

  /** Sends to the step that is connected; with none, lines go to the keeper's own log. */
  #send(message: KeeperMessage): void {
    if (this.#asker !== undefined) this.#asker.write(encode(message));
    else if (process.connected && !this.#isDetached) process.send?.(message);
    else if (message.kind === 'line') process.stdout.write(`${message.method}: ${message.text}\n`);
  }
}

function noSocket({ socket }: ClaimFolder): OnceError {
  const bytes = Buffer.byteLength(socket);
  const remedy =
    bytes > LONGEST_SOCKET_PATH
      ? `That path has ${bytes} bytes, and the one of a socket may have ${LONGEST_SOCKET_PATH} on this system: let RUNNER_TEMP be a shorter path`
      : 'Let RUNNER_TEMP be on a local disk';
  return new OnceError('BAD_INPUT', `RUNNER_TEMP cannot be used: no socket can be made at ${socket}. ${remedy}.`);
}

/** The error of a step whose claim another job took over, if no build of the key is published. */
export function claimLost({ subject }: Request): OnceError {
  const key = shorten(subject.key);
  return new OnceError(
    'CLAIM_LOST',
    `The claim of "${key}" was lost, and nothing of this job was published. Nobody else has published it either: run the job again.`,
  );
}

/** The message for a second publish step. */
export function publishedTwice({ subject }: Request): string {
  return `The claim of "${shorten(subject.key)}" was published or released already. Remove one of the publish steps.`;
}

function jobFailed({ subject }: Request): OnceError {
  const reason = `The job that had claimed "${shorten(subject.key)}" failed before it published it.`;
  return new OnceError('BUILD_FAILED', reason);
}
