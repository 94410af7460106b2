import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, OnceError } from '../base/errors.ts';
import { parseFields } from '../base/fields.ts';
import { shorten } from '../base/format.ts';
import { TOKEN_VARIABLE } from '../host/proc.ts';
import { runTree } from '../host/process.ts';
import type { Surroundings } from '../producers/producer.ts';
import { type Answer, files, type Order, readAnswer } from './transfer/order.ts';
import { TransferLog } from './transfer-log.ts';

/** Longest time, in ms, that one transfer may take: half an hour, as long as most servers keep a link valid. */
const LIMIT_MS = 1_800_000;
/** Longest time, in minutes, in which a part of a download has to arrive; the package's own default is 10. */
const PART_MINUTES = '2';

interface Carried {
  /** Of the attempt, by which a takeover finds the process of a killed step. */
  readonly token: string;
  /** Text for the manifest of what is saved. */
  readonly manifest?: string;
  readonly onExit: (end: () => void) => void;
}

/**
 * Lets a process of its own carry out an order.
 * @returns how it ended, also if it could not begin: a full temporary folder must not fail a job that can build
 * @throws the signal's reason if aborted
 */
export async function carry(order: Order, surroundings: Surroundings, how: Carried): Promise<Answer> {
  try {
    return await carriedOut(order, surroundings, how);
  } catch (error) {
    surroundings.signal.throwIfAborted();
    return { kind: 'failed', why: messageOf(error).replace(/\.$/, '') };
  }
}

async function carriedOut(
  order: Order,
  { scratch, env, signal, reporter }: Surroundings,
  { token, manifest, onExit }: Carried,
): Promise<Answer> {
  if (manifest !== undefined) writeFileSync(join(scratch, files.manifest), manifest, { flag: 'wx' });
  writeFileSync(join(scratch, files.order), JSON.stringify(order), { flag: 'wx' });
  const log = new TransferLog(reporter);
  const command = {
    file: process.execPath,
    args: [program(), scratch],
    cwd: scratch,
    env: {
      ...env,
      // What the package packs and unpacks is relative to the workspace.
      GITHUB_WORKSPACE: scratch,
      RUNNER_TEMP: scratch,
      SEGMENT_DOWNLOAD_TIMEOUT_MINS: env.SEGMENT_DOWNLOAD_TIMEOUT_MINS || PART_MINUTES,
      // The options of a job's own Node are none of this process.
      NODE_OPTIONS: undefined,
      [TOKEN_VARIABLE]: token,
    },
  };
  const end = await runTree(command, {
    token,
    timeoutMs: LIMIT_MS,
    signal,
    onOutput: (chunk) => log.add(chunk),
    onSpawn: onExit,
  });
  log.end();
  signal.throwIfAborted();
  if (end.stopped === 'timeout') return { kind: 'failed', why: 'it took longer than half an hour' };
  const answer = answerIn(scratch);
  if (answer === undefined) {
    return { kind: 'failed', why: `the transfer ended with ${end.killedBy ?? `exit code ${end.exitCode}`}${log.last}` };
  }
  if (answer.kind === 'absent' && log.trouble !== '') {
    return { kind: 'failed', why: `its server does not answer as it should${log.trouble}` };
  }
  return 'why' in answer ? { ...answer, why: answer.why + log.trouble } : answer;
}

function answerIn(scratch: string): Answer | undefined {
  const file = join(scratch, files.answer);
  return existsSync(file) ? readAnswer(parseFields(readFileSync(file, 'utf8'))) : undefined;
}

/** Beside this file, or one folder up: `claim` has a folder of its own in dist/. */
function program(): string {
  const places = ['carry/carry.js', '../carry/carry.js', '../entry/carry.ts'].map((each) =>
    join(import.meta.dirname, each),
  );
  const found = places.find((each) => existsSync(each));
  if (found !== undefined) return found;
  const name = basename(places[0] ?? '');
  throw new OnceError(
    'INTERNAL',
    `${shorten(import.meta.dirname, 500)} lacks ${name}. Use the whole dist folder of the action.`,
  );
}
