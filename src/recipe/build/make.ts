import { dirname } from 'node:path';
import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import { lookAt, namesIn } from '../../host/file-system.ts';
import type { MakeResult, Product } from '../../producers/producer.ts';
import type { ProducerSpec } from '../../producers/spec.ts';
import { loadProducer } from '../../producers/table.ts';
import type { Entry } from '../../store/entry.ts';
import type { Context } from '../context.ts';
import { folderAround, missingParts } from '../find/parts.ts';
import type { Request } from '../request.ts';
import { entryRefOf } from './entry-ref.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { withinOf } from './within.ts';

/** One folder to build in, and what ends the build. */
export interface BuildPlace {
  readonly token: string;
  /** The build folder; exists and is empty. */
  readonly out: string;
  /** Where it is to be published; undefined: it is for one job alone. */
  readonly entry?: Entry;
  /** Aborts when the lock or the slot is no longer ours; undefined for one that has none. */
  readonly lost?: AbortSignal | undefined;
  readonly onSpawn: (killAll: () => void) => void;
}

/**
 * Makes the artifact in `place.out`, and makes sure that it is what this step is going to hand out.
 * @throws OnceError BUILD_FAILED; the reason of whichever signal ended it
 */
export async function make(context: Context, place: BuildPlace): Promise<MakeResult> {
  const { request, services, entry, tally } = context;
  const { token, out, onSpawn } = place;
  const producer = await loadProducer(requireProducer(request));
  const signal = place.lost === undefined ? services.signal : AbortSignal.any([services.signal, place.lost]);
  const scratch = makeScratch(services.temp);
  const elapsed = stopwatch();
  const waits = { waitedMs: tally.lock.ms, slotWaitedMs: tally.slot.ms };
  const { steps } = services;
  try {
    const building = producer.produce({
      key: request.subject.key,
      token,
      entry: place.entry && entryRefOf(place.entry),
      within: [...withinOf(services.env), `${entry.id}/${token}`],
      out,
      scratch,
      env: services.env,
      groupShared: request.policy.groupShared,
      timeoutMs: request.policy.buildTimeoutMs,
      signal,
      reporter: services.reporter,
      steps: steps && (() => steps({ token, out, entry: place.entry, signal, ...waits })),
      onSpawn,
    });
    let product: Product;
    try {
      product = await untilGivenUp(building, signal);
    } finally {
      tally.buildMs = Math.round(elapsed()); // Of a failed build too: its step tells as much as is known.
    }
    tally.identity = product.identity;
    try {
      await requireWhole(context, out);
    } catch (error) {
      await product.discard?.();
      throw error;
    }
    return { producer, product, buildMs: tally.buildMs };
  } finally {
    await removeScratch(scratch, services.reporter);
  }
}

function requireProducer({ producer }: Request): ProducerSpec {
  if (producer !== undefined) return producer;
  throw new OnceError('BAD_INPUT', 'Nothing says how to build: give `run`, `url`, `repository` or `image`.');
}

/** Longest time, in ms, that a build may take to end after it was told to. */
const END_LIMIT_MS = 5000;

/** A process that cannot be killed (a hung disk) must not keep the lock: what it still writes is never published. */
async function untilGivenUp(building: Promise<Product>, signal: AbortSignal): Promise<Product> {
  const over = new AbortController();
  const givenUp = new Promise<never>((_resolve, reject) => {
    const giveUp = () => void sleep(END_LIMIT_MS, over.signal).then(() => reject(signal.reason));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([building, givenUp]);
  } finally {
    over.abort();
  }
}

/** A build that lacks what every job is going to be given is a failed build; it is not published. */
async function requireWhole({ request, acceptance }: Context, out: string): Promise<void> {
  const name = `The build of "${shorten(request.subject.key)}" succeeded, but`;
  // Where what is around it is gone too, it was the disk that went away, and whoever publishes says so.
  if (!lookAt(out)?.isDirectory() && lookAt(dirname(out))?.isDirectory()) {
    throw new OnceError(
      'BUILD_FAILED',
      `${name} the folder $BUILD_ONCE_OUT (${out}) was removed, or something else was put in its place. It is there, and empty, when the build starts: let the script write into it, and leave the folder itself.`,
    );
  }
  const missing = missingParts(request.delivery, out);
  if (missing.length > 0) {
    const list = missing.join(', ');
    throw new OnceError(
      'BUILD_FAILED',
      `${name} $BUILD_ONCE_OUT lacks what \`add-path\` or \`export-env\` name: ${list}. In it there is: ${namesIn(out)}. ${adviceOn(missing, out, request)}.`,
    );
  }
  const verdict = await acceptance.runCheck(out);
  if (verdict?.passed === false) {
    throw new OnceError('BUILD_FAILED', `${name} its check ${verdict.why}. Correct the script or \`check\`.`);
  }
}

function adviceOn(missing: readonly string[], out: string, { producer }: Request): string {
  if (producer?.name === 'url') {
    const folder = producer.spec.strip === 0 ? folderAround(missing, out) : undefined;
    return folder === undefined
      ? 'Correct the input'
      : `Write \`strip: 1\`, which takes ${shorten(folder)} off all names`;
  }
  return producer?.name === 'run' ? 'Let the script put it there, or correct the input' : 'Correct the input';
}
