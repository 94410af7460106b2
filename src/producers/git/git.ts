import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OnceError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { type Deadline, deadlineIn } from '../../base/wait.ts';
import { runTree, type TreeEnd } from '../../host/process.ts';
import { removeTreesIn } from '../../host/remove-tree.ts';
import { type ProbeResult, probe } from '../probe.ts';
import type { Attempt, Environment } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';
import { Tail } from '../tail.ts';
import { Lines } from './lines.ts';
import { attemptEnvironment } from './settings.ts';
import { type Failure, failed, failureIn, nameOf, retryNetwork } from './trouble.ts';

/** Runs git in the build folder of one attempt, as process trees that end with the attempt. */
export class Git {
  readonly #spec: RepositorySpec;
  readonly #attempt: Attempt;
  readonly #env: Environment;
  readonly #limit: Deadline;
  #killCurrent: (() => void) | undefined;

  constructor(spec: RepositorySpec, attempt: Attempt) {
    this.#spec = spec;
    this.#attempt = attempt;
    this.#env = attemptEnvironment(spec, attempt);
    this.#limit = deadlineIn(attempt.timeoutMs);
  }

  /** Milliseconds left of the attempt's time limit; Infinity: no limit. */
  leftMs(): number {
    return this.#limit.left();
  }

  /**
   * Runs one command, again after a network failure.
   * @throws OnceError BUILD_FAILED if it fails, or if the attempt's time is up; the signal's reason if aborted
   */
  async run(...args: readonly [string, ...string[]]): Promise<void> {
    const failure = await this.try(...args);
    if (failure !== undefined) throw failed(failure, this.#spec, args[0]);
  }

  /** As {@link run}, but returns why the command failed; undefined if it succeeded. */
  async try(...args: readonly [string, ...string[]]): Promise<Failure | undefined> {
    return (await retryNetwork(this.#attempt, () => this.#once(args))).failure;
  }

  /** Runs a short command that only reads the repository in the build folder. */
  ask(...args: readonly string[]): Promise<ProbeResult> {
    return probe('git', ['-C', this.#attempt.out, ...args], { env: this.#env, signal: this.#attempt.signal });
  }

  async #once(args: readonly string[]): Promise<{ readonly failure: Failure | undefined }> {
    const { out, token, signal, reporter } = this.#attempt;
    const onSpawn = (killAll: () => void): void => this.#watch(killAll);
    const tail = new Tail();
    const lines = new Lines((line) => reporter.info(line));
    const onOutput = (chunk: Uint8Array): void => {
      tail.push(chunk);
      lines.push(chunk);
    };
    const command = { file: 'git', args, cwd: out, env: this.#env };
    const ending = await runTree(command, { token, timeoutMs: this.#limit.left(), signal, onOutput, onSpawn });
    lines.end();
    signal.throwIfAborted();
    this.#refuseUnfinished(ending);
    if (ending.exitCode === 0) return { failure: undefined };
    await this.#removeIncompletePacks();
    const failure = failureIn(tail.lines().join('\n'));
    return { failure: ending.killedBy === undefined ? failure : { ...failure, trouble: 'other' } };
  }

  /** Registers one exit handler for all commands, of which one runs at a time. */
  #watch(killAll: () => void): void {
    if (this.#killCurrent === undefined) this.#attempt.onSpawn(() => this.#killCurrent?.());
    this.#killCurrent = killAll;
  }

  #refuseUnfinished({ stopped, stuck }: TreeEnd): void {
    const { reporter, timeoutMs } = this.#attempt;
    if (stuck.length > 0) reporter.warn(`git left processes that cannot be ended: pid ${stuck.join(', ')}.`);
    if (stopped === undefined) return;
    const limit = `\`build-timeout\`, ${formatDuration(timeoutMs)}`;
    throw new OnceError('BUILD_FAILED', `repository: fetching ${nameOf(this.#spec)} took longer than ${limit}.`);
  }

  /** Removes incomplete packs: git never reads again what an interrupted fetch received. */
  async #removeIncompletePacks(): Promise<void> {
    const dir = join(this.#attempt.out, '.git/objects/pack');
    const names = await readdir(dir).catch(() => []);
    await removeTreesIn(
      dir,
      names.filter((each) => each.startsWith('tmp_')),
    );
  }
}
