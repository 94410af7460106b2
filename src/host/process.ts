import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { messageOf, OnceError, systemCode } from '../base/errors.ts';
import { within } from '../base/wait.ts';
import { stopping, sweepingUp, Tree } from './process-tree.ts';
import { searchPath } from './search-path.ts';

/** A program to start, never through a shell of ours. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are quoted already, as `cmd` wants them. */
  readonly verbatim?: boolean;
  /** Absolute path. */
  readonly cwd: string;
  /** All of the environment; `PATH` in it is where `file` is looked for. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a tree is watched and ended. */
export interface TreeOptions {
  /** Value of BUILD_ONCE_TOKEN in `env`: how processes are found that left the group. */
  readonly token: string;
  /** Milliseconds; Infinity: no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Standard output and standard error, as they come; must not throw. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Called right after the start; `killAll` is synchronous, for exit handlers, and does nothing after the end. */
  readonly onSpawn?: ((killAll: () => void) => void) | undefined;
}

/** How a tree ended. */
export interface TreeEnd {
  /** undefined when a signal ended the first process. */
  readonly exitCode: number | undefined;
  readonly killedBy: NodeJS.Signals | undefined;
  /** Why we ended it; undefined when it ended by itself. */
  readonly stopped: 'aborted' | 'timeout' | undefined;
  /** How many processes the command had left running when it ended by itself; they were ended then. */
  readonly leftBehind: number;
  /** Processes that live on in spite of SIGKILL: another user's, or stuck in the kernel. They may still write. */
  readonly stuck: readonly number[];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const DRAIN_MS = 250;

/**
 * Runs a command as a process tree of its own, until its first process has ended and nothing of the tree is left.
 * Output is read for at most 250 ms after that end: a daemon that keeps the pipe open does not hang the caller.
 * An abort, or `timeoutMs`, ends the tree: SIGINT at once, SIGTERM after 2.5 s, SIGKILL after 4 s; 4.9 s in all.
 * @throws the signal's reason when it had aborted before: then nothing is started. A later abort shows in the TreeEnd.
 * @throws OnceError BAD_INPUT when the command cannot be started here.
 */
export async function runTree(command: Command, options: TreeOptions): Promise<TreeEnd> {
  options.signal.throwIfAborted();
  const child = start(command);
  if (child.pid === undefined) throw startError((await once(child, 'error'))[0], command);
  const tree = new Tree(child, options.token);
  const closed = listen(child, options.onOutput);
  try {
    options.onSpawn?.(() => tree.killAll());
    return await finish(child, tree, closed, options);
  } catch (error) {
    tree.killAll();
    throw error;
  } finally {
    tree.close();
  }
}

function start(command: Command): Child {
  const { file, args, cwd, env, verbatim = false } = command;
  try {
    return spawn(file, args, {
      cwd,
      env: { ...env },
      // A session of its own: one signal reaches all of it, and none that is meant for us does.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments: verbatim,
    });
  } catch (error) {
    throw startError(error, command);
  }
}

function startError(error: unknown, { file, cwd, env }: Command): OnceError {
  const missing = `it was not found on PATH (${searchPath(env) ?? 'unset'}), or the folder ${cwd} is gone; install it on this runner`;
  const why = systemCode(error) === 'ENOENT' ? missing : messageOf(error);
  return new OnceError('BAD_INPUT', `The program "${file}" cannot be started: ${why}.`, { cause: error });
}

/** Resolves when the child has ended and both pipes are closed. */
function listen(child: Child, onOutput: (chunk: Uint8Array) => void): Promise<void> {
  child.stdout.on('data', onOutput);
  child.stderr.on('data', onOutput);
  // Without a listener these events would end this process. What they mean shows in how the tree ends.
  for (const source of [child, child.stdout, child.stderr]) source.on('error', () => {});
  return new Promise((resolve) => child.once('close', () => resolve()));
}

async function finish(child: Child, tree: Tree, closed: Promise<void>, options: TreeOptions): Promise<TreeEnd> {
  const stopped = await exitOrStop(tree.exited, options);
  const unstopped = stopped === undefined ? [] : await tree.end(stopping);
  await drain(child, closed);
  const leftBehind = stopped === undefined ? tree.survivors().length : 0;
  const stuck = leftBehind === 0 ? unstopped : await tree.end(sweepingUp);
  const { exitCode, signalCode } = child;
  return { exitCode: exitCode ?? undefined, killedBy: signalCode ?? undefined, stopped, leftBehind, stuck };
}

/** Waits for the first process to end, for an abort, or for the limit. */
async function exitOrStop(exited: Promise<void>, { signal, timeoutMs }: TreeOptions): Promise<TreeEnd['stopped']> {
  if (signal.aborted) return 'aborted';
  if ((await within(exited, timeoutMs, signal)) !== 'late') return undefined;
  return signal.aborted ? 'aborted' : 'timeout';
}

/** Reads what the pipes still hold, then closes them: an open pipe would keep the event loop alive. */
async function drain(child: Child, closed: Promise<void>): Promise<void> {
  await within(closed, DRAIN_MS);
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
}
