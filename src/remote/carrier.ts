import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, OnceError } from '../base/errors.ts';
import { parseFields } from '../base/fields.ts';
import { shorten } from '../base/format.ts';
import { TOKEN_VARIABLE } from '../host/proc.ts';
import { runTree } from '../host/process.ts';
import type { Surroundings } from '../producers/producer.ts';
import { type Patience, Standstill } from './standstill.ts';
import { type Answer, files, type Order, readAnswer } from './transfer/order.ts';
import { TransferLog } from './transfer-log.ts';

/** Longest time, in minutes, that the package gives a part of 128 MB to arrive. Its own 10 would end a download that is slow. */
const PART_MINUTES = '360';

interface Carried {
  /** Of the attempt, by which a takeover finds the process of a killed step. */
  readonly token: string;
  /** Text for the manifest of what is saved. */
  readonly manifest?: string;
  readonly patience: Patience;
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
  { token, manifest, patience, onExit }: Carried,
): Promise<Answer> {
  if (manifest !== undefined) writeFileSync(join(scratch, files.manifest), manifest, { flag: 'wx' });
  writeFileSync(join(scratch, files.order), JSON.stringify(order), { flag: 'wx' });
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
      // The package unpacks with `tar -P` what another job has saved: whatever its names and links say, GNU tar then writes
      // to the pack in this folder, and nowhere else.
      TAR_OPTIONS: `--transform=s|.*|${files.pack}|`,
      // The options of a job's own Node are none of this process.
      NODE_OPTIONS: undefined,
      [TOKEN_VARIABLE]: token,
    },
  };
  const standstill = new Standstill(patience);
  const log = new TransferLog(reporter, (line) => standstill.hear(line));
  const end = await runTree(command, {
    token,
    timeoutMs: Infinity,
    signal: AbortSignal.any([signal, standstill.signal]),
    onOutput: (chunk) => log.add(chunk),
    onSpawn: onExit,
  }).finally(() => standstill.close());
  log.end();
  signal.throwIfAborted();
  if (end.stopped !== undefined) return { kind: 'failed', why: standstill.why };
  const answer = answerIn(scratch);
  if (answer === undefined) {
    return { kind: 'failed', why: `the transfer ended with ${end.killedBy ?? `exit code ${end.exitCode}`}${log.last}` };
  }
  return withTrouble(answer, order, log.trouble);
}

/** An answer, and what the package that carries has warned of meanwhile. */
function withTrouble(answer: Answer, { kind }: Order, trouble: string): Answer {
  if (trouble === '') return answer;
  if ('why' in answer) return { ...answer, why: answer.why + trouble };
  // The package tells an error on the way as a miss, and by the first protocol an upload that failed as one that did not.
  if (kind === 'save') return { kind: 'failed', why: `the server did not take it${trouble}` };
  return answer.kind === 'absent'
    ? { kind: 'failed', why: `its server does not answer as it should${trouble}` }
    : answer;
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
