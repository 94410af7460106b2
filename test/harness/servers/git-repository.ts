import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type Job, tempDir } from '../job/job.ts';

const env = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  // The servers are in this process, which waits for git: what it would ask them it would never hear.
  GIT_ALLOW_PROTOCOL: 'file',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 't'],
      [`GIT_${who}_EMAIL`, 't@t'],
    ]),
  ),
};

/** Runs git without anything of this machine's settings; gives what it printed. */
export function git(dir: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: dir, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** A bare repository in `projects`, which a server gives out, and a worktree from which it is filled. */
export class Repository {
  readonly bare: string;
  readonly work: string;

  constructor(projects: string, name: string) {
    this.bare = join(projects, name);
    this.work = join(tempDir(), 'work');
    git('/', 'init', '-q', '--bare', '-b', 'main', this.bare);
    git('/', 'init', '-q', '-b', 'main', this.work);
    git(this.work, 'remote', 'add', 'origin', this.bare);
  }

  /** Commits files, pushes the branch and gives the commit's name. */
  commit(files: Readonly<Record<string, string>>, branch = 'main'): string {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.work, name)), { recursive: true });
      writeFileSync(join(this.work, name), content);
    }
    git(this.work, 'add', '--all');
    git(this.work, 'commit', '-q', '-m', Object.keys(files).join(' '));
    git(this.work, 'push', '-q', '--force', 'origin', `HEAD:refs/heads/${branch}`);
    return git(this.work, 'rev-parse', 'HEAD');
  }

  /** Adds a submodule in the folder of its name, and gives the commit's name. */
  submodule(name: string, url: string, commit: string): string {
    git(this.work, 'config', '--file', '.gitmodules', `submodule.${name}.path`, name);
    git(this.work, 'config', '--file', '.gitmodules', `submodule.${name}.url`, url);
    git(this.work, 'update-index', '--add', '--cacheinfo', `160000,${commit},${name}`);
    mkdirSync(join(this.work, name), { recursive: true });
    git(this.work, 'add', '.gitmodules');
    git(this.work, 'commit', '-q', '-m', name);
    git(this.work, 'push', '-q', 'origin', 'HEAD:refs/heads/main');
    return git(this.work, 'rev-parse', 'HEAD');
  }

  /** Tags the last commit; with a message it is an annotated tag. */
  tag(name: string, message?: string): void {
    git(this.work, 'tag', ...(message === undefined ? [] : ['-a', '-m', message]), name);
    git(this.work, 'push', '-q', 'origin', `refs/tags/${name}`);
  }
}

/** A file that no compression makes small, so that a fetch of it has a middle. */
export function large(): string {
  return randomBytes(300_000).toString('base64');
}

/** The worktree of a build is whole and clean for whoever comes later, and at `commit`, detached. */
export function expectCheckout(job: Job, commit: string, files: Readonly<Record<string, string>> = {}): void {
  const { path = '', identity } = job.outputs;
  expect(identity, job.log).toBe(commit);
  expect(readFileSync(join(path, '.git/HEAD'), 'utf8')).toBe(`${commit}\n`);
  for (const [name, content] of Object.entries(files)) expect(readFileSync(join(path, name), 'utf8')).toBe(content);
  expect(git(path, 'status', '--porcelain')).toBe('');
}
