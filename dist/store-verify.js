import "./rolldown-runtime.js";
import { n as checkedMark, t as buildDir } from "./layout.js";
import { i as measureTree, t as digestTree } from "./tree.js";
import { existsSync, writeFileSync } from "node:fs";
// src/store/verify.ts
/** Compares a build with its manifest: `quick` its files and sizes, `full` every byte. */
async function verifyBuild(paths, manifest, level) {
	const dir = buildDir(paths, manifest.build);
	if (level === "full" && manifest.digest !== void 0) {
		const digest = await digestTree(dir);
		return digest === manifest.digest ? {} : { why: `the contents of ${dir} are not what was published (${digest})` };
	}
	const sizes = await verifySizes(dir, manifest);
	if (level === "quick" || sizes.why !== void 0) return sizes;
	return { note: "it was published by a step without `verify: full`, so only its files and sizes could be compared" };
}
async function verifySizes(dir, manifest) {
	if (manifest.files === void 0 || manifest.bytes === void 0) return { note: "it is too large to have been counted when it was published" };
	const now = await /* @__PURE__ */ measureTree(dir);
	if (now === void 0) return { note: "counting its files took too long" };
	if (now.files === manifest.files && now.bytes === manifest.bytes) return {};
	return { why: `${dir} has ${now.files} files and ${now.bytes} bytes; published were ${manifest.files} and ${manifest.bytes}` };
}
/**
* Whether a build still awaits its check after a reboot. A crash of the machine can leave files of no length behind an
* intact manifest, so each boot that is not the builder's compares the sizes once, and leaves a mark.
*/
function awaitsBootCheck(paths, manifest, bootId) {
	if (bootId === "" || manifest.bootId === bootId) return false;
	return !existsSync(checkedMark(paths, manifest.build, bootId));
}
/** Notes that the sizes were found right after the boot `bootId`. */
function markBootChecked(paths, manifest, bootId) {
	try {
		writeFileSync(checkedMark(paths, manifest.build, bootId), "");
	} catch {}
}
export { awaitsBootCheck, markBootChecked, verifyBuild };
