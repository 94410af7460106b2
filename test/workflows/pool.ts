import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, test } from 'vitest';
import { removeTree } from '../../src/host/remove-tree.ts';
import { tempDir } from '../harness/job/job.ts';
import { UNRELEASED } from '../harness/markdown.ts';
import { act, type Engine } from './engines.ts';
import { jobsIn, type Line, type ToldJob } from './told.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What this action is called by: in the files of the tests, and in the documents. */
const REFS = ['v1', UNRELEASED];

/** What a runner needs of this repository. */
const RELEASED = ['action.yml', 'claim', 'publish', 'prune', 'dist'];

/** The workflow file of this name in this folder. */
export function workflow(name: string): string {
  return readFileSync(join(import.meta.dirname, 'jobs', name), 'utf8');
}

export interface TestOptions {
  /** Those that it is run on, each as a test of its own; unset: act. */
  readonly on?: readonly Engine[];
  /** Why it is to be skipped for another reason than a missing engine; unset: it is not. */
  readonly skip?: string;
}

/** A test that needs an engine; where that cannot be had, its name says why it is skipped. */
export function workflowTest(
  name: string,
  body: (engine: Engine) => Promise<void>,
  { on = [act], skip = '' }: TestOptions = {},
): void {
  for (const engine of on) {
    const before = on.length > 1 ? `${engine.name}: ` : '';
    const why = engine.whyNot + skip;
    test.skipIf(why !== '')(before + name + why, () => body(engine));
  }
}

export type Files = Readonly<Record<string, string | Buffer>>;

/** Several runs of one repository on one self-hosted runner pool. */
export class Pool {
  /** Outside of the workspaces, as a pool's shared disk. */
  readonly #dir = tempDir();
  readonly #repository: string;
  readonly #engine: Engine;

  /** @param files of the repository; programs and what begins with `#!` are made executable */
  constructor(files: Files, engine = act) {
    this.#engine = engine;
    // Before the folder itself: a build may be read-only.
    onTestFinished(async () => void (await removeTree(this.root)));
    this.#repository = join(this.#dir, 'app');
    mkdirSync(this.#repository);
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.#repository, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { mode: /^(#!|\x7fELF)/.test(content.toString('latin1')) ? 0o755 : 0o644 });
    }
    for (const each of RELEASED) cpSync(join(ROOT, each), join(this.#dir, 'build-once', each), { recursive: true });
    mkdirSync(join(this.#dir, 'home'));
    this.#commit();
  }

  /** What all jobs of all runs share: the engine makes it their tool cache. */
  get root(): string {
    return join(this.#dir, 'runners/tool_cache');
  }

  /** Starts a run of a workflow. */
  start(workflow: string, options: RunOptions = {}): Run {
    const file = join(this.#dir, 'workflow.yml');
    writeFileSync(file, workflow);
    const process = spawn(this.#engine.program, this.#arguments(file, options), {
      cwd: this.#repository,
      env: this.#environment(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run = new Run(process);
    onTestFinished(async () => {
      process.kill('SIGKILL');
      await run.ended;
    });
    return run;
  }

  /** Runs a workflow to its end. */
  async run(workflow: string, options: RunOptions = {}): Promise<Run> {
    const run = this.start(workflow, options);
    await run.ended;
    return run;
  }

  #arguments(file: string, { vars = {}, event = 'push', validate = false, cache, more = [] }: RunOptions): string[] {
    const given = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
    return [
      event,
      '--json',
      ...this.#engine.own,
      ...(cache === undefined
        ? ['--no-cache-server']
        : [`--cache-server-path=${cache}`, '--cache-server-addr=127.0.0.1', '--cache-server-port=0']),
      `--workflows=${file}`,
      '--platform=self-hosted=-self-hosted',
      ...REFS.map((ref) => `--local-repository=build-once/build-once@${ref}=${join(this.#dir, 'build-once')}`),
      `--action-cache-path=${join(this.#dir, 'runners')}`,
      ...(validate ? ['--validate'] : []),
      ...given,
      ...more,
    ];
  }

  #environment({ env }: RunOptions): NodeJS.ProcessEnv {
    // Whatever `node` is first is run; and no settings of this machine's user are to be found.
    const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const own = { PATH: path, HOME: join(this.#dir, 'home'), TMPDIR: process.env.TMPDIR };
    // The engines note the folders of local repositories in a map without a lock, from all jobs at once, and Go ends a
    // program that does so on two processors.
    return { ...own, GOMAXPROCS: '1', ...this.#engine.env, ...env };
  }

  #commit(): void {
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: this.#repository, stdio: 'ignore' });
    git('init', '-q', '-b', 'main');
    // Owner and name are taken from it.
    git('remote', 'add', 'origin', 'https://github.com/octo/app');
    git('add', '--all');
    git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-q', '--allow-empty', '-m', 'all');
  }
}

export interface RunOptions {
  /** What the workflow is run on; unset is a push. */
  readonly event?: string;
  /** Only looks whether it is a workflow, whose expressions can be read. */
  readonly validate?: boolean;
  /** For the environment of the runner, which all steps get. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the engine's cache server, which this run starts; undefined: it has none. */
  readonly cache?: string;
  /** More arguments for the engine. */
  readonly more?: readonly string[];
  /** For the context `vars`. */
  readonly vars?: Readonly<Record<string, string>>;
}

/** One run of a workflow. */
export class Run {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  code: number | null = null;
  readonly #lines: Line[] = [];
  /** What is no JSON, such as why a workflow is not taken. */
  #other = '';
  #listeners: (() => void)[] = [];

  constructor(process: ChildProcess) {
    this.process = process;
    for (const stream of [process.stdout, process.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.#hear(line));
    }
    this.ended = new Promise((resolve) => {
      process.once('close', (code) => {
        this.code = code;
        this.#wake();
        resolve();
      });
    });
  }

  /** The jobs with this id: one, or those of its matrix. */
  jobs(id: string): ToldJob[] {
    return jobsIn(this.#lines, id);
  }

  /** The job with this id; throws where there is not one. */
  job(id: string): ToldJob {
    const [job, ...more] = this.jobs(id);
    if (job === undefined || more.length > 0) throw new Error(`There is not one job ${id}:\n${this.log}`);
    return job;
  }

  /** All that was told. */
  get log(): string {
    return this.#lines.map(({ job = '', msg }) => `[${job}] ${msg.trimEnd()}\n`).join('') + this.#other;
  }

  /** Waits until steps have printed `what` so often; fails when the run ends without. */
  async said(what: string, times = 1): Promise<void> {
    const count = () => this.#lines.filter(({ raw_output, msg }) => raw_output && msg.includes(what)).length;
    while (count() < times) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`The run ended without saying ${times} times: ${what}\n${this.log}`);
      }
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  #hear(line: string): void {
    try {
      const told = JSON.parse(line) as Line;
      if (told.level !== 'debug') this.#lines.push(told);
    } catch {
      this.#other += `${line}\n`;
    }
    this.#wake();
  }

  #wake(): void {
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}
