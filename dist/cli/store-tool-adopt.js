import { K as systemCode, V as OnceError, q as unless } from "./command.js";
import { q as lookAt } from "./run.js";
import { a as scratchName, c as rename, i as linkText, n as takenError, o as toolPaths, r as toolLinkState, s as touch } from "./tool.js";
const { mkdirSync, rmdirSync, symlinkSync, unlinkSync } = process.getBuiltinModule("fs");
const { dirname } = process.getBuiltinModule("path");
// src/store/tool/adopt.ts
const SETTLED_MS = 6e4;
function adoptable(place) {
	const at = toolPaths(place);
	if (lookAt(at.link)?.isDirectory() !== true) return "no folder";
	const marked = lookAt(at.marker)?.mtimeMs;
	if (marked === void 0) return "unmarked";
	return timeIn(at) - marked >= SETTLED_MS ? "yes" : "too fresh";
}
function requireSettled(place) {
	const state = adoptable(place);
	if (state === "yes" || state === "no folder") return state === "yes";
	const { link, marker } = toolPaths(place);
	const why = state === "unmarked" ? `it has no marker ${marker}` : "its marker is not a minute old";
	throw new OnceError("LINK_TAKEN", `adopt: ${link} may still be written by another action: ${why}. Run the job again in a minute; if it stays so, delete that folder.`);
}
function timeIn(at) {
	const probe = scratchName(at);
	touch(probe);
	const now = lookAt(probe)?.mtimeMs ?? 0;
	unless(["ENOENT"], () => unlinkSync(probe));
	return now;
}
async function adoptTool(place, buildDir, entry, signal) {
	const at = toolPaths(place);
	const scratch = scratchName(at);
	symlinkSync(linkText(place, buildDir), scratch, "junction");
	try {
		await moveOrCopy(at, buildDir, signal);
		rename(scratch, at.link);
	} catch (error) {
		unless(["ENOENT"], () => unlinkSync(scratch));
		throw explained(error, place, buildDir, entry);
	}
}
function giveBackTool(place, buildDir) {
	const { link } = toolPaths(place);
	if (![
		"right",
		"unmarked",
		"absent"
	].includes(toolLinkState(place, buildDir, dirname(buildDir)).kind)) return;
	unless(["ENOENT"], () => unlinkSync(link));
	unless(["ENOENT"], () => rename(buildDir, link));
}
async function moveOrCopy(at, buildDir, signal) {
	try {
		move(at.link, buildDir);
	} catch (error) {
		if (!(systemCode(error) === "EXDEV" && lookAt(at.link)?.dev === lookAt(dirname(buildDir))?.dev)) throw error;
		await moveByCopy(at, buildDir, signal);
	}
}
async function moveByCopy({ link, marker }, buildDir, signal) {
	const [{ copyTree }, { removeTree }] = await Promise.all([import("./store-tree-copy.js"), import("./tree.js").then((n) => n.r)]);
	rmdirSync(buildDir);
	try {
		await copyTree(link, buildDir, signal);
	} catch (error) {
		await removeTree(buildDir).catch(() => {});
		unless(["EEXIST"], () => mkdirSync(buildDir));
		throw error;
	}
	unlinkSync(marker);
	await removeTree(link);
}
function move(from, to) {
	if (process.platform === "win32") unless(["ENOENT"], () => rmdirSync(to));
	rename(from, to);
}
const REFUSED = process.platform === "win32" ? "this user may not move it, or a program has a file in it open. Close that, or give the runner user full control of it" : "this user may not move it. Give it to the runner user (chown -R)";
const REASONS = {
	EXDEV: "it is on another file system than the shared cache, and a folder moves only within one. Set `root` to the tool cache",
	ENOSPC: "it has to be copied, and the disk is full. Free some space",
	EACCES: REFUSED,
	EPERM: REFUSED,
	EBUSY: "it is in use, or mounted. Run the job again when nothing uses it",
	ENOENT: "it went away meanwhile. Run the job again"
};
function explained(error, place, buildDir, entry) {
	const { link } = toolPaths(place);
	const code = systemCode(error) ?? "";
	if (code === "EISDIR") return takenError({
		kind: "foreign",
		what: "folder"
	}, place, entry);
	const reason = REASONS[code];
	if (reason === void 0) return error;
	const advice = `${reason}; or leave \`adopt\` out, and delete the folder so that this step can build it.`;
	return new OnceError("LINK_TAKEN", `adopt: ${link} cannot become the build ${buildDir}: ${advice}`, { cause: error });
}
export { adoptTool, giveBackTool, requireSettled };
