import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { imageOf } from '../image-cache.ts';
import { makeDisk } from './checkout-disk.ts';

/** A boot takes 10 s on an idle machine. */
const BOOT_LIMIT_S = 300;

export interface GuestOptions {
  /**
   * A line of shell; its folder is the checkout. `/mnt/a` and `/mnt/b` are the two mounts, the network namespaces `a` and
   * `b` in `/run/netns` those of the two clients.
   */
  readonly command: string;
  /** Longest time for the command, in s; it is ended then, with exit code 124. */
  readonly limitS: number;
  /** More options for both mounts, such as `lookupcache=none`. */
  readonly mountOptions?: string;
  /** Gets what the command prints, as it comes. */
  readonly output: Writable;
  /** Gets a line for each phase that is over. */
  readonly onPhase: (line: string) => void;
  /** Ends the guest at once. */
  readonly signal?: AbortSignal;
}

/** Runs a command in a guest that serves a disk by NFSv4.2 and mounts it as two clients. Returns the exit code. */
export async function runInGuest(options: GuestOptions): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'build-once-guest-'));
  const phase = phases(options.onPhase);
  try {
    const image = await imageOf(join(import.meta.dirname, 'image.sh'), [], options.signal);
    phase('image');
    makeDisk(join(dir, 'checkout.ext4'), `${options.command}\n`);
    phase('disk');
    return await boot(image, dir, options, phase);
  } finally {
    await rm(dir, { recursive: true, force: true });
    phase('end');
  }
}

async function boot(image: string, dir: string, options: GuestOptions, phase: (name: string) => void): Promise<number> {
  const told = createServer().listen(join(dir, 'told'));
  await once(told, 'listening');
  options.signal?.throwIfAborted();
  const guest = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...machine(image, dir, options)], {
    // Where stdin is at its end, the device counts as unplugged, and whoever writes to it waits for ever.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const end = () => void guest.kill('SIGKILL');
  options.signal?.addEventListener('abort', end);
  const limit = setTimeout(end, (options.limitS + BOOT_LIMIT_S) * 1000);
  try {
    return await outcome(guest, told, dir, options, phase);
  } finally {
    clearTimeout(limit);
    options.signal?.removeEventListener('abort', end);
    end();
    told.close();
  }
}

async function outcome(
  guest: ChildProcess,
  told: Server,
  dir: string,
  { output }: GuestOptions,
  phase: (name: string) => void,
): Promise<number> {
  let code: number | undefined;
  let trouble = '';
  told.on('connection', (socket) => {
    createInterface(socket).on('line', (line) => {
      phase(line === 'ready' ? 'boot' : 'command');
      if (line.startsWith('exit ')) code = Number(line.slice('exit '.length));
    });
  });
  guest.stdout?.pipe(output, { end: false });
  guest.stderr?.setEncoding('utf8').on('data', (text: string) => {
    trouble += text;
  });
  await once(guest, 'close');
  if (code !== undefined) return code;
  const console = await readFile(join(dir, 'console'), 'utf8').catch(() => '');
  throw new Error(`the guest ended without an exit code\n${trouble}${console.slice(-4000)}`);
}

/**
 * What the command prints comes out of stdout; what the kernel says goes into the file `console`. Without pku, by which
 * V8 guards the code it writes: that costs much where it is emulated.
 */
function machine(image: string, dir: string, { limitS, mountOptions = '' }: GuestOptions): string[] {
  const variables = `LIMIT=${limitS} NFS_OPTIONS=${mountOptions}`;
  return [
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max,pku=off', '-smp', '2', '-m', '3072'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-kernel', join(image, 'vmlinuz'), '-initrd', join(image, 'initrd')],
    ...['-append', `root=/dev/vda rw init=/sbin/lab console=ttyS0 quiet panic=-1 ${variables}`],
    ...['-drive', `file=${join(image, 'root.ext4')},if=virtio,format=raw,snapshot=on`],
    ...['-drive', `file=${join(dir, 'checkout.ext4')},if=virtio,format=raw,readonly=on`],
    ...['-serial', `file:${join(dir, 'console')}`],
    ...['-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
    ...['-chardev', 'stdio,id=output,signal=off', '-device', 'virtserialport,chardev=output,name=output'],
    ...['-chardev', `socket,id=told,path=${join(dir, 'told')}`, '-device', 'virtserialport,chardev=told,name=told'],
  ];
}

function phases(onPhase: (line: string) => void): (name: string) => void {
  let since = performance.now();
  return (name) => {
    const now = performance.now();
    onPhase(`${name} ${((now - since) / 1000).toFixed(1)} s`);
    since = now;
  };
}
