import { G as OnceError, I as makeFolder, J as unless, N as isToken, g as entryPaths, s as current } from "./main.js";
import { c as lookAt, d as touch, l as scratchName, o as isScratch, s as linkText, u as toolPaths } from "./cold.js";
import { n as toolLinkState, t as takenError } from "./tool-taken.js";
const { existsSync, readdirSync, renameSync, symlinkSync, unlinkSync } = process.getBuiltinModule("fs");
const { basename, join, resolve } = process.getBuiltinModule("path");
// src/store/tool-link.ts
function requireFreePlace(place, entryDir, key) {
	const state = toolLinkState(place, void 0, entryDir);
	if (state.kind === "foreign" && state.what === "folder" && place.adopt) return;
	refuseTaken(state, place, entryDir, key);
}
function refuseTaken(state, place, entryDir, key) {
	if (state.kind === "foreign" || state.kind === "other-key") throw takenError(state, place, entryDir, key);
}
const TURNS = 50;
function linkTool(place, buildDir, entryDir) {
	const at = toolPaths(place);
	makeFolder(at.folder);
	for (let turn = 0; turn < TURNS; turn++) {
		const build = publishedBuild(entryDir) ?? buildDir;
		const state = toolLinkState(place, build, entryDir);
		if (state.kind === "right") return;
		refuseTaken(state, place, entryDir);
		if (state.kind === "absent") makeLink(at, linkText(place, build));
		else if (state.kind !== "unmarked") replaceLink(at, linkText(place, build));
		mark(at);
	}
	throw new OnceError("LINK_TAKEN", `${at.link} keeps changing: something else links this tool too. Find out what does, or use another \`version\` or \`arch\`.`);
}
function publishedBuild(entryDir) {
	const token = current(entryPaths(resolve(entryDir, "..", "..", ".."), basename(entryDir)));
	if (token === void 0 || !isToken(token)) return void 0;
	const build = join(entryDir, token);
	return existsSync(build) ? build : void 0;
}
function makeLink({ link }, text) {
	unless(["EEXIST"], () => symlinkSync(text, link, "junction"));
}
function replaceLink(at, text) {
	const scratch = scratchName(at);
	symlinkSync(text, scratch, "junction");
	try {
		tidy(at, scratch);
		if (process.platform === "win32") unless(["ENOENT"], () => unlinkSync(at.link));
		unless([
			"EISDIR",
			"ENOTEMPTY",
			"EEXIST"
		], () => renameSync(scratch, at.link));
	} finally {
		unless(["ENOENT"], () => unlinkSync(scratch));
	}
}
function mark({ link, marker }) {
	if (touch(marker) && lookAt(link)?.isSymbolicLink() === false) unless(["ENOENT"], () => unlinkSync(marker));
}
const ABANDONED_MS = 6e4;
function tidy({ folder }, fresh) {
	const now = lookAt(fresh)?.mtimeMs ?? 0;
	for (const name of readdirSync(folder).filter(isScratch)) {
		const path = join(folder, name);
		if (now - (lookAt(path)?.mtimeMs ?? now) > ABANDONED_MS) unless(["ENOENT"], () => unlinkSync(path));
	}
}
export { linkTool, requireFreePlace };
