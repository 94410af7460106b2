import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that run a guest, and the Debian packages they are in. */
const TO_RUN = { 'qemu-system-x86_64': 'qemu-system-x86', mke2fs: 'e2fsprogs', setpriv: 'util-linux' };

/** What this machine lacks for the guest, for people; undefined: nothing. A guest that is made already needs no root. */
export function missing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
  const lacking = Object.entries(TO_RUN).filter(([program]) => !has(program));
  if (lacking.length > 0) return `the Debian packages ${lacking.map(([, name]) => name).join(', ')}`;
  if (existsSync(execFileSync(join(import.meta.dirname, 'image.sh'), ['--where'], { encoding: 'utf8' }).trim())) return;
  if (!has('debootstrap')) return 'the Debian package debootstrap, to make the guest';
  if (process.getuid?.() !== 0 && spawnSync('sudo', ['-n', 'true']).status !== 0) return 'root, to make the guest';
  return undefined;
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
