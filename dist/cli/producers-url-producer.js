import { F as formatBytes, I as formatDuration, K as systemCode, R as inOneLine, V as OnceError, W as messageOf, _ as jitter, b as sleep, q as unless, x as stopwatch, z as shorten } from "./command.js";
import { t as removeTree } from "./tree.js";
import { N as TOKEN_VARIABLE, f as fingerprintOf, i as nameOnWindows, r as existsOnWindows } from "./run.js";
import { l as searchPath, o as findProgram } from "./commands.js";
const { chmodSync, closeSync, copyFileSync, existsSync, fchmodSync, futimesSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, symlinkSync, unlinkSync, writeSync } = process.getBuiltinModule("fs");
const { dirname, isAbsolute, join, resolve, sep } = process.getBuiltinModule("path");
const { spawn } = process.getBuiltinModule("child_process");
const { once } = process.getBuiltinModule("events");
const { isIP } = process.getBuiltinModule("net");
const { createHash } = process.getBuiltinModule("crypto");
const { Duplex, addAbortSignal } = process.getBuiltinModule("stream");
const zlib = process.getBuiltinModule("zlib");
const { STATUS_CODES, request } = process.getBuiltinModule("http");
const { request: request$1 } = process.getBuiltinModule("https");
const { connect: connect$1 } = process.getBuiltinModule("tls");
// src/producers/url/http/trouble.ts
var TransientError = class extends Error {
	afterMs;
	constructor(message, afterMs) {
		super(message);
		this.afterMs = afterMs;
	}
};
var FinalError = class extends Error {};
var StartOver = class extends Error {};
var StallError = class extends TransientError {
	constructor(ms) {
		super(`no data came for ${formatDuration(ms)}`);
	}
};
const HEADER_BYTES = 262144;
const TWO_LENGTHS = "the server's answer tells two lengths of the file that differ; check the server";
const TRANSIENT = [
	408,
	425,
	429,
	500,
	502,
	503,
	504
];
const MOST_AFTER_MS = 3e5;
function statusError(status, retryAfter, date) {
	const message = `the server answered ${status} (${STATUS_CODES[status] ?? "unknown"})`;
	if (!(TRANSIENT.includes(status) || status >= 500 || status === 403 && retryAfter !== void 0)) return new FinalError(`${message}${hintFor(status)}`);
	const afterMs = waitFor(retryAfter, date);
	if (afterMs === void 0 || afterMs <= MOST_AFTER_MS) return new TransientError(message, afterMs);
	return new FinalError(`${message} and asks to come back in ${formatDuration(afterMs)}; run the job again then`);
}
function hintFor(status) {
	if (status === 401 || status === 403) return "; if it needs a token, put it into the input headers";
	return status === 404 ? "; many servers also answer so if a token is missing" : "";
}
function waitFor(retryAfter, date) {
	if (retryAfter === void 0) return void 0;
	if (/^\d+(?:\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1e3;
	const ms = Date.parse(retryAfter) - Date.parse(date ?? "");
	return Number.isNaN(ms) ? void 0 : Math.max(0, ms);
}
const UNTRUSTED = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|EPROTO$)/;
const descriptions = {
	ECONNREFUSED: "the connection was refused",
	ECONNRESET: "the connection was cut",
	EPIPE: "the connection was cut",
	ENOTFOUND: "its host name has no address",
	EAI_AGAIN: "its host name could not be looked up",
	ETIMEDOUT: "its host could not be reached"
};
const unreadable = {
	HPE_HEADER_OVERFLOW: `its headers have more than ${formatBytes(HEADER_BYTES)}`,
	HPE_UNEXPECTED_CONTENT_LENGTH: "it says twice how long the file is",
	HPE_INVALID_CONTENT_LENGTH: "it does not say in one number how long the file is"
};
function hasTwoLengths(error) {
	return systemCode(error) === "HPE_INVALID_TRANSFER_ENCODING";
}
function networkError(error) {
	if (error instanceof TransientError || error instanceof FinalError || error instanceof StartOver) return error;
	const code = systemCode(error) ?? "";
	if (UNTRUSTED.test(code)) return new FinalError(`its certificate is not trusted (${code}); if your own authority signed it, put NODE_EXTRA_CA_CERTS=<its file> into the runner's .env`);
	if (code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE") return new FinalError(`the server's answer cannot be read: ${unreadable[code] ?? "it is not valid HTTP"} (${code}); check the server, and the proxy of this runner, or download it in \`run\``);
	return new TransientError(code === "" ? messageOf(error) : `${descriptions[code] ?? "the connection failed"} (${code})`);
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
const MOST_NAME = 255;
const windows = process.platform === "win32";
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
function partsOf(name) {
	if (CONTROL.test(name)) throw new Refusal(name, "has control characters in its name");
	if (name.startsWith("/") || windows && /^[a-z]:/i.test(name)) throw new Refusal(name, "is an absolute path");
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw new Refusal(name, "leads out of its folder with \"..\"");
	if (parts.some((part) => Buffer.byteLength(part) > MOST_NAME)) throw new Refusal(name, TOO_LONG);
	if (windows && !existsOnWindows(parts.join("/"))) throw new Refusal(name, "is not a valid name on Windows");
	return parts;
}
function folded(name) {
	return isAscii(name) ? name.toLowerCase() : name.normalize("NFC").toLowerCase();
}
function isAscii(name) {
	return /^[ -~]*$/.test(name);
}
// src/producers/url/decompress.ts
const BUFFERS = {
	chunkSize: 262144,
	highWaterMark: 1048576
};
const PROGRAMS = {
	xz: "xz-utils",
	bzip2: "bzip2",
	zstd: "zstd"
};
function decompressor(format, options) {
	if (format === "gzip") return zlib.createGunzip(BUFFERS);
	if (format === "zstd" && typeof zlib.createZstdDecompress === "function" && findProgram(format, options.env) === void 0) return zlib.createZstdDecompress(BUFFERS);
	return programFor(format, options);
}
function requireAllRead(stage, given) {
	const { ZstdDecompress } = zlib;
	if (typeof ZstdDecompress !== "function" || !(stage instanceof ZstdDecompress) || stage.bytesWritten >= given) return;
	throw new FinalError(`it has several frames, and it takes the program zstd to unpack them: ${`install the package ${PROGRAMS.zstd} on this runner`}`);
}
function programFor(program, { env, token, onSpawn }) {
	const own = {
		PATH: searchPath(env),
		[TOKEN_VARIABLE]: token
	};
	const child = spawn(program, ["-dc"], {
		env: own,
		stdio: [
			"pipe",
			"pipe",
			"ignore"
		]
	});
	const kill = () => void child.kill("SIGKILL");
	onSpawn(kill);
	const started = once(child, "spawn").catch((error) => error);
	const exited = new Promise((resolve) => child.once("close", resolve));
	for (const source of [child, child.stdin]) source.on("error", () => {});
	return new Duplex({
		readableHighWaterMark: BUFFERS.highWaterMark,
		construct(done) {
			started.then((error) => {
				if (error instanceof Error) return done(cannotStart(program, error));
				child.stdout.on("data", (chunk) => void (this.push(chunk) || child.stdout.pause()));
				exited.then((code) => code === 0 ? this.push(null) : this.destroy(new Damaged(`${program} reports an error`)));
				done();
			}, done);
		},
		read: () => void child.stdout.resume(),
		write: (chunk, _encoding, done) => void child.stdin.write(chunk, () => done()),
		final: (done) => void child.stdin.end(() => done()),
		destroy: (error, done) => {
			kill();
			done(error);
		}
	});
}
function cannotStart(program, error) {
	if (systemCode(error) !== "ENOENT") return new FinalError(`the program ${program} cannot be started (${systemCode(error) ?? error.message}): try to run it by hand on this runner`);
	return new FinalError(`it takes the program ${program} to unpack it, which is not on PATH: install the package ${PROGRAMS[program]} on this runner`);
}
function isHeader(block) {
	if (block.length < 512) return false;
	const written = octal(block, 148, 8);
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
	if (first !== 128 && first !== 255) return octal(block, at, length);
	let value = first === 255 ? -1 : 0;
	for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
	return Number.isSafeInteger(value) ? value : void 0;
}
function octal(block, at, length) {
	const digits = /^[ \0]*([0-7]+)(?:[ \0]|$)/.exec(block.toString("latin1", at, at + length))?.[1];
	return digits === void 0 ? void 0 : parseInt(digits, 8);
}
// src/producers/url/format.ts
const HEAD_BYTES = 512;
const MAGIC = [
	["gzip", "1f8b08"],
	["xz", "fd377a585a00"],
	["zstd", "28b52ffd"],
	["bzip2", "425a68"],
	["zip", "504b0304"],
	["zip", "504b0506"]
];
function formatOf(head) {
	const start = head.toString("hex", 0, 8);
	const [found] = MAGIC.find(([, magic]) => start.startsWith(magic)) ?? [];
	if (found !== void 0) return found;
	if (/^5.2a4d18/.test(start)) return "zstd";
	return isHeader(head) ? "tar" : "other";
}
function isArchiveName(name) {
	return /\.(?:tar(?:\.(?:gz|xz|zst|bz2|lz|z|lzo|lz4|lzma|br))?|t[gx]z|tbz2?|tzst|tlz|taz|zip|7z|rar|cab|cpio)$/i.test(name);
}
const FOREIGN = [
	["lzip", "4c5a4950"],
	["compress", "1f9d"],
	["lzop", "894c5a4f"],
	["lz4", "04224d18"],
	["7z", "377abcaf271c"],
	["rar", "526172211a07"],
	["cab", "4d534346"],
	["cpio", "30373037"]
];
function foreignFormOf(head, name) {
	const start = head.toString("hex", 0, 8);
	const [form] = FOREIGN.find(([, magic]) => start.startsWith(magic)) ?? [];
	const ending = /\.(?:tar\.(lz|z|lzo|lz4|lzma|br)|tlz|taz|7z|rar|cab|cpio)$/i.exec(name);
	if (ending === null) return void 0;
	const isText = /^[\s\x20-\x7e]*$/.test(head.toString("latin1"));
	return form ?? (/lzma|br/i.test(ending[1] ?? "") && !isText ? ending[1] : void 0);
}
function isUsedPacked(name) {
	return /\.(?:jar|war|ear|whl|egg|aar|apk|ipa|nupkg|vsix|xpi|crx|conda|gem|ova|docx|xlsx|pptx|od[tsp]|epub)$/i.test(name);
}
function isProgram(head) {
	return new RegExp(`^(?:7f454c46|c[ef]faedfe|feedfac[ef]|cafebab[ef]000000(?:0[1-9a-f]|1[0-9a-f]|2[0-9a-c])|2321)`).test(head.toString("hex", 0, 8));
}
// src/producers/url/http/receiver.ts
var PlainFile = class {
	#path;
	#file;
	#first = true;
	#open = true;
	constructor(path) {
		this.#path = path;
		this.#file = openSync(path, "wx");
	}
	write(chunk) {
		if (this.#first && isProgram(chunk)) fchmodSync(this.#file, 511 & ~process.umask());
		this.#first = false;
		writeAll(this.#file, chunk, this.#path);
	}
	end() {
		this.close();
	}
	close() {
		if (this.#open) closeSync(this.#file);
		this.#open = false;
	}
};
function writeAll(file, chunk, path) {
	try {
		for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
	} catch (error) {
		throw Object.assign(error, { path });
	}
}
// src/producers/url/packed.ts
var PackedFile = class {
	#stage;
	#limits;
	#choices;
	#over;
	#given = 0;
	#inner;
	#isPlain = false;
	#held = [];
	#head = Buffer.alloc(0);
	#isOver = false;
	constructor(stage, limits, choices) {
		this.#stage = stage;
		this.#limits = limits;
		this.#choices = choices;
		stage.on("error", () => {});
		this.#over = this.#consume().catch((error) => {
			throw explained$1(error);
		});
		this.#over.catch(() => {}).then(() => this.#isOver = true);
	}
	async #consume() {
		for await (const chunk of this.#stage) {
			this.#take(chunk);
			if (this.#isPlain) return;
		}
		requireAllRead(this.#stage, this.#given);
	}
	async write(chunk) {
		if (this.#isPlain && this.#inner !== void 0) return this.#inner.write(chunk);
		if (this.#inner === void 0) this.#held.push(chunk);
		if (!this.#isPlain && !this.#isOver && !this.#feed(chunk)) await this.#drained();
		if (this.#isOver) await this.#over;
		if (this.#isPlain) await this.#becomePlain();
	}
	async end() {
		if (!this.#isPlain) {
			this.#stage.end();
			await this.#over;
			if (this.#inner === void 0) this.#isPlain = true;
		}
		await this.#becomePlain();
		await this.#inner?.end();
	}
	get isShownWhole() {
		return this.#inner?.isShownWhole === true;
	}
	close() {
		this.#stage.destroy();
		this.#inner?.close();
	}
	#feed(chunk) {
		this.#given += chunk.length;
		return this.#stage.write(chunk);
	}
	#take(chunk) {
		this.#limits.unpacked(chunk.length);
		(this.#inner ?? this.#decide(chunk))?.write(this.#head.length > 0 ? this.#head : chunk);
		if (this.#inner !== void 0) this.#head = Buffer.alloc(0);
	}
	#decide(chunk) {
		this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
		if (this.#head.length < HEAD_BYTES) return void 0;
		if (!isHeader(this.#head)) {
			this.#isPlain = true;
			return;
		}
		this.#held = [];
		this.#inner = this.#choices.tar();
		return this.#inner;
	}
	async #becomePlain() {
		if (!this.#isPlain || this.#inner !== void 0) return;
		this.#stage.destroy();
		this.#inner = this.#choices.plain();
		for (const chunk of this.#held.splice(0)) await this.#inner.write(chunk);
	}
	#drained() {
		return Promise.race([new Promise((resolve) => this.#stage.once("drain", resolve)), this.#over]);
	}
};
function explained$1(error) {
	const { code } = error;
	if (error instanceof FinalError || code === void 0) return error;
	return /^(?:Z_|ZSTD_|ERR_)/.test(code) ? new Damaged(`${error.message} (${code})`) : error;
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
var Tar = class {
	#unpacked;
	#reader;
	constructor(unpacked) {
		this.#unpacked = unpacked;
		this.#reader = new TarReader((entry) => addTo(unpacked, entry));
	}
	write(chunk) {
		this.#reader.write(chunk);
	}
	end() {
		this.#reader.end();
		this.#unpacked.finish();
	}
	get isShownWhole() {
		return this.#reader.isOver;
	}
	close() {
		this.#reader.close();
	}
};
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
// src/producers/url/contents.ts
var Contents = class {
	#place;
	#head = Buffer.alloc(0);
	#receiver;
	constructor(place) {
		this.#place = place;
	}
	async write(chunk) {
		if (this.#receiver !== void 0) return this.#receiver.write(chunk);
		this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
		if (this.#head.length >= HEAD_BYTES) await this.#begin();
	}
	async end() {
		if (this.#receiver === void 0) await this.#begin();
		await this.#receiver?.end();
	}
	get isShownWhole() {
		return this.#receiver?.isShownWhole === true;
	}
	close() {
		this.#receiver?.close();
	}
	async #begin() {
		this.#receiver = await this.#choose();
		await this.#receiver.write(this.#head);
	}
	async #choose() {
		const { name, limits, scratch, signal } = this.#place;
		const format = isUsedPacked(name) ? "other" : formatOf(this.#head);
		switch (format) {
			case "other": return this.#plain();
			case "tar": return this.#tar(true);
			case "zip": {
				const { Zip } = await import("./producers-url-zip.js");
				return new Zip(join(scratch, "download.zip"), this.#unpacked(), limits, signal);
			}
			default: return new PackedFile(addAbortSignal(signal, decompressor(format, this.#place)), limits, {
				tar: () => this.#tar(false),
				plain: () => this.#plain()
			});
		}
	}
	#unpacked() {
		const { out, strip, groupShared = false } = this.#place;
		return new Unpacked(out, strip, groupShared);
	}
	#tar(counted) {
		const tar = new Tar(this.#unpacked());
		if (!counted) return tar;
		const { limits } = this.#place;
		return {
			write: (chunk) => {
				limits.unpacked(chunk.length);
				tar.write(chunk);
			},
			end: () => tar.end(),
			get isShownWhole() {
				return tar.isShownWhole;
			},
			close: () => tar.close()
		};
	}
	#packedAway(form) {
		const { name, strip, out, reporter } = this.#place;
		const what = `"${shorten(name)}" is an archive (${form}) that this action does not unpack`;
		const advice = "unpack it in `run`, or fetch it as tar.gz, tar.xz, tar.zst, tar.bz2 or zip";
		if (strip > 0) throw new FinalError(`${what}, so \`strip\` cannot be used; ${advice}`);
		reporter.warn(`url: ${what}: it is put there as it came. If that is not what you want, ${advice}.`);
		return fileNamed(out, name);
	}
	#plain() {
		const { name, strip, out } = this.#place;
		const foreign = foreignFormOf(this.#head, name);
		if (foreign !== void 0) return this.#packedAway(foreign);
		const reason = isArchiveName(name) ? `its name is ${name}` : strip > 0 ? "`strip` is set" : void 0;
		if (reason === void 0) return fileNamed(out, name);
		throw new Damaged(`${reason}, but the download is not an archive`, "open the URL by hand: it may be a login page or an error page");
	}
};
function fileNamed(out, name) {
	try {
		return new PlainFile(join(out, name));
	} catch (error) {
		if (systemCode(error) !== "ENAMETOOLONG") throw error;
		throw new FinalError(`the URL ends with a file name that is too long for the file system ("${shorten(name)}"); publish the file under a shorter one, or download it in \`run\``);
	}
}
// src/producers/url/http/proxy.ts
function proxyFor(url, env) {
	const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
	const value = env[name] || env[name.toUpperCase()];
	if (!value || isExempt(url, env.no_proxy || env.NO_PROXY || "")) return void 0;
	const text = value.includes("://") ? value : `http://${value}`;
	const proxy = URL.canParse(text) ? new URL(text) : void 0;
	if (proxy !== void 0 && /^https?:$/.test(proxy.protocol)) return proxy;
	throw new FinalError(`the variable ${name} is not a usable proxy: write http://host:port`);
}
function isExempt(url, exempt) {
	const host = hostOf(url);
	if (host === "localhost" || host === "::1" || host.startsWith("127.")) return true;
	return exempt.toLowerCase().split(/[\s,]+/).filter(Boolean).some((rule) => matches(rule, host, portOf(url)));
}
function matches(rule, host, port) {
	if (rule === "*") return true;
	const [, name = rule, onlyPort] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(isBareIpv6(rule) ? `[${rule}]` : rule) ?? [];
	if (onlyPort !== void 0 && onlyPort !== port) return false;
	const bare = name.replace(/^\*?\./, "").replace(/^\[|\]$/g, "");
	return host === bare || host.endsWith(`.${bare}`);
}
function isBareIpv6(rule) {
	return rule.split(":").length > 2 && !rule.startsWith("[");
}
function hostOf({ hostname }) {
	return hostname.replace(/^\[|\]$/g, "");
}
function portOf({ port, protocol }) {
	return port || (protocol === "https:" ? "443" : "80");
}
function proxyHeaders({ username, password }) {
	if (username === "" && password === "") return {};
	return { "proxy-authorization": `Basic ${Buffer.from(`${unescaped(username)}:${unescaped(password)}`, "latin1").toString("base64")}` };
}
function unescaped(text) {
	return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
function tunnel(proxy, url, signal) {
	const target = `${url.hostname}:${portOf(url)}`;
	const ask = (proxy.protocol === "https:" ? request$1 : request)({
		method: "CONNECT",
		host: hostOf(proxy),
		port: portOf(proxy),
		path: target,
		headers: {
			host: target,
			...proxyHeaders(proxy)
		},
		agent: false,
		signal
	});
	return new Promise((resolve, reject) => {
		ask.on("error", reject);
		ask.once("connect", ({ statusCode = 0 }, socket) => {
			socket.on("error", () => {});
			if (statusCode === 200) return resolve(socket);
			socket.destroy();
			reject(refusal(statusCode));
		});
		ask.once("response", ({ statusCode = 0 }) => {
			ask.destroy();
			reject(refusal(statusCode));
		});
		ask.end();
	});
}
function refusal(status) {
	const why = `the proxy answered ${status}`;
	return status >= 500 ? new TransientError(why) : new FinalError(why);
}
// src/producers/url/http/request.ts
const REDIRECTS = [
	301,
	302,
	303,
	307,
	308
];
const NAME = { "user-agent": "build-once" };
const MOST_REDIRECTS = 10;
const HARMLESS = [
	"accept",
	"accept-language",
	"user-agent"
];
async function get({ url, secret, own, mayDowngrade, ...way }) {
	let [at, fields] = [url, {
		...NAME,
		...secret,
		...own
	}];
	for (let count = 0; count <= MOST_REDIRECTS; count++) {
		const answer = await send(at, fields, way);
		const location = REDIRECTS.includes(answer.statusCode ?? 0) ? answer.headers.location : void 0;
		if (location === void 0) return answer;
		answer.destroy();
		const next = targetOf(location, at);
		if (at.protocol === "https:" && next.protocol === "http:" && !mayDowngrade) throw new FinalError("the server redirects from https to http; set sha256 to allow that");
		if (next.origin !== at.origin) fields = {
			...NAME,
			...harmless(secret),
			...own
		};
		at = next;
	}
	throw new FinalError(`the server redirects more than ${MOST_REDIRECTS} times; open the URL by hand: it may ask for a login`);
}
function harmless(fields) {
	return Object.fromEntries(Object.entries(fields).filter(([name]) => HARMLESS.includes(name)));
}
function targetOf(field, at) {
	const text = Buffer.from(field, "latin1").toString("utf8");
	const location = text.includes("�") ? field : text;
	const target = URL.canParse(location, at.href) ? new URL(location, at) : void 0;
	if (target !== void 0 && /^https?:$/.test(target.protocol)) return target;
	throw new FinalError("the server redirects to something other than an http or https URL; open the URL by hand");
}
async function send(url, fields, way) {
	const request = await prepare(url, fields, way);
	return new Promise((resolve, reject) => {
		request.on("error", reject);
		request.once("response", resolve);
		request.end();
	});
}
async function prepare(url, fields, { env, signal, lenient }) {
	const host = hostOf(url);
	const path = `${url.pathname}${url.search}`;
	const headers = { ...fields };
	const reading = {
		maxHeaderSize: HEADER_BYTES,
		insecureHTTPParser: lenient
	};
	const options = {
		host,
		port: portOf(url),
		path,
		headers,
		signal,
		agent: false,
		...reading
	};
	const proxy = proxyFor(url, env);
	const secure = url.protocol === "https:";
	if (proxy === void 0) return (secure ? request$1 : request)(options);
	if (secure) {
		const socket = await tunnel(proxy, url, signal);
		const createConnection = () => connect$1({
			socket,
			host,
			servername: isIP(host) ? "" : host
		});
		const { agent: _, ...rest } = options;
		return request$1({
			...rest,
			createConnection
		});
	}
	return (proxy.protocol === "https:" ? request$1 : request)({
		...options,
		host: hostOf(proxy),
		port: portOf(proxy),
		path: `${url.origin}${path}`,
		headers: {
			...headers,
			host: url.host,
			...proxyHeaders(proxy)
		}
	});
}
// src/producers/url/http/download.ts
const PATIENT = {
	stallMs: 6e4,
	pauseMs: 1e3,
	resumeMs: 200
};
const REFUSED_RANGE = [
	400,
	403,
	404,
	405,
	406,
	412,
	500,
	501
];
const MOST_IDLE = 6;
const ADVICE = "check the server, and the network and the proxy of this runner";
const MOST_CONNECTIONS = 1e3;
async function* download(spec, options, onStart) {
	const { signal, reporter, patience } = options;
	const state = {
		at: 0,
		total: void 0,
		version: void 0,
		tellsEnd: false,
		lenient: false
	};
	let idle = 0;
	for (let connections = 1;; connections++) {
		const before = state.at;
		let trouble;
		try {
			const answer = await open$1(spec, options, state);
			onStart(state);
			for await (const chunk of chunksOf(answer, patience.stallMs)) {
				state.at += chunk.length;
				yield chunk;
			}
			if (state.total === void 0 || state.at === state.total) return;
			trouble = state.at > state.total ? new FinalError(TWO_LENGTHS) : new TransientError("the connection was cut");
		} catch (error) {
			signal.throwIfAborted();
			if (hasTwoLengths(error) && !state.lenient) {
				state.lenient = true;
				continue;
			}
			trouble = networkError(error);
		}
		idle = state.at > before ? 0 : idle + 1;
		if (!(trouble instanceof TransientError)) throw trouble;
		if (idle >= MOST_IDLE) throw new FinalError(`${trouble.message}, ${idle} times in a row; ${ADVICE}`);
		if (connections >= MOST_CONNECTIONS) throw new FinalError(`${trouble.message}, ${connections} times; ${ADVICE}`);
		if (state.at > 0 && state.version === void 0) throw new StartOver(trouble.message);
		await pause(trouble, idle, patience, signal, (line) => reporter.info(line));
	}
}
async function pause({ message, afterMs }, idle, { pauseMs, resumeMs }, signal, say) {
	const own = idle === 0 ? resumeMs : jitter(pauseMs * 2 ** (idle - 1));
	const ms = Math.max(afterMs ?? 0, own);
	const when = ms < 1e3 ? "at once" : `in ${Math.round(ms / 1e3)} s`;
	say(`${message[0]?.toUpperCase()}${message.slice(1)}; trying again ${when}.`);
	await sleep(ms, signal);
	signal.throwIfAborted();
}
async function open$1({ url, headers, sha256 }, { env, signal, patience }, state) {
	const stall = new AbortController();
	const timer = setTimeout(() => stall.abort(), patience.stallMs);
	const response = get({
		url: new URL(url),
		secret: fieldsOf(headers),
		own: ownFields(state),
		mayDowngrade: sha256 !== void 0,
		env,
		lenient: state.lenient,
		signal: AbortSignal.any([signal, stall.signal])
	});
	try {
		const answer = await response;
		accept(answer, state);
		return answer;
	} catch (error) {
		throw stall.signal.aborted ? new StallError(patience.stallMs) : error;
	} finally {
		clearTimeout(timer);
	}
}
function fieldsOf(headers) {
	const fields = {};
	for (const { name, value } of headers) {
		const key = name.toLowerCase();
		fields[key] = [...fields[key] ?? [], value];
	}
	return Object.fromEntries(Object.entries(fields).map(([name, all]) => [name, all.length === 1 ? `${all[0]}` : all]));
}
function ownFields({ at, version }) {
	return {
		"accept-encoding": "identity",
		connection: "close",
		...at > 0 && version !== void 0 && {
			range: `bytes=${at}-`,
			"if-range": version
		}
	};
}
function accept(answer, state) {
	const { statusCode = 0, headers } = answer;
	try {
		if (state.at > 0) acceptRest(statusCode, headers, state);
		else acceptStart(statusCode, headers, state);
	} catch (error) {
		answer.destroy();
		throw error;
	}
}
function acceptStart(status, headers, state) {
	if (status !== 200) throw statusError(status, headers["retry-after"], headers.date);
	state.total = lengthOf(headers["content-length"]);
	state.tellsEnd = state.total !== void 0 || headers["transfer-encoding"] !== void 0;
	state.version = headers["content-encoding"] === void 0 ? versionOf(headers) : void 0;
}
function acceptRest(status, headers, state) {
	if (status === 200) throw new StartOver("the server cannot resume, or has another version by now");
	if (REFUSED_RANGE.includes(status) && headers["retry-after"] === void 0) throw new StartOver(`the server refuses to send the rest alone (${status})`);
	if (status === 416) throw new StartOver("the server has another version by now");
	if (status !== 206) throw statusError(status, headers["retry-after"], headers.date);
	const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
	const length = total === void 0 || total === "*" ? state.total : Number(total);
	const sameVersion = headers.etag === void 0 || versionOf(headers) === state.version || isDate(state.version);
	if (Number(from) !== state.at || (state.total ?? length) !== length || !sameVersion) throw new StartOver("the server resumed with a different file");
	state.total = length;
}
function isDate(version) {
	return version !== void 0 && !version.startsWith("\"");
}
function versionOf({ etag, "last-modified": date }) {
	return etag?.startsWith("\"") ? etag : date;
}
function lengthOf(text) {
	return text !== void 0 && /^\d+$/.test(text) ? Number(text) : void 0;
}
async function* chunksOf(answer, stallMs) {
	let waiting = true;
	const timer = setTimeout(() => waiting && answer.destroy(new StallError(stallMs)), stallMs);
	try {
		for await (const chunk of answer) {
			waiting = false;
			yield chunk;
			waiting = true;
			timer.refresh();
		}
	} finally {
		clearTimeout(timer);
	}
}
// src/producers/url/http/progress.ts
const FIRST_MS = 5e3;
const LATER_MS = 3e4;
var Progress = class {
	#print;
	#elapsed = stopwatch();
	#everyMs;
	#next;
	#bytes = 0;
	total;
	constructor(print, everyMs = FIRST_MS) {
		this.#print = print;
		this.#everyMs = everyMs;
		this.#next = everyMs;
	}
	get received() {
		return this.#bytes;
	}
	add(bytes) {
		this.#bytes += bytes;
		const ms = this.#elapsed();
		if (ms < this.#next) return;
		this.#next = ms + (ms < 6e4 ? this.#everyMs : LATER_MS);
		this.#print(`${this.#share()}, ${this.#rate(ms)}${this.#left(ms)}`);
	}
	summary() {
		const ms = this.#elapsed();
		return `${formatBytes(this.#bytes)} in ${formatDuration(ms)} (${this.#rate(ms)})`;
	}
	#share() {
		if (this.total === void 0 || this.total === 0) return formatBytes(this.#bytes);
		const percent = Math.floor(100 * this.#bytes / this.total);
		return `${formatBytes(this.#bytes)} of ${formatBytes(this.total)} (${percent} %)`;
	}
	#rate(ms) {
		return `${formatBytes(1e3 * this.#bytes / Math.max(ms, 1))}/s`;
	}
	#left(ms) {
		if (this.total === void 0 || this.#bytes === 0) return "";
		return `, ${formatDuration(ms * (this.total - this.#bytes) / this.#bytes)} left`;
	}
};
// src/producers/url/limits.ts
const RATIO_FLOOR = 1e8;
var Limits = class {
	#most;
	#ratio;
	#received = 0;
	#unpacked = 0;
	constructor({ maxUnpackedBytes, maxRatio }) {
		this.#most = maxUnpackedBytes;
		this.#ratio = maxRatio;
	}
	received(bytes) {
		this.#received += bytes;
		if (this.#received > this.#most) throw new FinalError(`the download is refused: it is larger than max-unpacked (${formatBytes(this.#most)}); if that is expected, raise it`);
	}
	unpacked(bytes) {
		this.#unpacked += bytes;
		if (this.#unpacked > this.#most) throw new FinalError(`the archive is refused: it unpacks to more than max-unpacked (${formatBytes(this.#most)}); if that is expected, raise it`);
		if (this.#unpacked > RATIO_FLOOR && this.#unpacked > this.#ratio * this.#received) throw new FinalError(`the archive is refused: it unpacks to more than ${this.#ratio} times its size (max-ratio), like a zip bomb`);
	}
};
// src/producers/url/producer.ts
const MOST_STARTS = 3;
function urlProducer(spec, patience = PATIENT) {
	const name = "url";
	return {
		name,
		fingerprint: fingerprintOf({
			name,
			spec
		}),
		produce: (attempt) => produce(spec, attempt, patience)
	};
}
async function produce(spec, attempt, patience) {
	attempt.signal.throwIfAborted();
	const { reporter, timeoutMs } = attempt;
	const [done, late] = [new AbortController(), new AbortController()];
	sleep(timeoutMs, done.signal).then(() => done.signal.aborted || late.abort());
	const signal = AbortSignal.any([attempt.signal, late.signal]);
	reporter.openGroup(`Fetching ${shown(spec.url)}`);
	try {
		return { identity: `sha256:${await receive(spec, {
			...attempt,
			signal
		}, patience)}` };
	} catch (error) {
		attempt.signal.throwIfAborted();
		throw explained(error, spec, attempt, signal.aborted);
	} finally {
		done.abort();
		reporter.closeGroup();
	}
}
function shown(url) {
	const { origin, pathname } = new URL(url);
	return shorten(`${origin}${pathname}`, 200);
}
function explained(error, { url }, { key, timeoutMs }, timedOut) {
	const { origin } = new URL(url);
	const fetching = `Fetching "${shorten(key)}"${key.startsWith(origin) ? "" : ` from ${origin}`}`;
	if (timedOut) {
		const limit = formatDuration(timeoutMs);
		return new OnceError("BUILD_FAILED", `${fetching} took longer than build-timeout (${limit}) and was ended.`);
	}
	if (!(error instanceof FinalError)) return error;
	return new OnceError("BUILD_FAILED", `${fetching} failed: ${error.message}.`, { cause: error });
}
async function receive(spec, attempt, patience) {
	for (let start = 1;; start++) try {
		return await fetchOnce(spec, attempt, patience);
	} catch (error) {
		if (!(error instanceof StartOver)) throw error;
		if (start === MOST_STARTS) throw new FinalError(`${error.message}; ${start} downloads from the beginning failed`);
		attempt.reporter.info(`Starting over: ${error.message}.`);
		await clear(attempt);
		await sleep(patience.pauseMs, attempt.signal);
		attempt.signal.throwIfAborted();
	}
}
async function clear({ out, signal }) {
	for (const name of readdirSync(out)) await removeTree(join(out, name), signal);
}
async function fetchOnce(spec, attempt, patience) {
	const { signal, reporter } = attempt;
	const progress = new Progress((line) => reporter.info(line));
	const hash = createHash("sha256");
	const limits = new Limits(spec);
	const contents = new Contents({
		...attempt,
		name: nameOf(spec.url),
		strip: spec.strip,
		limits
	});
	let damage;
	const unlessDamaged = async (action) => {
		if (damage === void 0) await action().catch((error) => damage = asDamage(error));
	};
	let tellsEnd = true;
	const onStart = (answer) => {
		progress.total = answer.total;
		tellsEnd = answer.tellsEnd;
	};
	try {
		for await (const chunk of download(spec, {
			...attempt,
			patience
		}, onStart)) {
			hash.update(chunk);
			progress.add(chunk.length);
			limits.received(chunk.length);
			await unlessDamaged(() => contents.write(chunk));
			signal.throwIfAborted();
		}
		await unlessDamaged(() => contents.end());
	} finally {
		contents.close();
	}
	const digest = hash.digest("hex");
	requireDigest(digest, spec.sha256, tellsEnd);
	if (damage !== void 0) throw progress.total === void 0 ? new StartOver(damage.message) : damage;
	if (spec.sha256 === void 0) requireWhole(progress.received, tellsEnd || contents.isShownWhole, digest);
	reporter.info(`Received ${progress.summary()}, sha256:${digest}.`);
	if (spec.sha256 === void 0) reporter.notice(`url: ${shown(spec.url)} is not pinned. To pin it, write sha256: ${digest}`);
	return digest;
}
function asDamage(error) {
	if (error instanceof Damaged) return error;
	throw error;
}
function requireDigest(digest, expected, tellsEnd) {
	if (expected === void 0 || digest === expected) return;
	const why = `sha256 mismatch: expected ${expected}, got ${digest}`;
	if (!tellsEnd) throw new StartOver(why);
	throw new FinalError(`${why}. If the file was changed on purpose, correct sha256`);
}
function requireWhole(bytes, isWhole, digest) {
	const pin = `If it is right, write sha256: ${digest}`;
	if (bytes === 0) throw new FinalError(`the server sent an empty file. ${pin}`);
	if (isWhole) return;
	throw new FinalError(`the server does not say how long the file is and ends it by closing the connection, so that a part of it looks like the whole. ${pin}`);
}
function nameOf(url) {
	const last = new URL(url).pathname.split("/").at(-1) ?? "";
	const name = inOneLine(decoded(last), "_").replaceAll(/[/\\:]/g, "_");
	if ([
		"",
		".",
		".."
	].includes(name)) return "download";
	return process.platform === "win32" ? nameOnWindows(name) : name;
}
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
export { FinalError as a, Refusal as i, decode as n, Damaged as r, PlainFile as t, urlProducer };
