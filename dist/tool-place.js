import { I as newToken, J as unless } from "./main.js";
const { lstatSync, realpathSync, writeFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, isAbsolute, join, relative, sep } = process.getBuiltinModule("path");
// src/store/tool-place.ts
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
function isInside(parent, path) {
	const way = relative(parent, path);
	return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
function lookAt(path) {
	return unless(["ENOENT", "ENOTDIR"], () => lstatSync(path));
}
function touch(file) {
	const make = () => {
		writeFileSync(file, "", { flag: "wx" });
		return true;
	};
	return unless(["EEXIST"], make) ?? false;
}
export { toolPaths as a, scratchName as i, linkText as n, touch as o, lookAt as r, isScratch as t };
