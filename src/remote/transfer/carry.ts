import { lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { TEXT_LENGTH } from '../../base/fields.ts';
import { shorten } from '../../base/format.ts';
import type { Environment } from '../../producers/producer.ts';
import { FinalError } from '../../producers/url/http/trouble.ts';
import { readManifest } from '../../store/manifest.ts';
import { writePack } from '../pack/pack.ts';
import { type Accepted, readPack } from '../pack/unpack.ts';
import {
  type Answer,
  digestIn,
  files,
  isNameOf,
  nameOf,
  type Order,
  prefixOf,
  type RestoreOrder,
  type SaveOrder,
  USED_NAME,
} from './order.ts';
import { Progress } from './progress.ts';

/** How often, in ms, a transfer looks whether the step that ordered it is still there. */
const LOOK_MS = 1000;

/**
 * The process that packs, carries and unpacks, so that neither the heartbeat nor a cancel of its step waits for it. The
 * package that carries has no way to be aborted: this process is ended instead.
 *
 * @param scratch a private folder with the order; the answer is written there
 * @param env what the runner tells the package
 */
export async function runCarry(scratch: string, env: Environment): Promise<void> {
  const step = process.ppid;
  setInterval(() => {
    // Whoever takes over ends what a killed step has left, but nobody has to take over.
    if (process.ppid !== step) process.exit(1);
  }, LOOK_MS).unref();
  const order: Order = JSON.parse(readFileSync(join(scratch, files.order), 'utf8'));
  const end = (answer: Answer) => {
    writeFileSync(join(scratch, files.answer), JSON.stringify(answer));
    // The package leaves sockets open that would keep this process for seconds.
    process.exit(0);
  };
  // The package waits for ever for the rest of an answer that is cut: then nothing is left that could happen here.
  process.once('beforeExit', () => end({ kind: 'failed', why: 'the server has cut its answer' }));
  // Some of its errors are thrown where nobody can catch them.
  process.once('uncaughtException', (error) => end(answerOf(error)));
  end(await answerTo(order, scratch, env));
}

async function answerTo(
  order: Order,
  scratch: string,
  { ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL }: Environment,
): Promise<Answer> {
  const progress = new Progress();
  try {
    const { keepTokenFor } = await import('./actions-cache.ts');
    keepTokenFor([ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL]);
    return await (order.kind === 'save' ? save(order, scratch, progress) : restore(order, scratch, progress));
  } catch (error) {
    return answerOf(error);
  }
}

function answerOf(error: unknown): Answer {
  const why = shorten(messageOf(error), TEXT_LENGTH);
  return { kind: error instanceof FinalError ? 'refused' : 'failed', why };
}

async function save({ id, token, tree, bound }: SaveOrder, scratch: string, progress: Progress): Promise<Answer> {
  const { send } = await import('./actions-cache.ts');
  progress.begin('pack');
  const description = readFileSync(join(scratch, files.manifest), 'utf8');
  const { digest, bytes } = await writePack(tree, description, join(scratch, files.pack), bound ? tree : undefined);
  progress.begin('send');
  if (await send(nameOf(id, token, digest))) return { kind: 'done', bytes, digest };
  return { kind: 'failed', why: 'the server did not take it' };
}

async function restore(order: RestoreOrder, scratch: string, progress: Progress): Promise<Answer> {
  const { newestName, fetch } = await import('./actions-cache.ts');
  progress.begin('ask');
  const name = order.name ?? (await newestName(prefixOf(order.id)));
  if (name === undefined) return { kind: 'absent' };
  const digest = digestIn(name, order.id);
  if (digest === undefined) return { kind: 'refused', why: `"${shorten(name)}" is not the name of a build` };
  if (order.used.some((token) => isNameOf(name, order.id, token))) return { kind: 'refused', why: USED_NAME };
  progress.begin('fetch');
  if (!(await fetch(name))) return { kind: 'refused', why: 'its archive cannot be fetched' };
  progress.begin('unpack');
  const file = join(scratch, files.pack);
  // To open a pipe would wait for ever.
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return { kind: 'refused', why: 'there is no pack in it' };
  const description = join(scratch, files.manifest);
  const { out, groupShared } = order;
  await readPack({ file, digest, out, description, accept: () => accepted(description, order), groupShared });
  return { kind: 'done', bytes: statSync(file).size, digest };
}

/** @throws FinalError if the manifest is not of what is wanted */
function accepted(file: string, { wanted, bound }: RestoreOrder): Accepted {
  const reading = readManifest(file);
  if (reading.kind !== 'whole') throw new FinalError(`its manifest ${'why' in reading ? reading.why : 'is missing'}`);
  const { manifest } = reading;
  for (const name of ['key', 'scope', 'platform'] as const) {
    if (manifest[name] !== wanted[name])
      throw new FinalError(`it is of another ${name} ("${shorten(manifest[name])}")`);
  }
  return { mostBytes: manifest.bytes ?? Number.MAX_SAFE_INTEGER, home: bound ? manifest.path : undefined };
}
