import { chmodSync, closeSync, constants, copyFileSync, createReadStream, createWriteStream, existsSync, fstatSync, futimesSync, linkSync, lstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, statSync, symlinkSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import "node:http";
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib$1 from "node:zlib";
import { Socket } from "node:net";
// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __exportAll = (all, no_symbols) => {
	let target = {};
	for (var name in all) __defProp(target, name, {
		get: all[name],
		enumerable: true
	});
	if (!no_symbols) __defProp(target, Symbol.toStringTag, { value: "Module" });
	return target;
};
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
var __require = process.getBuiltinModule;
// src/base/errors.ts
var OnceError = class extends Error {
	code;
	exitCode;
	constructor(code, message, options = {}) {
		super(message, { cause: options.cause });
		this.name = "OnceError";
		this.code = code;
		this.exitCode = options.exitCode;
	}
};
const unnamed = process.platform === "darwin" ? {
	69: "EDQUOT",
	70: "ESTALE",
	77: "ENOLCK"
} : {
	37: "ENOLCK",
	62: "ETIME",
	67: "ENOLINK",
	70: "ECOMM",
	74: "EBADMSG",
	116: "ESTALE",
	117: "EUCLEAN",
	121: "EREMOTEIO",
	122: "EDQUOT",
	123: "ENOMEDIUM",
	126: "ENOKEY",
	133: "EHWPOISON"
};
function systemCode(error) {
	if (!(error instanceof Error)) return void 0;
	const { code, errno = 0 } = error;
	if (typeof code !== "string" || !code.startsWith("Unknown system error")) return code;
	return unnamed[-errno] ?? `errno ${-errno}`;
}
const HELD_OPEN = [
	"EPERM",
	"EACCES",
	"EBUSY"
];
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}
function unless(codes, action) {
	try {
		return action();
	} catch (error) {
		if (codes.includes(systemCode(error) ?? "")) return void 0;
		throw error;
	}
}
// src/base/format.ts
const BYTE_UNITS = [
	"B",
	"kB",
	"MB",
	"GB",
	"TB",
	"PB"
];
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
const CONTROL$1 = "\\p{Cc}";
const UNSEEN = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]";
const JOINER = "‍";
function shorten(text, max = 80) {
	if (text.length <= max && isPlain(text)) return text;
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
function isPlain(text) {
	return /^[ -~]*$/.test(text);
}
function hasControls(text) {
	return !isPlain(text) && new RegExp(CONTROL$1, "u").test(text);
}
function cut(shown, length, max) {
	let left = length;
	while (left > max - 1 && shown.length > 0) left -= shown.pop()?.length ?? 0;
	return shown.join("") + ELLIPSIS;
}
function visible(character) {
	if (character === JOINER || !new RegExp(UNSEEN, "u").test(character)) return character;
	const code = character.codePointAt(0) ?? 0;
	if (code > 65535) return `\\u{${code.toString(16)}}`;
	const escaped = code > 255 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\x${code.toString(16).padStart(2, "0")}`;
	return NAMED[character] ?? escaped;
}
// src/base/fields.ts
const TEXT_LENGTH = 1e3;
function parseFields(text) {
	try {
		return asFields(JSON.parse(text));
	} catch {
		return;
	}
}
function asFields(value) {
	return typeof value === "object" && value !== null ? value : void 0;
}
function isShowable(value) {
	return typeof value === "string" && value.length <= 1e3 && !hasControls(value);
}
function isCount(value) {
	return Number.isSafeInteger(value) && value >= 0;
}
function isWho(value) {
	const fields = asFields(value);
	return fields !== void 0 && WHO.every((name) => isShowable(fields[name]));
}
const WHO = [
	"repository",
	"workflow",
	"job",
	"runUrl",
	"runner",
	"host"
];
// src/producers/url/http/trouble.ts
var FinalError = class extends Error {};
`${formatBytes(262144)}`;
// src/base/key.ts
function isEntryId(name) {
	return /^[a-z0-9][a-z0-9.-]{0,19}-[0-9a-f]{20}$/.test(name);
}
function isToken(name) {
	return /^[0-9a-f]{12}$/.test(name);
}
// src/base/wait.ts
const RETRY_PAUSES_MS = [
	10,
	20,
	40,
	80,
	160,
	320,
	640,
	730
];
function pauseSync(ms) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
function monotonicMs() {
	const [seconds, nanoseconds] = process.hrtime();
	return seconds * 1e3 + nanoseconds / 1e6;
}
// src/host/read-shared.ts
const RECORD_BYTES = 65536;
const ABSENT$1 = { kind: "absent" };
const PASSING = process.platform === "win32" ? HELD_OPEN : ["EAGAIN"];
function readShared(file, maxBytes = RECORD_BYTES) {
	let handle;
	try {
		handle = open(file);
	} catch (error) {
		return unopened(file, systemCode(error), error);
	}
	try {
		const stats = fstatSync(handle);
		if (!stats.isFile()) return strange(`is ${kindOf(stats)}, not a file`);
		if (stats.size > maxBytes) return strange(`has ${stats.size} bytes, more than the ${maxBytes} that are allowed`);
		const bytes = readAll(handle, stats.size);
		if (!isUtf8(bytes)) return strange("is not text in UTF-8");
		return {
			kind: "text",
			text: bytes.toString("utf8"),
			mtimeMs: stats.mtimeMs,
			owner: stats
		};
	} finally {
		closeSync(handle);
	}
}
function open(file) {
	for (let tries = 0;; tries++) try {
		return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
	} catch (error) {
		const code = systemCode(error) ?? "";
		if (!PASSING.includes(code)) throw error;
		const pauseMs = RETRY_PAUSES_MS[tries];
		if (pauseMs === void 0) throw code === "EAGAIN" ? Object.assign(error, { code: "EBUSY" }) : error;
		pauseSync(pauseMs);
	}
}
function strange(why) {
	return {
		kind: "strange",
		why
	};
}
function unopened(file, code, error) {
	if (code === "ENOENT" || code === "ENOTDIR") return ABSENT$1;
	if (code === "EACCES" || code === "EPERM") return {
		kind: "refused",
		why: `may not be read by this user (${code})`
	};
	if (code === "ELOOP") return unless(["ELOOP"], () => lstatSync(file)) ? strange("is a link, not a file") : ABSENT$1;
	if (code === "ENXIO" || code === "ENODEV") return strange("is a socket or a device, not a file");
	if (code === "EISDIR") return strange("is a folder, not a file");
	throw error;
}
function kindOf(stats) {
	if (stats.isDirectory()) return "a folder";
	return stats.isFIFO() ? "a pipe" : "a device";
}
function readAll(handle, size) {
	const bytes = Buffer.allocUnsafe(size);
	let length = 0;
	while (length < size) {
		const count = readSync(handle, bytes, length, size - length, null);
		if (count === 0) break;
		length += count;
	}
	return bytes.subarray(0, length);
}
function readManifest(file) {
	const found = readShared(file);
	if (found.kind === "strange") return {
		kind: "damaged",
		why: found.why
	};
	if (found.kind !== "text") return found;
	const fields = parseFields(found.text);
	if (fields === void 0) return {
		kind: "damaged",
		why: "is not a whole manifest"
	};
	const { format } = fields;
	if (isCount(format) && format > 1 && format <= HIGHEST_FORMAT) throw newerFormat(file, format);
	const name = wrongField(fields);
	if (name === void 0) return {
		kind: "whole",
		manifest: fields,
		owner: found.owner
	};
	return {
		kind: "damaged",
		why: `is not a whole manifest: its \`${name}\` is missing or not valid`
	};
}
const HIGHEST_FORMAT = 1e3;
function newerFormat(file, format) {
	return new OnceError("NEWER_FORMAT", `${file} has format ${format}, and this version of build-once knows up to 1. Use the newer version in this workflow too, or give it a \`root\` of its own.`);
}
const isString = (value) => typeof value === "string";
function orAbsent(check) {
	return (value) => value === void 0 || check(value);
}
const checks = {
	format: (value) => value === 1,
	key: isString,
	scope: isString,
	build: (value) => typeof value === "string" && isToken(value),
	producer: isShowable,
	fingerprint: isShowable,
	identity: orAbsent(isShowable),
	files: orAbsent(isCount),
	bytes: orAbsent(isCount),
	digest: orAbsent(isShowable),
	buildMs: (value) => typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
	createdAt: isShowable,
	path: isString,
	platform: isShowable,
	bootId: isShowable,
	builtBy: isWho
};
function wrongField(fields) {
	return Object.keys(checks).find((name) => !checks[name](fields[name]));
}
// src/host/file-system.ts
const ABSENT = ["ENOENT", "ENOTDIR"];
[...ABSENT];
function lookAt(path) {
	return unless(ABSENT, () => lstatSync(path));
}
// src/host/folder.ts
const linux = process.platform === "linux";
const AS_FOLDER = linux ? constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK : 0;
var Folder = class Folder {
	static MOST_OPEN = 12;
	#stats;
	#handle;
	#path;
	constructor(path, stats, handle) {
		this.#path = path;
		this.#stats = stats;
		this.#handle = handle;
	}
	static open(path, stats, parent) {
		if (!linux) return new Folder(path.toString(), stats, void 0);
		const handle = openSync(path, AS_FOLDER);
		if (isSame(fstatSync(handle), stats)) return new Folder(`/proc/self/fd/${handle}`, stats, handle);
		closeSync(handle);
		throw gone(parent?.path ?? path.toString());
	}
	static openReal(path) {
		const stats = lookAt(path);
		if (stats === void 0) return void 0;
		refuseUnreal(path, stats);
		return unless(["ENOENT"], () => Folder.open(Buffer.from(path), stats));
	}
	get path() {
		return this.#path;
	}
	pathOf(name) {
		return Buffer.concat([Buffer.from(`${this.#path}/`), Buffer.from(name, "latin1")]);
	}
	close() {
		if (this.#handle !== void 0) closeSync(this.#handle);
		this.#handle = void 0;
	}
	reopen(below) {
		if (!linux || this.#handle !== void 0 || below === void 0) return;
		const handle = openSync(`${below.path}/..`, AS_FOLDER);
		if (!isSame(fstatSync(handle), this.#stats)) {
			closeSync(handle);
			throw gone(below.path);
		}
		this.#handle = handle;
		this.#path = `/proc/self/fd/${handle}`;
	}
};
function refuseUnreal(path, stats) {
	if (stats.isDirectory()) return;
	throw new OnceError("ROOT_UNUSABLE", `${path} is ${stats.isSymbolicLink() ? "a link" : "not a folder"}, and build-once keeps its files in folders only. Nothing was touched. Find out which job put it there, delete it, and run the job again; to keep the cache elsewhere, name that place as \`root\`.`);
}
function isSame(a, b) {
	return a.dev === b.dev && a.ino === b.ino;
}
function gone(path) {
	return Object.assign(new Error(`ENOENT: a folder was moved or replaced, '${path}'`), {
		code: "ENOENT",
		path
	});
}
// src/host/walk.ts
const VANISHED = [
	"ENOENT",
	"ENOTDIR",
	"ESTALE",
	"ELOOP"
];
const REFUSALS = ["EACCES", "EPERM"];
const SLICE_MS = 40;
var Pace = class {
	#since = monotonicMs();
	get due() {
		return monotonicMs() - this.#since > SLICE_MS;
	}
	async rest() {
		await new Promise(setImmediate);
		this.#since = monotonicMs();
	}
};
async function walk(root, visit, options = {}) {
	const { stop = () => false, skip = () => false, leave } = options;
	const stack = [];
	const pace = new Pace();
	const enter = (visited, parent) => {
		if (skip(visited)) return void 0;
		const visiting = visit(visited);
		const descend = () => {
			if (visited.stats.isDirectory()) stack.push(frameOf(visited, parent, options));
		};
		if (visiting !== void 0) return visiting.then(descend);
		descend();
	};
	try {
		if (stop()) return false;
		const path = Buffer.from(root);
		const beginning = enter({
			path,
			name: "",
			stats: lstatSync(path)
		}, void 0);
		if (beginning !== void 0) await beginning;
		for (let frame = stack.at(-1); frame !== void 0; frame = stack.at(-1)) {
			if (pace.due) await pace.rest();
			if (stop()) return false;
			const name = frame.pending.pop();
			if (name === void 0 || frame.folder === void 0) {
				stack.pop();
				stack.at(-1)?.folder?.reopen(frame.folder);
				frame.folder?.close();
				leave?.(stack.length === 0 ? frame.visited : {
					...frame.visited,
					path: pathOf(frame, stack)
				});
				continue;
			}
			const path = frame.folder.pathOf(name);
			const stats = unless(VANISHED, () => lstatSync(path));
			if (stats === void 0) continue;
			stack.at(-Folder.MOST_OPEN)?.folder?.close();
			const above = frame.visited.name;
			const entering = enter({
				path,
				name: above === "" ? name : `${above}/${name}`,
				stats
			}, frame.folder);
			if (entering !== void 0) await entering;
		}
		return true;
	} catch (error) {
		throw named(error, root, stack.at(-1)?.visited.name ?? "");
	} finally {
		for (const { folder } of stack) folder?.close();
	}
}
function pathOf({ visited }, stack) {
	const name = visited.name.slice(visited.name.lastIndexOf("/") + 1);
	return stack.at(-1)?.folder?.pathOf(name) ?? visited.path;
}
function frameOf(visited, parent, { sorted = false, onRefused }) {
	try {
		const folder = unless(VANISHED, () => Folder.open(visited.path, visited.stats, parent));
		const names = folder === void 0 ? [] : unless(VANISHED, () => readdirSync(folder.path, "latin1")) ?? [];
		return {
			visited,
			folder,
			pending: sorted ? names.sort().reverse() : names
		};
	} catch (error) {
		if (onRefused === void 0 || !REFUSALS.includes(systemCode(error) ?? "")) throw error;
		onRefused(error);
		return {
			visited,
			folder: void 0,
			pending: []
		};
	}
}
function named(error, root, folder) {
	if (!(error instanceof Error)) return error;
	const failed = error;
	const place = folder === "" ? root : `${root}/${Buffer.from(folder, "latin1")}`;
	const plain = (text) => text.replaceAll(/\/proc\/self\/fd\/\d+(?=\/|'|$)/g, place);
	failed.message = plain(failed.message);
	if (typeof failed.path === "string") failed.path = plain(failed.path);
	return failed;
}
// src/host/windows-names.ts
const FORBIDDEN = /[\\:*?"<>|]/;
const CUT_OFF = /[. ](?:\/|$)/;
const DEVICE = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:[./]|$)/i;
function existsOnWindows(path) {
	return ![
		FORBIDDEN,
		CUT_OFF,
		DEVICE
	].some((wrong) => wrong.test(path));
}
// src/producers/url/http/refusal.ts
var Refusal = class extends FinalError {
	constructor(name, why) {
		super(`the archive is refused: "${shorten(name)}" ${why}`);
	}
};
var Damaged = class extends FinalError {
	constructor(why, advice = "open the URL by hand: the file may be cut short, or not be an archive") {
		super(`the archive cannot be unpacked: ${why}; ${advice}`);
	}
};
const TOO_LONG = "is too long for the file system; have it packed with shorter names, or unpack it in `run` with what you need of it";
const MOST_NAME$1 = 255;
const windows = process.platform === "win32";
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
function partsOf(name) {
	if (CONTROL.test(name)) throw new Refusal(name, "has control characters in its name");
	if (name.startsWith("/") || windows && /^[a-z]:/i.test(name)) throw new Refusal(name, "is an absolute path");
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw new Refusal(name, "leads out of its folder with \"..\"");
	if (parts.some((part) => Buffer.byteLength(part) > MOST_NAME$1)) throw new Refusal(name, TOO_LONG);
	if (windows && !existsOnWindows(parts.join("/"))) throw new Refusal(name, "is not a valid name on Windows");
	return parts;
}
function folded(name) {
	return isAscii(name) ? name.toLowerCase() : name.normalize("NFC").toLowerCase();
}
function isAscii(name) {
	return /^[ -~]*$/.test(name);
}
function isHeader(block) {
	if (block.length < 512) return false;
	const written = octal$1(block, 148, 8);
	if (written === void 0) return false;
	let [unsigned, signed] = [256, 256];
	for (let index = 0; index < 512; index++) {
		const byte = index >= 148 && index < 156 ? 0 : block[index] ?? 0;
		unsigned += byte;
		signed += byte > 127 ? byte - 256 : byte;
	}
	return written === unsigned || written === signed;
}
function readHeader(block) {
	if (!isHeader(block)) throw new Damaged("the checksum of a header is wrong");
	const name = text(block, 0, 100);
	const prefix = text(block, 345, 155);
	const hasPrefix = block.toString("latin1", 257, 263) === "ustar\0" && prefix.length > 0;
	const code = block[156] ?? 0;
	return {
		type: code === 0 ? "0" : String.fromCharCode(code),
		name: hasPrefix ? Buffer.concat([
			prefix,
			Buffer.from("/"),
			name
		]) : name,
		link: text(block, 157, 100),
		size: sizeIn(block),
		mode: number(block, 100, 8),
		mtime: number(block, 136, 12)
	};
}
function decode(bytes) {
	const decoded = bytes.toString("utf8");
	if (decoded.includes("�") && !Buffer.from(decoded).equals(bytes)) throw new Refusal(escaped(bytes), "is not UTF-8: pack it on a system with names in UTF-8");
	return decoded;
}
function escaped(bytes) {
	return bytes.toString("latin1").replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}
function text(block, at, length) {
	const field = block.subarray(at, at + length);
	const end = field.indexOf(0);
	return Buffer.from(end === -1 ? field : field.subarray(0, end));
}
function sizeIn(block) {
	const size = number(block, 124, 12);
	if (size !== void 0 && size >= 0) return size;
	if (/^[ \0]*$/.test(block.toString("latin1", 124, 136))) return 0;
	throw new Damaged("a size in a header is not a number");
}
function number(block, at, length) {
	const first = block[at] ?? 0;
	if (first !== 128 && first !== 255) return octal$1(block, at, length);
	let value = first === 255 ? -1 : 0;
	for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
	return Number.isSafeInteger(value) ? value : void 0;
}
function octal$1(block, at, length) {
	const digits = /^[ \0]*([0-7]+)(?:[ \0]|$)/.exec(block.toString("latin1", at, at + length))?.[1];
	return digits === void 0 ? void 0 : parseInt(digits, 8);
}
// src/remote/pack/tar-writer.ts
const TYPES = {
	file: "0",
	"hard link": "1",
	link: "2",
	folder: "5"
};
const MOST_NAME = 100;
const MOST_SIZE = 8 ** 11 - 1;
const MAGIC = Buffer.from("ustar\x0000", "latin1");
const BLANK = 32;
const ZERO = 48;
function headerOf(entry) {
	const { name, target = Buffer.alloc(0), size } = entry;
	const records = [
		name.length > MOST_NAME && record("path", name),
		target.length > MOST_NAME && record("linkpath", target),
		size > MOST_SIZE && record("size", Buffer.from(String(size)))
	].filter((each) => each !== false);
	const header = block(entry, name, target, TYPES[entry.type], size > MOST_SIZE ? 0 : size);
	if (records.length === 0) return header;
	const data = Buffer.concat(records);
	return Buffer.concat([
		block(entry, Buffer.from("records"), Buffer.alloc(0), "x", data.length),
		padded(data),
		header
	]);
}
const END = Buffer.alloc(1024);
function paddingOf(size) {
	return (512 - size % 512) % 512;
}
function padded(data) {
	return Buffer.concat([data, Buffer.alloc(paddingOf(data.length))]);
}
function block(entry, name, target, type, size) {
	const header = Buffer.allocUnsafe(512).fill(0);
	name.copy(header, 0, 0, MOST_NAME);
	octal(header, 100, 7, entry.mode & 4095);
	octal(header, 108, 7, 0);
	octal(header, 116, 7, 0);
	octal(header, 124, 11, size);
	octal(header, 136, 11, Math.max(0, entry.mtime));
	header[156] = type.charCodeAt(0);
	target.copy(header, 157, 0, MOST_NAME);
	header.set(MAGIC, 257);
	let sum = 256;
	for (let at = 0; at < 512; at++) sum += header[at];
	octal(header, 148, 6, sum);
	header[155] = BLANK;
	return header;
}
function octal(header, at, digits, value) {
	let left = value;
	for (let place = at + digits - 1; place >= at; place--) {
		header[place] = ZERO + left % 8;
		left = Math.floor(left / 8);
	}
}
function record(name, value) {
	const rest = Buffer.concat([
		Buffer.from(` ${name}=`),
		value,
		Buffer.from("\n")
	]);
	let length = rest.length;
	while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
	return Buffer.concat([Buffer.from(String(length)), rest]);
}
// src/remote/pack/archive.ts
const CHUNK$1 = 262144;
var Archive = class {
	#to;
	#spare = [];
	#chunk = Buffer.allocUnsafe(CHUNK$1);
	#used = 0;
	#hasWritten = false;
	#isFull = false;
	constructor(to) {
		this.#to = to;
	}
	put(bytes) {
		for (let done = 0; done < bytes.length;) done += this.fill((chunk, at) => bytes.copy(chunk, at, done));
	}
	pad(size) {
		const zeros = paddingOf(size);
		if (zeros > 0) this.put(ZEROS.subarray(0, zeros));
	}
	fill(write) {
		const count = write(this.#chunk, this.#used, CHUNK$1 - this.#used);
		this.#used += count;
		if (this.#used === 262144) this.#flush();
		return count;
	}
	drained() {
		if (!this.#hasWritten) return void 0;
		this.#hasWritten = false;
		if (!this.#isFull) return new Promise((resolve) => setImmediate(resolve));
		this.#isFull = false;
		return new Promise((resolve, reject) => {
			const settle = () => {
				for (const event of [
					"drain",
					"close",
					"error"
				]) this.#to.off(event, settle);
				if (this.#to.destroyed) reject(this.#to.errored ?? new Error("the pack cannot be written"));
				else resolve();
			};
			for (const event of [
				"drain",
				"close",
				"error"
			]) this.#to.once(event, settle);
		});
	}
	async end() {
		await new Promise((resolve, reject) => this.#flush((error) => error ? reject(error) : resolve()));
		this.#to.end();
	}
	#flush(then) {
		const chunk = this.#chunk;
		this.#isFull = !this.#to.write(chunk.subarray(0, this.#used), (error) => {
			this.#spare.push(chunk);
			then?.(error);
		});
		this.#hasWritten = true;
		this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafe(262144);
		this.#used = 0;
	}
};
const ZEROS = Buffer.alloc(512);
// src/producers/url/links.ts
const MOST_LINKS = 40;
function leavesTree(link, at) {
	const exactly = (path) => {
		const found = at(path);
		return found?.path === path ? found : void 0;
	};
	return leaves(link, at) || leaves(link, exactly);
}
function leaves({ path, target }, at) {
	const folder = path.split("/").slice(0, -1);
	const ahead = stepsOf(target);
	let followed = 0;
	for (let step = ahead.pop(); step !== void 0; step = ahead.pop()) {
		if (step === "..") {
			if (folder.pop() === void 0) return true;
			continue;
		}
		const here = at([...folder, step].join("/"));
		if (here?.kind !== "link") folder.push(step);
		else if (++followed > MOST_LINKS) return false;
		else ahead.push(...stepsOf(here.target));
	}
	return false;
}
function requireTarget(link, home, at) {
	const { path, name, target } = link;
	const where = resolve(home, dirname(path), target);
	if (isWithin(home, where)) return;
	if (!isAbsolute(target) && !leavesTree(link, (other) => relativeOnly(at(other)))) return;
	if (!existsSync(where)) throw new Refusal(name, `is a link to ${where}, and nothing is there on this host`);
}
function relativeOnly(known) {
	return known?.kind === "link" && isAbsolute(known.target) ? void 0 : known;
}
function isWithin(folder, path) {
	return path === folder || path.startsWith(`${folder}${sep}`);
}
function stepsOf(target) {
	return target.split(process.platform === "win32" ? /[/\\]/ : "/").filter((step) => step !== "" && step !== ".").reverse();
}
// src/remote/pack/names.ts
var Names = class {
	#home;
	#known = new Map();
	#linked = new Map();
	constructor(home) {
		this.#home = home;
	}
	add(name, stats, target) {
		const path = partsOf(decode(name)).join("/");
		const there = this.#known.get(folded(path));
		if (there !== void 0) throw new Refusal(path, `differs from "${there.path}" only in case or Unicode form, which some file systems ignore`);
		this.#known.set(folded(path), knownAs(path, stats, target, this.#home));
	}
	firstOf(name, { dev, ino, nlink }) {
		if (nlink === 1) return void 0;
		const id = `${dev}:${ino}`;
		const first = this.#linked.get(id);
		if (first === void 0) this.#linked.set(id, name);
		return first;
	}
	finish() {
		const at = (path) => this.#known.get(folded(path));
		for (const known of this.#known.values()) {
			if (known.kind !== "link") continue;
			if (this.#home !== void 0) requireTarget(known, this.#home, at);
			else if (leavesTree(known, at)) throw new Refusal(known.path, `is a link that leads out of the build (to ${known.target})`);
		}
	}
};
function knownAs(path, stats, target, home) {
	if (stats.isDirectory()) return {
		path,
		kind: "folder"
	};
	if (stats.isFile()) return {
		path,
		kind: "file"
	};
	if (target === void 0) throw new Refusal(path, "is neither a file nor a folder nor a link");
	const text = decode(target);
	if (home === void 0 && text.startsWith("/")) throw new Refusal(path, `is a link to an absolute path (${text})`);
	return {
		path,
		kind: "link",
		name: path,
		target: text
	};
}
// src/remote/pack/pack.ts
const DESCRIPTION = "build-once.json";
const TREE = "tree";
const OUT_BYTES = 1048576;
const AHEAD_BYTES = 8 * CHUNK$1;
const AS_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
async function writePack(tree, description, file, home) {
	const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = zlib$1.constants;
	const zstd = zlib$1.createZstdCompress({
		chunkSize: OUT_BYTES,
		highWaterMark: AHEAD_BYTES,
		params: {
			[level]: 1,
			[checksum]: 1
		}
	});
	const hash = createHash("sha256");
	let bytes = 0;
	const count = new Transform({ transform(chunk, _encoding, done) {
		hash.update(chunk);
		bytes += chunk.length;
		done(null, chunk);
	} });
	const written = pipeline(zstd, count, createWriteStream(file, {
		flags: "wx",
		mode: 384
	}));
	written.catch(() => {});
	try {
		await addTree(new Archive(zstd), tree, description, new Names(home));
	} catch (error) {
		zstd.destroy();
		await written.catch((failed) => {
			if (failed.code !== "ERR_STREAM_PREMATURE_CLOSE") throw failed;
		});
		throw error;
	}
	await written;
	return {
		digest: hash.digest("hex"),
		bytes
	};
}
async function addTree(archive, tree, description, names) {
	const text = Buffer.from(description);
	archive.put(headerOf({
		type: "file",
		name: Buffer.from(DESCRIPTION),
		mode: 420,
		size: text.length,
		mtime: 0
	}));
	archive.put(text);
	archive.pad(text.length);
	await walk(tree, (visited) => visited.name === "" ? void 0 : add(archive, names, visited), { sorted: true });
	names.finish();
	archive.put(END);
	await archive.end();
}
function add(archive, names, { name: latin1, path, stats }) {
	const name = Buffer.from(latin1, "latin1");
	const target = stats.isSymbolicLink() ? readlinkSync(path, "buffer") : void 0;
	names.add(name, stats, target);
	const common = {
		name: inTree(latin1),
		mode: stats.mode,
		mtime: Math.floor(stats.mtimeMs / 1e3),
		size: 0
	};
	const first = stats.isFile() ? names.firstOf(name, stats) : void 0;
	if (stats.isDirectory()) archive.put(headerOf({
		...common,
		type: "folder"
	}));
	else if (target !== void 0) archive.put(headerOf({
		...common,
		type: "link",
		target
	}));
	else if (first !== void 0) archive.put(headerOf({
		...common,
		type: "hard link",
		target: inTree(first.toString("latin1"))
	}));
	else return addFile(archive, headerOf({
		...common,
		type: "file",
		size: stats.size
	}), path, name, stats);
	return archive.drained();
}
function inTree(latin1) {
	return Buffer.from(`${TREE}/${latin1}`, "latin1");
}
function addFile(archive, header, path, name, { size }) {
	const file = openSync(path, AS_FILE);
	if (size > 262144) return addSlowly(archive, file, header, name, size);
	try {
		archive.put(header);
		for (let left = size; left > 0;) left -= read(archive, file, left, name);
		archive.pad(size);
	} finally {
		closeSync(file);
	}
	return archive.drained();
}
async function addSlowly(archive, file, header, name, size) {
	try {
		archive.put(header);
		for (let left = size; left > 0;) {
			left -= read(archive, file, left, name);
			await archive.drained();
		}
		archive.pad(size);
	} finally {
		closeSync(file);
	}
}
function read(archive, file, left, name) {
	const count = archive.fill((chunk, at, room) => readSync(file, chunk, at, Math.min(left, room), null));
	if (count === 0) throw new Error(`${decode(name)} became shorter while it was packed`);
	return count;
}
// src/producers/url/tar/pax.ts
const OF_ONE_ENTRY = [
	"path",
	"linkpath",
	"size"
];
function recordsIn(data) {
	const records = new Map();
	for (let at = 0; at < data.length;) {
		if (data.subarray(at).every((byte) => byte === 0)) break;
		const length = Number(/^([1-9]\d{0,9}) /.exec(data.toString("latin1", at, at + 11))?.[1]);
		const record = data.subarray(at, at + length);
		const [blank, equals] = [record.indexOf(32), record.indexOf(61)];
		if (record.length !== length || equals <= blank + 1 || record.at(-1) !== 10) throw new Damaged("a record of an extended header is not as long as it says");
		records.set(record.toString("latin1", blank + 1, equals), record.subarray(equals + 1, -1));
		at += length;
	}
	refuseSparse(records);
	return records;
}
function requireHarmless(records) {
	for (const name of OF_ONE_ENTRY) {
		const value = records.get(name);
		if (value !== void 0) throw new Refusal(decode(value), `is given to all entries as their ${name}`);
	}
	return records;
}
function numberIn(records, name) {
	const value = records.get(name)?.toString("latin1") ?? "";
	if (value === "") return void 0;
	if (!/^-?\d+(?:\.\d*)?$/.test(value)) throw new Damaged(`the record ${name} of an extended header is not a number`);
	return Number(value);
}
function refuseSparse(records) {
	if (![...records.keys()].some((name) => name.startsWith("GNU.sparse."))) return;
	throw sparse(decode(records.get("GNU.sparse.name") ?? records.get("path") ?? Buffer.alloc(0)));
}
function sparse(name) {
	return new Refusal(name, "is a sparse file, which is not supported: pack it without --sparse");
}
// src/producers/url/tar/reader.ts
const MOST_META = 1048576;
const [RECORDS, RECORDS_FOR_ALL, LONG_NAME, LONG_LINK] = [
	["x", "X"],
	"g",
	"L",
	"K"
];
const META = [
	...RECORDS,
	RECORDS_FOR_ALL,
	LONG_NAME,
	LONG_LINK
];
const WITHOUT_BODY = [
	"1",
	"2",
	"3",
	"4",
	"5",
	"6"
];
const NONE = new Map();
var TarReader = class {
	#open;
	#held = Buffer.alloc(0);
	#left = 0;
	#padding = 0;
	#sink;
	#meta;
	#records = NONE;
	#forAll = NONE;
	#longName;
	#longLink;
	#isOver = false;
	constructor(open) {
		this.#open = open;
	}
	get isOver() {
		return this.#isOver;
	}
	write(chunk) {
		let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
		this.#held = Buffer.alloc(0);
		while (rest.length > 0 && !this.#isOver) if (this.#left > 0) rest = this.#takeBody(rest);
		else if (this.#padding > 0) rest = this.#skipPadding(rest);
		else if (rest.length < 512) break;
		else {
			this.#takeHeader(rest.subarray(0, 512));
			rest = rest.subarray(512);
		}
		if (!this.#isOver) this.#held = Buffer.from(rest);
	}
	end() {
		if (this.#held.length > 0 || this.#left > 0 || this.#padding > 0) throw new Damaged("it is cut short");
	}
	close() {
		this.#sink?.close();
		this.#sink = void 0;
	}
	#takeBody(bytes) {
		const part = bytes.subarray(0, this.#left);
		this.#left -= part.length;
		if (this.#meta !== void 0) this.#meta.chunks.push(Buffer.from(part));
		else this.#sink?.write(part);
		if (this.#left === 0) this.#endBody();
		return bytes.subarray(part.length);
	}
	#skipPadding(bytes) {
		const count = Math.min(bytes.length, this.#padding);
		this.#padding -= count;
		return bytes.subarray(count);
	}
	#takeHeader(block) {
		if (block.every((byte) => byte === 0)) {
			this.#isOver = true;
			return;
		}
		const header = readHeader(block);
		if (META.includes(header.type)) this.#beginMeta(header);
		else this.#beginEntry(header);
		this.#padding = (512 - this.#left % 512) % 512;
		if (this.#left === 0) this.#endBody();
	}
	#beginMeta({ type, size, name }) {
		if (size > MOST_META) throw new Refusal(decode(name), "has a name that is far too long");
		this.#meta = {
			type,
			chunks: []
		};
		this.#left = size;
	}
	#beginEntry(header) {
		const [records, forAll] = [this.#records, this.#forAll];
		const name = decode(upToNul(records.get("path") ?? this.#longName ?? header.name));
		const link = decode(upToNul(records.get("linkpath") ?? this.#longLink ?? header.link));
		if (name === "") throw new Damaged("an entry has no name");
		const mtime = numberIn(records, "mtime") ?? numberIn(forAll, "mtime") ?? header.mtime;
		const size = numberIn(records, "size") ?? header.size;
		if (!Number.isSafeInteger(size) || size < 0) throw new Refusal(name, "has a size that is not possible");
		[this.#records, this.#longName, this.#longLink] = [
			NONE,
			void 0,
			void 0
		];
		const { type, mode } = header;
		this.#left = WITHOUT_BODY.includes(type) || type === "0" && name.endsWith("/") ? 0 : size;
		this.#sink = this.#open({
			type,
			name,
			link,
			mode,
			mtime: dateOf(mtime)
		});
	}
	#endBody() {
		this.close();
		const { type, chunks } = this.#meta ?? {
			type: "",
			chunks: []
		};
		this.#meta = void 0;
		const data = Buffer.concat(chunks);
		if (type === LONG_NAME) this.#longName = data;
		else if (type === LONG_LINK) this.#longLink = data;
		else if (type === RECORDS_FOR_ALL) this.#forAll = requireHarmless(recordsIn(data));
		else if (RECORDS.includes(type)) this.#records = recordsIn(data);
	}
};
function upToNul(data) {
	const end = data.indexOf(0);
	return end === -1 ? data : data.subarray(0, end);
}
function dateOf(seconds) {
	const date = new Date((seconds ?? NaN) * 1e3);
	return Number.isNaN(date.getTime()) ? void 0 : date;
}
// src/producers/url/tar/tar.ts
const WITHOUT_FILE = [
	"V",
	"A",
	"I"
];
const FILES = ["0", "7"];
const FOLDERS = ["5", "D"];
const [HARD_LINK, SYMLINK, SPARSE] = [
	"1",
	"2",
	"S"
];
const NEITHER = [
	"3",
	"4",
	"6"
];
function addTo(unpacked, entry) {
	const { name, type, link } = entry;
	if (WITHOUT_FILE.includes(type)) return void 0;
	if (type === SYMLINK) unpacked.addSymlink(name, link);
	else if (type === HARD_LINK) unpacked.addHardLink(name, link);
	else if (isFolder(entry)) unpacked.addFolder(name, entry);
	else if (FILES.includes(type)) return unpacked.openFile(name, entry);
	else throw refused(entry);
}
function isFolder({ type, name }) {
	return FOLDERS.includes(type) || FILES.includes(type) && name.endsWith("/");
}
function refused({ type, name }) {
	if (type === SPARSE) return sparse(name);
	if (NEITHER.includes(type)) return new Refusal(name, "is neither a file nor a folder nor a link");
	return new Refusal(name, `is of a kind that is not supported ("${type}")`);
}
// src/producers/url/http/receiver.ts
function writeAll(file, chunk, path) {
	try {
		for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
	} catch (error) {
		throw Object.assign(error, { path });
	}
}
// src/producers/url/unpacked.ts
const MOST_ENTRIES = 2e6;
const ABSOLUTE = process.platform === "win32" ? /^(?:[/\\]|[a-z]:)/i : /^\//;
var Unpacked = class {
	#out;
	#strip;
	#groupShared;
	#home;
	#known = new Map();
	#lastFolder = "";
	#stripped = 0;
	constructor(out, strip, groupShared = false, home) {
		this.#out = out;
		this.#home = home;
		this.#groupShared = groupShared;
		this.#strip = strip;
	}
	addFolder(name, { mode = 511 }) {
		const parts = this.#locate(name);
		if (parts === void 0 || parts.length === 0) return;
		const path = parts.join("/");
		this.#addParents(parts);
		const bits = this.#bits(mode & 511 | 448);
		if (this.#isFolder(path, name)) this.#changeFolder(path, bits);
		else this.#makeFolder(path, bits);
	}
	openFile(name, { mode = 438, mtime }) {
		const path = this.#place(name, "file");
		if (path === void 0) return void 0;
		const file = this.#create(path, name, this.#bits(mode & 511 | 256));
		return {
			write: (chunk) => writeAll(file, chunk, join(this.#out, path)),
			close: () => {
				if (mtime !== void 0 && mtime.getTime() >= 0) futimesSync(file, mtime, mtime);
				closeSync(file);
			}
		};
	}
	addSymlink(name, target) {
		if (target.includes("\0") || target === "") throw new Refusal(name, "is a link with an invalid target");
		if (this.#home === void 0 && ABSOLUTE.test(target)) throw new Refusal(name, "is a link to an absolute path");
		const path = this.#place(name, "link");
		if (path !== void 0) this.#known.set(folded(path), {
			path,
			kind: "link",
			name,
			target
		});
	}
	addHardLink(name, target) {
		const parts = this.#locate(target) ?? [];
		const first = this.#known.get(folded(parts.join("/")));
		if (first?.path !== parts.join("/") || first.kind === "folder") throw new Refusal(name, "is a hard link to a file that does not come before it");
		if (first.kind === "link") this.addSymlink(name, first.target);
		else if (this.#locate(name)?.join("/") !== first.path) this.#link(first.path, this.#place(name, "file"));
	}
	finish() {
		const links = [...this.#known.values()].filter((known) => known.kind === "link");
		const at = (path) => this.#known.get(folded(path));
		for (const link of links) if (this.#home !== void 0) requireTarget(link, this.#home, at);
		else if (leavesTree(link, at)) throw new Refusal(link.name, "is a link that leads out of the archive");
		for (const { path, name, target } of links) fitting(name, () => symlinkSync(target, join(this.#out, path)));
		if (this.#known.size > 0) return;
		if (this.#stripped === 0) throw new Damaged("it is empty");
		throw new Damaged(`strip: ${this.#strip} removes every name`, "write a smaller number");
	}
	#bits(mode) {
		return this.#groupShared ? mode | (mode & 448) >> 3 : mode;
	}
	#locate(name) {
		const parts = partsOf(name);
		if (this.#strip === 0) return parts;
		if (parts.length > this.#strip) return parts.slice(this.#strip);
		this.#stripped += 1;
	}
	#place(name, kind) {
		const parts = this.#locate(name);
		if (parts === void 0) return void 0;
		const path = parts.join("/");
		if (path === "") throw new Refusal(name, "is the root of the archive, but not a folder");
		this.#addParents(parts);
		const there = this.#known.get(folded(path));
		if (there !== void 0) {
			if (there.path !== path) throw collision(name, there);
			if (there.kind !== kind) throw new Refusal(name, `is already there as a ${there.kind}`);
			if (kind === "file") unlinkSync(join(this.#out, path));
		}
		if (kind === "file") this.#remember({
			path,
			kind
		});
		return path;
	}
	#link(from, to) {
		if (to !== void 0) fitting(to, () => linkOrCopy(join(this.#out, from), join(this.#out, to)));
	}
	#addParents(parts) {
		const folder = parts.slice(0, -1).join("/");
		if (folder === this.#lastFolder) return;
		for (let count = 1; count < parts.length; count++) {
			const path = parts.slice(0, count).join("/");
			if (!this.#isFolder(path, parts.join("/"))) this.#makeFolder(path, 511);
		}
		this.#lastFolder = folder;
	}
	#isFolder(path, name) {
		const there = this.#known.get(folded(path));
		if (there === void 0) return false;
		if (there.path !== path) throw collision(name, there);
		if (there.kind === "folder") return true;
		throw new Refusal(name, `goes through "${path}", which is a ${there.kind}`);
	}
	#makeFolder(path, mode) {
		this.#remember({
			path,
			kind: "folder"
		});
		fitting(path, () => mkdirSync(join(this.#out, path), mode));
	}
	#changeFolder(path, mode) {
		const folder = join(this.#out, path);
		chmodSync(folder, lstatSync(folder).mode & 3584 | mode & ~process.umask());
	}
	#create(path, name, mode) {
		const file = unless(["EEXIST"], () => fitting(name, () => openSync(join(this.#out, path), "wx", mode)));
		if (file !== void 0) return file;
		throw new Refusal(name, "has the same name as another entry on this file system");
	}
	#remember(known) {
		this.#known.set(folded(known.path), known);
		if (this.#known.size > MOST_ENTRIES) throw new Refusal(known.path, `exceeds the limit of ${MOST_ENTRIES} entries`);
	}
};
function fitting(name, action) {
	try {
		return action();
	} catch (error) {
		if (systemCode(error) === "ENAMETOOLONG") throw new Refusal(name, TOO_LONG);
		throw error;
	}
}
function collision(name, { path }) {
	return new Refusal(name, `differs from "${path}" only in case or Unicode form, which some file systems ignore`);
}
function linkOrCopy(from, to) {
	try {
		linkSync(from, to);
	} catch (error) {
		if (![
			"EPERM",
			"ENOTSUP",
			"EOPNOTSUPP",
			"ENOSYS",
			"EMLINK"
		].includes(systemCode(error) ?? "")) throw error;
		copyFileSync(from, to);
	}
}
// src/remote/pack/unpack.ts
const CHUNK = 1048576;
async function readPack(pack) {
	const hash = createHash("sha256");
	const tree = new Tree(pack);
	const zstd = zlib$1.createZstdDecompress({ chunkSize: CHUNK });
	const source = createReadStream(pack.file, { highWaterMark: CHUNK });
	source.on("data", (chunk) => hash.update(chunk));
	source.on("error", (error) => zstd.destroy(error));
	source.pipe(zstd);
	try {
		for await (const chunk of zstd) tree.write(chunk);
		tree.end();
	} catch (error) {
		throw explained(error);
	} finally {
		tree.close();
		source.destroy();
		zstd.destroy();
	}
	const digest = hash.digest("hex");
	if (digest !== pack.digest) throw new Damaged(`sha256 mismatch: expected ${pack.digest}, got ${digest}`);
}
function explained(error) {
	return /^(?:Z_|ZSTD_)/.test(error.code ?? "") ? new Damaged(`${error.message} (${error.code})`) : error;
}
const UNDESCRIBED = "its first entry does not say what is in it";
var Tree = class {
	#pack;
	#reader;
	#unpacked;
	#mostBytes = 0;
	#bytes = 0;
	#isOver = false;
	constructor(pack) {
		this.#pack = pack;
		this.#reader = new TarReader((entry) => this.#unpacked === void 0 ? this.#describe(entry) : this.#add(this.#unpacked, entry));
	}
	write(chunk) {
		this.#reader.write(chunk);
	}
	end() {
		this.#reader.end();
		if (!this.#reader.isOver) throw new Damaged("it is cut short");
		if (this.#unpacked === void 0) throw new Damaged(UNDESCRIBED);
		this.#unpacked.finish();
	}
	close() {
		this.#isOver = true;
		this.#reader.close();
	}
	#describe({ name }) {
		if (name !== "build-once.json") throw new Damaged(UNDESCRIBED);
		const parts = [];
		let bytes = 0;
		return {
			write: (chunk) => {
				bytes += chunk.length;
				if (bytes > 65536) throw new Damaged("its description is too long");
				parts.push(Buffer.from(chunk));
			},
			close: () => {
				if (this.#isOver) return;
				const text = Buffer.concat(parts).toString();
				writeFileSync(this.#pack.description, text, { flag: "wx" });
				const { mostBytes, home } = this.#pack.accept(text);
				this.#mostBytes = mostBytes;
				this.#unpacked = new Unpacked(this.#pack.out, 1, this.#pack.groupShared, home);
			}
		};
	}
	#add(unpacked, entry) {
		const sink = addTo(unpacked, entry);
		return sink && {
			write: (chunk) => this.#counted(chunk, sink),
			close: () => sink.close()
		};
	}
	#counted(chunk, sink) {
		this.#bytes += chunk.length;
		if (this.#bytes > this.#mostBytes) throw new Damaged("it has more in it than its description says");
		sink.write(chunk);
	}
};
// src/remote/transfer/order.ts
const files = {
	order: "order.json",
	answer: "answer.json",
	manifest: "manifest.json",
	pack: "build-once.pack"
};
const PROGRESS = "::progress::";
const USED_NAME = "it may work only in the path where it was built, and something is there, or was before: a path is used only once";
function prefixOf(id) {
	return `${id}-`;
}
function nameOf(id, token, digest) {
	return `${prefixOf(id)}${token}-${digest}`;
}
function isNameOf(name, id, token) {
	return name.startsWith(`${prefixOf(id)}${token}-`);
}
function digestIn(name, id) {
	if (!isEntryId(id) || !name.startsWith(prefixOf(id))) return void 0;
	return /^[0-9a-f]{12}-([0-9a-f]{64})$/.exec(name.slice(prefixOf(id).length))?.[1];
}
// src/remote/transfer/traffic.ts
var Traffic = class {
	#open = new Set();
	#closed = 0;
	#to = "";
	constructor() {
		const { connect } = Socket.prototype;
		const add = (socket, peer) => this.#add(socket, peer);
		Socket.prototype.connect = function connectCounted(...args) {
			const [first] = args.flat();
			add(this, typeof first === "object" && first !== null ? first : {});
			return Reflect.apply(connect, this, args);
		};
	}
	get bytes() {
		return [...this.#open].reduce((sum, socket) => sum + bytesOf(socket), this.#closed);
	}
	get to() {
		return this.#to;
	}
	#add(socket, { host, port }) {
		this.#to = typeof host === "string" ? `${host}:${port}` : "";
		this.#open.add(socket);
		socket.once("close", () => {
			this.#open.delete(socket);
			this.#closed += bytesOf(socket);
		});
	}
};
function bytesOf({ bytesRead, bytesWritten }) {
	return bytesRead + (bytesWritten ?? 0);
}
// src/remote/transfer/progress.ts
const EVERY_MS = 500;
const LOCAL = ["pack", "unpack"];
var Progress = class {
	#traffic = new Traffic();
	#phase;
	constructor() {
		setInterval(() => this.#tell(), EVERY_MS).unref();
	}
	begin(phase) {
		this.#phase = phase;
		this.#tell();
	}
	#tell() {
		if (this.#phase === void 0) return;
		const { bytes, to } = this.#traffic;
		process.stdout.write(`${PROGRESS}${this.#phase} ${this.#isLocal ? "local" : bytes} ${to}\n`);
	}
	get #isLocal() {
		return LOCAL.includes(this.#phase) || process.getActiveResourcesInfo().includes("ProcessWrap");
	}
};
// src/remote/transfer/carry.ts
const LOOK_MS = 1e3;
async function runCarry(scratch, env) {
	const step = process.ppid;
	setInterval(() => {
		if (process.ppid !== step) process.exit(1);
	}, LOOK_MS).unref();
	const order = JSON.parse(readFileSync(join(scratch, files.order), "utf8"));
	const end = (answer) => {
		writeFileSync(join(scratch, files.answer), JSON.stringify(answer));
		process.exit(0);
	};
	process.once("beforeExit", () => end({
		kind: "failed",
		why: "the server has cut its answer"
	}));
	process.once("uncaughtException", (error) => end(answerOf(error)));
	end(await answerTo(order, scratch, env));
}
async function answerTo(order, scratch, { ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL }) {
	const progress = new Progress();
	try {
		const { keepTokenFor } = await import("./remote-transfer-actions-cache.js");
		keepTokenFor([ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL]);
		return await (order.kind === "save" ? save(order, scratch, progress) : restore(order, scratch, progress));
	} catch (error) {
		return answerOf(error);
	}
}
function answerOf(error) {
	const why = shorten(messageOf(error), TEXT_LENGTH);
	return {
		kind: error instanceof FinalError ? "refused" : "failed",
		why
	};
}
async function save({ id, token, tree, bound }, scratch, progress) {
	const { send } = await import("./remote-transfer-actions-cache.js");
	progress.begin("pack");
	const { digest, bytes } = await writePack(tree, readFileSync(join(scratch, files.manifest), "utf8"), join(scratch, files.pack), bound ? tree : void 0);
	progress.begin("send");
	if (await send(nameOf(id, token, digest))) return {
		kind: "done",
		bytes,
		digest
	};
	return {
		kind: "failed",
		why: "the server did not take it"
	};
}
async function restore(order, scratch, progress) {
	const { newestName, fetch } = await import("./remote-transfer-actions-cache.js");
	progress.begin("ask");
	const name = order.name ?? await newestName(prefixOf(order.id));
	if (name === void 0) return { kind: "absent" };
	const digest = digestIn(name, order.id);
	if (digest === void 0) return {
		kind: "refused",
		why: `"${shorten(name)}" is not the name of a build`
	};
	if (order.used.some((token) => isNameOf(name, order.id, token))) return {
		kind: "refused",
		why: USED_NAME
	};
	progress.begin("fetch");
	if (!await fetch(name)) return {
		kind: "refused",
		why: "its archive cannot be fetched"
	};
	progress.begin("unpack");
	const file = join(scratch, files.pack);
	if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return {
		kind: "refused",
		why: "there is no pack in it"
	};
	const description = join(scratch, files.manifest);
	const { out, groupShared } = order;
	await readPack({
		file,
		digest,
		out,
		description,
		accept: () => accepted(description, order),
		groupShared
	});
	return {
		kind: "done",
		bytes: statSync(file).size,
		digest
	};
}
function accepted(file, { wanted, bound }) {
	const reading = readManifest(file);
	if (reading.kind !== "whole") throw new FinalError(`its manifest ${"why" in reading ? reading.why : "is missing"}`);
	const { manifest } = reading;
	for (const name of [
		"key",
		"scope",
		"platform"
	]) if (manifest[name] !== wanted[name]) throw new FinalError(`it is of another ${name} ("${shorten(manifest[name])}")`);
	return {
		mostBytes: manifest.bytes ?? Number.MAX_SAFE_INTEGER,
		home: bound ? manifest.path : void 0
	};
}
// src/entry/carry.ts
runCarry(process.argv[2] ?? "", process.env);
export { __toESM as a, __require as i, __commonJSMin as n, __exportAll as r, files as t };
