import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatBytes, formatDuration, shorten } from '../base/format.ts';
import { stopwatch } from '../base/wait.ts';
import type { Who } from '../base/who.ts';
import { removeTreesIn } from '../host/remove-tree.ts';
import type { Environment } from '../producers/producer.ts';
import { withScratch } from '../recipe/build/scratch.ts';
import type { Found, Search, Source } from '../recipe/find/source.ts';
import type { Pointer } from '../recipe/pool/pool.ts';
import { carriedNames, noteCarried } from '../store/carried.ts';
import { type Manifest, readManifest, writeManifest } from '../store/manifest.ts';
import { carry } from './carrier.ts';
import { settle } from './settle.ts';
import { PATIENCE, type Patience } from './standstill.ts';
import { type Answer, files, nameOf, USED_NAME } from './transfer/order.ts';

interface Taken {
  readonly manifest: Manifest;
  /** Of the pack. */
  readonly bytes: number;
  /** The name that it has in this root. */
  readonly build: string;
}

/** Producers whose artifact is not in the build folder. */
const ELSEWHERE = ['image', 'check'];

/** The Actions cache as a place to restore builds from and to save them in. One step has one. */
export class ActionsCache implements Source {
  readonly name = 'remote';
  readonly #mayWrite: boolean;
  readonly #patience: Patience;
  #isUsable: boolean | undefined;
  /** The build that was restored: it need not be saved again. */
  #restored: string | undefined;

  /** @param mode `read`: nothing is saved */
  constructor(mode: 'read' | 'read-write', patience: Patience = PATIENCE) {
    this.#mayWrite = mode === 'read-write';
    this.#patience = patience;
  }

  async find(search: Search, out: string): Promise<Found | undefined> {
    const { services, request, entry, turn } = search;
    // With a pool, what it has published is restored and nothing else.
    if (turn?.kind === 'build' || !this.#usable(search)) return undefined;
    const bound = !request.subject.relocatable;
    const used = bound ? carriedNames(entry.paths) : [];
    if (turn !== undefined && used.includes(turn.pointer.token)) {
      services.reporter.info(`"${shorten(request.subject.key)}" is not restored: ${USED_NAME}.`);
      return undefined;
    }
    const { key, scope, platform } = request.subject;
    const { groupShared } = request.policy;
    const elapsed = stopwatch();
    const found = await withScratch(services, async (surroundings) => {
      const name = turn && nameOf(entry.id, turn.pointer.token, turn.pointer.digest);
      const order = {
        kind: 'restore',
        id: entry.id,
        name,
        used,
        out,
        wanted: { key, scope, platform },
        bound,
        groupShared,
      } as const;
      const how = { token: basename(out), patience: this.#patience, onExit: services.onExit };
      const answer = await carry(order, surroundings, how);
      // What does not answer a question takes no build either, and the step has waited for it long enough.
      this.#isUsable = answer.kind !== 'failed';
      return taken(search, out, answer, join(surroundings.scratch, files.manifest));
    });
    if (found === undefined) {
      await removeTreesIn(out, readdirSync(out));
      return undefined;
    }
    const { manifest, bytes, build } = found;
    services.reporter.info(
      `Restored "${shorten(key)}" from the Actions cache: ${formatBytes(bytes)} in ${formatDuration(elapsed())}${builder(manifest.builtBy)}.`,
    );
    this.#restored = build;
    const { producer: name, fingerprint, identity, buildMs, builtBy } = manifest;
    return {
      build,
      producer: { name, fingerprint },
      product: { identity },
      buildMs,
      builtBy,
      origin: 'remote',
      giveBack: () => {},
    };
  }

  async published(search: Search, manifest: Manifest, out: string): Promise<void> {
    const { services, request, entry } = search;
    const isElsewhere = ELSEWHERE.includes(manifest.producer) || readdirSync(out).length === 0;
    if (!this.#mayWrite || this.#restored === manifest.build || isElsewhere || !this.#usable(search)) return;
    const bound = !request.subject.relocatable;
    if (bound) noteCarried(entry.paths, manifest.build);
    const elapsed = stopwatch();
    const order = { kind: 'save', id: entry.id, token: manifest.build, tree: out, bound } as const;
    const how = {
      token: manifest.build,
      manifest: writeManifest(manifest),
      patience: this.#patience,
      onExit: services.onExit,
    };
    const answer = await withScratch(services, (surroundings) => carry(order, surroundings, how));
    if (answer.kind !== 'done') throw new Error(`it is not saved in the Actions cache${reasonOf(answer)}.`);
    await this.#point(search, { token: manifest.build, digest: answer.digest });
    services.reporter.info(
      `Saved "${shorten(manifest.key)}" in the Actions cache: ${formatBytes(answer.bytes)} in ${formatDuration(elapsed())}.`,
    );
  }

  /** The first one wins: what was built without the lock of the pool is for no other host. */
  async #point({ turn, services }: Search, pointer: Pointer): Promise<void> {
    if (turn?.kind !== 'build' || (await turn.publish(pointer))) return;
    services.reporter.info('remote: the pool was not told of it, because its lock was lost meanwhile.');
  }

  /** Says once why it is not. */
  #usable({ services }: Search): boolean {
    if (this.#isUsable !== undefined) return this.#isUsable;
    const why = whyUnavailable(services.env);
    if (why !== undefined) services.reporter.warn(`remote: the Actions cache is not used: ${why}`);
    this.#isUsable = why === undefined;
    return this.#isUsable;
  }
}

function whyUnavailable({ ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL }: Environment): string | undefined {
  if (ACTIONS_CACHE_URL || ACTIONS_RESULTS_URL) return undefined;
  return 'the runner names no cache service (ACTIONS_RESULTS_URL or ACTIONS_CACHE_URL). Only steps with `uses:` are told of it. This host builds for itself.';
}

/** What was restored, if this step takes it; says why not. */
async function taken(search: Search, out: string, answer: Answer, description: string): Promise<Taken | undefined> {
  const { request, services } = search;
  const { reporter } = services;
  const refuse = (why: string): undefined =>
    void reporter.warn(`remote: what is in the Actions cache is not taken: ${why}. It is built.`);
  if (answer.kind === 'absent') reporter.info(`"${shorten(request.subject.key)}" is not in the Actions cache.`);
  else if (answer.kind === 'refused') refuse(answer.why);
  else if (answer.kind === 'failed')
    reporter.warn(`remote: the Actions cache is not used by this step: ${answer.why}.`);
  if (answer.kind !== 'done') return undefined;
  const reading = readManifest(description);
  if (reading.kind !== 'whole') return refuse('its manifest cannot be read');
  const { manifest } = reading;
  const settled = await settle(search, manifest, out);
  return 'why' in settled ? refuse(settled.why) : { manifest, bytes: answer.bytes, build: settled.build };
}

function reasonOf(answer: Answer): string {
  return 'why' in answer ? `: ${answer.why}` : '';
}

function builder({ repository, job, host }: Who): string {
  const names = [repository, job].filter(Boolean).join(', ');
  return names === '' && host === ''
    ? ''
    : `, built by ${shorten(names || 'a job')} on ${shorten(host || 'another host')}`;
}
