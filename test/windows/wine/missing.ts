import { spawnSync } from 'node:child_process';

/** Programs that make and enter the image, and the Debian packages they are in. */
const PROGRAMS = { debootstrap: 'debootstrap', 'dpkg-deb': 'dpkg', unshare: 'util-linux', setpriv: 'util-linux' };

/** What this machine lacks for Wine, for people; undefined: nothing. */
export function missing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
  if (process.getuid?.() !== 0) return 'root';
  const lacking = Object.entries(PROGRAMS).filter(([program]) => !has(program));
  if (lacking.length > 0) return `the Debian packages ${lacking.map(([, name]) => name).join(', ')}`;
  const mounts = spawnSync('unshare', ['--mount', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return mounts.status === 0 ? undefined : 'the right to mount';
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
