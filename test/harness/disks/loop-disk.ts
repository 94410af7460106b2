import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../job/job.ts';
import type { Side } from '../storm/side.ts';
import { canMount, mountSpace } from './mounts.ts';

/** File systems that a local disk may have. */
export type FileSystemName = 'ext4' | 'XFS' | 'tmpfs' | 'overlay';

/** A disk of its own, which nobody else sees. */
export interface LoopDisk extends Side {
  /** The root for this process, which is not among those that see the disk. */
  readonly seen: string;
}

const made = { ext4: 'mkfs.ext4 -q -F', XFS: 'mkfs.xfs -q' } as const;

/** Why a disk of that kind cannot be had here, for the name of a test; empty where it can. */
export function lacking(name: FileSystemName): string {
  if (!canMount) return ' (skipped: this user may not mount anything here)';
  if (name === 'tmpfs') return '';
  if (process.getuid?.() !== 0) return ' (skipped: only root may mount an image)';
  const [program = ''] = made[name === 'XFS' ? 'XFS' : 'ext4'].split(' ');
  return spawnSync('which', [program]).status === 0 ? '' : ` (skipped: ${program} is missing)`;
}

/**
 * An empty disk with that file system. Its mounts are in a namespace that ends with a process, which ends when this one
 * does: whatever happens, they go, and their loop devices with them.
 */
export async function loopDisk(name: FileSystemName): Promise<LoopDisk> {
  const dir = tempDir();
  const root = join(dir, 'root');
  mkdirSync(root);
  const { wrapper, see } = await mountSpace(commands(name, dir, root).join('\n'));
  return { root, wrapper, seen: see(root) };
}

function commands(name: FileSystemName, dir: string, root: string): string[] {
  if (name === 'tmpfs') return [`mount -t tmpfs -o size=256m tmpfs '${root}'`];
  if (name !== 'overlay') return imageAt(name, dir, root);
  const base = join(dir, 'base');
  const [lower, upper, work] = ['lower', 'upper', 'work'].map((folder) => join(base, folder));
  return [
    `mkdir '${base}'`,
    ...imageAt('ext4', dir, base),
    `mkdir '${lower}' '${upper}' '${work}'`,
    `mount -t overlay -o 'lowerdir=${lower},upperdir=${upper},workdir=${work}' overlay '${root}'`,
  ];
}

/** XFS takes no less than 300 MB; the image holds no more than what is written. */
function imageAt(name: keyof typeof made, dir: string, at: string): string[] {
  const image = join(dir, 'image');
  return [`truncate --size=320M '${image}'`, `${made[name]} '${image}'`, `mount -o loop '${image}' '${at}'`];
}
