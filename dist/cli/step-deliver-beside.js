import { K as systemCode, V as OnceError, W as messageOf, b as sleep, q as unless } from "./command.js";
import { Dt as newToken, Et as isToken, q as lookAt, z as probe } from "./run.js";
import { t as removeTree } from "./tree.js";
import { c as rename } from "./tool.js";
const { accessSync, chmodSync, closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readSync, readdirSync, rmdirSync, unlinkSync, writeSync } = process.getBuiltinModule("fs");
const { basename, dirname, join } = process.getBuiltinModule("path");
// src/step/deliver/identity.ts
const TICK_MS = 20;
const UNKNOWN = 0n;
async function identify(folder) {
	const isUnsure = ({ birthtimeNs, ctimeNs }) => birthtimeNs === ctimeNs;
	let found = lstatSync(folder, { bigint: true });
	if (isUnsure(found)) {
		await sleep(TICK_MS);
		chmodSync(folder, Number(found.mode & 4095n));
		found = lstatSync(folder, { bigint: true });
	}
	return {
		ino: found.ino,
		birth: isUnsure(found) ? UNKNOWN : found.birthtimeNs
	};
}
function look(path) {
	return unless(["ENOENT", "ENOTDIR"], () => lstatSync(path, { bigint: true }));
}
function isStill(path, found) {
	const now = look(path);
	return now?.ino === found.ino && now.birthtimeNs === found.birthtimeNs;
}
// src/step/deliver/older-copy.ts
const MARKER = ".build-once.json";
const MOST_BYTES = 65536;
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
function isOlderCopy(folder) {
	try {
		const fields = JSON.parse(readRegular(join(folder, MARKER)));
		if (typeof fields !== "object" || fields === null || Object.keys(fields).sort().join() !== "build,key") return false;
		const { key, build } = fields;
		return typeof key === "string" && key !== "" && typeof build === "string" && (build === "" || isToken(build));
	} catch {
		return false;
	}
}
function readRegular(path) {
	const file = openSync(path, FLAGS);
	try {
		const stats = fstatSync(file);
		if (!stats.isFile() || stats.size > MOST_BYTES) throw new Error("not a marker");
		const bytes = Buffer.alloc(stats.size);
		return bytes.subarray(0, readSync(file, bytes)).toString();
	} finally {
		closeSync(file);
	}
}
// src/step/deliver/beside.ts
const SCRATCH = /^(?:new|old)-(\d+)-[0-9a-f]{12}$/;
const MARK = /^copy-\d+-\d+$/;
const IGNORE = ".gitignore";
var Beside = class {
	target;
	folder;
	#input;
	constructor(target, input) {
		this.target = target;
		this.folder = join(dirname(target), `.${basename(target)}.build-once`);
		this.#input = input;
	}
	open() {
		unless(["EEXIST"], () => mkdirSync(this.folder));
		const found = lookAt(this.folder);
		if (found !== void 0 && !found.isDirectory()) throw new OnceError("DELIVERY_FAILED", `${this.#input}: ${this.folder} is not a folder, and build-once needs that name to make ${this.target}. Nothing was changed. Name another path, or let an earlier step remove it.`);
		if (!isWritable(this.folder)) this.#replaceFolder();
		create(join(this.folder, IGNORE), "*\n");
	}
	close() {
		if (lookAt(this.folder)?.isDirectory() !== true) return;
		const names = unless(["ENOENT", "EACCES"], () => readdirSync(this.folder));
		if (names === void 0 || names.some((name) => name !== IGNORE)) return;
		unless([
			"ENOENT",
			"EACCES",
			"EPERM",
			"EISDIR"
		], () => unlinkSync(join(this.folder, IGNORE)));
		unless([
			"ENOENT",
			"ENOTEMPTY",
			"EEXIST",
			"EACCES",
			"EPERM"
		], () => rmdirSync(this.folder));
	}
	fresh() {
		return this.#scratch("new");
	}
	async remember(copy, { key, token }) {
		create(this.#markOf(await identify(copy)), `${JSON.stringify({
			key,
			build: token
		})}\n`);
	}
	isCopy(path = this.target) {
		const found = look(path);
		if (found?.isDirectory() !== true) return false;
		return this.#isMarked(found) || isOlderCopy(path);
	}
	moveAway() {
		const old = this.#scratch("old");
		try {
			return this.#move(old);
		} catch (error) {
			if (!["EACCES", "EPERM"].includes(systemCode(error) ?? "")) throw error;
			return this.#move(this.#aside());
		}
	}
	async sweep(signal) {
		const left = [];
		const remove = async (path) => {
			await removeTree(path, signal).catch((error) => left.push(`${path}: ${messageOf(error)}`));
		};
		for (const name of readdirSync(this.folder)) if (SCRATCH.test(name) && !isBusy(name)) await remove(join(this.folder, name));
		for (const name of readdirSync(dirname(this.target))) if (this.#isOlderScratch(name)) await remove(join(dirname(this.target), name));
		this.#forget();
		return left;
	}
	#replaceFolder() {
		const found = look(this.target);
		const marks = found === void 0 ? [] : this.#marksOf(found).filter((mark) => lookAt(mark)?.isFile() === true);
		rename(this.folder, this.#aside());
		mkdirSync(this.folder);
		for (const mark of marks) create(mark, "");
	}
	#aside() {
		return join(dirname(this.target), `${this.#olderPrefix}${newToken()}-old`);
	}
	async clean(reporter, signal) {
		const left = await this.sweep(signal);
		if (left.length === 0) return;
		const more = left.length > 1 ? ` (and ${left.length - 1} more like it)` : "";
		reporter.warn(`${this.#input}: a copy that was replaced cannot be deleted, maybe because a container made files in it as another user. What replaced it is in its place. Delete as that user, or as root: ${left[0]}${more}`);
	}
	#forget() {
		const names = readdirSync(this.folder);
		const found = look(this.target);
		const kept = found === void 0 ? [] : this.#marksOf(found);
		if ([...names, ...readdirSync(this.folder)].some(isBusy)) return;
		for (const mark of names.filter((name) => MARK.test(name)).map((name) => join(this.folder, name))) if (!kept.includes(mark)) unless([
			"ENOENT",
			"EACCES",
			"EPERM",
			"EISDIR"
		], () => unlinkSync(mark));
	}
	#scratch(what) {
		return join(this.folder, `${what}-${process.pid}-${newToken()}`);
	}
	#move(to) {
		if (unless(["ENOENT"], () => rename(this.target, to) ?? true) === void 0) return void 0;
		if (this.isCopy(to)) return to;
		rename(to, this.target);
	}
	#markOf({ ino, birth }) {
		return join(this.folder, `copy-${ino}-${birth}`);
	}
	#marksOf({ ino, birthtimeNs }) {
		return [birthtimeNs, UNKNOWN].map((birth) => this.#markOf({
			ino,
			birth
		}));
	}
	#isMarked(found) {
		if (lookAt(this.folder)?.isDirectory() !== true) return false;
		return this.#marksOf(found).some((mark) => lookAt(mark)?.isFile() === true);
	}
	get #olderPrefix() {
		return `.${basename(this.target)}.build-once-`;
	}
	#isOlderScratch(name) {
		return name.startsWith(this.#olderPrefix) && /^[0-9a-f]{12}(-old)?$/.test(name.slice(this.#olderPrefix.length));
	}
};
function isWritable(folder) {
	try {
		accessSync(folder, constants.W_OK | constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
function isBusy(name) {
	const pid = Number(SCRATCH.exec(name)?.[1] ?? process.pid);
	return pid !== process.pid && probe(pid) !== "gone";
}
function create(path, text) {
	const file = unless(["EEXIST"], () => openSync(path, "wx", 420));
	if (file === void 0) return;
	try {
		writeSync(file, text);
	} finally {
		closeSync(file);
	}
}
export { Beside, look as n, isStill as t };
