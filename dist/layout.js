import { mkdirSync } from "node:fs";
import { join } from "node:path";
// src/store/layout.ts
/** Where everything of this version lives below the shared root. */
function versionDir(root) {
	return join(root, "build-once", "v1");
}
function entryPaths(root, id) {
	const dir = join(versionDir(root), id);
	const entry = join(dir, "entry");
	return {
		id,
		dir,
		entry,
		manifest: join(entry, "manifest.json"),
		lock: join(dir, "lock"),
		holders: join(dir, "holders"),
		failures: join(dir, "failures"),
		readers: join(dir, "readers"),
		published: join(dir, "published"),
		tmp: join(dir, "tmp")
	};
}
/** Makes what a claim needs; a hit never calls this. Throws the system's error. */
function makeEntryDirs(paths) {
	for (const dir of [
		paths.holders,
		paths.failures,
		paths.readers,
		paths.published,
		paths.tmp
	]) mkdirSync(dir, { recursive: true });
}
/** Where the attempt `token` builds, and where its build stays. */
function buildDir(paths, token) {
	return join(paths.dir, token);
}
/** The attempt's right to publish: made before its build folder, consumed by publishing. */
function rightDir(paths, token) {
	return join(paths.dir, `entry.${token}`);
}
/** Empty; made before publishing: such a build is never swept, only pruned. */
function publishedMark(paths, token) {
	return join(paths.published, token);
}
/** Empty; says that the sizes of this build were found right after the boot with this id. */
function checkedMark(paths, token, bootId) {
	return join(paths.published, `${token}.${bootId.slice(0, 8)}`);
}
const TRASH = ".trash-";
/** Where something goes before it is deleted: within the same parent, which even a read-only folder may do. */
function trashOf(paths, name) {
	return join(paths.dir, `${TRASH}${name}`);
}
function isTrash(name) {
	return name.startsWith(TRASH);
}
/** The token in `<token>`, `entry.<token>` or `.trash-entry.<token>`; else undefined. */
function tokenIn(name) {
	return /^(?:(?:\.trash-)?entry\.)?([0-9a-f]{12})$/.exec(name)?.[1];
}
/** Whether a name in the entry's folder is an attempt's right to publish that was taken away. */
function isTakenRight(name) {
	return name.startsWith(`${TRASH}entry.`);
}
export { isTrash as a, rightDir as c, versionDir as d, isTakenRight as i, tokenIn as l, checkedMark as n, makeEntryDirs as o, entryPaths as r, publishedMark as s, buildDir as t, trashOf as u };
