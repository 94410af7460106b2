import { V as OnceError, q as unless, z as shorten } from "./command.js";
import { G as isInside, Y as namesIn } from "./run.js";
const { realpathSync, statSync } = process.getBuiltinModule("fs");
const { delimiter, join } = process.getBuiltinModule("path");
// src/step/deliver/deliver.ts
async function deliver(delivery, build, runner, reporter, signal) {
	const { workspace, link, copyTo, addPath, exportEnv } = delivery;
	for (const part of addPath) {
		requirePart(build, part, "add-path");
		requireOnePath(join(build.path, part));
	}
	for (const { name, path } of exportEnv) requirePart(build, path, `export-env ${name}`);
	if (link !== void 0) await (await import("./step-deliver-link.js")).placeLink(workspace, link, build.path, reporter);
	if (copyTo !== void 0) await (await import("./step-deliver-copy.js")).placeCopy(workspace, copyTo, build, reporter, signal);
	for (const part of addPath) runner.addPath(join(build.path, part));
	for (const { name, path } of exportEnv) runner.exportVariable(name, join(build.path, path));
}
function requirePart({ path, key }, part, input) {
	const real = unless([
		"ENOENT",
		"ENOTDIR",
		"ELOOP",
		"EACCES",
		"ENAMETOOLONG"
	], () => realpathSync(join(path, part)));
	if (real === void 0) throw new OnceError("DELIVERY_FAILED", `${input}: the build of "${shorten(key)}" has no ${part}. In ${path} there is: ${namesIn(path)}. Name one of these, or let the script make ${part} and give the build another \`key\`.`);
	if (!isInside(realpathSync(path), real) && statSync(real).isDirectory()) throw new OnceError("DELIVERY_FAILED", `${input}: ${part} in the build of "${shorten(key)}" is, or lies behind, a link that leads out of the build, to ${real}. Name a path within the build, or set the variable in a step of your own if that is what you want.`);
}
function requireOnePath(dir) {
	if (!dir.includes(delimiter)) return;
	throw new OnceError("DELIVERY_FAILED", `add-path: ${dir} has a "${delimiter}" in it, which separates the folders of PATH, so it cannot be one of them. Name another \`root\` or another path in the build.`);
}
export { deliver };
