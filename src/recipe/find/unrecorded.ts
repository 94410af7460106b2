import { OnceError } from '../../base/errors.ts';
import { loadProducer } from '../../producers/table.ts';
import { type ToolPlace, toolPaths } from '../../store/tool/place.ts';
import type { Making } from '../build/make.ts';
import { withScratch } from '../build/surroundings.ts';
import type { Context } from '../context.ts';
import { missingParts } from './parts.ts';

/** Something that is there although no manifest says so. */
export interface Unrecorded extends Making {
  /** Undoes what was done to record it, where it cannot be published after all. */
  readonly giveBack: () => void;
}

/**
 * A thing that is no folder and passes its check, an image that the daemon has, or a tool that another action put into
 * the tool cache, which is moved to `out`. Asked only under the lock, and recorded by publishing.
 */
export async function findUnrecorded(context: Context, out: string): Promise<Unrecorded | undefined> {
  if ((await context.acceptance.runCheck(out))?.passed) return { ...made('check'), giveBack: () => {} };
  const found = await findMade(context);
  if (found !== undefined) return found;
  const { tool } = context.request;
  return tool?.adopt ? adopt(context, tool, out) : undefined;
}

async function findMade({ request: { producer }, services, paths }: Context): Promise<Unrecorded | undefined> {
  if (producer === undefined) return undefined;
  const { findMade: find, ...how } = await loadProducer(producer);
  const product = find && (await withScratch(services, (surroundings) => find(surroundings, paths)));
  return product && { producer: how, product, buildMs: 0, giveBack: () => {} };
}

async function adopt(context: Context, tool: ToolPlace, out: string): Promise<Unrecorded | undefined> {
  const { adoptTool, giveBackTool, requireSettled } = await import('../../store/tool/adopt.ts');
  if (!requireSettled(tool)) return undefined;
  requireParts(context, tool);
  adoptTool(tool, out, context.paths.dir);
  return { ...made('adopt'), giveBack: () => giveBackTool(tool, out) };
}

/** What lacks a part would fail every step that is handed it. */
function requireParts({ request }: Context, tool: ToolPlace): void {
  const { link: folder } = toolPaths(tool);
  const missing = missingParts(request.delivery, folder);
  if (missing.length === 0) return;
  throw new OnceError(
    'LINK_TAKEN',
    `adopt: ${folder} lacks what \`add-path\` or \`export-env\` name: ${missing.join(', ')}. Correct the input, or delete that folder so that this step can build it.`,
  );
}

function made(name: string): Making {
  return { producer: { name, fingerprint: '' }, product: { identity: undefined }, buildMs: 0 };
}
