import { Mt as systemCode, Nt as unless } from "./main.js";
import { o as Pace, s as walk } from "./tree.js";
const { chmodSync, close, closeSync, constants, copyFileSync, existsSync, fchmodSync, fchownSync, fstatSync, ftruncate, futimesSync, lchownSync, linkSync, lstatSync, lutimesSync, mkdirSync, open, openSync, read, readdirSync, readlinkSync, statSync, symlinkSync, unlinkSync, utimesSync, write } = process.getBuiltinModule("fs");
const { isAbsolute } = process.getBuiltinModule("path");
const { spawn } = process.getBuiltinModule("child_process");
const { promisify } = process.getBuiltinModule("util");
const { copyFile } = process.getBuiltinModule("fs/promises");
// src/store/tree/attributes.ts
async function copyAttributes(from, to, signal) {
	const options = [
		"-R",
		"-P",
		"--attributes-only",
		"--preserve=xattr"
	];
	await new Promise((resolve) => {
		const child = spawn("/bin/cp", [
			...options,
			"--",
			"/proc/self/fd/3/.",
			"/proc/self/fd/4"
		], { stdio: [
			"ignore",
			"ignore",
			"ignore",
			from,
			to
		] });
		const end = () => void child.kill("SIGKILL");
		const done = () => {
			signal?.removeEventListener("abort", end);
			resolve();
		};
		child.once("error", done);
		child.once("close", done);
		signal?.addEventListener("abort", end, { once: true });
		if (signal?.aborted) end();
	});
	signal?.throwIfAborted();
}
// src/store/tree/place.ts
const REPLACED = "REPLACED";
const windows = process.platform === "win32";
const OPEN_FILES = "/proc/self/fd";
const byDescriptor = process.platform === "linux" && existsSync("/proc/self/fd");
const NO_LINK = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const FOLDER = NO_LINK | (constants.O_DIRECTORY ?? 0);
function placeOf(path) {
	return {
		path,
		call: Buffer.from(path, "latin1")
	};
}
function childOf(parent, name, file) {
	const path = `${parent.path}/${name}`;
	return byDescriptor ? {
		path,
		call: Buffer.from(`${OPEN_FILES}/${file}/${name}`, "latin1")
	} : placeOf(path);
}
function openAs(place, flags, kind) {
	if (windows) return { stats: lstatSync(place.call) };
	const file = openSync(place.call, flags);
	const stats = fstatSync(file);
	if (stats[kind]() && (byDescriptor || isSame(place, stats))) return {
		file,
		stats
	};
	closeSync(file);
	throw changed();
}
function requireSame(place, stats) {
	if (!isSame(place, stats)) throw named(changed(), place);
}
function isSame(place, stats) {
	const found = lstatSync(place.call, { throwIfNoEntry: false });
	return found !== void 0 && found.dev === stats.dev && found.ino === stats.ino;
}
function timesOf({ atimeMs, mtimeMs }) {
	return [atimeMs / 1e3, mtimeMs / 1e3];
}
function changed() {
	return Object.assign(new Error("It was replaced while it was copied"), { code: REPLACED });
}
function about(place, action) {
	try {
		return action();
	} catch (error) {
		throw named(error, place);
	}
}
function named(error, { path }) {
	return typeof systemCode(error) !== "string" ? error : Object.assign(error, { path: Buffer.from(path, "latin1").toString() });
}
// src/store/tree/made.ts
var Made = class {
	#top;
	#file;
	#linked = new Map();
	#leftOut = new Map();
	#names = 1;
	constructor(top, file) {
		this.#top = top;
		this.#file = file;
	}
	add() {
		this.#names += 1;
	}
	leaveOut(folder, source) {
		this.#leftOut.set(this.#below(folder).slice(1), source);
	}
	link(id, to) {
		const other = this.#linked.get(id);
		try {
			if (other !== void 0) {
				linkSync(this.#inside(other), to.call);
				return true;
			}
		} catch {}
		this.#linked.set(id, to);
		return false;
	}
	async isAll() {
		let found = 0;
		const visit = ({ path, stats }) => {
			if (stats.isDirectory() || stats.isFile() || stats.isSymbolicLink()) found += 1;
			else unlinkSync(path);
		};
		const leave = ({ path, name }) => {
			const source = this.#leftOut.get(name);
			if (source !== void 0) utimesSync(path, ...timesOf(source));
		};
		await walk(`${OPEN_FILES}/${this.#file}/.`, visit, { leave });
		return found <= this.#names;
	}
	#below({ path }) {
		return path.slice(this.#top.path.length);
	}
	#inside(place) {
		const way = byDescriptor ? `${OPEN_FILES}/${this.#file}${this.#below(place)}` : place.path;
		return Buffer.from(way, "latin1");
	}
};
// src/store/tree/sparse.ts
const BLOCK = 65536;
const SECTOR = 512;
function isSparse({ size, blocks }) {
	return size - blocks * SECTOR >= BLOCK;
}
async function copySparse(from, to, { size, mode }, signal) {
	const file = await promisify(open)(to, "wx", 384);
	const block = Buffer.alloc(BLOCK);
	const zeros = Buffer.alloc(BLOCK);
	try {
		unless(["EPERM", "ENOTSUP"], () => fchmodSync(file, mode & 4095));
		for (let at = 0; at < size;) {
			signal?.throwIfAborted();
			const { bytesRead } = await promisify(read)(from, block, 0, BLOCK, at);
			if (bytesRead === 0) break;
			const data = block.subarray(0, bytesRead);
			if (!data.equals(zeros.subarray(0, bytesRead))) await writeAll(file, data, at);
			at += bytesRead;
		}
		await promisify(ftruncate)(file, size);
	} finally {
		await promisify(close)(file);
	}
}
async function writeAll(file, data, at) {
	for (let done = 0; done < data.length;) done += (await promisify(write)(file, data, done, data.length - done, at + done)).bytesWritten;
}
// src/store/tree/copy.ts
const LARGE = 1048576;
const { COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE } = constants;
const isRoot = process.geteuid?.() === 0;
const NO_MODES = ["EPERM", "ENOTSUP"];
const NO_OWNERS = [...NO_MODES, "EINVAL"];
async function copyTree(from, to, signal) {
	const [source, target] = [from, to].map((path) => placeOf(Buffer.from(path).toString("latin1")));
	const top = enter(source, target);
	const folders = [top];
	const made = new Made(target, top.files?.[1]);
	const pace = new Pace();
	try {
		for (let folder = folders.at(-1); folder !== void 0; folder = folders.at(-1)) {
			if (pace.due) await pace.rest();
			signal?.throwIfAborted();
			const name = folder.names.pop();
			if (name === void 0) {
				if (folder === top) await copyAllAttributes(top, made, signal);
				leave(folder);
				folders.pop();
				continue;
			}
			const one = childOf(folder.from, name, folder.files?.[0]);
			const copy = childOf(folder.to, name, folder.files?.[1]);
			const stats = about(one, () => lstatSync(one.call));
			made.add();
			if (stats.isDirectory()) folders.push(enter(one, copy));
			else if (stats.isSymbolicLink()) copyLink(one, copy, stats);
			else if (stats.isFile()) await copyOne(one, copy, made, signal);
			else made.leaveOut(folder.to, folder.stats);
		}
	} finally {
		for (const { files } of folders) files?.forEach((file) => void closeSync(file));
	}
}
async function copyAllAttributes({ from, files }, made, signal) {
	if (!byDescriptor || files === void 0) return;
	const { mode, uid } = fstatSync(files[1]);
	if ((mode & 63) !== 0 || uid !== process.geteuid?.()) return;
	await copyAttributes(...files, signal);
	if (!await made.isAll()) throw named(changed(), from);
}
function enter(from, to) {
	const source = about(from, () => openAs(from, FOLDER, "isDirectory"));
	let copy;
	try {
		about(to, () => mkdirSync(to.call, { mode: 448 }));
		copy = windows ? void 0 : about(to, () => openSync(to.call, FOLDER));
		const call = byDescriptor ? Buffer.from(`${OPEN_FILES}/${source.file}`) : from.call;
		const names = about(from, () => readdirSync(call, "latin1"));
		const files = source.file === void 0 || copy === void 0 ? void 0 : [source.file, copy];
		return {
			from,
			to,
			stats: source.stats,
			files,
			names
		};
	} catch (error) {
		for (const file of [source.file, copy]) if (file !== void 0) closeSync(file);
		throw error;
	}
}
function leave({ from, to, stats, files }) {
	if (!byDescriptor) requireSame(from, stats);
	if (files === void 0) return;
	about(to, () => {
		if (isRoot) unless(NO_OWNERS, () => fchownSync(files[1], stats.uid, stats.gid));
		setMode(files[1], stats);
		futimesSync(files[1], ...timesOf(stats));
	});
	for (const file of files) closeSync(file);
}
function setMode(file, stats) {
	const mode = stats.mode & 4095 | 448;
	if ((fstatSync(file).mode & 4095) !== mode) unless(NO_MODES, () => fchmodSync(file, mode));
}
function copyLink(from, to, stats) {
	const target = about(from, () => linkTextOf(from));
	about(to, () => {
		symlinkSync(target, to.call, kindOfLink(from.call));
		setOwner(to, stats);
		lutimesSync(to.call, ...timesOf(stats));
	});
}
function linkTextOf({ call }) {
	const text = unless(["EINVAL", "ENOENT"], () => readlinkSync(call, "buffer"));
	if (text === void 0) throw changed();
	return text;
}
async function copyOne(from, to, made, signal) {
	const { file, stats } = about(from, () => openAs(from, NO_LINK, "isFile"));
	try {
		const id = stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : void 0;
		if (id !== void 0 && made.link(id, to)) return;
		await copyContents(file, from, to, stats, signal).catch((error) => {
			throw named(error, to);
		});
		about(to, () => {
			setOwner(to, stats);
			const mode = modeOf(stats, to);
			if (isRoot || (stats.mode & 4095) !== mode) unless(NO_MODES, () => chmodSync(to.call, mode));
			lutimesSync(to.call, ...timesOf(stats));
		});
	} finally {
		if (file !== void 0) closeSync(file);
	}
	if (!byDescriptor) requireSame(from, stats);
}
async function copyContents(file, from, to, stats, signal) {
	const source = byDescriptor ? `${OPEN_FILES}/${file}` : from.call;
	if (file !== void 0 && isSparse(stats)) {
		if (!await copyFile(source, to.call, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE).then(() => true, () => false)) await copySparse(file, to.call, stats, signal);
	} else if (stats.size > LARGE) await copyFile(source, to.call, COPYFILE_EXCL | COPYFILE_FICLONE);
	else copyFileSync(source, to.call, COPYFILE_EXCL | COPYFILE_FICLONE);
}
function setOwner(to, { uid, gid }) {
	if (isRoot) unless(NO_OWNERS, () => lchownSync(to.call, uid, gid));
}
function modeOf(stats, to) {
	const mode = stats.mode & 4095 | 128;
	if ((mode & 3072) === 0) return mode;
	const made = lstatSync(to.call);
	return mode & ~(made.uid === stats.uid ? 0 : 2048) & ~(made.gid === stats.gid ? 0 : 1024);
}
function kindOfLink(path) {
	if (!windows || !isAbsolute(readlinkSync(path, "utf8"))) return void 0;
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false ? void 0 : "junction";
}
export { copyTree, REPLACED as t };
