import { OnceError } from '../base/errors.ts';
import type { Env } from '../step/inputs/read.ts';
import { workerOf } from '../step/job.ts';
import type { PlainOutcome } from './messages.ts';

/** The output `claim`: what the publish step and the post step need to know. Holds no secret. */
export type Ticket = {
  readonly format: 1;
  /** The id of the job that claimed. */
  readonly job: string;
} & (
  | { readonly folder: string; readonly token: string }
  /** Nothing was claimed, for there is a build already. */
  | { readonly outcome: PlainOutcome }
);

/** The ticket as text without blanks. */
export function writeTicket(ticket: Ticket): string {
  return Buffer.from(JSON.stringify(ticket)).toString('base64url');
}

/**
 * Reads the output of a claim step.
 * @throws OnceError BAD_INPUT if it is none; CLAIM_REFUSED if it is another job's
 */
export function readTicket(text: string, env: Env): Ticket {
  const ticket = parse(text.trim());
  if (ticket === undefined) {
    const what = text.trim() === '' ? 'is missing' : 'is not the output of a claim step';
    const instead = 'Write the output of the step that claimed: claim: $'.concat('{{ steps.<id>.outputs.claim }}');
    throw new OnceError('BAD_INPUT', `claim ${what}. ${instead}. It is empty when that step failed or did not run.`);
  }
  if (ticket.job === workerOf(env, process.ppid).id) return ticket;
  throw new OnceError(
    'CLAIM_REFUSED',
    'This claim is of another job, and is released when that job ends. Only the job that claimed can publish: move the publish step into that job.',
  );
}

function parse(text: string): Ticket | undefined {
  try {
    const ticket = JSON.parse(Buffer.from(text, 'base64url').toString()) as Ticket;
    const whole = 'folder' in ticket ? typeof ticket.folder === 'string' : typeof ticket.outcome.key === 'string';
    return ticket.format === 1 && whole ? ticket : undefined;
  } catch {
    return undefined;
  }
}
