import { U as namesIn, ft as shorten, pt as OnceError } from "./main.js";
const { existsSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/step/deliver.ts
async function deliver(delivery, build, runner, signal) {
	const { workspace, link, copyTo, addPath, exportEnv } = delivery;
	for (const part of addPath) requirePart(build, part, "add-path");
	for (const { name, path } of exportEnv) requirePart(build, path, `export-env ${name}`);
	if (link !== void 0) (await import("./step-deliver-link.js")).placeLink(workspace, link, build.path);
	if (copyTo !== void 0) await (await import("./step-deliver-copy.js")).placeCopy(workspace, copyTo, build, signal);
	for (const part of addPath) runner.addPath(join(build.path, part));
	for (const { name, path } of exportEnv) runner.exportVariable(name, join(build.path, path));
}
function requirePart({ path, key }, part, input) {
	if (existsSync(join(path, part))) return;
	throw new OnceError("DELIVERY_FAILED", `${input}: the build of "${shorten(key)}" has no ${part}. In ${path} there is: ${namesIn(path)}. Name one of these, or let the script make ${part} and give the build another \`key\`.`);
}
export { deliver };
