import { W as shorten } from "./main.js";
// src/base/who.ts
function describeWho(who) {
	const [repository, job, runner, host, runUrl] = [
		who.repository,
		who.job,
		who.runner,
		who.host,
		who.runUrl
	].map(shown);
	const place = [runner && `on ${runner}`, host && `(${host})`].filter(Boolean).join(" ");
	return [
		repository,
		[job && `job ${job}`, place].filter(Boolean).join(" "),
		runUrl
	].filter(Boolean).join(", ") || "unknown";
}
function shown(text) {
	return typeof text === "string" ? shorten(text, 200) : "";
}
export { describeWho as t };
