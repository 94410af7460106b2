import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempDir } from '../job/job.ts';

const { status, error } = spawnSync('podman', ['--version']);
/** For the names of tests that need podman; empty where it is. */
export const needsPodman = error || status !== 0 ? ' (skipped: no podman here)' : '';

/** A podman with images of its own, for one test. */
export class Podman {
  readonly #dir = tempDir();
  readonly #args: readonly string[];

  constructor() {
    const store = ['--root', join(this.#dir, 'store'), '--runroot', join(this.#dir, 'run')];
    this.#args = [...store, '--storage-driver', 'vfs', '--events-backend', 'file'];
    const podman = ['exec', 'podman', ...this.#args].join(' ');
    writeFileSync(join(this.#dir, 'docker'), `#!/bin/sh\n${podman} "$@"\n`, { mode: 0o755 });
    onTestFinished(() => rmSync(this.#dir, { recursive: true, force: true }));
  }

  /** For a job to which it is `docker`. */
  get env(): Readonly<Record<string, string>> {
    return { PATH: [this.#dir, process.env.PATH].join(delimiter) };
  }

  /** Answers Docker's own command line until the test ends; for the environment of a job. */
  async serve(): Promise<Readonly<Record<string, string>>> {
    const socket = join(this.#dir, 'sock');
    const service = spawn('podman', [...this.#args, 'system', 'service', '--time=0', `unix://${socket}`]);
    onTestFinished(async () => {
      service.kill('SIGTERM');
      await new Promise((resolve) => service.once('close', resolve));
    });
    // It says nothing once it listens.
    while (!existsSync(socket) && service.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    return { DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '0' };
  }

  run(...args: readonly string[]): string {
    const { stdout } = spawnSync('podman', [...this.#args, ...args], { encoding: 'utf8' });
    return stdout.trim();
  }
}
