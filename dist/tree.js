import { B as sleep, J as unless, L as deadlineIn, q as systemCode } from "./main.js";
const { chmodSync, closeSync, constants, lstatSync, openSync, readSync, readdirSync, readlinkSync, rmdirSync, unlinkSync } = process.getBuiltinModule("fs");
const { createHash } = process.getBuiltinModule("crypto");
const { setImmediate } = process.getBuiltinModule("timers/promises");
const { open } = process.getBuiltinModule("fs/promises");
// src/store/walk.ts
const VANISHED = [
	"ENOENT",
	"ENOTDIR",
	"ESTALE"
];
const REFUSALS = ["EACCES", "EPERM"];
const SLICE_MS = 40;
var Pace = class {
	#since = performance.now();
	get due() {
		return performance.now() - this.#since > SLICE_MS;
	}
	async rest() {
		await setImmediate();
		this.#since = performance.now();
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
function flushBudget(buildMs) {
	return Math.min(MOST_MS, Math.max(LEAST_MS, buildMs * SHARE));
}
async function flushTree(dir, budgetMs = MOST_MS, signal) {
	const over = new AbortController();
	const signals = signal === void 0 ? over.signal : AbortSignal.any([signal, over.signal]);
	try {
		const flushed = flush(dir, signals).then((done) => done ? "flushed" : "gave up");
		return await Promise.race([flushed, sleep(budgetMs, signals).then(() => "gave up")]);
	} finally {
		over.abort();
	}
}
async function flush(dir, signal) {
	if (process.platform === "linux" && await syncFileSystem(dir)) return true;
	return await syncEach(dir, signal).catch(() => false);
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
	const flags = process.platform === "win32" ? "r+" : "r";
	return walk(dir, async ({ path, stats }) => {
		if (!stats.isFile()) return;
		const file = await open(path, flags);
		await file.sync().finally(() => file.close());
	}, { stop: () => signal.aborted });
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
async function digestTree(dir, signal) {
	const hash = createHash("sha256");
	const reader = new FileReader(signal);
	const add = async (visited) => {
		const name = Buffer.from(visited.name, "latin1");
		const content = await contentOf(visited, reader);
		hash.update(typeOf(visited)).update(length(name)).update(name).update(length(content)).update(content);
	};
	const stop = () => {
		signal?.throwIfAborted();
		return false;
	};
	await walk(dir, add, {
		stop,
		sorted: true
	});
	return hash.digest("hex");
}
function typeOf({ stats }) {
	return number(stats.mode & constants.S_IFMT | (stats.isFile() ? stats.mode & 73 : 0));
}
async function contentOf({ path, stats }, reader) {
	if (stats.isFile()) return reader.digest(path);
	return stats.isSymbolicLink() ? readlinkSync(path, "buffer") : Buffer.alloc(0);
}
function length(bytes) {
	return number(bytes.length);
}
function number(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
var FileReader = class {
	#signal;
	#buffer = Buffer.alloc(262144);
	#pace = new Pace();
	constructor(signal) {
		this.#signal = signal;
	}
	async digest(path) {
		const hash = createHash("sha256");
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			for (let read = this.#read(file); read > 0; read = this.#read(file)) {
				hash.update(this.#buffer.subarray(0, read));
				if (this.#pace.due) await this.#pace.rest();
				this.#signal?.throwIfAborted();
			}
		} finally {
			closeSync(file);
		}
		return hash.digest();
	}
	#read(file) {
		return readSync(file, this.#buffer, 0, this.#buffer.length, null);
	}
};
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
async function removeTree(dir, signal) {
	const stop = () => signal?.aborted === true;
	for (let pass = 1;; pass++) try {
		return await removeOnce(dir, stop);
	} catch (error) {
		if (VANISHED.includes(systemCode(error) ?? "")) return true;
		if (pass === PASSES || !["ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
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
	if (process.platform === "win32" && stats.isFile()) chmodSync(path, 384);
	unlinkSync(path);
}
export { flushBudget as a, removeTree as i, makeReadOnly as n, flushTree as o, measureTree as r, walk as s, digestTree as t };
