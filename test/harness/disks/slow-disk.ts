import { existsSync, statSync, writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type LoopDisk, lacking, loopDisk } from './loop-disk.ts';

/**
 * Of the group that all others are in: it holds for whatever is written to a device, also by the kernel on behalf of who has
 * ended. The newer groups (v2) have no such file there.
 */
const LIMITS = '/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device';

/** Why a slow disk cannot be had here, for the name of a test; empty where it can. */
export function lackingSlow(): string {
  const why = lacking('ext4');
  return why !== '' || existsSync(LIMITS) ? why : ' (skipped: no cgroup v1 here that slows a disk down)';
}

/** An ext4 that writes so many bytes a second, and reads as fast as it can. */
export async function slowDisk(bytesPerSecond: number): Promise<LoopDisk> {
  const disk = await loopDisk('ext4');
  const { dev } = statSync(disk.seen);
  const limitTo = (bytes: number) => writeFileSync(LIMITS, `${dev >> 8}:${dev & 0xff} ${bytes}`);
  limitTo(bytesPerSecond);
  // Before the disk is unmounted, which waits for all that is still to be written.
  onTestFinished(() => limitTo(0));
  return disk;
}
