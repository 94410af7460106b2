import { n as __exportAll } from "./rolldown-runtime.js";
import { B as HELD_OPEN, K as systemCode, V as OnceError, h as RETRY_PAUSES_MS, q as unless, y as pauseSync, z as shorten } from "./command.js";
import { D as current, Dt as newToken, Et as isToken, G as isInside, J as makeFolder, O as readManifest, ft as entryAt, lt as buildDir, q as lookAt } from "./run.js";
const { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, renameSync, statSync, symlinkSync, unlinkSync, writeFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, join, relative } = process.getBuiltinModule("path");
// src/host/rename.ts
const real = {
	rename: renameSync,
	pause: pauseSync
};
function renameOnWindows(from, to, calls = real) {
	for (const pauseMs of [...RETRY_PAUSES_MS, void 0]) try {
		calls.rename(from, to);
		return;
	} catch (error) {
		if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
		if (isInTheWay(at(to), at(from))) throw Object.assign(error, { code: "EEXIST" });
		if (pauseMs === void 0) throw error;
		calls.pause(pauseMs);
	}
}
function isInTheWay(there, moved) {
	return there !== void 0 && moved !== void 0 && !(there.isFile() && moved.isFile());
}
function at(path) {
	try {
		return lstatSync(path);
	} catch {
		return;
	}
}
function rename(from, to) {
	if (process.platform === "win32") renameOnWindows(from, to);
	else renameSync(from, to);
}
// src/store/tool/place.ts
function toolPaths({ toolCache, name, version, arch }) {
	const folder = join(toolCache, name, version);
	return {
		folder,
		link: join(folder, arch),
		marker: join(folder, `${arch}.complete`)
	};
}
const SCRATCH = ".build-once-";
function scratchName({ folder }) {
	return join(folder, `${SCRATCH}${newToken()}`);
}
function isScratch(name) {
	return name.startsWith(SCRATCH);
}
function linkText(place, buildDir) {
	if (process.platform === "win32") return buildDir;
	const cache = realpathSync(place.toolCache);
	const folder = realpathSync(toolPaths(place).folder);
	const build = join(realpathSync(dirname(buildDir)), basename(buildDir));
	return isInside(cache, folder) && isInside(cache, build) ? relative(folder, build) : buildDir;
}
function touch(file) {
	const make = () => {
		writeFileSync(file, "", { flag: "wx" });
		return true;
	};
	return unless(["EEXIST"], make) ?? false;
}
// src/store/tool/state.ts
function toolLinkState(place, buildDir, entryDir) {
	const at = toolPaths(place);
	const target = behind(at.link);
	if (target !== void 0 && buildDir !== void 0 && target === behind(buildDir)) return { kind: existsSync(at.marker) ? "right" : "unmarked" };
	const found = lookAt(at.link);
	if (found === void 0) return { kind: "absent" };
	if (!found.isSymbolicLink()) return {
		kind: "foreign",
		what: found.isDirectory() ? "folder" : "file"
	};
	return linkState(at.link, entryDir);
}
const NOWHERE = [
	"ENOENT",
	"ENOTDIR",
	"ELOOP"
];
function behind(path) {
	const stats = unless(NOWHERE, () => statSync(path, { bigint: true }));
	return stats && `${stats.dev}:${stats.ino}`;
}
function linkState(link, entryDir) {
	const build = unless(NOWHERE, () => realpathSync(link));
	if (build === void 0) return { kind: "dangling" };
	const owner = dirname(build);
	if (behind(owner) === behind(entryDir)) return { kind: "ours-older" };
	const entry = isToken(basename(build)) ? entryAt(owner) : void 0;
	return entry === void 0 ? {
		kind: "foreign",
		what: "link"
	} : {
		kind: "other-key",
		entry
	};
}
// src/store/tool/taken.ts
function takenError(state, place, entry, key) {
	const own = key ?? manifestIn(entry)?.key;
	const why = state.kind === "other-key" ? otherKey(place, state.entry, own) : foreign(place, state.what);
	return new OnceError("LINK_TAKEN", `tool: ${place.name} ${place.version} (${place.arch}) cannot be linked. ${why}`);
}
function otherKey(place, theirs, own) {
	const { link } = toolPaths(place);
	const other = manifestIn(theirs);
	if (other !== void 0 && other.key === own) return `${link} belongs to a build of the same key for ${other.platform}, in ${theirs.dir}. Give this step an \`arch\` of its own, or let both use one \`root\`, \`scope\` and \`platform\`.`;
	return `${link} belongs to the key ${nameOf(other, theirs)}, and this step wants it for ${own === void 0 ? "another" : `"${shorten(own)}"`}. One version can have one key only: use the same key in both, or another \`version\` or \`arch\` here. If the other key is no longer used, delete ${link} and run the job again.`;
}
function nameOf(manifest, { dir }) {
	return manifest === void 0 ? `of ${dir}` : `"${shorten(manifest.key)}"`;
}
function manifestIn({ manifest: file }) {
	try {
		const reading = readManifest(file);
		return reading.kind === "whole" ? reading.manifest : void 0;
	} catch {
		return;
	}
}
function foreign(place, what) {
	const { link, marker } = toolPaths(place);
	if (what === "link") return `${link} is a link to ${readlinkSync(link)} that build-once did not make. ${otherwise(link)}`;
	if (what === "file") return `${link} is a file. ${otherwise(link)}`;
	const who = `${link} is a folder that another action, or a person, put there.`;
	if (!place.adopt) return `${who} Set \`adopt: true\` to take it over for this key. ${otherwise(link, "Otherwise, delete")}`;
	return `${who} \`adopt\` takes it over once its marker ${marker} is there and a minute old: run the job again then. ${otherwise(link, "Otherwise, delete")}`;
}
function otherwise(link, remove = "Delete") {
	return `${remove} ${link} and run the job again, or use another \`version\` or \`arch\`.`;
}
// src/store/tool/link.ts
var link_exports = __exportAll({
	linkTool: () => linkTool,
	requireFreePlace: () => requireFreePlace
});
function requireFreePlace(place, entry, key) {
	const state = toolLinkState(place, void 0, entry.dir);
	if (state.kind === "foreign" && state.what === "folder" && place.adopt) return;
	refuseTaken(state, place, entry, key);
}
function refuseTaken(state, place, entry, key) {
	if (state.kind === "foreign" || state.kind === "other-key") throw takenError(state, place, entry, key);
}
const TURNS = 50;
function linkTool(place, ownBuild, entry) {
	const at = toolPaths(place);
	makeFolder(at.folder);
	for (let turn = 0; turn < TURNS; turn++) {
		const build = publishedBuild(entry) ?? ownBuild;
		const state = toolLinkState(place, build, entry.dir);
		if (state.kind === "right") return;
		refuseTaken(state, place, entry);
		if (state.kind === "absent") makeLink(at, linkText(place, build));
		else if (state.kind !== "unmarked") replaceLink(at, linkText(place, build));
		mark(at);
	}
	throw new OnceError("LINK_TAKEN", `${at.link} keeps changing: something else links this tool too. Find out what does, or use another \`version\` or \`arch\`.`);
}
function publishedBuild(entry) {
	const token = current(entry);
	if (token === void 0 || !isToken(token)) return void 0;
	const build = buildDir(entry, token);
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
		], () => rename(scratch, at.link));
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
export { scratchName as a, rename as c, linkText as i, takenError as n, toolPaths as o, toolLinkState as r, touch as s, link_exports as t };
