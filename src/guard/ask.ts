import { OnceError } from '../base/errors.ts';
import { connectTo } from '../host/socket.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import type { ClaimFolder } from './claim-folder.ts';
import { type Ask, lineReader, outcomeFrom, relay, type Told } from './messages.ts';

/** The keeper says every second that it is still at work. */
const SILENCE_MS = 30_000;

/**
 * Asks the keeper for an end, and relays what it has to say.
 * @returns undefined when it is dead, or dies of it
 * @throws OnceError CLAIM_LOST when it lives and does not answer; CLAIM_REFUSED; the signal's reason when aborted
 */
export function askKeeper(
  { socket: path }: ClaimFolder,
  ask: Ask,
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
      reporter.debug(`asking at ${path}`);
      socket.write(`${JSON.stringify(ask)}\n`);
    });
    socket.once('error', () => settle(() => resolve(undefined)));
    socket.once('close', () => resolve(undefined));
    const hear = lineReader<Told>((told) => {
      if (told.say === 'line') relay(told, reporter);
      if (told.say === 'ended') settle(() => resolve(outcomeFrom(told.outcome)));
      if (told.say === 'refused') settle(() => reject(new OnceError('CLAIM_REFUSED', told.why)));
    });
    socket.setEncoding('utf8').on('data', hear);
  });
}

function silent(path: string): OnceError {
  return new OnceError(
    'CLAIM_LOST',
    `The process that holds this claim has been silent for ${SILENCE_MS / 1000} s: it is stopped, or this host is stuck. Nothing was published; run the job again. It listens at ${path}.`,
  );
}
