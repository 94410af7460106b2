import { H as formatBytes, U as formatDuration, W as shorten, n as resultOf, r as savedMsOf, t as buildMsOf } from "./main.js";
// src/step/summary.ts
const UNKNOWN = "–";
const COLUMNS = [
	"Key",
	"Result",
	"Waited",
	"Built in",
	"Saved",
	"Size",
	"Built by"
];
function summaryOf(outcome, when) {
	if (when === "never" || when === "auto" && resultOf(outcome) === "reused") return "";
	return `${[
		COLUMNS,
		COLUMNS.map(() => "---"),
		cells(outcome)
	].map((row) => `| ${row.join(" | ")} |\n`).join("")}${failure(outcome)}\n`;
}
function cells(outcome) {
	const { manifest, waitedMs } = outcome;
	return [
		`<code>${inert(shorten(outcome.key, 100))}</code>`,
		resultOf(outcome) || "failed",
		waitedMs > 0 ? formatDuration(waitedMs) : UNKNOWN,
		duration(buildMsOf(outcome)),
		duration(savedMsOf(outcome)),
		manifest?.bytes === void 0 ? UNKNOWN : formatBytes(manifest.bytes),
		builder(outcome)
	];
}
function duration(ms) {
	return ms === void 0 ? UNKNOWN : formatDuration(ms);
}
function builder(outcome) {
	const result = resultOf(outcome);
	if (result === "private") return "this job, for itself";
	const by = outcome.manifest?.builtBy;
	if (by === void 0) return UNKNOWN;
	const names = [by.repository, by.job].filter(Boolean).join(", ");
	const name = result === "built" ? "this job" : inert(shorten(names, 100)) || "unknown";
	return /^https?:\/\/[\w.~:/?#@%&=+-]{1,500}$/.test(by.runUrl) ? `[${name}](${by.runUrl})` : name;
}
function failure(outcome) {
	if (outcome.error === void 0) return "";
	return `\n**Failed:** ${shortened(outcome.error.message).map((line) => inert(shorten(line, 500))).join("<br>")}\n`;
}
function shortened(message) {
	return message.split("\n", 20).filter((line) => line.trim() !== "");
}
const MEANINGFUL = /[!#$&*:<>?@[\\\]^`{|}~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
function inert(text) {
	return text.replace(MEANINGFUL, (sign) => `&#${sign.charCodeAt(0)};`);
}
export { summaryOf };
