// src/base/who.ts
/** "owner/repo, job build on runner-3 (host-a), https://…": for log lines; leaves out what is not known. */
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
