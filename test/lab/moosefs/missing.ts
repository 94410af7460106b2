import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PROGRAMS = { mfsmaster: 'moosefs-master', mfschunkserver: 'moosefs-chunkserver', mfsmount: 'moosefs-client' };

/** What this machine lacks for the lab, for people; undefined: nothing. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'root';
  const lacking = Object.entries(PROGRAMS).filter(([program]) => !has(program));
  if (lacking.length > 0) return `the Debian packages ${lacking.map(([, name]) => name).join(', ')}`;
  if (!has('ip')) return 'the Debian package iproute2';
  if (!existsSync('/dev/fuse')) return '/dev/fuse';
  if (spawnSync('unshare', ['--net', '--mount', '--uts', 'true']).status !== 0) return 'the right to make namespaces';
  return undefined;
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
