import { Ct as formatBytes } from "./main.js";
const { statfsSync } = process.getBuiltinModule("fs");
const { tmpdir } = process.getBuiltinModule("os");
// src/producers/causes.ts
const NOTHING = 1048576;
function causesOf(lines, { out, scratch }) {
	return [...[...new Set([
		out,
		scratch,
		tmpdir()
	].flatMap(fullDisk))], ...lines.some(isCarriageReturn) ? [CARRIAGE_RETURN] : []];
}
function fullDisk(folder) {
	try {
		return shortage(statfsSync(folder)).map((what) => `There are ${what} free on ${folder}: free some space.`);
	} catch {
		return [];
	}
}
function shortage({ bavail, bsize, files, ffree }) {
	if (bavail * bsize < NOTHING) return [formatBytes(bavail * bsize)];
	return files > 0 && ffree === 0 ? ["0 files (inodes)"] : [];
}
const RETURNS = [
	/\$?'[^']*\\r'/,
	/‘[^’]*\\r’/,
	/\^M\b/,
	/^\| : (?:not found|No such file)/
];
function isCarriageReturn(line) {
	return RETURNS.some((sign) => sign.test(line));
}
const CARRIAGE_RETURN = "A script has the line ends of Windows (CRLF), and the shell takes the carriage return for a part of each word: write `*.sh text eol=lf` into .gitattributes, and save the script anew.";
export { causesOf };
