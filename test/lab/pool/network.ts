import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempDir } from '../../harness/job/job.ts';
import type { Place } from '../../harness/servers/redis.ts';
import type { Side } from '../../harness/storm/side.ts';

/** Nobody else's: these addresses exist only in namespaces of their own. */
const SERVER = '10.209.1.1';
const addressOf = (index: number) => `10.209.2.${index + 1}`;

/**
 * Hosts that share nothing but a network: each has a root, a folder for temporary files, a host name and a network namespace
 * of its own, and one wire, to a namespace for servers. All of it ends with the test.
 */
export class Network {
  readonly place: Place;
  readonly hosts: readonly NetworkHost[];

  private constructor(server: Namespace, hosts: readonly NetworkHost[]) {
    this.place = { wrapper: server.wrapper, address: SERVER };
    this.hosts = hosts;
  }

  /** Takes half a second. */
  static async start(count: number): Promise<Network> {
    const server = await Namespace.start('server');
    server.ip('address', 'add', `${SERVER}/32`, 'dev', 'lo');
    const hosts: NetworkHost[] = [];
    for (let index = 0; index < count; index++) {
      const space = await Namespace.start(`host-${index + 1}`);
      wire(server, space, index);
      hosts.push(new NetworkHost(space));
    }
    return new Network(server, hosts);
  }

  /** A socket that listens beside the servers, for a server of this process. */
  async listen(): Promise<Server> {
    const [program = '', ...args] = [...this.place.wrapper, process.execPath, join(import.meta.dirname, 'listen.ts')];
    const child = spawn(program, [...args, SERVER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    onTestFinished(() => endOf(child));
    const [, server] = await once(child, 'message');
    return server as Server;
  }
}

export class NetworkHost implements Side {
  readonly root = tempDir();
  /** For TMPDIR. */
  readonly temp = tempDir();
  readonly name: string;
  readonly wrapper: readonly string[];
  readonly #space: Namespace;

  constructor(space: Namespace) {
    this.#space = space;
    this.name = space.name;
    this.wrapper = space.wrapper;
  }

  /** Pulls the plug: what is sent gets lost, and nobody is told. */
  cut(): void {
    this.#space.ip('link', 'set', 'wire', 'down');
  }

  plug(): void {
    this.#space.ip('link', 'set', 'wire', 'up');
    this.#space.ip('route', 'replace', SERVER, 'dev', 'wire');
  }
}

/** A network and a host name of its own, for as long as its process lives; the wrapper enters it. */
class Namespace {
  readonly name: string;
  readonly pid: number;
  readonly wrapper: readonly string[];

  private constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
    this.wrapper = ['nsenter', `--net=/proc/${pid}/ns/net`, `--uts=/proc/${pid}/ns/uts`];
  }

  static async start(name: string): Promise<Namespace> {
    const script = `hostname ${name} && ip link set lo up && echo ready && exec cat`;
    const child = spawn('unshare', ['--net', '--uts', 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => endOf(child));
    const ended = once(child, 'close').then(() => Promise.reject(new Error(`The namespace of ${name} ended at once.`)));
    await Promise.race([once(child.stdout, 'data'), ended]);
    ended.catch(() => {});
    return new Namespace(name, child.pid ?? 0);
  }

  ip(...args: readonly string[]): void {
    const [program = '', ...before] = this.wrapper;
    execFileSync(program, [...before, 'ip', ...args]);
  }
}

/** Two ends without a net around them: each knows by a route that the other is there. */
function wire(server: Namespace, host: Namespace, index: number): void {
  const end = `wire-${index + 1}`;
  host.ip('link', 'add', 'wire', 'type', 'veth', 'peer', 'name', end, 'netns', `${server.pid}`);
  host.ip('address', 'add', `${addressOf(index)}/32`, 'dev', 'wire');
  server.ip('link', 'set', end, 'up');
  host.ip('link', 'set', 'wire', 'up');
  host.ip('route', 'add', SERVER, 'dev', 'wire');
  server.ip('route', 'add', addressOf(index), 'dev', end);
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}
