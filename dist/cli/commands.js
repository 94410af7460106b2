import { n as __exportAll } from "./rolldown-runtime.js";
import { I as formatDuration, K as systemCode, R as inOneLine, S as within, V as OnceError, W as messageOf, b as sleep, g as deadlineIn, q as unless, x as stopwatch, z as shorten } from "./command.js";
import { B as processState, Dt as newToken, N as TOKEN_VARIABLE, R as pids, V as processesOf, f as fingerprintOf, o as shellFor } from "./run.js";
const { accessSync, closeSync, constants, mkdtempSync, openSync, readSync, readdirSync, statSync, writeFileSync } = process.getBuiltinModule("fs");
const { delimiter, join } = process.getBuiltinModule("path");
const { stripVTControlCharacters } = process.getBuiltinModule("util");
const { constants: constants$1 } = process.getBuiltinModule("os");
const { spawn, spawnSync } = process.getBuiltinModule("child_process");
const { once } = process.getBuiltinModule("events");
// src/host/process-tree.ts
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
const windows$2 = process.platform === "win32";
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
		if (windows$2) return [];
		return [...new Set([...membersOf(this.#group), ...processesOf(this.#token)])];
	}
	async #gone(ms, signal) {
		const limit = deadlineIn(ms);
		if (await within(this.#exited, ms) === "late") return false;
		for (let pause = 2; this.survivors().length > 0; pause = Math.min(2 * pause, 50)) {
			if (limit.left() <= 0) return false;
			if (signal === "SIGKILL") this.#send(signal);
			await sleep(Math.min(pause, limit.left()));
		}
		return true;
	}
	#send(signal) {
		if (windows$2) {
			if (this.#child.exitCode === null && this.#child.signalCode === null) endOnWindows(this.#child, signal);
			return;
		}
		const members = new Set(membersOf(this.#group));
		deliver(-this.#group, signal);
		for (const pid of processesOf(this.#token)) if (!members.has(pid)) deliver(pid, signal);
	}
};
function endOnWindows(child, signal) {
	if (spawnSync("taskkill", [
		"/PID",
		`${child.pid}`,
		"/T",
		"/F"
	], {
		stdio: "ignore",
		windowsHide: true
	}).status !== 0) child.kill(signal);
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
	return all.length === 0 ? [group] : all.filter((pid) => isAliveIn(group, processState(pid)));
}
function isAliveIn(group, state) {
	return state?.group === group && !state.zombie;
}
// src/host/search-path.ts
function searchPath(env, os = process.platform) {
	if (os !== "win32") return env.PATH;
	const name = Object.keys(env).find((each) => each.toUpperCase() === "PATH" && env[each] !== void 0);
	return name === void 0 ? void 0 : env[name];
}
// src/host/process.ts
const DRAIN_MS = 250;
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
	const missing = `it was not found on PATH (${searchPath(env) ?? "unset"}), or the folder ${cwd} is gone; install it on this runner`;
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
	if (await within(exited, timeoutMs, signal) !== "late") return void 0;
	return signal.aborted ? "aborted" : "timeout";
}
async function drain(child, closed) {
	await within(closed, DRAIN_MS);
	child.stdout.destroy();
	child.stderr.destroy();
	child.unref();
}
// src/producers/environment.ts
const windows$1 = process.platform === "win32";
const PRIVATE = new RegExp("^(?:INPUT_|STATE_|ACTIONS_|GITHUB_STATE$)", windows$1 ? "i" : "");
function withoutPrivate(env) {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !PRIVATE.test(name)));
}
function findProgram(program, env) {
	const folders = (searchPath(env) ?? "").split(delimiter).filter(Boolean);
	const names = windows$1 ? [`${program}.exe`, `${program}.cmd`] : [program];
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
// src/producers/command.ts
const RUNNER_FILES = [
	"GITHUB_ENV",
	"GITHUB_PATH",
	"GITHUB_OUTPUT"
];
const IDENTITY_LENGTH = 200;
const windows = process.platform === "win32";
async function runCommand(spec, options) {
	options.signal.throwIfAborted();
	requireFolder(spec);
	const own = mkdtempSync(join(options.scratch, "run-"));
	const env = buildEnvironment(options, own);
	return {
		ending: await runTree({
			...spec.argv === void 0 ? scripted(spec, own, options) : programOf(spec.argv),
			cwd: spec.workingDirectory,
			env
		}, options),
		identity: readIdentity(own),
		exported: RUNNER_FILES.filter((name) => sizeOf(join(own, name)) > 0)
	};
}
function programOf([file = "", ...args]) {
	return {
		file,
		args
	};
}
function scripted(spec, folder, { env }) {
	const shell = shellFor(spec.shell, {
		windows,
		has: (program) => findProgram(program, env) !== void 0
	});
	if (shell.isPosix) refuseCarriageReturns(spec);
	const script = join(folder, `script${shell.extension}`);
	writeFileSync(script, shell.prepare(spec.script), { mode: 384 });
	return {
		file: shell.program,
		verbatim: shell.verbatim,
		args: shell.argumentsFor(script)
	};
}
function refuseCarriageReturns({ script }) {
	const line = script.split("\n").findIndex((each) => each.endsWith("\r"));
	if (line < 0) return;
	throw new OnceError("BAD_INPUT", `The script has the line ends of Windows (CRLF), first in line ${line + 1}, and its shell takes the carriage return for a part of each word. Save what it comes from with LF, or set \`shell\` to one that knows them.`);
}
function requireFolder({ workingDirectory, workingDirectoryAsWritten }) {
	if (unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => statSync(workingDirectory))?.isDirectory()) return;
	const what = workingDirectoryAsWritten === "" ? `The workspace ${workingDirectory} is not a folder` : `working-directory: "${shorten(workingDirectoryAsWritten)}" is not a folder here (${workingDirectory})`;
	throw new OnceError("BAD_INPUT", `${what}. Check it out or create it in an earlier step, or name another one.`);
}
function buildEnvironment(options, own) {
	const { env, key, out, token, within } = options;
	return {
		...withoutPrivate(env),
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
function sizeOf(file) {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
function readIdentity(own) {
	const file = join(own, "identity");
	if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void 0;
	const line = readStart(file, 1600).split(/\r\n|\r|\n/, 1)[0] ?? "";
	return [...inOneLine(line, "").trim()].slice(0, IDENTITY_LENGTH).join("") || void 0;
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
// src/producers/check.ts
var check_exports = __exportAll({ runCheck: () => runCheck });
const LIMIT_MS = 3e4;
async function runCheck(spec, options) {
	const { timeoutMs = LIMIT_MS, reporter } = options;
	const tail = new Tail();
	const onOutput = (chunk) => tail.push(chunk);
	const { ending } = await runCommand(spec, {
		...options,
		timeoutMs,
		token: newToken(),
		onOutput
	});
	options.signal.throwIfAborted();
	const why = reason(ending, timeoutMs);
	for (const line of tail.lines()) reporter.debug(line);
	reporter.debug(`The check ${why}; processes it left running: ${ending.leftBehind}.`);
	const hung = ending.stopped !== void 0;
	return {
		passed: ending.exitCode === 0 && !hung,
		hung,
		why
	};
}
function reason(ending, timeoutMs) {
	if (ending.stopped !== void 0) return `took longer than ${formatDuration(timeoutMs)}`;
	if (ending.killedBy !== void 0) return `was killed by ${ending.killedBy}`;
	return `ended with exit code ${ending.exitCode}`;
}
// src/producers/run.ts
var run_exports = __exportAll({ runProducer: () => runProducer });
function runProducer(spec) {
	return {
		name: "run",
		fingerprint: fingerprintOf({
			name: "run",
			spec
		}),
		produce: (attempt) => produce(spec, attempt)
	};
}
async function produce(spec, attempt) {
	const startedAt = Date.now();
	const product = await runScript(spec, attempt);
	if (!spec.allowEmpty && isEmpty(attempt.out)) throw (await import("./producers-left-nothing.js")).leftNothing(spec, attempt, startedAt);
	return product;
}
function isEmpty(folder) {
	return unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => readdirSync(folder).length === 0) ?? false;
}
async function runScript(spec, attempt) {
	const { identity } = await runLogged(`Building ${shorten(attempt.key)}`, attempt, (onOutput) => runCommand(spec, {
		...attempt,
		onOutput
	}));
	return { identity };
}
async function runLogged(title, attempt, run, what = `The build of "${shorten(attempt.key)}"`) {
	attempt.signal.throwIfAborted();
	const tail = new Tail();
	const result = await inGroup(title, attempt, tail, run);
	warnOfLeftovers(result.ending, attempt);
	attempt.signal.throwIfAborted();
	const error = failureOf(result, what, attempt);
	if (error === void 0) return result;
	if (succeeded(result.ending)) throw error;
	const lines = tail.lines();
	repeatLines(lines, attempt);
	const { causesOf } = await import("./producers-causes.js");
	throw withCauses(error, causesOf(lines, attempt));
}
async function inGroup(title, { reporter }, tail, action) {
	reporter.openGroup(title);
	try {
		return await action((chunk) => {
			tail.push(chunk);
			reporter.output(chunk);
		});
	} finally {
		if (!tail.endsLine) reporter.output(Buffer.from("\n"));
		reporter.closeGroup();
	}
}
function withCauses(error, causes) {
	if (causes.length === 0) return error;
	return new OnceError(error.code, [error.message, ...causes].join(" "), { exitCode: error.exitCode });
}
function repeatLines(lines, { reporter }) {
	if (lines.length === 0) return;
	reporter.info("The last lines of the build:");
	for (const line of lines) reporter.info(stripVTControlCharacters(line));
}
function warnOfLeftovers({ leftBehind, stuck }, { key, reporter }) {
	const build = `The build of "${shorten(key)}"`;
	if (stuck.length > 0) reporter.warn(`${build} left processes that cannot be ended: pid ${stuck.join(", ")}.`);
	if (stuck.length > 0 || leftBehind === 0) return;
	const [some, they] = leftBehind === 1 ? ["a process", "It was"] : [`${leftBehind} processes`, "They were"];
	reporter.warn(`${build} left ${some} running. ${they} ended, since nothing may change a build that others use: let the script wait for what it starts, and stop its daemons.`);
}
function succeeded({ exitCode, stopped }) {
	return exitCode === 0 && stopped === void 0;
}
function failureOf({ ending, exported }, build, { timeoutMs }) {
	if (!succeeded(ending)) {
		const exitCode = ending.stopped === void 0 ? exitCodeOf(ending) : void 0;
		return new OnceError("BUILD_FAILED", `${build} ${whyFailed(ending, timeoutMs)}.`, { exitCode });
	}
	if (ending.stuck.length > 0) return new OnceError("BUILD_FAILED", `${build} left processes that cannot be ended, perhaps another user's (sudo). They may still write to it: let the script stop them.`);
	if (exported.length === 0) return void 0;
	return new OnceError("BUILD_FAILED", [`${build} set variables only this job would see.`, ...exported.map(advice)].join(" "));
}
function whyFailed(ending, timeoutMs) {
	if (ending.stopped !== void 0) return `took longer than build-timeout (${formatDuration(timeoutMs)}) and was ended`;
	if (ending.killedBy !== void 0) return `was killed by ${ending.killedBy}${hints[ending.killedBy] ?? ""}`;
	return `failed with exit code ${ending.exitCode}${hints[`${ending.exitCode}`] ?? ""}`;
}
const outOfMemory = " (as the kernel does when memory runs out)";
const hints = {
	SIGKILL: outOfMemory,
	126: " (a command that may not be executed)",
	127: " (a command that was not found)",
	137: outOfMemory
};
function exitCodeOf({ exitCode, killedBy }) {
	return exitCode ?? (killedBy && 128 + constants$1.signals[killedBy]);
}
const alternatives = {
	GITHUB_ENV: "set variables with the input `export-env`",
	GITHUB_PATH: "put folders on PATH with the input `add-path`",
	GITHUB_OUTPUT: "say what it is in the file $BUILD_ONCE_IDENTITY, which becomes the output `identity` of this step"
};
function advice(file) {
	return `It wrote to ${file}, which the jobs that reuse the build would never see: ${alternatives[file]}.`;
}
export { Tail as a, runTree as c, check_exports as i, searchPath as l, runScript as n, findProgram as o, run_exports as r, withoutPrivate as s, runLogged as t };
