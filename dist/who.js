// src/base/who.ts
function describeWho(who) {
	const job = who.job === "" ? "" : `job ${who.job}`;
	const place = [who.runner && `on ${who.runner}`, who.host && `(${who.host})`].filter(Boolean).join(" ");
	return [[
		who.repository,
		job,
		place
	].filter(Boolean).join(", "), who.runUrl].filter(Boolean).join(", ") || "unknown";
}
export { describeWho as t };
