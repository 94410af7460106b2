import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newToken } from '../base/key.ts';
import type { Context } from './context.ts';
import { make } from './make.ts';

/**
 * Builds for this job alone, in its own temporary folder, which the runner empties; publishes nothing.
 * @returns the build's folder
 */
export async function buildPrivately(context: Context): Promise<string> {
  const { temp, onExit } = context.services;
  const token = newToken();
  const out = join(temp, 'build-once', token);
  await mkdir(out, { recursive: true });
  try {
    const { product } = await make(context, { token, out, onSpawn: onExit });
    await product.seal?.();
    return out;
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}
