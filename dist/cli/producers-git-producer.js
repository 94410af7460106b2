import { M as readShared, f as fingerprintOf } from "./run.js";
import { L as hasControls } from "./command.js";
const { join } = process.getBuiltinModule("path");
// src/producers/git/head.ts
function isFullName(ref) {
	return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
}
function shortName(commit) {
	return commit.slice(0, 7);
}
function headOf(checkout) {
	const dir = join(checkout, ".git");
	const head = read(join(dir, "HEAD"));
	const branch = /^ref: (refs\/.+)$/.exec(head ?? "")?.[1];
	if (branch === void 0) return head;
	return leadsInside(branch) ? read(join(dir, branch)) ?? packed(dir, branch) : "";
}
function leadsInside(branch) {
	return !hasControls(branch) && !branch.includes("..") && !branch.includes("\\");
}
function staleHead({ identity, path }) {
	const head = headOf(path);
	if (identity === void 0 || head === identity) return void 0;
	const expected = `but ${shortName(identity)} was checked out`;
	return head === void 0 ? `its HEAD is gone, ${expected}` : `its HEAD is ${visible(head)}, ${expected}`;
}
function visible(head) {
	return isFullName(head) ? shortName(head) : "no commit";
}
const PACKED_REFS_BYTES = 16777216;
function packed(dir, branch) {
	return (read(join(dir, "packed-refs"), PACKED_REFS_BYTES)?.split("\n") ?? []).find((line) => line.endsWith(` ${branch}`))?.split(" ", 1)[0];
}
function read(file, maxBytes) {
	const found = readShared(file, maxBytes);
	if (found.kind === "absent") return void 0;
	return found.kind === "text" ? found.text.trim() : "";
}
// src/producers/git/producer.ts
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
	const found = isFullName(spec.ref) ? {
		commit: spec.ref.toLowerCase(),
		tag: void 0
	} : await lookUp(spec, surroundings);
	const name = "repository";
	if (found === void 0) return { producer: {
		name,
		spec
	} };
	return {
		producer: {
			name,
			spec: {
				...spec,
				...found
			}
		},
		version: found.commit
	};
}
export { isFullName as n, pinRepository, shortName as r, repositoryProducer, headOf as t };
