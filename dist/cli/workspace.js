import { H as explanationOf, K as systemCode, V as OnceError, q as unless } from "./command.js";
import { G as isInside, J as makeFolder, q as lookAt } from "./run.js";
const { realpathSync } = process.getBuiltinModule("fs");
const { dirname } = process.getBuiltinModule("path");
// src/step/deliver/workspace.ts
function makeParents(workspace, target, input) {
	const parent = dirname(target);
	try {
		makeFolder(workspace);
		let existing = parent;
		while (lookAt(existing) === void 0) existing = dirname(existing);
		const real = unless(["ENOENT", "ELOOP"], () => realpathSync(existing));
		if (real === void 0 || !isInside(realpathSync(workspace), real)) throw outside(workspace, existing, real, input);
		makeFolder(parent);
	} catch (error) {
		throw error instanceof OnceError ? error : placeError(error, target, input);
	}
}
function outside(workspace, existing, real, input) {
	const where = real === void 0 ? "nowhere" : `to ${real}`;
	return new OnceError("DELIVERY_FAILED", `${input}: ${existing} leads ${where}, which is outside of the workspace ${workspace}. Name a path whose folders are inside of it.`);
}
const REASONS = {
	EACCES: "this user may not write there. Look at who owns the folder",
	EPERM: "this user may not do that there. Look at who owns the folder",
	EBUSY: "something is mounted there, or another program uses it. Name another path",
	ENAMETOOLONG: "that name is too long with what build-once adds to it. Name a shorter path",
	ENOTEMPTY: "somebody else writes there at this moment. Name a path that one step alone uses",
	EROFS: "the file system is read-only. Name a path that can be written",
	ENOSPC: "the disk is full. Free some space",
	EDQUOT: "the disk quota is used up. Free some space",
	ENOTDIR: "a part of that path is a file. Name another path",
	EEXIST: "a part of that path is a file. Name another path"
};
function onWindows(code) {
	return process.platform === "win32" && ["EACCES", "EPERM"].includes(code);
}
function placeError(error, target, input) {
	const code = systemCode(error) ?? "";
	const reason = onWindows(code) ? explanationOf(error) : REASONS[code];
	if (reason === void 0) return error;
	const { path = target } = error;
	return new OnceError("DELIVERY_FAILED", `${input}: ${target} cannot be made: ${code} at ${path}: ${reason}.`, { cause: error });
}
export { placeError as n, makeParents as t };
