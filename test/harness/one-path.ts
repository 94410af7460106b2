import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from './job/cli.ts';
import { endJobs } from './job/ended.ts';
import { type Job, type JobOptions, ledger, tempDir } from './job/job.ts';
import { CacheServer } from './servers/cache-server.ts';
import { builds } from './storm/remains.ts';

/** Hosts that share no disk and keep their caches at one path. One of them is there at a time. */
export class OnePath {
  readonly root: string;
  readonly server: CacheServer;
  /** A line for each build. */
  readonly built = ledger();
  readonly #away: string;
  #here = 'first';

  private constructor(server: CacheServer) {
    const dir = tempDir();
    this.server = server;
    this.#away = join(dir, 'away');
    this.root = join(dir, 'root');
    for (const folder of [this.#away, this.root]) mkdirSync(folder);
  }

  static async start(): Promise<OnePath> {
    return new OnePath(await new CacheServer().listen());
  }

  /** Another host is there from now on: a new one, or one that was there before. */
  switchTo(host: string): void {
    renameSync(this.root, join(this.#away, this.#here));
    this.#here = host;
    if (readdirSync(this.#away).includes(host)) renameSync(join(this.#away, host), this.root);
    else mkdirSync(this.root);
  }

  /** A job whose build contains its own path: `tool` prints the token of the attempt that made it. */
  options(more: Record<string, string> = {}): JobOptions {
    const tool = 'printf "#!/bin/sh\\ncat $BUILD_ONCE_OUT/made\\n" > "$BUILD_ONCE_OUT/tool"';
    const make = ['echo "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/made"', tool, 'chmod +x "$BUILD_ONCE_OUT/tool"'];
    const inputs = { key: 'sdk', run: [this.built.note, ...make].join('\n'), remote: 'actions-cache', ...more };
    return { root: this.root, inputs, env: this.server.env('v2') };
  }

  /** Removes all builds of the host that is there; their jobs are over. */
  async prune(): Promise<void> {
    endJobs(this.root);
    const { code, err } = await runCli(['prune', '--root', this.root, '--max-size', '0', '--grace', '0s']);
    expect([code, err, builds(this.root)]).toEqual([0, '', []]);
  }
}

/** What the tool in a build prints, which finds its own file by the path that it was built with. */
export function tokenIn({ outputs }: Job): string {
  return execFileSync(join(outputs.path ?? '', 'tool'), { encoding: 'utf8' }).trim();
}
