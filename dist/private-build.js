import "./rolldown-runtime.js";
import { r as newToken } from "./key.js";
import { t as make } from "./make.js";
import { join } from "node:path";
import { mkdir, rm } from "node:fs/promises";
// src/private-build.ts
/**
* Builds for this job alone, in its own temporary folder, which the runner empties; publishes nothing.
* @returns the build's folder
*/
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
