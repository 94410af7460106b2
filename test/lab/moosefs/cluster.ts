import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, openSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Side } from '../../harness/storm/side.ts';

/** Nobody else's: the two ends of the wire exist only in namespaces of their own. It refuses loopback addresses. */
const ADDRESSES = ['10.209.0.1', '10.209.0.2'] as const;
const START_LIMIT_MS = 60_000;
/** A metadata server that has never been started begins with this. */
const NO_METADATA = 'MFSM NEW';

/**
 * Two hosts, as far as their network goes, that mount one MooseFS: a master and a chunk server on the first, a mount on
 * each, with its own cache. All of it is below one folder, and it ends with the namespaces that this runs in.
 */
export class Cluster {
  readonly #dir: string;
  /** What the servers and mounts print. */
  readonly #log: number;

  /** @param dir an empty folder that only this cluster uses */
  constructor(dir: string) {
    this.#dir = dir;
    this.#log = openSync(join(dir, 'log'), 'a');
  }

  /** Takes a few seconds. */
  async start(): Promise<readonly [Side, Side]> {
    const [a, b] = [await this.#host(), await this.#host()];
    wire(a, b);
    await this.#serve(a);
    const sides = [this.#mount(a, 'a'), this.#mount(b, 'b')] as const;
    await this.#until(() => sides.every(({ root }) => hasRoom(root)), 'the mounts to be there');
    // As new it may be written by everybody, which the doctor would rightly note.
    chmodSync(sides[0].root, 0o755);
    return sides;
  }

  /** A network namespace, which lasts as long as its process; the wrapper enters it. */
  async #host(): Promise<Host> {
    const child = this.#spawn(['unshare', '--net'], ['sh', '-c', 'echo ready; exec cat'], 'pipe');
    await Promise.race([once(child.stdout ?? child, 'data'), this.#endOf(child, 'unshare --net')]);
    const pid = child.pid ?? 0;
    return { pid, wrapper: ['nsenter', `--net=/proc/${pid}/ns/net`] };
  }

  async #serve({ wrapper }: Host): Promise<void> {
    const [master, chunks, hdd] = ['master', 'chunks', 'hdd'].map((name) => join(this.#dir, name));
    for (const dir of [master, chunks, hdd]) mkdirSync(dir ?? '');
    writeFileSync(join(`${master}`, 'metadata.mfs'), NO_METADATA);
    const common = ['WORKING_USER = root', 'WORKING_GROUP = root', 'FILE_UMASK = 022', 'NICE_LEVEL = 0'];
    const exports = this.#write('exports.cfg', ['* / rw,alldirs,admin,maproot=0:0']);
    const disks = this.#write('hdd.cfg', [`${hdd}`]);
    const topology = this.#write('topology.cfg', []);
    const forMaster = [`DATA_PATH = ${master}`, `EXPORTS_FILENAME = ${exports}`, `TOPOLOGY_FILENAME = ${topology}`];
    const forChunks = [`DATA_PATH = ${chunks}`, `HDD_CONF_FILENAME = ${disks}`, 'HDD_LEAVE_SPACE_DEFAULT = 16MiB'];
    const host = `MASTER_HOST = ${ADDRESSES[0]}`;
    this.#spawn(wrapper, ['mfsmaster', '-f', '-c', this.#write('master.cfg', [...common, ...forMaster])]);
    this.#spawn(wrapper, ['mfschunkserver', '-f', '-c', this.#write('chunks.cfg', [...common, ...forChunks, host])]);
  }

  #mount({ wrapper }: Host, name: string): Side {
    const root = join(this.#dir, name);
    mkdirSync(root);
    this.#spawn(wrapper, ['mfsmount', root, '-H', ADDRESSES[0], '-f', '-o', 'mfsdelayedinit']);
    return { root, wrapper };
  }

  #write(name: string, lines: readonly string[]): string {
    const file = join(this.#dir, name);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    return file;
  }

  #spawn(wrapper: readonly string[], command: readonly string[], out: 'pipe' | 'log' = 'log'): ChildProcess {
    const [program = '', ...args] = [...wrapper, ...command];
    return spawn(program, args, { stdio: ['pipe', out === 'pipe' ? 'pipe' : this.#log, this.#log] });
  }

  async #endOf(child: ChildProcess, what: string): Promise<never> {
    await once(child, 'close');
    throw this.#error(`${what} ended at once`);
  }

  async #until(look: () => boolean, what: string): Promise<void> {
    const began = performance.now();
    while (!look()) {
      if (performance.now() - began > START_LIMIT_MS) throw this.#error(`waited in vain for ${what}`);
      await setTimeout(100);
    }
  }

  #error(what: string): Error {
    return new Error(`${what}:\n${readFileSync(join(this.#dir, 'log'), 'utf8')}`);
  }
}

interface Host {
  readonly pid: number;
  readonly wrapper: readonly string[];
}

/** A wire between two hosts. */
function wire(a: Host, b: Host): void {
  const ip = (host: Host, ...args: string[]) => execFileSync('nsenter', [...host.wrapper.slice(1), 'ip', ...args]);
  ip(a, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', `${b.pid}`);
  for (const [index, host] of [a, b].entries()) {
    ip(host, 'address', 'add', `${ADDRESSES[index]}/24`, 'dev', 'wire');
    ip(host, 'link', 'set', 'lo', 'up');
    ip(host, 'link', 'set', 'wire', 'up');
  }
}

/** Mounted, and a chunk server has told the master of its disk. */
function hasRoom(root: string): boolean {
  const { type, bavail } = statfsSync(root);
  return type === 0x65735546 && bavail > 0;
}
