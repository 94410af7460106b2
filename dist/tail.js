import { a as systemCode, o as unless, r as messageOf, t as OnceError } from "./errors.js";
import { r as shorten } from "./format.js";
import { d as sleep, f as stopwatch, l as deadlineIn, s as processesOf, t as TOKEN_VARIABLE } from "./proc.js";
import { t as shellFor } from "./shell.js";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { spawn } from "node:child_process";
// src/base/tree.ts
/** On a cancel. The runner kills our process 10 s after its SIGINT; until then the trash and the lock need time too. */
const stopping = [
	{
		signal: "SIGINT",
		untilMs: 2500
	},
	{
		signal: "SIGTERM",
		untilMs: 4e3
	},
	{
		signal: "SIGKILL",
		untilMs: 4900
	}
];
/** For what a command left running when it had ended by itself. */
const sweepingUp = [{
	signal: "SIGTERM",
	untilMs: 1e3
}, {
	signal: "SIGKILL",
	untilMs: 2e3
}];
const KILL_ALL_MS = 500;
const windows$1 = process.platform === "win32";
/**
* A started child that leads a process group, and all that descends from it. Those that left the group are found by
* the token in their environment; who left the group and cleaned its environment cannot be found.
* Without /proc (macOS) only the group is known, on Windows only the child.
*/
var Tree = class {
	#child;
	#token;
	/** The child's pid: not given to another process while the group has members. */
	#group;
	#exited;
	#over = false;
	/** `child` has a pid and, but on Windows, was started `detached`. */
	constructor(child, token) {
		this.#child = child;
		this.#token = token;
		this.#group = child.pid;
		this.#exited = new Promise((resolve) => child.once("exit", () => resolve()));
	}
	/** Resolves when the child has ended. */
	get exited() {
		return this.#exited;
	}
	/** Sends one signal after the other until nobody is left. Resolves to those who are left after the last one's time. */
	async end(steps) {
		const since = stopwatch();
		for (const { signal, untilMs } of steps) {
			this.#send(signal);
			if (await this.#gone(untilMs - since(), signal)) return [];
		}
		return this.survivors();
	}
	/** Kills all of it before it returns, for exit handlers; gives up after 0.5 s. Does nothing after `close`. */
	killAll() {
		if (this.#over) return;
		this.#send("SIGKILL");
		const limit = deadlineIn(KILL_ALL_MS);
		while (this.survivors().length > 0 && limit.left() > 0) {
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
			this.#send("SIGKILL");
		}
	}
	/** From now on the group's number may be another's: nothing is signalled any more. */
	close() {
		this.#over = true;
	}
	/** Living processes of the tree, where the system tells. */
	survivors() {
		if (windows$1) return [];
		return [.../* @__PURE__ */ new Set([...membersOf(this.#group), ...processesOf(this.#token)])];
	}
	async #gone(ms, signal) {
		const limit = deadlineIn(ms);
		if (!await settlesWithin(this.#exited, ms)) return false;
		for (let pause = 2; this.survivors().length > 0; pause = Math.min(2 * pause, 50)) {
			if (limit.left() <= 0) return false;
			if (signal === "SIGKILL") this.#send(signal);
			await sleep(Math.min(pause, limit.left()));
		}
		return true;
	}
	#send(signal) {
		if (windows$1) {
			this.#child.kill(signal);
			return;
		}
		const members = new Set(membersOf(this.#group));
		deliver(-this.#group, signal);
		for (const pid of processesOf(this.#token)) if (!members.has(pid)) deliver(pid, signal);
	}
};
/** Whether `promise` resolves within `ms`. */
async function settlesWithin(promise, ms) {
	const done = new AbortController();
	const first = await Promise.race([promise.then(() => true), sleep(ms, done.signal).then(() => false)]);
	done.abort();
	return first;
}
/** Whether somebody is there to get the signal (0: none is sent). */
function deliver(pid, signal) {
	try {
		return process.kill(pid, signal);
	} catch (error) {
		return systemCode(error) === "EPERM" && process.platform === "linux";
	}
}
/** Living members of a group; zombies do not count: where pid 1 of a container never reaps, they stay for ever. */
function membersOf(group) {
	if (!deliver(-group, 0)) return [];
	const all = pids();
	return all.length === 0 ? [group] : all.filter((pid) => isAliveIn(group, pid));
}
function pids() {
	try {
		return readdirSync("/proc").map(Number).filter(Number.isInteger);
	} catch {
		return [];
	}
}
function isAliveIn(group, pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, "latin1");
		const [state, , processGroup] = text.slice(text.lastIndexOf(")") + 2).split(" ", 3);
		return Number(processGroup) === group && state !== "Z" && state !== "X";
	} catch {
		return false;
	}
}
// src/base/process.ts
const DRAIN_MS = 250;
/** Node turns a longer timer into one of 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
* Runs a command as a process tree of its own, until its first process has ended and nothing of the tree is left.
* Output is read for at most 250 ms after that end: a daemon that keeps the pipe open does not hang the caller.
* An abort, or `timeoutMs`, ends the tree: SIGINT at once, SIGTERM after 2.5 s, SIGKILL after 4 s; 4.9 s in all.
* @throws the signal's reason when it had aborted before: then nothing is started. Later aborts are told in the Ending.
* @throws OnceError BAD_INPUT when the command cannot be started here.
*/
async function runTree(command, options) {
	options.signal.throwIfAborted();
	const child = start(command);
	if (child.pid === void 0) throw startError((await once(child, "error"))[0], command);
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
function start(command) {
	const { file, args, cwd, env, verbatim = false } = command;
	try {
		return spawn(file, args, {
			cwd,
			env: { ...env },
			detached: process.platform !== "win32",
			stdio: [
				"ignore",
				"pipe",
				"pipe"
			],
			windowsHide: true,
			windowsVerbatimArguments: verbatim
		});
	} catch (error) {
		throw startError(error, command);
	}
}
function startError(error, { file, cwd, env }) {
	const { PATH = "unset" } = env;
	const missing = `it was not found on PATH (${PATH}), or the folder ${cwd} is gone; install it on this runner`;
	const why = systemCode(error) === "ENOENT" ? missing : messageOf(error);
	return new OnceError("BAD_INPUT", `The program "${file}" cannot be started: ${why}.`, { cause: error });
}
/** Resolves when the child has ended and both pipes are closed. */
function listen(child, onOutput) {
	child.stdout.on("data", onOutput);
	child.stderr.on("data", onOutput);
	for (const source of [
		child,
		child.stdout,
		child.stderr
	]) source.on("error", () => {});
	return new Promise((resolve) => child.once("close", () => resolve()));
}
async function finish(child, tree, closed, options) {
	const stopped = await exitOrStop(tree.exited, options);
	const unstopped = stopped === void 0 ? [] : await tree.end(stopping);
	await drain(child, closed);
	const leftBehind = stopped === void 0 ? tree.survivors().length : 0;
	const stuck = leftBehind === 0 ? unstopped : await tree.end(sweepingUp);
	const { exitCode, signalCode } = child;
	return {
		exitCode: exitCode ?? void 0,
		killedBy: signalCode ?? void 0,
		stopped,
		leftBehind,
		stuck
	};
}
/** Waits for the first process to end, for an abort, or for the limit. */
async function exitOrStop(exited, { signal, timeoutMs }) {
	if (signal.aborted) return "aborted";
	const done = new AbortController();
	const aborted = new Promise((resolve) => {
		signal.addEventListener("abort", () => resolve("aborted"), {
			once: true,
			signal: done.signal
		});
	});
	const races = [exited.then(() => void 0), aborted];
	if (timeoutMs <= LONGEST_TIMER_MS) races.push(sleep(timeoutMs, done.signal).then(() => "timeout"));
	const first = await Promise.race(races);
	done.abort();
	return first;
}
/** Reads what the pipes still hold, then lets go of them: an open one would keep our event loop alive. */
async function drain(child, closed) {
	if (!await settlesWithin(closed, DRAIN_MS)) await setImmediate();
	child.stdout.destroy();
	child.stderr.destroy();
	child.unref();
}
// src/producers/command.ts
/** Files through which a script would reach its own job only; while it runs, they are scratch files. */
const RUNNER_FILES = [
	"GITHUB_ENV",
	"GITHUB_PATH",
	"GITHUB_OUTPUT"
];
const IDENTITY_LENGTH = 200;
const windows = process.platform === "win32";
/** Inputs and state of this action, and the tokens with which the runner's services are reached. */
const PRIVATE = new RegExp("^(?:INPUT_|STATE_|ACTIONS_|GITHUB_STATE$)", windows ? "i" : "");
/**
* Runs what the user wrote as a tree of its own: the script in a file, in a cleaned environment.
* @throws OnceError BAD_INPUT when the working directory or the shell is missing on this machine.
* @throws the signal's reason when it had aborted before the start; a later abort is told in the ending.
*/
async function runCommand(spec, options) {
	options.signal.throwIfAborted();
	requireFolder(spec);
	const own = mkdtempSync(join(options.scratch, "run-"));
	const env = buildEnvironment(options, own);
	const shell = shellFor(spec.shell, {
		windows,
		has: (program) => hasProgram(program, options.env)
	});
	const script = join(own, `script${shell.extension}`);
	writeFileSync(script, shell.prepare(spec.script), { mode: 384 });
	const { program: file, verbatim } = shell;
	return {
		ending: await runTree({
			file,
			verbatim,
			args: shell.argumentsFor(script),
			cwd: spec.workingDirectory,
			env
		}, options),
		identity: readIdentity(own),
		exported: RUNNER_FILES.filter((name) => sizeOf(join(own, name)) > 0)
	};
}
function requireFolder({ workingDirectory, workingDirectoryAsWritten }) {
	if (unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => statSync(workingDirectory))?.isDirectory()) return;
	throw new OnceError("BAD_INPUT", `working-directory: "${shorten(workingDirectoryAsWritten)}" is no folder here (${workingDirectory}). Check it out or create it in an earlier step, or name another one.`);
}
function buildEnvironment(options, own) {
	const { env, key, out, token, within } = options;
	const kept = Object.entries(env).filter(([name]) => !PRIVATE.test(name));
	return {
		...Object.fromEntries(kept),
		...Object.fromEntries(RUNNER_FILES.map((name) => [name, emptyFile(own, name)])),
		BUILD_ONCE_OUT: out,
		BUILD_ONCE_KEY: key,
		BUILD_ONCE_IDENTITY: emptyFile(own, "identity"),
		[TOKEN_VARIABLE]: token,
		...within && { ["BUILD_ONCE_WITHIN"]: within.join(",") }
	};
}
function emptyFile(folder, name) {
	const file = join(folder, name);
	writeFileSync(file, "");
	return file;
}
/** Whether one of the folders of PATH has the program, looked up without starting anything. */
function hasProgram(program, env) {
	const { Path = "", PATH = Path } = env;
	const folders = PATH.split(delimiter).filter(Boolean);
	const names = windows ? [`${program}.exe`, `${program}.cmd`] : [program];
	return folders.some((folder) => names.some((name) => isProgram(join(folder, name))));
}
function isProgram(file) {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch {
		return false;
	}
}
function sizeOf(file) {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
function readIdentity(own) {
	const file = join(own, "identity");
	if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void 0;
	return [...(readStart(file, 1600).split(/\r\n|\r|\n/, 1)[0] ?? "").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "").trim()].slice(0, IDENTITY_LENGTH).join("") || void 0;
}
function readStart(file, bytes) {
	const descriptor = openSync(file, "r");
	try {
		const buffer = Buffer.alloc(bytes);
		return buffer.toString("utf8", 0, readSync(descriptor, buffer));
	} finally {
		closeSync(descriptor);
	}
}
// src/producers/tail.ts
const MAX_BYTES = 8192;
/** Remembers the end of what a build printed, to be shown once more where nobody has to unfold a group. */
var Tail = class {
	#chunks = [];
	#bytes = 0;
	#endsLine = true;
	push(chunk) {
		if (chunk.length === 0) return;
		this.#chunks.push(Buffer.from(chunk.subarray(-8192)));
		this.#bytes += Math.min(chunk.length, MAX_BYTES);
		this.#endsLine = chunk.at(-1) === 10;
		if (this.#bytes > 16 * MAX_BYTES) this.#keep(this.#end());
	}
	/** Whether what is printed next starts a line of its own: only there does the runner see a workflow command. */
	get endsLine() {
		return this.#endsLine;
	}
	/** The last lines, 30 and 8 KiB at most, in a form that the runner does not take for workflow commands. */
	lines() {
		const lines = this.#end().toString("utf8").replace(/^\ufffd+/, "").split(/\r?\n/);
		if (lines.at(-1) === "") lines.pop();
		return lines.slice(-30).map(harmless);
	}
	#end() {
		return Buffer.concat(this.#chunks).subarray(-8192);
	}
	#keep(end) {
		this.#chunks = [end];
		this.#bytes = end.length;
	}
};
/**
* The runner ends a line at a bare carriage return too, obeys `::command::` after leading blanks and `##[command]`
* anywhere in a line. Of a progress bar only what a terminal would show stays.
*/
function harmless(line) {
	return `| ${(line.split("\r").filter(Boolean).at(-1) ?? "").replaceAll("##[", "# #[")}`;
}
export { runCommand as n, Tail as t };
