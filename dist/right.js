import "./rolldown-runtime.js";
import { a as systemCode, o as unless } from "./errors.js";
import { c as rightDir, s as publishedMark, u as trashOf } from "./layout.js";
import { renameSync, rmSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
// src/store/right.ts
/**
* Takes away an attempt's right to publish, for good. Called before a dead holder's lock is opened, so that one who was
* only stopped and wakes up later publishes nothing over what came after it.
*/
function revoke(paths, token) {
	const taken = trashOf(paths, `entry.${token}`);
	unless([
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST"
	], () => renameSync(rightDir(paths, token), taken));
	destroyTakenRight(paths, token);
}
/**
* Ends a right that was taken away. The folder's removal decides, not its rename: an NFS client may still reach the
* folder through its old handle and write a manifest into it, but not once the folder is gone.
* Finding the manifest there proves that the attempt never published, so its mark goes too and its build may be swept.
*/
function destroyTakenRight(paths, token) {
	const taken = trashOf(paths, `entry.${token}`);
	for (let tries = 0; tries < 10; tries++) {
		if (unlinked(join(taken, "manifest.json"))) rmSync(publishedMark(paths, token), { force: true });
		try {
			rmdirSync(taken);
			return;
		} catch (error) {
			if (systemCode(error) === "ENOENT") return;
			if (!["ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
		}
	}
	throw new Error(`${taken} cannot be emptied: something keeps writing into it`);
}
function unlinked(file) {
	return unless(["ENOENT", "ENOTDIR"], () => {
		unlinkSync(file);
		return true;
	}) ?? false;
}
export { revoke as n, destroyTakenRight as t };
