import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { OnceError } from '../base/errors.ts';
import { processState } from '../host/proc.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import { ClaimFolder } from './claim-folder.ts';
import { type KeeperMessage, outcomeFrom, printLine } from './messages.ts';

/** What a keeper is started with: its one argument, as JSON. */
export interface KeeperArguments {
  readonly folder: string;
  readonly workerPid: number;
  /** undefined where the worker cannot be seen. */
  readonly workerStartTime: number | undefined;
}

/** A claim that a keeper holds. The keeper ends with this process unless {@link detach} was called. */
export interface HeldClaim {
  readonly folder: string;
  readonly outcome: Outcome;
  readonly token: string;
  /** Lets the keeper live on when this process ends. */
  readonly detach: () => Promise<void>;
}

/**
 * Starts a keeper, which claims or waits, and prints what it reports meanwhile. The keeper ends as soon as this process
 * does, however that ends, unless it was detached.
 *
 * @param file the program of the keeper
 * @returns the claim, or the outcome if there is nothing to build
 * @throws OnceError CLAIM_LOST if the keeper ends without either; the signal's reason when aborted
 */
export async function startKeeper(file: string, services: Services): Promise<HeldClaim | Outcome> {
  const { worker, env, reporter, signal } = services;
  signal.throwIfAborted();
  const folder = ClaimFolder.make(services.temp);
  const workerStartTime = processState(worker.pid)?.startTime;
  const args: KeeperArguments = { folder: folder.dir, workerPid: worker.pid, workerStartTime };
  const log = openSync(folder.log, 'a');
  // It must outlive this step, so it gets a session of its own and none of the files that the runner waits for.
  const keeper = spawn(process.execPath, [file, JSON.stringify(args)], {
    cwd: folder.dir,
    env,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  });
  closeSync(log);
  return new Promise((resolve, reject) => {
    // Its last messages may arrive after its exit, but not after the channel is closed.
    const events = ['exit', 'disconnect'].map((event) => new Promise<void>((done) => keeper.once(event, () => done())));
    const ended = Promise.all(events);
    const dismiss = () => {
      if (keeper.connected) keeper.disconnect();
      void ended.then(() => reject(signal.reason));
    };
    signal.addEventListener('abort', dismiss, { once: true });
    const detach = () =>
      new Promise<void>((done, failed) => {
        // This process must live until the answer is there. Node no longer counts the channel once it has written a message
        // that it could not write at once, as always on Windows; so the keeper counts until then.
        keeper.once('disconnect', () => {
          keeper.unref();
          done();
        });
        keeper.send('stay', (error) => (error ? failed(error) : undefined));
      });
    keeper.on('message', (message: KeeperMessage) => {
      if (message.kind === 'line') printLine(message, reporter);
      if (message.kind === 'claimed') {
        const { outcome, token } = message;
        resolve({ outcome, token, folder: folder.dir, detach });
      }
      if (message.kind === 'ended') resolve(outcomeFrom(message.outcome));
    });
    keeper.once('error', reject);
    void ended.then(() => {
      if (!signal.aborted) reject(endedEarly(keeper, folder));
    });
  });
}

function endedEarly({ exitCode, signalCode }: ChildProcess, { log }: ClaimFolder): OnceError {
  const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`;
  const output = readFileSync(log, 'utf8').trim().slice(-2000);
  return new OnceError(
    'CLAIM_LOST',
    `The process that was to hold the claim ended ${how} before it could. Look at the memory of this host.${output && ` Its output: ${output}`}`,
  );
}
