import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { newToken } from '../../base/key.ts';
import { makeFolder } from '../../host/file-system.ts';
import type { Claim } from '../../lock/engine.ts';
import type { Context } from '../context.ts';
import { inSlot } from '../slots/in-slot.ts';
import { make } from './make.ts';

/**
 * Builds for this job alone, in a folder of its own among its temporary files, which a runner empties; publishes nothing.
 * @returns the build's folder
 */
export async function buildPrivately(context: Context): Promise<string> {
  const token = newToken();
  return inSlot(context, { token, unneeded: async () => undefined }, (slot) => buildIn(context, token, slot?.claim));
}

async function buildIn(context: Context, token: string, slot: Claim | undefined): Promise<string> {
  const { temp, onExit } = context.services;
  // Of a name that nobody can foresee, and made by one call: outside of a runner, others may write to that folder too.
  makeFolder(temp);
  const own = await mkdtemp(join(temp, 'build-once-'));
  await chmod(own, 0o755);
  const out = join(own, token);
  await mkdir(out);
  try {
    const onSpawn = (killAll: () => void) => (slot === undefined ? onExit(killAll) : slot.onExit(killAll));
    const { product } = await make(context, { token, out, lost: slot?.lost, onSpawn });
    await product.seal?.();
    return out;
  } catch (error) {
    const { removeTree } = await import('../../host/remove-tree.ts');
    await removeTree(own);
    throw error;
  }
}
