import { R as rename, V as lookAt, gt as unless, ht as systemCode, pt as OnceError, tt as newToken } from "./main.js";
import { n as placeError, t as makeParents } from "./workspace.js";
const { readlinkSync, symlinkSync, unlinkSync } = process.getBuiltinModule("fs");
const { basename, dirname, join } = process.getBuiltinModule("path");
// src/step/deliver-link.ts
function placeLink(workspace, target, buildDir) {
	makeParents(workspace, target, "link");
	const found = lookAt(target);
	if (found !== void 0 && !found.isSymbolicLink()) throw inTheWay(target, found.isDirectory() ? "folder" : "file");
	if (found !== void 0 && readlinkSync(target) === buildDir) return;
	const fresh = join(dirname(target), `.${basename(target)}.build-once-${newToken()}`);
	try {
		symlinkSync(buildDir, fresh, "junction");
		if (process.platform === "win32") unless(["ENOENT"], () => unlinkSync(target));
		rename(fresh, target);
	} catch (error) {
		unless(["ENOENT"], () => unlinkSync(fresh));
		throw systemCode(error) === "EISDIR" ? inTheWay(target, "folder") : placeError(error, target, "link");
	}
}
function inTheWay(target, what) {
	return new OnceError("DELIVERY_FAILED", `link: ${target} is a ${what}, not a link of build-once, and nothing was changed. Name another path, or let an earlier step remove it.`);
}
export { placeLink };
