import { R as rename, V as lookAt, gt as unless, pt as OnceError, tt as newToken } from "./main.js";
import { r as removeTree, s as walk } from "./tree.js";
import { n as placeError, t as makeParents } from "./workspace.js";
const { chmodSync, constants, copyFileSync, lutimesSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmdirSync, statSync, symlinkSync, writeFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, isAbsolute, join } = process.getBuiltinModule("path");
const { copyFile } = process.getBuiltinModule("fs/promises");
// src/store/copy.ts
const LARGE = 1048576;
async function copyTree(from, to, signal) {
	const stop = () => {
		signal?.throwIfAborted();
		return false;
	};
	const base = Buffer.from(to).toString("latin1");
	const copy = (visited) => copyOne(visited, Buffer.from(childOf(base, visited.name), "latin1"));
	await walk(from, copy, { stop });
}
function childOf(base, name) {
	return name === "" ? base : `${base}/${name}`;
}
function copyOne({ path, stats }, to) {
	if (stats.isDirectory()) mkdirSync(to, { mode: stats.mode & 511 | 448 });
	if (stats.isSymbolicLink()) symlinkSync(readlinkSync(path, "buffer"), to, kindOfLink(path));
	if (!stats.isFile()) return void 0;
	const finish = () => {
		if ((stats.mode & 128) === 0) chmodSync(to, stats.mode & 511 | 128);
		lutimesSync(to, stats.atime, stats.mtime);
	};
	if (stats.size > LARGE) return copyFile(path, to, constants.COPYFILE_FICLONE).then(finish);
	copyFileSync(path, to, constants.COPYFILE_FICLONE);
	finish();
}
function kindOfLink(path) {
	if (process.platform !== "win32" || !isAbsolute(readlinkSync(path, "utf8"))) return void 0;
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false ? void 0 : "junction";
}
// src/step/deliver-copy.ts
const MARKER = ".build-once.json";
async function placeCopy(workspace, target, build, signal) {
	makeParents(workspace, target, "copy-to");
	requireReplaceable(target);
	const beside = join(dirname(target), `${scratchPrefix(target)}${newToken()}`);
	try {
		await removeAbandoned(target, signal);
		await copyTree(build.path, beside, signal);
		writeFileSync(join(beside, MARKER), `${JSON.stringify({
			key: build.key,
			build: build.token
		})}\n`);
		requireReplaceable(target);
		await swap(beside, target);
	} catch (error) {
		await removeTree(beside).catch(() => {});
		throw error instanceof OnceError ? error : placeError(error, target, "copy-to");
	}
}
function requireReplaceable(target) {
	const found = lookAt(target);
	if (found === void 0 || found.isDirectory() && (readdirSync(target).length === 0 || isCopyOfOurs(target))) return;
	const what = found.isSymbolicLink() ? "link" : found.isDirectory() ? "folder" : "file";
	throw new OnceError("DELIVERY_FAILED", `copy-to: ${target} is a ${what} that build-once did not make (it has no ${MARKER}), and nothing was changed. Name another path, or let an earlier step remove it.`);
}
function isCopyOfOurs(folder) {
	try {
		const { key, build } = JSON.parse(readFileSync(join(folder, MARKER), "utf8"));
		return typeof key === "string" && typeof build === "string";
	} catch {
		return false;
	}
}
async function swap(beside, target) {
	const old = `${beside}-old`;
	if (isCopyOfOurs(target)) rename(target, old);
	else unless([
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST"
	], () => rmdirSync(target));
	rename(beside, target);
	await removeTree(old);
}
function scratchPrefix(target) {
	return `.${basename(target)}.build-once-`;
}
async function removeAbandoned(target, signal) {
	const prefix = scratchPrefix(target);
	const names = readdirSync(dirname(target)).filter((name) => name.startsWith(prefix));
	for (const name of names) await removeTree(join(dirname(target), name), signal);
}
export { placeCopy };
