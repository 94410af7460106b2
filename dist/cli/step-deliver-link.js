import { K as systemCode, V as OnceError, q as unless } from "./command.js";
import { Dt as newToken, q as lookAt } from "./run.js";
import { c as rename } from "./tool.js";
import { n as placeError, t as makeParents } from "./workspace.js";
const { readlinkSync, symlinkSync, unlinkSync } = process.getBuiltinModule("fs");
const { basename, dirname, join } = process.getBuiltinModule("path");
// src/step/deliver/link.ts
async function placeLink(workspace, target, buildDir, reporter) {
	makeParents(workspace, target, "link");
	const found = lookAt(target);
	if (found?.isDirectory() === true) return replaceCopy(target, buildDir, reporter);
	if (found !== void 0 && !found.isSymbolicLink()) throw inTheWay(target, "file");
	if (found !== void 0 && readlinkSync(target) === buildDir) return;
	putLink(target, buildDir);
}
async function replaceCopy(target, buildDir, reporter) {
	const { Beside } = await import("./step-deliver-beside.js");
	const beside = new Beside(target, "link");
	if (!beside.isCopy()) throw inTheWay(target, "folder");
	try {
		beside.open();
		beside.moveAway();
		putLink(target, buildDir);
		await beside.clean(reporter);
	} catch (error) {
		throw placeError(error, target, "link");
	} finally {
		beside.close();
	}
}
function putLink(target, buildDir) {
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
