import { messageOf, OnceError } from '../../base/errors.ts';
import { loadProducer } from '../../producers/table.ts';
import type { Manifest } from '../../store/manifest.ts';
import { toolPaths } from '../../store/tool/place.ts';
import { entryRefOf } from '../build/entry-ref.ts';
import { withScratch } from '../build/scratch.ts';
import type { Context } from '../context.ts';
import type { Turn } from '../pool/turn.ts';
import { missingParts } from './parts.ts';
import { pinOf } from './pin.ts';
import type { Found, Search, Source } from './source.ts';

/** A thing that is no folder, and that passes the step's `check`. */
const checked: Source = {
  name: 'check',
  async find({ runCheck }, out) {
    return (await runCheck(out))?.passed ? recordedAs('check') : undefined;
  },
};

/** What the producer finds by itself, such as an image that the daemon has. */
const made: Source = {
  name: 'producer',
  async find({ request: { producer }, services, entry }) {
    if (producer === undefined) return undefined;
    const { findMade, ...how } = await loadProducer(producer);
    const product =
      findMade && (await withScratch(services, (surroundings) => findMade(surroundings, entryRefOf(entry))));
    return product && { producer: how, product, buildMs: 0, giveBack: () => {} };
  },
};

/** A tool that another action put into the tool cache (`adopt`); it is moved to `out`. */
const adopted: Source = {
  name: 'tool',
  async find({ request, entry, services }, out) {
    const { tool, delivery } = request;
    if (!tool?.adopt) return undefined;
    const { adoptTool, giveBackTool, requireSettled } = await import('../../store/tool/adopt.ts');
    if (!requireSettled(tool)) return undefined;
    const { link: folder } = toolPaths(tool);
    refuseParts(missingParts(delivery, folder), folder);
    await adoptTool(tool, out, entry.paths, services.signal);
    return { ...recordedAs('adopt'), giveBack: () => giveBackTool(tool, out) };
  },
};

/** In the order in which they are asked; `services.sources` come after them. */
const sources: readonly Source[] = [checked, made, adopted];

function sourcesOf({ services }: Context): readonly Source[] {
  return [...sources, ...(services.sources ?? [])];
}

function searchOf({ request, entry, services, acceptance }: Context, turn?: Turn, lost?: AbortSignal): Search {
  return {
    request,
    entry,
    turn,
    services: lost === undefined ? services : { ...services, signal: AbortSignal.any([services.signal, lost]) },
    runCheck: (out) => acceptance.runCheck(out),
    whyUnfit: (manifest) => acceptance.whyUnfit(manifest),
    whyNotTaken: async (manifest, out) => {
      const missing = missingParts(request.delivery, out);
      if (missing.length > 0) return `it lacks ${missing.join(', ')}`;
      return acceptance.whyNotTaken({ manifest, path: out });
    },
  };
}

/** Where an attempt looks before it builds. */
interface Place {
  readonly out: string;
  /** Aborts when a lock is lost. */
  readonly lost: AbortSignal;
  readonly turn: Turn | undefined;
  /** false: what this host knows was refused, and only other hosts are asked. */
  readonly isFresh: boolean;
}

/** The first source's artifact; undefined: it has to be built. */
export async function findInSources(context: Context, { out, lost, turn, isFresh }: Place): Promise<Found | undefined> {
  const search = searchOf(context, turn, lost);
  const pin = pinOf(context.request.producer);
  // Nobody knows the digest of what passes a check.
  const asked = pin === undefined && isFresh ? sourcesOf(context) : (context.services.sources ?? []);
  for (const source of asked) {
    const found = await source.find(search, out);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Tells the sources that a build is published. Never throws: what fails is a warning. */
export async function tellSources(
  context: Context,
  manifest: Manifest,
  out: string,
  turn: Turn | undefined,
): Promise<void> {
  for (const source of sourcesOf(context)) {
    try {
      await source.published?.(searchOf(context, turn), manifest, out);
    } catch (error) {
      const { reporter, signal } = context.services;
      if (signal.aborted) reporter.info(`${source.name}: cancelled. The build is published in ${out} all the same.`);
      else reporter.warn(`${source.name}: ${messageOf(error)} The build is published in ${out} all the same.`);
    }
  }
}

/** What lacks a part would fail every step that is handed it. */
function refuseParts(missing: readonly string[], folder: string): void {
  if (missing.length === 0) return;
  throw new OnceError(
    'LINK_TAKEN',
    `adopt: ${folder} lacks what \`add-path\` or \`export-env\` name: ${missing.join(', ')}. Correct the input, or delete that folder so that this step can build it.`,
  );
}

function recordedAs(name: string): Found {
  return { producer: { name, fingerprint: '' }, product: { identity: undefined }, buildMs: 0, giveBack: () => {} };
}
