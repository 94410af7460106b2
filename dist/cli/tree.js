import { n as __exportAll } from "./rolldown-runtime.js";
import { B as HELD_OPEN, K as systemCode, V as OnceError, b as sleep, g as deadlineIn, h as RETRY_PAUSES_MS, q as unless, v as monotonicMs } from "./command.js";
import { J as makeFolder, q as lookAt } from "./run.js";
const { chmodSync, closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, rmdirSync, statSync, unlinkSync } = process.getBuiltinModule("fs");
const { join, relative, sep } = process.getBuiltinModule("path");
// src/host/folder.ts
const linux = process.platform === "linux";
const AS_FOLDER = linux ? constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK : 0;
const O_PATH = 2097152;
var Folder = class Folder {
	static MOST_OPEN = 12;
	#stats;
	#handle;
	#path;
	constructor(path, stats, handle) {
		this.#path = path;
		this.#stats = stats;
		this.#handle = handle;
	}
	static open(path, stats, parent) {
		if (!linux) return new Folder(path.toString(), stats, void 0);
		const handle = openSync(path, AS_FOLDER);
		if (isSame(fstatSync(handle), stats)) return new Folder(`/proc/self/fd/${handle}`, stats, handle);
		closeSync(handle);
		throw gone(parent?.path ?? path.toString());
	}
	static openReal(path) {
		const stats = lookAt(path);
		if (stats === void 0) return void 0;
		refuseUnreal(path, stats);
		return unless(["ENOENT"], () => Folder.open(Buffer.from(path), stats));
	}
	get path() {
		return this.#path;
	}
	pathOf(name) {
		return Buffer.concat([Buffer.from(`${this.#path}/`), Buffer.from(name, "latin1")]);
	}
	close() {
		if (this.#handle !== void 0) closeSync(this.#handle);
		this.#handle = void 0;
	}
	reopen(below) {
		if (!linux || this.#handle !== void 0 || below === void 0) return;
		const handle = openSync(`${below.path}/..`, AS_FOLDER);
		if (!isSame(fstatSync(handle), this.#stats)) {
			closeSync(handle);
			throw gone(below.path);
		}
		this.#handle = handle;
		this.#path = `/proc/self/fd/${handle}`;
	}
};
function inFolder(path, action) {
	const folder = Folder.openReal(path);
	if (folder === void 0) return void 0;
	try {
		return action(folder.path);
	} finally {
		folder.close();
	}
}
async function whileInFolder(path, action) {
	const folder = Folder.openReal(path);
	if (folder === void 0) return void 0;
	try {
		return await action(folder.path);
	} finally {
		folder.close();
	}
}
function makeRealFolders(above, folder, judge) {
	makeFolder(above);
	judge?.(above, statSync(above));
	let path = above;
	for (const name of relative(above, folder).split(sep).filter(Boolean)) {
		path = join(path, name);
		try {
			mkdirSync(path);
		} catch (error) {
			const stats = systemCode(error) === "EEXIST" ? lookAt(path) : void 0;
			if (stats === void 0) throw error;
			refuseUnreal(path, stats);
			judge?.(path, stats);
		}
	}
}
function requireReal(path) {
	const stats = lookAt(path);
	if (stats !== void 0) refuseUnreal(path, stats);
}
function refuseUnreal(path, stats) {
	if (stats.isDirectory()) return;
	const what = stats.isSymbolicLink() ? "a link" : "not a folder";
	throw new OnceError("ROOT_UNUSABLE", `${path} is ${what}, and build-once keeps its files in folders only. Nothing was touched. Find out which job put it there, delete it, and run the job again; to keep the cache elsewhere, name that place as \`root\`.`);
}
function chmodInPlace(path, mode) {
	if (!linux) {
		chmodSync(path, mode);
		return;
	}
	const handle = openSync(path, O_PATH | constants.O_NOFOLLOW);
	try {
		if (!fstatSync(handle).isSymbolicLink()) chmodSync(`/proc/self/fd/${handle}`, mode);
	} finally {
		closeSync(handle);
	}
}
function isSame(a, b) {
	return a.dev === b.dev && a.ino === b.ino;
}
function gone(path) {
	return Object.assign(new Error(`ENOENT: a folder was moved or replaced, '${path}'`), {
		code: "ENOENT",
		path
	});
}
// src/host/walk.ts
const VANISHED = [
	"ENOENT",
	"ENOTDIR",
	"ESTALE",
	"ELOOP"
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
async function walk(root, visit, options = {}) {
	const { stop = () => false, skip = () => false, leave } = options;
	const stack = [];
	const pace = new Pace();
	const enter = (visited, parent) => {
		if (skip(visited)) return void 0;
		const visiting = visit(visited);
		const descend = () => {
			if (visited.stats.isDirectory()) stack.push(frameOf(visited, parent, options));
		};
		if (visiting !== void 0) return visiting.then(descend);
		descend();
	};
	try {
		if (stop()) return false;
		const path = Buffer.from(root);
		const beginning = enter({
			path,
			name: "",
			stats: lstatSync(path)
		}, void 0);
		if (beginning !== void 0) await beginning;
		for (let frame = stack.at(-1); frame !== void 0; frame = stack.at(-1)) {
			if (pace.due) await pace.rest();
			if (stop()) return false;
			const name = frame.pending.pop();
			if (name === void 0 || frame.folder === void 0) {
				stack.pop();
				stack.at(-1)?.folder?.reopen(frame.folder);
				frame.folder?.close();
				leave?.(stack.length === 0 ? frame.visited : {
					...frame.visited,
					path: pathOf(frame, stack)
				});
				continue;
			}
			const path = frame.folder.pathOf(name);
			const stats = unless(VANISHED, () => lstatSync(path));
			if (stats === void 0) continue;
			stack.at(-Folder.MOST_OPEN)?.folder?.close();
			const above = frame.visited.name;
			const entering = enter({
				path,
				name: above === "" ? name : `${above}/${name}`,
				stats
			}, frame.folder);
			if (entering !== void 0) await entering;
		}
		return true;
	} catch (error) {
		throw named(error, root, stack.at(-1)?.visited.name ?? "");
	} finally {
		for (const { folder } of stack) folder?.close();
	}
}
function pathOf({ visited }, stack) {
	const name = visited.name.slice(visited.name.lastIndexOf("/") + 1);
	return stack.at(-1)?.folder?.pathOf(name) ?? visited.path;
}
function frameOf(visited, parent, { sorted = false, onRefused }) {
	try {
		const folder = unless(VANISHED, () => Folder.open(visited.path, visited.stats, parent));
		const names = folder === void 0 ? [] : unless(VANISHED, () => readdirSync(folder.path, "latin1")) ?? [];
		return {
			visited,
			folder,
			pending: sorted ? names.sort().reverse() : names
		};
	} catch (error) {
		if (onRefused === void 0 || !REFUSALS.includes(systemCode(error) ?? "")) throw error;
		onRefused(error);
		return {
			visited,
			folder: void 0,
			pending: []
		};
	}
}
function named(error, root, folder) {
	if (!(error instanceof Error)) return error;
	const failed = error;
	const place = folder === "" ? root : `${root}/${Buffer.from(folder, "latin1")}`;
	const plain = (text) => text.replaceAll(/\/proc\/self\/fd\/\d+(?=\/|'|$)/g, place);
	failed.message = plain(failed.message);
	if (typeof failed.path === "string") failed.path = plain(failed.path);
	return failed;
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
	const inside = await linkedNames(dir);
	const shared = new Set();
	await walk(dir, ({ path, stats }) => {
		if (stats.isSymbolicLink()) return;
		if (isLinked(stats) && inside.get(idOf(stats)) !== stats.nlink) shared.add(idOf(stats));
		else if ((stats.mode & 146) !== 0) chmodInPlace(path, stats.mode & 3949);
	});
	return shared.size;
}
async function linkedNames(dir) {
	const names = new Map();
	await walk(dir, ({ stats }) => {
		if (isLinked(stats)) names.set(idOf(stats), (names.get(idOf(stats)) ?? 0) + 1);
	});
	return names;
}
function isLinked(stats) {
	return !stats.isDirectory() && stats.nlink > 1;
}
function idOf({ dev, ino }) {
	return `${dev}:${ino}`;
}
// src/host/remove-tree.ts
var remove_tree_exports = __exportAll({
	removeTree: () => removeTree,
	removeTreesIn: () => removeTreesIn
});
function openFolder({ path, stats }) {
	if (!stats.isDirectory() || (stats.mode & 448) === 448) return;
	unless([
		"EACCES",
		"EPERM",
		...VANISHED
	], () => chmodInPlace(path, stats.mode | 448));
}
const windows = process.platform === "win32";
const PASSING = [
	"ENOTEMPTY",
	"EEXIST",
	...windows ? HELD_OPEN : []
];
const PAUSES_MS = windows ? RETRY_PAUSES_MS : [0, 0];
async function removeTree(dir, signal) {
	const stop = () => signal?.aborted === true;
	for (let pass = 0;; pass++) try {
		return await removeOnce(dir, stop);
	} catch (error) {
		if (VANISHED.includes(systemCode(error) ?? "")) return true;
		const pauseMs = PAUSES_MS[pass];
		if (pauseMs === void 0 || !PASSING.includes(systemCode(error) ?? "")) throw error;
		if (pauseMs > 0) await sleep(pauseMs, signal);
	}
}
async function removeTreesIn(dir, names, signal, isEnding = false) {
	if (names.length === 0) return;
	const troubles = [];
	await whileInFolder(dir, async (folder) => {
		if (isEnding && signal !== void 0 && process.platform === "linux") {
			const { removeApart } = await import("./host-remove-apart.js");
			if (await removeApart(folder, names, signal)) return;
		}
		for (const name of names) await removeTree(join(folder, name), signal).catch((error) => troubles.push(error));
	});
	if (troubles.length > 0) throw named(troubles[0], dir, "");
}
async function removeOnce(dir, stop) {
	const troubles = [];
	const attempt = ({ name }, action) => {
		try {
			unless(VANISHED, action);
		} catch (error) {
			troubles.push(named(error, dir, name.slice(0, Math.max(0, name.lastIndexOf("/")))));
		}
	};
	let device;
	const remove = (visited) => {
		device ??= visited.stats.dev;
		if (visited.stats.isDirectory()) openFolder(visited);
		else attempt(visited, () => unlink(visited));
	};
	const leave = (visited) => attempt(visited, () => rmdirSync(visited.path));
	const skip = ({ stats }) => device !== void 0 && stats.isDirectory() && stats.dev !== device;
	if (!await walk(dir, remove, {
		stop,
		skip,
		leave,
		onRefused: (error) => troubles.push(error)
	})) return false;
	if (troubles.length > 0) throw troubles[0];
	return true;
}
function unlink({ path, stats }) {
	if (windows && stats.isFile()) chmodSync(path, 384);
	unlinkSync(path);
}
export { measureTree as a, Folder as c, requireReal as d, whileInFolder as f, makeReadOnly as i, inFolder as l, removeTreesIn as n, Pace as o, remove_tree_exports as r, walk as s, removeTree as t, makeRealFolders as u };
