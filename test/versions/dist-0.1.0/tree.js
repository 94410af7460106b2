import { at as monotonicMs, gt as unless, ht as systemCode, ot as sleep, rt as deadlineIn } from "./main.js";
const { chmodSync, close, fsync, lstatSync, open, readdirSync, rmdirSync, unlinkSync } = process.getBuiltinModule("fs");
const { promisify } = process.getBuiltinModule("util");
// src/store/walk.ts
const VANISHED = [
	"ENOENT",
	"ENOTDIR",
	"ESTALE"
];
const REFUSALS = ["EACCES", "EPERM"];
const SLICE_MS = 40;
var Pace = class {
	#since = monotonicMs();
	get due() {
		return monotonicMs() - this.#since > SLICE_MS;
	}
	async rest() {
		await new Promise(setImmediate);
		this.#since = monotonicMs();
	}
};
async function walk(root, visit, { stop = () => false, skip = () => false, ...listing } = {}) {
	const base = Buffer.from(root).toString("latin1");
	const pending = [""];
	const pace = new Pace();
	for (let name = pending.pop(); name !== void 0; name = pending.pop()) {
		if (pace.due) await pace.rest();
		if (stop()) return false;
		const path = Buffer.from(base + name, "latin1");
		const stats = name === "" ? lstatSync(path) : unless(VANISHED, () => lstatSync(path));
		if (stats === void 0) continue;
		const visited = {
			path,
			name: name.slice(1),
			stats
		};
		if (skip(visited)) continue;
		const visiting = visit(visited);
		if (visiting !== void 0) await visiting;
		if (stats.isDirectory()) pushAll(pending, name, list(path, listing));
	}
	return true;
}
function list(path, { sorted = false, onRefused }) {
	try {
		const names = unless(VANISHED, () => readdirSync(path, "latin1")) ?? [];
		return sorted ? names.sort().reverse() : names;
	} catch (error) {
		if (onRefused === void 0 || !REFUSALS.includes(systemCode(error) ?? "")) throw error;
		onRefused(error);
		return [];
	}
}
function pushAll(pending, parent, names) {
	for (const name of names) pending.push(`${parent}/${name}`);
}
// src/store/flush.ts
const LEAST_MS = 20;
const MOST_MS = 5e3;
const SHARE = .02;
const SMALL = 4;
function flushBudget(buildMs) {
	return Math.min(MOST_MS, Math.max(LEAST_MS, buildMs * SHARE));
}
async function flushTree(dir, budgetMs = MOST_MS, signal) {
	const over = new AbortController();
	const signals = signal === void 0 ? over.signal : AbortSignal.any([signal, over.signal]);
	try {
		const flushed = flush(dir, signals).then((done) => done ? "flushed" : "gave up");
		return await Promise.race([flushed, givesUp(budgetMs, signals)]);
	} finally {
		over.abort();
	}
}
async function givesUp(budgetMs, signal) {
	await sleep(budgetMs, signal);
	if (!signal.aborted) await new Promise(setImmediate);
	return "gave up";
}
async function flush(dir, signal) {
	try {
		if (process.platform === "linux" && !isSmall(dir) && await syncFileSystem(dir)) return true;
		return await syncEach(dir, signal);
	} catch (error) {
		if (LOST.includes(systemCode(error) ?? "")) throw error;
		return false;
	}
}
const LOST = [
	"EIO",
	"ENOSPC",
	"EDQUOT"
];
function isSmall(dir) {
	const names = readdirSync(dir, { withFileTypes: true });
	return names.length <= SMALL && names.every((name) => !name.isDirectory());
}
async function syncFileSystem(dir) {
	const { spawn } = await import("node:child_process");
	return new Promise((resolve) => {
		const child = spawn("/bin/sync", ["-f", dir], { stdio: "ignore" });
		child.unref();
		child.once("error", () => resolve(false));
		child.once("exit", (code) => resolve(code === 0));
	});
}
async function syncEach(dir, signal) {
	return walk(dir, ({ path, stats }) => stats.isFile() ? syncFile(path) : void 0, { stop: () => signal.aborted });
}
async function syncFile(path) {
	const file = await promisify(open)(path, process.platform === "win32" ? "r+" : "r");
	await promisify(fsync)(file).finally(() => promisify(close)(file));
}
// src/store/tree.ts
const MEASURE_BUDGET_MS = 1e4;
async function measureTree(dir, { budgetMs = MEASURE_BUDGET_MS, signal } = {}) {
	const budget = deadlineIn(budgetMs);
	const size = {
		files: 0,
		bytes: 0
	};
	let refused = false;
	const count = ({ stats }) => {
		if (stats.isFile()) size.bytes += stats.size;
		if (stats.isFile() || stats.isSymbolicLink()) size.files += 1;
	};
	const stop = () => {
		signal?.throwIfAborted();
		return budget.left() <= 0;
	};
	const onRefused = () => {
		refused = true;
	};
	return await walk(dir, count, {
		stop,
		onRefused
	}) && !refused ? size : void 0;
}
async function makeReadOnly(dir) {
	await walk(dir, ({ path, stats }) => {
		if (!stats.isSymbolicLink() && (stats.mode & 146) !== 0) chmodSync(path, stats.mode & 3949);
	});
}
function openFolder({ path, stats }) {
	if (!stats.isDirectory() || (stats.mode & 448) === 448) return;
	unless(["ENOENT", ...REFUSALS], () => chmodSync(path, stats.mode | 448));
}
const PASSES = 3;
const windows = process.platform === "win32";
const PASSING = [
	"ENOTEMPTY",
	"EEXIST",
	...windows ? [
		"EPERM",
		"EACCES",
		"EBUSY"
	] : []
];
async function removeTree(dir, signal) {
	const stop = () => signal?.aborted === true;
	for (let pass = 1;; pass++) try {
		return await removeOnce(dir, stop);
	} catch (error) {
		if (VANISHED.includes(systemCode(error) ?? "")) return true;
		if (pass === PASSES || !PASSING.includes(systemCode(error) ?? "")) throw error;
		if (windows) await sleep(200 * pass);
	}
}
async function removeOnce(dir, stop) {
	const folders = [];
	const troubles = [];
	const attempt = (action) => {
		try {
			unless(VANISHED, action);
		} catch (error) {
			troubles.push(error);
		}
	};
	const remove = (visited) => {
		if (!visited.stats.isDirectory()) return attempt(() => unlink(visited));
		openFolder(visited);
		folders.push(visited);
	};
	const isElsewhere = ({ stats }) => folders[0] !== void 0 && stats.dev !== folders[0].stats.dev;
	if (!await walk(dir, remove, {
		stop,
		skip: isElsewhere,
		onRefused: (error) => troubles.push(error)
	})) return false;
	const pace = new Pace();
	for (const { path } of folders.reverse()) {
		if (pace.due) await pace.rest();
		if (stop()) return false;
		attempt(() => rmdirSync(path));
	}
	if (troubles.length > 0) throw troubles[0];
	return true;
}
function unlink({ path, stats }) {
	if (windows && stats.isFile()) chmodSync(path, 384);
	unlinkSync(path);
}
export { flushTree as a, flushBudget as i, measureTree as n, Pace as o, removeTree as r, walk as s, makeReadOnly as t };
