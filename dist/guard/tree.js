import { $ as systemCode, at as sleep, et as unless, it as monotonicMs, nt as deadlineIn } from "./hot.js";
const { chmodSync, lstatSync, readdirSync, rmdirSync, unlinkSync } = process.getBuiltinModule("fs");
// src/host/walk.ts
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
// src/host/remove-tree.ts
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
// src/store/tree/measure.ts
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
export { walk as a, Pace as i, measureTree as n, removeTree as r, makeReadOnly as t };
