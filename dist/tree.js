import { rm } from "node:fs/promises";
// src/store/tree.ts
async function measureTree(_d) {}
async function digestTree(_d) {
	return "";
}
async function flushTree(_d) {}
async function makeReadOnly(_d) {}
async function removeTree(d, _s) {
	await rm(d, {
		recursive: true,
		force: true
	});
}
export { removeTree as a, measureTree as i, flushTree as n, makeReadOnly as r, digestTree as t };
