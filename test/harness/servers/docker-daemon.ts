import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../src/base/errors.ts';

/** A container daemon of the tests' own, with its socket and its images in a temporary folder. */
export class DockerDaemon {
  readonly dir: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(dir: string, process: ChildProcess) {
    this.dir = dir;
    this.#process = process;
    this.#ended = new Promise((resolve) => process.once('close', () => resolve()));
  }

  /** Starts one; rejects with the reason where this machine or this user cannot. */
  static async start(): Promise<DockerDaemon> {
    const dir = mkdtempSync(join(tmpdir(), 'build-once-docker-'));
    const places = [
      `--data-root=${dir}/data`,
      `--exec-root=${dir}/exec`,
      `--pidfile=${dir}/pid`,
      `-H=unix://${dir}/sock`,
    ];
    // Touches no network of this machine; a layer whose download fails is not asked for again and again.
    const apart = ['--bridge=none', '--iptables=false', '--ip-forward=false', '--max-download-attempts=1'];
    const direct = { NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
    // Ends with the process of the tests, however that ends.
    const process = spawn('setpriv', ['--pdeathsig=TERM', 'dockerd', ...places, ...apart], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...globalThis.process.env, ...direct },
    });
    const daemon = new DockerDaemon(dir, process);
    try {
      await ready(process);
      return daemon;
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#ended;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** What a job needs to use this daemon. */
  get env(): Readonly<Record<string, string>> {
    return { DOCKER_HOST: `unix://${this.dir}/sock`, DOCKER_CONFIG: join(this.dir, 'config'), DOCKER_BUILDKIT: '0' };
  }

  /** Runs the command line, and returns what it printed. */
  docker(...args: readonly string[]): string {
    const env = { ...process.env, ...this.env };
    return execFileSync('docker', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  /** `sha256:…`, or nothing. */
  idOf(image: string): string | undefined {
    return this.docker('image', 'ls', '--no-trunc', '--quiet', image) || undefined;
  }

  /** Names of images that were to go away, of all keys. */
  temporaryNames(): string[] {
    const names = this.docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}').split('\n');
    return names.filter((name) => name.startsWith('build-once.tmp/'));
  }

  /**
   * What a job needs to build with BuildKit: a command line that can, from PATH or from Debian's package.
   * undefined: there is none.
   */
  withBuildKit(): Readonly<Record<string, string>> | undefined {
    const context = join(this.dir, 'try');
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
    const candidates = ['docker', '/usr/bin/docker'].map((program) => {
      const first = program === 'docker' ? [] : [dirname(program)];
      const path = [...first, process.env.PATH].join(':');
      return { env: { ...this.env, PATH: path, DOCKER_BUILDKIT: '1' }, program };
    });
    const can = candidates.find(({ env, program }) => {
      return spawnSync(program, ['build', context], { env: { ...process.env, ...env } }).status === 0;
    });
    return can?.env;
  }
}

const START_LIMIT_MS = 30_000;

/** Resolves when it answers. */
function ready(process: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('it does not answer')), START_LIMIT_MS).unref();
    process.once('error', reject);
    process.once('close', () => reject(new Error(said.trim().split('\n').at(-1) ?? 'it ended')));
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
      if (said.includes('API listen on')) resolve();
    });
  });
}

/** A daemon for all tests of a file, and for the names of tests without one. */
export async function dockerForTests(): Promise<{ readonly daemon: DockerDaemon | undefined; readonly why: string }> {
  try {
    return { daemon: await DockerDaemon.start(), why: '' };
  } catch (error) {
    return { daemon: undefined, why: ` (skipped: no dockerd can be started here: ${messageOf(error)})` };
  }
}
