import { OnceError } from '../base/errors.ts';
import { connectTo } from '../host/socket.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import type { ClaimFolder } from './claim-folder.ts';
import { decoder, encode, type KeeperCommand, type KeeperMessage, outcomeFrom, printLine } from './messages.ts';

/** Longest time without a message, in ms. The keeper sends one every second while it works. */
const SILENCE_MS = 30_000;

/**
 * Sends a command to the keeper, prints the lines that it sends, and returns its outcome.
 *
 * @returns undefined if the keeper is dead or dies while answering
 * @throws OnceError CLAIM_LOST if it lives and does not answer; CLAIM_REFUSED; the signal's reason when aborted
 */
export function askKeeper(
  { socket: path }: ClaimFolder,
  command: KeeperCommand,
  { reporter, signal }: Pick<Services, 'reporter' | 'signal'>,
): Promise<Outcome | undefined> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = connectTo(path);
    if (socket === undefined) return resolve(undefined);
    const settle = (action: () => void) => {
      socket.destroy();
      action();
    };
    signal.addEventListener('abort', () => settle(() => reject(signal.reason)), { once: true });
    socket.setTimeout(SILENCE_MS, () => settle(() => reject(silent(path))));
    socket.once('connect', () => {
      reporter.debug(`asking the keeper at ${path} to ${command.kind}`);
      socket.write(encode(command));
    });
    socket.once('error', () => settle(() => resolve(undefined)));
    socket.once('close', () => resolve(undefined));
    const receive = decoder<KeeperMessage>(['line', 'ended', 'refused'], (message) => {
      if (message.kind === 'line') printLine(message, reporter);
      if (message.kind === 'ended') settle(() => resolve(outcomeFrom(message.outcome)));
      if (message.kind === 'refused') settle(() => reject(new OnceError('CLAIM_REFUSED', message.reason)));
    });
    socket.setEncoding('utf8').on('data', receive);
  });
}

function silent(path: string): OnceError {
  return new OnceError(
    'CLAIM_LOST',
    `The process that holds this claim has been silent for ${SILENCE_MS / 1000} s: it is stopped, or this host is stuck. Nothing was published; run the job again. It listens at ${path}.`,
  );
}
