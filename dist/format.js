// src/base/format.ts
const SECOND = 1e3;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A duration for people, in at most two units: `340 ms`, `2.5 s`, `42 s`, `1 m 12 s`, `6 h`, `2 d 3 h`; Infinity is `no limit`. */
function formatDuration(ms) {
	if (ms === Infinity) return "no limit";
	if (!(ms >= .5)) return "0 s";
	if (ms < 999.5) return `${Math.round(ms)} ms`;
	if (ms < 9.95 * SECOND) return `${Math.round(ms / 100) / 10} s`;
	if (ms < MINUTE - SECOND / 2) return `${Math.round(ms / SECOND)} s`;
	if (ms < HOUR - SECOND / 2) return twoUnits(ms, MINUTE, "m", SECOND, "s");
	if (ms < DAY - MINUTE / 2) return twoUnits(ms, HOUR, "h", MINUTE, "m");
	return twoUnits(ms, DAY, "d", HOUR, "h");
}
function twoUnits(ms, large, largeName, small, smallName) {
	const count = Math.round(ms / small);
	const perLarge = large / small;
	const rest = count % perLarge;
	const head = `${Math.floor(count / perLarge)} ${largeName}`;
	return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}
const BYTE_UNITS = [
	"B",
	"kB",
	"MB",
	"GB",
	"TB",
	"PB"
];
/** A size for people, in decimal units as disks are sold: `0 B`, `999 B`, `1.5 kB`, `340 MB`. */
function formatBytes(bytes) {
	let value = Math.max(0, bytes);
	let unit = 0;
	while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
		value /= 1e3;
		unit++;
	}
	return `${value < 9.95 && unit > 0 ? Math.round(value * 10) / 10 : Math.round(value)} ${BYTE_UNITS[unit]}`;
}
const ELLIPSIS = "…";
const NAMED = {
	"\0": "\\0",
	"\n": "\\n",
	"\r": "\\r",
	"	": "\\t"
};
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const JOINER = "‍";
/**
* A text of a user in one line of at most `max` characters, for logs and messages: what cannot be seen is shown
* escaped (`\n`, `\x1b`, `\u202e`), so that it can neither end a line nor forge one.
*/
function shorten(text, max = 80) {
	const shown = [];
	let length = 0;
	for (const character of text) {
		const next = visible(character);
		shown.push(next);
		length += next.length;
		if (length > max) return cut(shown, length, max);
	}
	return shown.join("");
}
function cut(shown, length, max) {
	let left = length;
	while (left > max - 1 && shown.length > 0) left -= shown.pop()?.length ?? 0;
	return shown.join("") + ELLIPSIS;
}
function visible(character) {
	if (character === JOINER || !UNSEEN.test(character)) return character;
	const code = character.codePointAt(0) ?? 0;
	if (code > 65535) return `\\u{${code.toString(16)}}`;
	const escaped = code > 255 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\x${code.toString(16).padStart(2, "0")}`;
	return NAMED[character] ?? escaped;
}
export { formatDuration as n, shorten as r, formatBytes as t };
