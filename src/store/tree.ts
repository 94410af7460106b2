import { rm } from 'node:fs/promises';
export async function measureTree(_d: string): Promise<{ files: number; bytes: number } | undefined> {
  return undefined;
}
export async function digestTree(_d: string): Promise<string> {
  return '';
}
export async function flushTree(_d: string): Promise<void> {}
export async function makeReadOnly(_d: string): Promise<void> {}
export async function removeTree(d: string, _s?: AbortSignal): Promise<void> {
  await rm(d, { recursive: true, force: true });
}
