import type { Socket } from 'node:net';
import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Reporter } from '../base/reporter.ts';
import { monotonicMs } from '../base/wait.ts';
import { listenAt } from '../host/socket.ts';
import type { MadeBySteps } from '../producers/producer.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Request } from '../recipe/request.ts';
import type { ClaimedBuild } from '../recipe/services.ts';
import type { Lifetime } from '../step/lifetime.ts';
import type { StepRequest } from '../step/request.ts';
import { ClaimFolder } from './claim-folder.ts';
import { type Ask, lineReader, plainOf, reporterTo, type Told } from './messages.ts';

const TICK_MS = 1000;

/** What the keeper has to do with the steps of its job: first the claim step, then whoever publishes or releases. */
export class Guard {
  readonly reporter: Reporter;
  readonly #folder: ClaimFolder;
  readonly #request: StepRequest;
  readonly #lifetime: Lifetime;
  readonly #verdict: Promise<MadeBySteps>;
  #publish: (made: MadeBySteps) => void = () => {};
  #refuse: (why: OnceError) => void = () => {};
  #begun = false;
  #lost = false;
  /** The claim step has the claim, and may end. */
  #kept = false;
  /** Who asked for the end, and is waiting for it. */
  #visitor: Socket | undefined;

  constructor(dir: string, request: StepRequest, lifetime: Lifetime) {
    this.#folder = new ClaimFolder(dir);
    this.#request = request;
    this.#lifetime = lifetime;
    this.reporter = reporterTo((told) => this.#tell(told));
    this.#verdict = new Promise((resolve, reject) => {
      this.#publish = resolve;
      this.#refuse = reject;
    });
    // It may come when nobody waits for it any more.
    this.#verdict.catch(() => {});
    process.once('message', () => this.#stay());
    process.once('disconnect', () => {
      if (!this.#kept) lifetime.end(new OnceError('CANCELLED', 'The step that claimed has ended.'));
    });
  }

  /** The lock is ours: tells the claim step, and waits for the one that publishes. */
  async begin(begun: ClaimedBuild): Promise<MadeBySteps> {
    const { token, out, entry, waitedMs, slotWaitedMs } = begun;
    // Once the lock was lost, the recipe may come to build again. The steps of the job do not.
    if (this.#begun) throw claimLost(this.#request);
    this.#begun = true;
    begun.signal.addEventListener('abort', () => {
      this.#lost = true;
    });
    this.#folder.keep({
      request: this.#request,
      token,
      out,
      private: entry === undefined,
      replaces: entry?.current(),
      waitedMs,
      slotWaitedMs,
      sinceMs: monotonicMs(),
    });
    const server = await listenAt(this.#folder.socket, (socket) => this.#meet(socket));
    if (server === undefined)
      throw new OnceError('BAD_INPUT', `RUNNER_TEMP is of no use: ${this.#folder.dir} takes no socket.`);
    server.ref();
    const { key } = this.#request.subject;
    const nothing = { error: undefined, manifest: undefined, identity: undefined, buildMs: undefined };
    const known = { key, id: entry?.id ?? '', path: out, waitedMs, slotWaitedMs };
    this.#tell({ say: 'claimed', token, outcome: { ...nothing, ...known, result: 'claimed' } });
    return this.#verdict;
  }

  /** Tells whoever waits for it how it ended; leaves it for later where nobody does. */
  async end(outcome: Outcome): Promise<void> {
    const ended: Told = { say: 'ended', outcome: plainOf(outcome) };
    if (this.#visitor?.destroyed === false) {
      this.#folder.tell();
      const socket = this.#visitor;
      await new Promise<void>((done) => {
        socket.once('close', done);
        socket.end(`${JSON.stringify(ended)}\n`);
      });
    } else if (!this.#kept && process.connected && this.#visitor === undefined) {
      await new Promise<void>((done) => process.send?.(ended, undefined, undefined, () => done()));
    } else this.#folder.end(outcome);
  }

  #stay(): void {
    this.#kept = true;
    process.disconnect();
  }

  #meet(socket: Socket): void {
    socket.on('error', () => {});
    socket.setEncoding('utf8').on(
      'data',
      lineReader<Ask>((ask) => this.#answer(socket, ask)),
    );
  }

  #answer(socket: Socket, ask: Ask): void {
    if (this.#visitor !== undefined) {
      socket.end(`${JSON.stringify({ say: 'refused', why: publishedTwice(this.#request) } satisfies Told)}\n`);
      return;
    }
    this.#visitor = socket;
    const tick = setInterval(() => this.#tell({ say: 'tick' }), TICK_MS);
    // Who publishes and is cancelled, or killed, has not published.
    socket.once('close', () => {
      clearInterval(tick);
      this.#lifetime.end(new OnceError('CANCELLED', 'The step that publishes has ended.'));
    });
    if (ask.ask === 'publish') this.#publish({ identity: ask.identity });
    else if (ask.failed && !this.#lost) this.#refuse(jobFailed(this.#request));
    else this.#lifetime.end(new OnceError('CANCELLED', 'Its job ended without publishing it.'));
  }

  #tell(told: Told): void {
    if (this.#visitor !== undefined) this.#visitor.write(`${JSON.stringify(told)}\n`);
    else if (process.connected && !this.#kept) process.send?.(told);
    else if (told.say === 'line') process.stdout.write(`${told.how}: ${told.text}\n`);
  }
}

/** Somebody else took the key over, and nothing is there. */
export function claimLost({ subject }: Request): OnceError {
  const key = shorten(subject.key);
  return new OnceError(
    'CLAIM_LOST',
    `The claim of "${key}" was lost, and nothing of this job was published. Nobody else has published it either: run the job again.`,
  );
}

/** What a second `publish` is told. */
export function publishedTwice({ subject }: Request): string {
  return `The claim of "${shorten(subject.key)}" was published or released already. Take one of the publish steps away.`;
}

function jobFailed({ subject }: Request): OnceError {
  const why = `The job that had claimed "${shorten(subject.key)}" failed before it published it.`;
  return new OnceError('BUILD_FAILED', why);
}
