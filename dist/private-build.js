import { P as newToken } from "./main.js";
import { g as make } from "./cold.js";
const { join } = process.getBuiltinModule("path");
const { mkdir, rm } = process.getBuiltinModule("fs/promises");
// src/private-build.ts
async function buildPrivately(context) {
	const { temp, onExit } = context.services;
	const token = newToken();
	const out = join(temp, "build-once", token);
	await mkdir(out, { recursive: true });
	try {
		await make(context, {
			token,
			out,
			onSpawn: onExit
		});
		return out;
	} catch (error) {
		await rm(out, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
export { buildPrivately };
