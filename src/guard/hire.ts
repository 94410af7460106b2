import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { OnceError } from '../base/errors.ts';
import { processState } from '../host/proc.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import { ClaimFolder } from './claim-folder.ts';
import { outcomeFrom, relay, type Told } from './messages.ts';

/** What a keeper is told when it starts, as its one argument. */
export interface KeeperOrder {
  readonly folder: string;
  readonly workerPid: number;
  /** undefined where it cannot be seen. */
  readonly workerStartTime: number | undefined;
}

/** A claim that a keeper holds now, until it is told that it may: then it stays when this step ends. */
export interface Hired {
  readonly folder: string;
  readonly outcome: Outcome;
  readonly token: string;
  readonly keep: () => Promise<void>;
}

/**
 * Starts a keeper, which claims, or waits and tells what it waits for. It ends at once when this process does, however
 * that ends, unless it was told to stay.
 *
 * @returns the claim, or how it ended without one
 * @throws the signal's reason when aborted
 */
export async function hire(file: string, services: Services): Promise<Hired | Outcome> {
  const { worker, env, reporter, signal } = services;
  signal.throwIfAborted();
  const folder = ClaimFolder.make(services.temp);
  const startTime = processState(worker.pid)?.startTime;
  const order: KeeperOrder = { folder: folder.dir, workerPid: worker.pid, workerStartTime: startTime };
  const log = openSync(folder.log, 'a');
  // A session of its own, and nothing open that the runner waits for: it must outlive this step.
  const keeper = spawn(process.execPath, [file, JSON.stringify(order)], {
    cwd: folder.dir,
    env,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  });
  closeSync(log);
  return new Promise((resolve, reject) => {
    // What it said last may be read after its end is known, but not after the channel is closed.
    const events = ['exit', 'disconnect'].map((event) => new Promise<void>((done) => keeper.once(event, () => done())));
    const ended = Promise.all(events);
    const dismiss = () => {
      if (keeper.connected) keeper.disconnect();
      void ended.then(() => reject(signal.reason));
    };
    signal.addEventListener('abort', dismiss, { once: true });
    const keep = () =>
      new Promise<void>((kept, failed) => {
        keeper.once('disconnect', kept);
        keeper.send('keep', (error) => (error ? failed(error) : undefined));
        keeper.unref();
      });
    keeper.on('message', (told: Told) => {
      if (told.say === 'line') relay(told, reporter);
      if (told.say === 'claimed') resolve({ outcome: told.outcome, token: told.token, folder: folder.dir, keep });
      if (told.say === 'ended') resolve(outcomeFrom(told.outcome));
    });
    keeper.once('error', reject);
    void ended.then(() => {
      if (!signal.aborted) reject(endedEarly(keeper, folder));
    });
  });
}

function endedEarly({ exitCode, signalCode }: ChildProcess, { log }: ClaimFolder): OnceError {
  const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`;
  const said = readFileSync(log, 'utf8').trim().slice(-2000);
  return new OnceError(
    'CLAIM_LOST',
    `The process that was to hold the claim ended ${how} before it could. Look at the memory of this host.${said && ` It said: ${said}`}`,
  );
}
