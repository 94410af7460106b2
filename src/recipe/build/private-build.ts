import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newToken } from '../../base/key.ts';
import type { Claim } from '../../lock/engine.ts';
import type { Context } from '../context.ts';
import { inSlot } from '../slots/in-slot.ts';
import { make } from './make.ts';

/**
 * Builds for this job alone, in its own temporary folder, which the runner empties; publishes nothing.
 * @returns the build's folder
 */
export async function buildPrivately(context: Context): Promise<string> {
  const token = newToken();
  return inSlot(context, { token, unneeded: async () => undefined }, (slot) => buildIn(context, token, slot));
}

async function buildIn(context: Context, token: string, slot: Claim | undefined): Promise<string> {
  const { temp, onExit } = context.services;
  const out = join(temp, 'build-once', token);
  await mkdir(out, { recursive: true });
  try {
    const onSpawn = (killAll: () => void) => (slot === undefined ? onExit(killAll) : slot.onExit(killAll));
    const { product } = await make(context, { token, out, lost: slot?.lost, onSpawn });
    await product.seal?.();
    return out;
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}
