import { OnceError } from '../base/errors.ts';
import { digestOf } from '../recipe/wait/own-claim.ts';
import type { Env } from '../step/inputs/read.ts';
import { whoOf, workerOf } from '../step/job.ts';
import type { PlainOutcome } from './messages.ts';

/** The output `claim`: what `publish` and the end of the job need to know. Holds no secret. */
export type Ticket = { readonly format: 1; readonly job: string } & (
  | { readonly folder: string; readonly token: string }
  /** Nothing was claimed: there is a build already. */
  | { readonly outcome: PlainOutcome }
);

export function writeTicket(ticket: Ticket): string {
  return Buffer.from(JSON.stringify(ticket)).toString('base64url');
}

/** @throws OnceError BAD_INPUT; CLAIM_REFUSED when it is another job's */
export function readTicket(text: string, env: Env): Ticket {
  const ticket = parse(text.trim());
  if (ticket === undefined) {
    const what = text.trim() === '' ? 'is missing' : 'is not what a claim step gave';
    const instead = 'Write the output of the step that claimed: claim: $'.concat('{{ steps.<id>.outputs.claim }}');
    throw new OnceError('BAD_INPUT', `claim ${what}. ${instead}. It is empty when that step failed or did not run.`);
  }
  if (ticket.job === jobOf(env)) return ticket;
  throw new OnceError(
    'CLAIM_REFUSED',
    'This claim is of another job, whose end releases it: a claim can be published by the job that made it only. Move publish into that job.',
  );
}

/** The job of this step, as the records of holders name it. */
export function jobOf(env: Env): string {
  return digestOf(workerOf(env, process.ppid), whoOf(env));
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
