import { G as sleep, H as deadlineIn, K as stopwatch, N as processesOf, Q as systemCode } from "./main.js";
const { accessSync, constants, readFileSync, readdirSync, statSync } = process.getBuiltinModule("fs");
const { delimiter, join } = process.getBuiltinModule("path");
// src/base/tree.ts
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
const sweepingUp = [{
	signal: "SIGTERM",
	untilMs: 1e3
}, {
	signal: "SIGKILL",
	untilMs: 2e3
}];
const KILL_ALL_MS = 500;
const windows$1 = process.platform === "win32";
var Tree = class {
	#child;
	#token;
	#group;
	#exited;
	#over = false;
	constructor(child, token) {
		this.#child = child;
		this.#token = token;
		this.#group = child.pid;
		this.#exited = new Promise((resolve) => child.once("exit", () => resolve()));
	}
	get exited() {
		return this.#exited;
	}
	async end(steps) {
		const since = stopwatch();
		for (const { signal, untilMs } of steps) {
			this.#send(signal);
			if (await this.#gone(untilMs - since(), signal)) return [];
		}
		return this.survivors();
	}
	killAll() {
		if (this.#over) return;
		this.#send("SIGKILL");
		const limit = deadlineIn(KILL_ALL_MS);
		while (this.survivors().length > 0 && limit.left() > 0) {
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
			this.#send("SIGKILL");
		}
	}
	close() {
		this.#over = true;
	}
	survivors() {
		if (windows$1) return [];
		return [...new Set([...membersOf(this.#group), ...processesOf(this.#token)])];
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
async function settlesWithin(promise, ms) {
	const done = new AbortController();
	const first = await Promise.race([promise.then(() => true), sleep(ms, done.signal).then(() => false)]);
	done.abort();
	return first;
}
function deliver(pid, signal) {
	try {
		return process.kill(pid, signal);
	} catch (error) {
		return systemCode(error) === "EPERM" && process.platform === "linux";
	}
}
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
// src/producers/environment.ts
const windows = process.platform === "win32";
const PRIVATE = new RegExp("^(?:INPUT_|STATE_|ACTIONS_|GITHUB_STATE$)", windows ? "i" : "");
function withoutPrivate(env) {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !PRIVATE.test(name)));
}
function findProgram(program, env) {
	const { Path = "", PATH = Path } = env;
	const folders = PATH.split(delimiter).filter(Boolean);
	const names = windows ? [`${program}.exe`, `${program}.cmd`] : [program];
	return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}
function isProgram(file) {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch {
		return false;
	}
}
export { stopping as a, settlesWithin as i, withoutPrivate as n, sweepingUp as o, Tree as r, findProgram as t };
