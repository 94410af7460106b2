import { C as versionDir, G as OnceError, J as unless, N as isToken, W as shorten, g as entryPaths, p as readManifest } from "./main.js";
import { c as lookAt, u as toolPaths } from "./cold.js";
const { existsSync, readFileSync, readlinkSync, realpathSync, statSync } = process.getBuiltinModule("fs");
const { basename, dirname, resolve } = process.getBuiltinModule("path");
// src/store/tool-state.ts
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
	const root = resolve(owner, "..", "..", "..");
	return isToken(basename(build)) && dirname(owner) === versionDir(root) ? {
		kind: "other-key",
		entryDir: owner
	} : {
		kind: "foreign",
		what: "link"
	};
}
// src/store/tool-taken.ts
function takenError(state, place, entryDir, key) {
	const own = key ?? manifestIn(entryDir)?.key;
	const why = state.kind === "other-key" ? otherKey(place, state.entryDir, own) : foreign(place, state.what);
	return new OnceError("LINK_TAKEN", `tool: ${place.name} ${place.version} (${place.arch}) cannot be linked. ${why}`);
}
function otherKey(place, theirs, own) {
	const { link } = toolPaths(place);
	const other = manifestIn(theirs);
	if (other !== void 0 && other.key === own) return `${link} belongs to a build of the same key for ${other.platform}, in ${theirs}. Give this step an \`arch\` of its own, or let both use one \`root\`, \`scope\` and \`platform\`.`;
	return `${link} belongs to the key ${nameOf(other, theirs)}, and this step wants it for ${own === void 0 ? "another" : `"${shorten(own)}"`}. One version can have one key only: use the same key in both, or another \`version\` or \`arch\` here. If the other key is no longer used, delete ${link} and run the job again.`;
}
function nameOf(manifest, entryDir) {
	return manifest === void 0 ? `of ${entryDir}` : `"${shorten(manifest.key)}"`;
}
function manifestIn(entryDir) {
	const { manifest: file } = entryPaths(resolve(entryDir, "..", "..", ".."), basename(entryDir));
	try {
		const reading = readManifest(readFileSync(file, "utf8"), file);
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
	if (!place.adopt) return `${who} Set \`adopt: true\` to take it over for this key. Otherwise: ${otherwise(link)}`;
	return `${who} \`adopt\` takes it over once its marker ${marker} is there and a minute old: run the job again then. Otherwise: ${otherwise(link)}`;
}
function otherwise(link) {
	return `Delete ${link} and run the job again, or use another \`version\` or \`arch\`.`;
}
export { toolLinkState as n, takenError as t };
