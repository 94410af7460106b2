import { K as systemCode, V as OnceError, q as unless } from "./command.js";
import { G as isInside, q as lookAt } from "./run.js";
import { t as removeTree } from "./tree.js";
import { c as rename } from "./tool.js";
import { copyTree, t as REPLACED } from "./store-tree-copy.js";
import { Beside, n as look, t as isStill } from "./step-deliver-beside.js";
import { n as placeError, t as makeParents } from "./workspace.js";
const { readdirSync, readlinkSync, rmdirSync, unlinkSync } = process.getBuiltinModule("fs");
const { isAbsolute } = process.getBuiltinModule("path");
// src/step/deliver/copy.ts
const TRIES = 20;
async function placeCopy(workspace, target, build, reporter, signal) {
	makeParents(workspace, target, "copy-to");
	const beside = new Beside(target, "copy-to");
	try {
		requireReplaceable(beside, build);
		beside.open();
		await copyBeside(beside, build, signal);
		await beside.clean(reporter, signal);
	} catch (error) {
		beside.close();
		throw error instanceof OnceError ? error : unreadable(error, build) ?? placeError(error, target, "copy-to");
	}
}
async function copyBeside(beside, build, signal) {
	const fresh = beside.fresh();
	try {
		await beside.sweep(signal);
		await copyTree(build.path, fresh, signal);
		await beside.remember(fresh, build);
		moveToTarget(fresh, beside, build);
	} catch (error) {
		await removeTree(fresh).catch(() => {});
		await beside.sweep(signal).catch(() => {});
		throw error;
	}
}
function requireReplaceable(beside, build) {
	const { target } = beside;
	const found = look(target);
	if (found === void 0 || beside.isCopy()) return;
	if (found.isDirectory() && !unless(["ENOENT"], () => readdirSync(target).length > 0)) return;
	if (found.isSymbolicLink() && isLinkToBuild(unless(["ENOENT"], () => readlinkSync(target)) ?? build.path, build)) return;
	if (!isStill(target, found)) {
		requireReplaceable(beside, build);
		return;
	}
	const what = found.isSymbolicLink() ? "link" : found.isDirectory() ? "folder" : "file";
	throw new OnceError("DELIVERY_FAILED", `copy-to: ${target} is a ${what} that build-once did not make, and nothing was changed. Name another path, or let an earlier step remove it.`);
}
const BUILD = /[\\/]build-once[\\/](?:v1[\\/][^\\/]+[\\/])?[0-9a-f]{12}[\\/]?$/;
function isLinkToBuild(content, { path }) {
	return content === path || isAbsolute(content) && BUILD.test(content);
}
function moveToTarget(fresh, beside, build) {
	for (let tries = 1;; tries++) {
		clear(beside, build);
		try {
			rename(fresh, beside.target);
			return;
		} catch (error) {
			if (tries === TRIES || ![
				"ENOTEMPTY",
				"EEXIST",
				"ENOTDIR"
			].includes(systemCode(error) ?? "")) throw error;
		}
	}
}
function clear(beside, build) {
	const { target } = beside;
	requireReplaceable(beside, build);
	if (lookAt(target)?.isSymbolicLink() === true) unless([
		"ENOENT",
		"EISDIR",
		"EPERM"
	], () => unlinkSync(target));
	else if (beside.isCopy()) beside.moveAway();
	else unless([
		"ENOENT",
		"ENOTDIR",
		"ENOTEMPTY",
		"EEXIST"
	], () => rmdirSync(target));
}
const CHANGES = [
	REPLACED,
	"ENOENT",
	"ENOTDIR",
	"ELOOP",
	"ENXIO",
	"EISDIR"
];
function unreadable(error, build) {
	const code = systemCode(error) ?? "";
	const { path } = error;
	if (path === void 0 || !isInside(build.path, path)) return void 0;
	const told = CHANGES.includes(code) ? `${path} was replaced or removed while the build was copied (${code}), so there is no copy. A build must not be changed; find out who writes to it, and run the job again` : `${path} cannot be copied: ${code}. A build must be readable for all its users; let the script set its modes, and give the build another \`key\``;
	return new OnceError("DELIVERY_FAILED", `copy-to: ${told}.`, { cause: error });
}
export { placeCopy };
