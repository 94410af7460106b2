import { G as fingerprintOf, gt as unless } from "./main.js";
const { readFileSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/producers/git/head.ts
function isWholeName(ref) {
	return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
}
function shortName(commit) {
	return commit.slice(0, 7);
}
function headOf(checkout) {
	const dir = join(checkout, ".git");
	const head = read(join(dir, "HEAD"));
	const branch = /^ref: (refs\/.+)$/.exec(head ?? "")?.[1];
	return branch === void 0 ? head : read(join(dir, branch)) ?? packed(dir, branch);
}
function staleHead({ identity, path }) {
	const head = headOf(path);
	if (identity === void 0 || head === identity) return void 0;
	const was = `${shortName(identity)} was checked out`;
	return head === void 0 ? `it has no HEAD any more, where ${was}` : `its HEAD is ${visible(head)}, where ${was}`;
}
function visible(head) {
	return isWholeName(head) ? shortName(head) : "no commit";
}
function packed(dir, branch) {
	return (read(join(dir, "packed-refs"))?.split("\n") ?? []).find((line) => line.endsWith(` ${branch}`))?.split(" ", 1)[0];
}
function read(file) {
	return unless([
		"ENOENT",
		"ENOTDIR",
		"EISDIR"
	], () => readFileSync(file, "utf8"))?.trim();
}
// src/producers/git.ts
function repositoryProducer(spec) {
	const name = "repository";
	return {
		name,
		fingerprint: fingerprintOf({
			name,
			spec
		}),
		produce: async (attempt) => (await import("./producers-git-checkout.js")).checkOut(spec, attempt),
		whyStale: async (published) => staleHead(published)
	};
}
async function pinRepository(spec, surroundings) {
	const { lookUp } = await import("./producers-git-look-up.js");
	const commit = isWholeName(spec.ref) ? spec.ref.toLowerCase() : await lookUp(spec, surroundings);
	const name = "repository";
	if (commit === void 0) return { producer: {
		name,
		spec
	} };
	return {
		producer: {
			name,
			spec: {
				...spec,
				commit
			}
		},
		version: commit
	};
}
export { isWholeName as n, pinRepository, shortName as r, repositoryProducer, headOf as t };
