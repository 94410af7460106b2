import { G as sleep, Q as systemCode, X as OnceError, Z as messageOf } from "./main.js";
import { a as stopping, i as settlesWithin, o as sweepingUp, r as Tree } from "./environment.js";
const { spawn } = process.getBuiltinModule("child_process");
const { once } = process.getBuiltinModule("events");
// src/base/process.ts
const DRAIN_MS = 250;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
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
async function drain(child, closed) {
	if (!await settlesWithin(closed, DRAIN_MS)) await new Promise(setImmediate);
	child.stdout.destroy();
	child.stderr.destroy();
	child.unref();
}
// src/producers/tail.ts
const MAX_BYTES = 8192;
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
	get endsLine() {
		return this.#endsLine;
	}
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
function harmless(line) {
	return `| ${(line.split("\r").filter(Boolean).at(-1) ?? "").replaceAll("##[", "# #[")}`;
}
export { runTree as n, Tail as t };
