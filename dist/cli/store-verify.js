import { dt as checkedMark, lt as buildDir } from "./run.js";
import { a as measureTree } from "./tree.js";
const { existsSync, writeFileSync } = process.getBuiltinModule("fs");
// src/store/verify.ts
async function verifyBuild(paths, manifest, level, signal) {
	const dir = buildDir(paths, manifest.build);
	if (level === "full" && manifest.digest !== void 0) {
		const { digestTree } = await import("./store-tree-digest.js");
		const digest = await digestTree(dir, signal);
		return digest === manifest.digest ? {} : { why: `the contents of ${dir} are not what was published (${digest})` };
	}
	const sizes = await verifySizes(dir, manifest, signal);
	if (level === "quick" || sizes.why !== void 0) return sizes;
	return { note: "it was published by a step without `verify: full`, so only its files and sizes could be compared" };
}
async function verifySizes(dir, manifest, signal) {
	if (manifest.files === void 0 || manifest.bytes === void 0) return { note: "it is too large to have been counted when it was published" };
	const now = await measureTree(dir, { signal });
	if (now === void 0) return { note: "counting its files took too long" };
	if (now.files === manifest.files && now.bytes === manifest.bytes) return {};
	return { why: `${dir} has ${now.files} files and ${now.bytes} bytes; published were ${manifest.files} and ${manifest.bytes}` };
}
function awaitsBootCheck(paths, manifest, bootId) {
	if (bootId === "" || manifest.bootId === bootId) return false;
	return !existsSync(checkedMark(paths, manifest.build, bootId));
}
function markBootChecked(paths, manifest, bootId) {
	try {
		writeFileSync(checkedMark(paths, manifest.build, bootId), "", { flag: "wx" });
	} catch {}
}
export { awaitsBootCheck, markBootChecked, verifyBuild };
