import { D as TOKEN_VARIABLE, St as unless, _t as inOneLine, bt as messageOf, ct as jitter, dt as sleep, ft as stopwatch, ht as formatDuration, mt as formatBytes, o as existsOnWindows, p as fingerprintOf, s as nameOnWindows, vt as shorten, xt as systemCode, yt as OnceError } from "./main.js";
import { r as removeTree } from "./tree.js";
import { l as searchPath, o as findProgram } from "./commands.js";
const { closeSync, copyFileSync, fchmodSync, futimesSync, linkSync, mkdirSync, openSync, readdirSync, symlinkSync, unlinkSync, writeSync } = process.getBuiltinModule("fs");
const { basename, join, posix } = process.getBuiltinModule("path");
import { EventEmitter } from "events";
import assert from "assert";
const { isIP } = process.getBuiltinModule("net");
const { spawn } = process.getBuiltinModule("child_process");
const { EventEmitter: EventEmitter$1, once } = process.getBuiltinModule("events");
const { createHash } = process.getBuiltinModule("crypto");
import Stream, { Duplex, addAbortSignal } from "node:stream";
const zlib = process.getBuiltinModule("zlib");
const { STATUS_CODES, request } = process.getBuiltinModule("http");
import { Buffer as Buffer$1 } from "buffer";
const { StringDecoder } = process.getBuiltinModule("string_decoder");
import realZlib, * as realZlib$1 from "zlib";
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
	if (!TRANSIENT.includes(status) && status < 500) return new FinalError(`${message}${hintFor(status)}`);
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
	if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1e3;
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
function networkError(error) {
	if (error instanceof TransientError || error instanceof FinalError || error instanceof StartOver) return error;
	const code = systemCode(error) ?? "";
	if (UNTRUSTED.test(code)) return new FinalError(`its certificate is not trusted (${code}); if your own authority signed it, put NODE_EXTRA_CA_CERTS=<its file> into the runner's .env`);
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
const windows = process.platform === "win32";
const CONTROL = /[\x00-\x1f\x7f\u2028\u2029]/;
function partsOf(name) {
	if (CONTROL.test(name)) throw new Refusal(name, "has control characters in its name");
	if (name.includes("�")) throw new Refusal(name, "is not UTF-8");
	if (name.startsWith("/") || windows && /^[a-z]:/i.test(name)) throw new Refusal(name, "is an absolute path");
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw new Refusal(name, "leads out of its folder with \"..\"");
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
	return isTar(head) ? "tar" : "other";
}
function isTar(block) {
	if (block.length < 512) return false;
	const written = /^[ \0]*([0-7]+)[ \0]/.exec(block.toString("latin1", 148, 156))?.[1];
	if (written === void 0) return false;
	let sum = 256;
	for (let index = 0; index < 512; index++) if (index < 148 || index >= 156) sum += block[index] ?? 0;
	return sum === parseInt(written, 8);
}
function isArchiveName(name) {
	return /\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|t[gx]z|tbz2?|tzst|zip)$/i.test(name);
}
function isUsedPacked(name) {
	return /\.(?:jar|war|ear|whl|egg|aar|apk|ipa|nupkg|vsix|xpi|crx|conda|gem|ova|docx|xlsx|pptx|od[tsp]|epub)$/i.test(name);
}
function isProgram(head) {
	return /^(?:7f454c46|cffaedfe|cefaedfe|2321)/.test(head.toString("hex", 0, 8));
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
		if (this.#head.length < 512) return void 0;
		if (!isTar(this.#head)) {
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
// node_modules/minipass/dist/esm/index.js
const proc = typeof process === "object" && process ? process : {
	stdout: null,
	stderr: null
};
const isStream = (s) => !!s && typeof s === "object" && (s instanceof Minipass || s instanceof Stream || isReadable(s) || isWritable(s));
const isReadable = (s) => !!s && typeof s === "object" && s instanceof EventEmitter$1 && typeof s.pipe === "function" && s.pipe !== Stream.Writable.prototype.pipe;
const isWritable = (s) => !!s && typeof s === "object" && s instanceof EventEmitter$1 && typeof s.write === "function" && typeof s.end === "function";
const EOF = Symbol("EOF");
const MAYBE_EMIT_END = Symbol("maybeEmitEnd");
const EMITTED_END = Symbol("emittedEnd");
const EMITTING_END = Symbol("emittingEnd");
const EMITTED_ERROR = Symbol("emittedError");
const CLOSED = Symbol("closed");
const READ = Symbol("read");
const FLUSH = Symbol("flush");
const FLUSHCHUNK = Symbol("flushChunk");
const ENCODING = Symbol("encoding");
const DECODER = Symbol("decoder");
const FLOWING = Symbol("flowing");
const PAUSED = Symbol("paused");
const RESUME = Symbol("resume");
const BUFFER$1 = Symbol("buffer");
const PIPES = Symbol("pipes");
const BUFFERLENGTH = Symbol("bufferLength");
const BUFFERPUSH = Symbol("bufferPush");
const BUFFERSHIFT = Symbol("bufferShift");
const OBJECTMODE = Symbol("objectMode");
const DESTROYED = Symbol("destroyed");
const ERROR = Symbol("error");
const EMITDATA = Symbol("emitData");
const EMITEND = Symbol("emitEnd");
const EMITEND2 = Symbol("emitEnd2");
const ASYNC = Symbol("async");
const ABORT = Symbol("abort");
const ABORTED$1 = Symbol("aborted");
const SIGNAL = Symbol("signal");
const DATALISTENERS = Symbol("dataListeners");
const DISCARDED = Symbol("discarded");
const defer = (fn) => Promise.resolve().then(fn);
const nodefer = (fn) => fn();
const isEndish = (ev) => ev === "end" || ev === "finish" || ev === "prefinish";
const isArrayBufferLike = (b) => b instanceof ArrayBuffer || !!b && typeof b === "object" && b.constructor && b.constructor.name === "ArrayBuffer" && b.byteLength >= 0;
const isArrayBufferView = (b) => !Buffer.isBuffer(b) && ArrayBuffer.isView(b);
var Pipe = class {
	src;
	dest;
	opts;
	ondrain;
	constructor(src, dest, opts) {
		this.src = src;
		this.dest = dest;
		this.opts = opts;
		this.ondrain = () => src[RESUME]();
		this.dest.on("drain", this.ondrain);
	}
	unpipe() {
		this.dest.removeListener("drain", this.ondrain);
	}
	proxyErrors(_er) {}
	end() {
		this.unpipe();
		if (this.opts.end) this.dest.end();
	}
};
var PipeProxyErrors = class extends Pipe {
	unpipe() {
		this.src.removeListener("error", this.proxyErrors);
		super.unpipe();
	}
	constructor(src, dest, opts) {
		super(src, dest, opts);
		this.proxyErrors = (er) => this.dest.emit("error", er);
		src.on("error", this.proxyErrors);
	}
};
const isObjectModeOptions = (o) => !!o.objectMode;
const isEncodingOptions = (o) => !o.objectMode && !!o.encoding && o.encoding !== "buffer";
var Minipass = class extends EventEmitter$1 {
	[FLOWING] = false;
	[PAUSED] = false;
	[PIPES] = [];
	[BUFFER$1] = [];
	[OBJECTMODE];
	[ENCODING];
	[ASYNC];
	[DECODER];
	[EOF] = false;
	[EMITTED_END] = false;
	[EMITTING_END] = false;
	[CLOSED] = false;
	[EMITTED_ERROR] = null;
	[BUFFERLENGTH] = 0;
	[DESTROYED] = false;
	[SIGNAL];
	[ABORTED$1] = false;
	[DATALISTENERS] = 0;
	[DISCARDED] = false;
	writable = true;
	readable = true;
	constructor(...args) {
		const options = args[0] || {};
		super();
		if (options.objectMode && typeof options.encoding === "string") throw new TypeError("Encoding and objectMode may not be used together");
		if (isObjectModeOptions(options)) {
			this[OBJECTMODE] = true;
			this[ENCODING] = null;
		} else if (isEncodingOptions(options)) {
			this[ENCODING] = options.encoding;
			this[OBJECTMODE] = false;
		} else {
			this[OBJECTMODE] = false;
			this[ENCODING] = null;
		}
		this[ASYNC] = !!options.async;
		this[DECODER] = this[ENCODING] ? new StringDecoder(this[ENCODING]) : null;
		if (options && options.debugExposeBuffer === true) Object.defineProperty(this, "buffer", { get: () => this[BUFFER$1] });
		if (options && options.debugExposePipes === true) Object.defineProperty(this, "pipes", { get: () => this[PIPES] });
		const { signal } = options;
		if (signal) {
			this[SIGNAL] = signal;
			if (signal.aborted) this[ABORT]();
			else signal.addEventListener("abort", () => this[ABORT]());
		}
	}
	get bufferLength() {
		return this[BUFFERLENGTH];
	}
	get encoding() {
		return this[ENCODING];
	}
	set encoding(_enc) {
		throw new Error("Encoding must be set at instantiation time");
	}
	setEncoding(_enc) {
		throw new Error("Encoding must be set at instantiation time");
	}
	get objectMode() {
		return this[OBJECTMODE];
	}
	set objectMode(_om) {
		throw new Error("objectMode must be set at instantiation time");
	}
	get ["async"]() {
		return this[ASYNC];
	}
	set ["async"](a) {
		this[ASYNC] = this[ASYNC] || !!a;
	}
	[ABORT]() {
		this[ABORTED$1] = true;
		this.emit("abort", this[SIGNAL]?.reason);
		this.destroy(this[SIGNAL]?.reason);
	}
	get aborted() {
		return this[ABORTED$1];
	}
	set aborted(_) {}
	write(chunk, encoding, cb) {
		if (this[ABORTED$1]) return false;
		if (this[EOF]) throw new Error("write after end");
		if (this[DESTROYED]) {
			this.emit("error", Object.assign(new Error("Cannot call write after a stream was destroyed"), { code: "ERR_STREAM_DESTROYED" }));
			return true;
		}
		if (typeof encoding === "function") {
			cb = encoding;
			encoding = "utf8";
		}
		if (!encoding) encoding = "utf8";
		const fn = this[ASYNC] ? defer : nodefer;
		if (!this[OBJECTMODE] && !Buffer.isBuffer(chunk)) {
			if (isArrayBufferView(chunk)) chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
			else if (isArrayBufferLike(chunk)) chunk = Buffer.from(chunk);
			else if (typeof chunk !== "string") throw new Error("Non-contiguous data written to non-objectMode stream");
		}
		if (this[OBJECTMODE]) {
			if (this[FLOWING] && this[BUFFERLENGTH] !== 0) this[FLUSH](true);
			if (this[FLOWING]) this.emit("data", chunk);
			else this[BUFFERPUSH](chunk);
			if (this[BUFFERLENGTH] !== 0) this.emit("readable");
			if (cb) fn(cb);
			return this[FLOWING];
		}
		if (!chunk.length) {
			if (this[BUFFERLENGTH] !== 0) this.emit("readable");
			if (cb) fn(cb);
			return this[FLOWING];
		}
		if (typeof chunk === "string" && !(encoding === this[ENCODING] && !this[DECODER]?.lastNeed)) chunk = Buffer.from(chunk, encoding);
		if (Buffer.isBuffer(chunk) && this[ENCODING]) chunk = this[DECODER].write(chunk);
		if (this[FLOWING] && this[BUFFERLENGTH] !== 0) this[FLUSH](true);
		if (this[FLOWING]) this.emit("data", chunk);
		else this[BUFFERPUSH](chunk);
		if (this[BUFFERLENGTH] !== 0) this.emit("readable");
		if (cb) fn(cb);
		return this[FLOWING];
	}
	read(n) {
		if (this[DESTROYED]) return null;
		this[DISCARDED] = false;
		if (this[BUFFERLENGTH] === 0 || n === 0 || n && n > this[BUFFERLENGTH]) {
			this[MAYBE_EMIT_END]();
			return null;
		}
		if (this[OBJECTMODE]) n = null;
		if (this[BUFFER$1].length > 1 && !this[OBJECTMODE]) this[BUFFER$1] = [this[ENCODING] ? this[BUFFER$1].join("") : Buffer.concat(this[BUFFER$1], this[BUFFERLENGTH])];
		const ret = this[READ](n || null, this[BUFFER$1][0]);
		this[MAYBE_EMIT_END]();
		return ret;
	}
	[READ](n, chunk) {
		if (this[OBJECTMODE]) this[BUFFERSHIFT]();
		else {
			const c = chunk;
			if (n === c.length || n === null) this[BUFFERSHIFT]();
			else if (typeof c === "string") {
				this[BUFFER$1][0] = c.slice(n);
				chunk = c.slice(0, n);
				this[BUFFERLENGTH] -= n;
			} else {
				this[BUFFER$1][0] = c.subarray(n);
				chunk = c.subarray(0, n);
				this[BUFFERLENGTH] -= n;
			}
		}
		this.emit("data", chunk);
		if (!this[BUFFER$1].length && !this[EOF]) this.emit("drain");
		return chunk;
	}
	end(chunk, encoding, cb) {
		if (typeof chunk === "function") {
			cb = chunk;
			chunk = void 0;
		}
		if (typeof encoding === "function") {
			cb = encoding;
			encoding = "utf8";
		}
		if (chunk !== void 0) this.write(chunk, encoding);
		if (cb) this.once("end", cb);
		this[EOF] = true;
		this.writable = false;
		if (this[FLOWING] || !this[PAUSED]) this[MAYBE_EMIT_END]();
		return this;
	}
	[RESUME]() {
		if (this[DESTROYED]) return;
		if (!this[DATALISTENERS] && !this[PIPES].length) this[DISCARDED] = true;
		this[PAUSED] = false;
		this[FLOWING] = true;
		this.emit("resume");
		if (this[BUFFER$1].length) this[FLUSH]();
		else if (this[EOF]) this[MAYBE_EMIT_END]();
		else this.emit("drain");
	}
	resume() {
		return this[RESUME]();
	}
	pause() {
		this[FLOWING] = false;
		this[PAUSED] = true;
		this[DISCARDED] = false;
	}
	get destroyed() {
		return this[DESTROYED];
	}
	get flowing() {
		return this[FLOWING];
	}
	get paused() {
		return this[PAUSED];
	}
	[BUFFERPUSH](chunk) {
		if (this[OBJECTMODE]) this[BUFFERLENGTH] += 1;
		else this[BUFFERLENGTH] += chunk.length;
		this[BUFFER$1].push(chunk);
	}
	[BUFFERSHIFT]() {
		if (this[OBJECTMODE]) this[BUFFERLENGTH] -= 1;
		else this[BUFFERLENGTH] -= this[BUFFER$1][0].length;
		return this[BUFFER$1].shift();
	}
	[FLUSH](noDrain = false) {
		do;
		while (this[FLUSHCHUNK](this[BUFFERSHIFT]()) && this[BUFFER$1].length);
		if (!noDrain && !this[BUFFER$1].length && !this[EOF]) this.emit("drain");
	}
	[FLUSHCHUNK](chunk) {
		this.emit("data", chunk);
		return this[FLOWING];
	}
	pipe(dest, opts) {
		if (this[DESTROYED]) return dest;
		this[DISCARDED] = false;
		const ended = this[EMITTED_END];
		opts = opts || {};
		if (dest === proc.stdout || dest === proc.stderr) opts.end = false;
		else opts.end = opts.end !== false;
		opts.proxyErrors = !!opts.proxyErrors;
		if (ended) {
			if (opts.end) dest.end();
		} else {
			this[PIPES].push(!opts.proxyErrors ? new Pipe(this, dest, opts) : new PipeProxyErrors(this, dest, opts));
			if (this[ASYNC]) defer(() => this[RESUME]());
			else this[RESUME]();
		}
		return dest;
	}
	unpipe(dest) {
		const p = this[PIPES].find((p) => p.dest === dest);
		if (p) {
			if (this[PIPES].length === 1) {
				if (this[FLOWING] && this[DATALISTENERS] === 0) this[FLOWING] = false;
				this[PIPES] = [];
			} else this[PIPES].splice(this[PIPES].indexOf(p), 1);
			p.unpipe();
		}
	}
	addListener(ev, handler) {
		return this.on(ev, handler);
	}
	on(ev, handler) {
		const ret = super.on(ev, handler);
		if (ev === "data") {
			this[DISCARDED] = false;
			this[DATALISTENERS]++;
			if (!this[PIPES].length && !this[FLOWING]) this[RESUME]();
		} else if (ev === "readable" && this[BUFFERLENGTH] !== 0) super.emit("readable");
		else if (isEndish(ev) && this[EMITTED_END]) {
			super.emit(ev);
			this.removeAllListeners(ev);
		} else if (ev === "error" && this[EMITTED_ERROR]) {
			const h = handler;
			if (this[ASYNC]) defer(() => h.call(this, this[EMITTED_ERROR]));
			else h.call(this, this[EMITTED_ERROR]);
		}
		return ret;
	}
	removeListener(ev, handler) {
		return this.off(ev, handler);
	}
	off(ev, handler) {
		const ret = super.off(ev, handler);
		if (ev === "data") {
			this[DATALISTENERS] = this.listeners("data").length;
			if (this[DATALISTENERS] === 0 && !this[DISCARDED] && !this[PIPES].length) this[FLOWING] = false;
		}
		return ret;
	}
	removeAllListeners(ev) {
		const ret = super.removeAllListeners(ev);
		if (ev === "data" || ev === void 0) {
			this[DATALISTENERS] = 0;
			if (!this[DISCARDED] && !this[PIPES].length) this[FLOWING] = false;
		}
		return ret;
	}
	get emittedEnd() {
		return this[EMITTED_END];
	}
	[MAYBE_EMIT_END]() {
		if (!this[EMITTING_END] && !this[EMITTED_END] && !this[DESTROYED] && this[BUFFER$1].length === 0 && this[EOF]) {
			this[EMITTING_END] = true;
			this.emit("end");
			this.emit("prefinish");
			this.emit("finish");
			if (this[CLOSED]) this.emit("close");
			this[EMITTING_END] = false;
		}
	}
	emit(ev, ...args) {
		const data = args[0];
		if (ev !== "error" && ev !== "close" && ev !== DESTROYED && this[DESTROYED]) return false;
		else if (ev === "data") return !this[OBJECTMODE] && !data ? false : this[ASYNC] ? (defer(() => this[EMITDATA](data)), true) : this[EMITDATA](data);
		else if (ev === "end") return this[EMITEND]();
		else if (ev === "close") {
			this[CLOSED] = true;
			if (!this[EMITTED_END] && !this[DESTROYED]) return false;
			const ret = super.emit("close");
			this.removeAllListeners("close");
			return ret;
		} else if (ev === "error") {
			this[EMITTED_ERROR] = data;
			super.emit(ERROR, data);
			const ret = !this[SIGNAL] || this.listeners("error").length ? super.emit("error", data) : false;
			this[MAYBE_EMIT_END]();
			return ret;
		} else if (ev === "resume") {
			const ret = super.emit("resume");
			this[MAYBE_EMIT_END]();
			return ret;
		} else if (ev === "finish" || ev === "prefinish") {
			const ret = super.emit(ev);
			this.removeAllListeners(ev);
			return ret;
		}
		const ret = super.emit(ev, ...args);
		this[MAYBE_EMIT_END]();
		return ret;
	}
	[EMITDATA](data) {
		for (const p of this[PIPES]) if (p.dest.write(data) === false) this.pause();
		const ret = this[DISCARDED] ? false : super.emit("data", data);
		this[MAYBE_EMIT_END]();
		return ret;
	}
	[EMITEND]() {
		if (this[EMITTED_END]) return false;
		this[EMITTED_END] = true;
		this.readable = false;
		return this[ASYNC] ? (defer(() => this[EMITEND2]()), true) : this[EMITEND2]();
	}
	[EMITEND2]() {
		if (this[DECODER]) {
			const data = this[DECODER].end();
			if (data) {
				for (const p of this[PIPES]) p.dest.write(data);
				if (!this[DISCARDED]) super.emit("data", data);
			}
		}
		for (const p of this[PIPES]) p.end();
		const ret = super.emit("end");
		this.removeAllListeners("end");
		return ret;
	}
	async collect() {
		const buf = Object.assign([], { dataLength: 0 });
		if (!this[OBJECTMODE]) buf.dataLength = 0;
		const p = this.promise();
		this.on("data", (c) => {
			buf.push(c);
			if (!this[OBJECTMODE]) buf.dataLength += c.length;
		});
		await p;
		return buf;
	}
	async concat() {
		if (this[OBJECTMODE]) throw new Error("cannot concat in objectMode");
		const buf = await this.collect();
		return this[ENCODING] ? buf.join("") : Buffer.concat(buf, buf.dataLength);
	}
	async promise() {
		return new Promise((resolve, reject) => {
			this.on(DESTROYED, () => reject(new Error("stream destroyed")));
			this.on("error", (er) => reject(er));
			this.on("end", () => resolve());
		});
	}
	[Symbol.asyncIterator]() {
		this[DISCARDED] = false;
		let stopped = false;
		const stop = async () => {
			this.pause();
			stopped = true;
			return {
				value: void 0,
				done: true
			};
		};
		const next = () => {
			if (stopped) return stop();
			const res = this.read();
			if (res !== null) return Promise.resolve({
				done: false,
				value: res
			});
			if (this[EOF]) return stop();
			let resolve;
			let reject;
			const onerr = (er) => {
				this.off("data", ondata);
				this.off("end", onend);
				this.off(DESTROYED, ondestroy);
				stop();
				reject(er);
			};
			const ondata = (value) => {
				this.off("error", onerr);
				this.off("end", onend);
				this.off(DESTROYED, ondestroy);
				this.pause();
				resolve({
					value,
					done: !!this[EOF]
				});
			};
			const onend = () => {
				this.off("error", onerr);
				this.off("data", ondata);
				this.off(DESTROYED, ondestroy);
				stop();
				resolve({
					done: true,
					value: void 0
				});
			};
			const ondestroy = () => onerr(new Error("stream destroyed"));
			return new Promise((res, rej) => {
				reject = rej;
				resolve = res;
				this.once(DESTROYED, ondestroy);
				this.once("error", onerr);
				this.once("end", onend);
				this.once("data", ondata);
			});
		};
		return {
			next,
			throw: stop,
			return: stop,
			[Symbol.asyncIterator]() {
				return this;
			},
			[Symbol.asyncDispose]: async () => {}
		};
	}
	[Symbol.iterator]() {
		this[DISCARDED] = false;
		let stopped = false;
		const stop = () => {
			this.pause();
			this.off(ERROR, stop);
			this.off(DESTROYED, stop);
			this.off("end", stop);
			stopped = true;
			return {
				done: true,
				value: void 0
			};
		};
		const next = () => {
			if (stopped) return stop();
			const value = this.read();
			return value === null ? stop() : {
				done: false,
				value
			};
		};
		this.once("end", stop);
		this.once(ERROR, stop);
		this.once(DESTROYED, stop);
		return {
			next,
			throw: stop,
			return: stop,
			[Symbol.iterator]() {
				return this;
			},
			[Symbol.dispose]: () => {}
		};
	}
	destroy(er) {
		if (this[DESTROYED]) {
			if (er) this.emit("error", er);
			else this.emit(DESTROYED);
			return this;
		}
		this[DESTROYED] = true;
		this[DISCARDED] = true;
		this[BUFFER$1].length = 0;
		this[BUFFERLENGTH] = 0;
		const wc = this;
		if (typeof wc.close === "function" && !this[CLOSED]) wc.close();
		if (er) this.emit("error", er);
		else this.emit(DESTROYED);
		return this;
	}
	static get isStream() {
		return isStream;
	}
};
// node_modules/minizlib/dist/esm/constants.js
const realZlibConstants = realZlib.constants || { ZLIB_VERNUM: 4736 };
const constants$1 = Object.freeze(Object.assign(Object.create(null), {
	Z_NO_FLUSH: 0,
	Z_PARTIAL_FLUSH: 1,
	Z_SYNC_FLUSH: 2,
	Z_FULL_FLUSH: 3,
	Z_FINISH: 4,
	Z_BLOCK: 5,
	Z_OK: 0,
	Z_STREAM_END: 1,
	Z_NEED_DICT: 2,
	Z_ERRNO: -1,
	Z_STREAM_ERROR: -2,
	Z_DATA_ERROR: -3,
	Z_MEM_ERROR: -4,
	Z_BUF_ERROR: -5,
	Z_VERSION_ERROR: -6,
	Z_NO_COMPRESSION: 0,
	Z_BEST_SPEED: 1,
	Z_BEST_COMPRESSION: 9,
	Z_DEFAULT_COMPRESSION: -1,
	Z_FILTERED: 1,
	Z_HUFFMAN_ONLY: 2,
	Z_RLE: 3,
	Z_FIXED: 4,
	Z_DEFAULT_STRATEGY: 0,
	DEFLATE: 1,
	INFLATE: 2,
	GZIP: 3,
	GUNZIP: 4,
	DEFLATERAW: 5,
	INFLATERAW: 6,
	UNZIP: 7,
	BROTLI_DECODE: 8,
	BROTLI_ENCODE: 9,
	Z_MIN_WINDOWBITS: 8,
	Z_MAX_WINDOWBITS: 15,
	Z_DEFAULT_WINDOWBITS: 15,
	Z_MIN_CHUNK: 64,
	Z_MAX_CHUNK: Infinity,
	Z_DEFAULT_CHUNK: 16384,
	Z_MIN_MEMLEVEL: 1,
	Z_MAX_MEMLEVEL: 9,
	Z_DEFAULT_MEMLEVEL: 8,
	Z_MIN_LEVEL: -1,
	Z_MAX_LEVEL: 9,
	Z_DEFAULT_LEVEL: -1,
	BROTLI_OPERATION_PROCESS: 0,
	BROTLI_OPERATION_FLUSH: 1,
	BROTLI_OPERATION_FINISH: 2,
	BROTLI_OPERATION_EMIT_METADATA: 3,
	BROTLI_MODE_GENERIC: 0,
	BROTLI_MODE_TEXT: 1,
	BROTLI_MODE_FONT: 2,
	BROTLI_DEFAULT_MODE: 0,
	BROTLI_MIN_QUALITY: 0,
	BROTLI_MAX_QUALITY: 11,
	BROTLI_DEFAULT_QUALITY: 11,
	BROTLI_MIN_WINDOW_BITS: 10,
	BROTLI_MAX_WINDOW_BITS: 24,
	BROTLI_LARGE_MAX_WINDOW_BITS: 30,
	BROTLI_DEFAULT_WINDOW: 22,
	BROTLI_MIN_INPUT_BLOCK_BITS: 16,
	BROTLI_MAX_INPUT_BLOCK_BITS: 24,
	BROTLI_PARAM_MODE: 0,
	BROTLI_PARAM_QUALITY: 1,
	BROTLI_PARAM_LGWIN: 2,
	BROTLI_PARAM_LGBLOCK: 3,
	BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING: 4,
	BROTLI_PARAM_SIZE_HINT: 5,
	BROTLI_PARAM_LARGE_WINDOW: 6,
	BROTLI_PARAM_NPOSTFIX: 7,
	BROTLI_PARAM_NDIRECT: 8,
	BROTLI_DECODER_RESULT_ERROR: 0,
	BROTLI_DECODER_RESULT_SUCCESS: 1,
	BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: 2,
	BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: 3,
	BROTLI_DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION: 0,
	BROTLI_DECODER_PARAM_LARGE_WINDOW: 1,
	BROTLI_DECODER_NO_ERROR: 0,
	BROTLI_DECODER_SUCCESS: 1,
	BROTLI_DECODER_NEEDS_MORE_INPUT: 2,
	BROTLI_DECODER_NEEDS_MORE_OUTPUT: 3,
	BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_NIBBLE: -1,
	BROTLI_DECODER_ERROR_FORMAT_RESERVED: -2,
	BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_META_NIBBLE: -3,
	BROTLI_DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET: -4,
	BROTLI_DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_SAME: -5,
	BROTLI_DECODER_ERROR_FORMAT_CL_SPACE: -6,
	BROTLI_DECODER_ERROR_FORMAT_HUFFMAN_SPACE: -7,
	BROTLI_DECODER_ERROR_FORMAT_CONTEXT_MAP_REPEAT: -8,
	BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_1: -9,
	BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_2: -10,
	BROTLI_DECODER_ERROR_FORMAT_TRANSFORM: -11,
	BROTLI_DECODER_ERROR_FORMAT_DICTIONARY: -12,
	BROTLI_DECODER_ERROR_FORMAT_WINDOW_BITS: -13,
	BROTLI_DECODER_ERROR_FORMAT_PADDING_1: -14,
	BROTLI_DECODER_ERROR_FORMAT_PADDING_2: -15,
	BROTLI_DECODER_ERROR_FORMAT_DISTANCE: -16,
	BROTLI_DECODER_ERROR_DICTIONARY_NOT_SET: -19,
	BROTLI_DECODER_ERROR_INVALID_ARGUMENTS: -20,
	BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES: -21,
	BROTLI_DECODER_ERROR_ALLOC_TREE_GROUPS: -22,
	BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MAP: -25,
	BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_1: -26,
	BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_2: -27,
	BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES: -30,
	BROTLI_DECODER_ERROR_UNREACHABLE: -31
}, realZlibConstants));
// node_modules/minizlib/dist/esm/index.js
const OriginalBufferConcat = Buffer$1.concat;
const desc = Object.getOwnPropertyDescriptor(Buffer$1, "concat");
const noop$1 = (args) => args;
const passthroughBufferConcat = desc?.writable === true || desc?.set !== void 0 ? (makeNoOp) => {
	Buffer$1.concat = makeNoOp ? noop$1 : OriginalBufferConcat;
} : (_) => {};
const _superWrite = Symbol("_superWrite");
var ZlibError = class extends Error {
	code;
	errno;
	constructor(err, origin) {
		super("zlib: " + err.message, { cause: err });
		this.code = err.code;
		this.errno = err.errno;
		if (!this.code) this.code = "ZLIB_ERROR";
		this.message = "zlib: " + err.message;
		Error.captureStackTrace(this, origin ?? this.constructor);
	}
	get name() {
		return "ZlibError";
	}
};
const _flushFlag = Symbol("flushFlag");
var ZlibBase = class extends Minipass {
	#sawError = false;
	#ended = false;
	#flushFlag;
	#finishFlushFlag;
	#fullFlushFlag;
	#handle;
	#onError;
	get sawError() {
		return this.#sawError;
	}
	get handle() {
		return this.#handle;
	}
	get flushFlag() {
		return this.#flushFlag;
	}
	constructor(opts, mode) {
		if (!opts || typeof opts !== "object") throw new TypeError("invalid options for ZlibBase constructor");
		super(opts);
		this.#flushFlag = opts.flush ?? 0;
		this.#finishFlushFlag = opts.finishFlush ?? 0;
		this.#fullFlushFlag = opts.fullFlushFlag ?? 0;
		if (typeof realZlib$1[mode] !== "function") throw new TypeError("Compression method not supported: " + mode);
		try {
			this.#handle = new realZlib$1[mode](opts);
		} catch (er) {
			throw new ZlibError(er, this.constructor);
		}
		this.#onError = (err) => {
			if (this.#sawError) return;
			this.#sawError = true;
			this.close();
			this.emit("error", err);
		};
		this.#handle?.on("error", (er) => this.#onError(new ZlibError(er)));
		this.once("end", () => this.close);
	}
	close() {
		if (this.#handle) {
			this.#handle.close();
			this.#handle = void 0;
			this.emit("close");
		}
	}
	reset() {
		if (!this.#sawError) {
			assert(this.#handle, "zlib binding closed");
			return this.#handle.reset?.();
		}
	}
	flush(flushFlag) {
		if (this.ended) return;
		if (typeof flushFlag !== "number") flushFlag = this.#fullFlushFlag;
		this.write(Object.assign(Buffer$1.alloc(0), { [_flushFlag]: flushFlag }));
	}
	end(chunk, encoding, cb) {
		if (typeof chunk === "function") {
			cb = chunk;
			encoding = void 0;
			chunk = void 0;
		}
		if (typeof encoding === "function") {
			cb = encoding;
			encoding = void 0;
		}
		if (chunk) {
			if (encoding) this.write(chunk, encoding);
			else this.write(chunk);
		}
		this.flush(this.#finishFlushFlag);
		this.#ended = true;
		return super.end(cb);
	}
	get ended() {
		return this.#ended;
	}
	[_superWrite](data) {
		return super.write(data);
	}
	write(chunk, encoding, cb) {
		if (typeof encoding === "function") cb = encoding, encoding = "utf8";
		if (typeof chunk === "string") chunk = Buffer$1.from(chunk, encoding);
		if (this.#sawError) return;
		assert(this.#handle, "zlib binding closed");
		const nativeHandle = this.#handle._handle;
		const originalNativeClose = nativeHandle.close;
		nativeHandle.close = () => {};
		const originalClose = this.#handle.close;
		this.#handle.close = () => {};
		passthroughBufferConcat(true);
		let result = void 0;
		try {
			const flushFlag = typeof chunk[_flushFlag] === "number" ? chunk[_flushFlag] : this.#flushFlag;
			result = this.#handle._processChunk(chunk, flushFlag);
			passthroughBufferConcat(false);
		} catch (err) {
			passthroughBufferConcat(false);
			this.#onError(new ZlibError(err, this.write));
		} finally {
			if (this.#handle) {
				this.#handle._handle = nativeHandle;
				nativeHandle.close = originalNativeClose;
				this.#handle.close = originalClose;
				this.#handle.removeAllListeners("error");
			}
		}
		if (this.#handle) this.#handle.on("error", (er) => this.#onError(new ZlibError(er, this.write)));
		let writeReturn;
		if (result) {
			if (Array.isArray(result) && result.length > 0) {
				const r = result[0];
				writeReturn = this[_superWrite](Buffer$1.from(r));
				for (let i = 1; i < result.length; i++) writeReturn = this[_superWrite](result[i]);
			} else writeReturn = this[_superWrite](Buffer$1.from(result));
		}
		if (cb) cb();
		return writeReturn;
	}
};
var Zlib = class extends ZlibBase {
	#level;
	#strategy;
	constructor(opts, mode) {
		opts = opts || {};
		opts.flush = opts.flush || constants$1.Z_NO_FLUSH;
		opts.finishFlush = opts.finishFlush || constants$1.Z_FINISH;
		opts.fullFlushFlag = constants$1.Z_FULL_FLUSH;
		super(opts, mode);
		this.#level = opts.level;
		this.#strategy = opts.strategy;
	}
	params(level, strategy) {
		if (this.sawError) return;
		if (!this.handle) throw new Error("cannot switch params when binding is closed");
		if (!this.handle.params) throw new Error("not supported in this implementation");
		if (this.#level !== level || this.#strategy !== strategy) {
			this.flush(constants$1.Z_SYNC_FLUSH);
			assert(this.handle, "zlib binding closed");
			const origFlush = this.handle.flush;
			this.handle.flush = (flushFlag, cb) => {
				if (typeof flushFlag === "function") {
					cb = flushFlag;
					flushFlag = this.flushFlag;
				}
				this.flush(flushFlag);
				cb?.();
			};
			try {
				this.handle.params(level, strategy);
			} finally {
				this.handle.flush = origFlush;
			}
			if (this.handle) {
				this.#level = level;
				this.#strategy = strategy;
			}
		}
	}
};
var Unzip = class extends Zlib {
	constructor(opts) {
		super(opts, "Unzip");
	}
};
var Brotli = class extends ZlibBase {
	constructor(opts, mode) {
		opts = opts || {};
		opts.flush = opts.flush || constants$1.BROTLI_OPERATION_PROCESS;
		opts.finishFlush = opts.finishFlush || constants$1.BROTLI_OPERATION_FINISH;
		opts.fullFlushFlag = constants$1.BROTLI_OPERATION_FLUSH;
		super(opts, mode);
	}
};
var BrotliDecompress = class extends Brotli {
	constructor(opts) {
		super(opts, "BrotliDecompress");
	}
};
var Zstd = class extends ZlibBase {
	constructor(opts, mode) {
		opts = opts || {};
		opts.flush = opts.flush || constants$1.ZSTD_e_continue;
		opts.finishFlush = opts.finishFlush || constants$1.ZSTD_e_end;
		opts.fullFlushFlag = constants$1.ZSTD_e_flush;
		super(opts, mode);
	}
};
var ZstdDecompress = class extends Zstd {
	constructor(opts) {
		super(opts, "ZstdDecompress");
	}
};
// node_modules/tar/dist/esm/large-numbers.js
const encode = (num, buf) => {
	if (!Number.isSafeInteger(num)) throw Error("cannot encode number outside of javascript safe integer range");
	else if (num < 0) encodeNegative(num, buf);
	else encodePositive(num, buf);
	return buf;
};
const encodePositive = (num, buf) => {
	buf[0] = 128;
	for (var i = buf.length; i > 1; i--) {
		buf[i - 1] = num & 255;
		num = Math.floor(num / 256);
	}
};
const encodeNegative = (num, buf) => {
	buf[0] = 255;
	var flipped = false;
	num = num * -1;
	for (var i = buf.length; i > 1; i--) {
		var byte = num & 255;
		num = Math.floor(num / 256);
		if (flipped) buf[i - 1] = onesComp(byte);
		else if (byte === 0) buf[i - 1] = 0;
		else {
			flipped = true;
			buf[i - 1] = twosComp(byte);
		}
	}
};
const parse = (buf) => {
	const pre = buf[0];
	const value = pre === 128 ? pos(buf.subarray(1, buf.length)) : pre === 255 ? twos(buf) : null;
	if (value === null) throw Error("invalid base256 encoding");
	if (!Number.isSafeInteger(value)) throw Error("parsed number outside of javascript safe integer range");
	return value;
};
const twos = (buf) => {
	var len = buf.length;
	var sum = 0;
	var flipped = false;
	for (var i = len - 1; i > -1; i--) {
		var byte = Number(buf[i]);
		var f;
		if (flipped) f = onesComp(byte);
		else if (byte === 0) f = byte;
		else {
			flipped = true;
			f = twosComp(byte);
		}
		if (f !== 0) sum -= f * Math.pow(256, len - i - 1);
	}
	return sum;
};
const pos = (buf) => {
	var len = buf.length;
	var sum = 0;
	for (var i = len - 1; i > -1; i--) {
		var byte = Number(buf[i]);
		if (byte !== 0) sum += byte * Math.pow(256, len - i - 1);
	}
	return sum;
};
const onesComp = (byte) => (255 ^ byte) & 255;
const twosComp = (byte) => (255 ^ byte) + 1 & 255;
// node_modules/tar/dist/esm/types.js
const isCode = (c) => name.has(c);
const normalFsTypes = new Set([
	"0",
	"",
	"1",
	"2",
	"3",
	"4",
	"5",
	"6",
	"7",
	"D"
]);
const name = new Map([
	["0", "File"],
	["", "OldFile"],
	["1", "Link"],
	["2", "SymbolicLink"],
	["3", "CharacterDevice"],
	["4", "BlockDevice"],
	["5", "Directory"],
	["6", "FIFO"],
	["7", "ContiguousFile"],
	["g", "GlobalExtendedHeader"],
	["x", "ExtendedHeader"],
	["A", "SolarisACL"],
	["D", "GNUDumpDir"],
	["I", "Inode"],
	["K", "NextFileHasLongLinkpath"],
	["L", "NextFileHasLongPath"],
	["M", "ContinuationFile"],
	["N", "OldGnuLongPath"],
	["S", "SparseFile"],
	["V", "TapeVolumeHeader"],
	["X", "OldExtendedHeader"]
]);
const code = new Map(Array.from(name).map((kv) => [kv[1], kv[0]]));
// node_modules/tar/dist/esm/header.js
const notNegative = (n) => n === void 0 || n < 0 ? void 0 : n;
var Header = class {
	cksumValid = false;
	needPax = false;
	nullBlock = false;
	block;
	path;
	mode;
	uid;
	gid;
	size;
	cksum;
	#type = "Unsupported";
	linkpath;
	uname;
	gname;
	devmaj = 0;
	devmin = 0;
	atime;
	ctime;
	mtime;
	charset;
	comment;
	constructor(data, off = 0, ex, gex) {
		if (Buffer.isBuffer(data)) this.decode(data, off || 0, ex, gex);
		else if (data) this.#slurp(data);
	}
	decode(buf, off, ex, gex) {
		if (!off) off = 0;
		if (!buf || !(buf.length >= off + 512)) throw new Error("need 512 bytes for header");
		const t = decString(buf, off + 156, 1);
		const isNormalFS = normalFsTypes.has(t);
		const exForFields = isNormalFS ? ex : void 0;
		const gexForFields = isNormalFS ? gex : void 0;
		this.path = exForFields?.path ?? decString(buf, off, 100);
		this.mode = exForFields?.mode ?? gexForFields?.mode ?? decNumber(buf, off + 100, 8);
		this.uid = exForFields?.uid ?? gexForFields?.uid ?? decNumber(buf, off + 108, 8);
		this.gid = exForFields?.gid ?? gexForFields?.gid ?? decNumber(buf, off + 116, 8);
		this.size = notNegative(exForFields?.size ?? gexForFields?.size ?? decNumber(buf, off + 124, 12));
		this.mtime = exForFields?.mtime ?? gexForFields?.mtime ?? decDate(buf, off + 136, 12);
		this.cksum = decNumber(buf, off + 148, 12);
		if (gexForFields) this.#slurp(gexForFields, true);
		if (exForFields) this.#slurp(exForFields);
		if (isCode(t)) this.#type = t || "0";
		if (this.#type === "0" && this.path.slice(-1) === "/") this.#type = "5";
		if (this.#type === "5") this.size = 0;
		this.linkpath = decString(buf, off + 157, 100);
		if (buf.subarray(off + 257, off + 265).toString() === "ustar\x0000") {
			this.uname = exForFields?.uname ?? gexForFields?.uname ?? decString(buf, off + 265, 32);
			this.gname = exForFields?.gname ?? gexForFields?.gname ?? decString(buf, off + 297, 32);
			this.devmaj = exForFields?.devmaj ?? gexForFields?.devmaj ?? decNumber(buf, off + 329, 8) ?? 0;
			this.devmin = exForFields?.devmin ?? gexForFields?.devmin ?? decNumber(buf, off + 337, 8) ?? 0;
			if (buf[off + 475] !== 0) {
				const prefix = decString(buf, off + 345, 155);
				this.path = prefix + "/" + this.path;
			} else {
				const prefix = decString(buf, off + 345, 130);
				if (prefix) this.path = prefix + "/" + this.path;
				this.atime = ex?.atime ?? gex?.atime ?? decDate(buf, off + 476, 12);
				this.ctime = ex?.ctime ?? gex?.ctime ?? decDate(buf, off + 488, 12);
			}
		}
		let sum = 256;
		for (let i = off; i < off + 148; i++) sum += buf[i];
		for (let i = off + 156; i < off + 512; i++) sum += buf[i];
		this.cksumValid = sum === this.cksum;
		if (this.cksum === void 0 && sum === 256) this.nullBlock = true;
	}
	#slurp(ex, gex = false) {
		Object.assign(this, Object.fromEntries(Object.entries(ex).filter(([k, v]) => {
			return !(v === null || v === void 0 || k === "size" && Number(v) < 0 || k === "path" && gex || k === "linkpath" && gex || k === "global");
		})));
	}
	encode(buf, off = 0) {
		if (!buf) buf = this.block = Buffer.alloc(512);
		if (this.#type === "Unsupported") this.#type = "0";
		if (!(buf.length >= off + 512)) throw new Error("need 512 bytes for header");
		const prefixSize = this.ctime || this.atime ? 130 : 155;
		const split = splitPrefix(this.path || "", prefixSize);
		const path = split[0];
		const prefix = split[1];
		this.needPax = !!split[2];
		this.needPax = encString(buf, off, 100, path) || this.needPax;
		this.needPax = encNumber(buf, off + 100, 8, this.mode) || this.needPax;
		this.needPax = encNumber(buf, off + 108, 8, this.uid) || this.needPax;
		this.needPax = encNumber(buf, off + 116, 8, this.gid) || this.needPax;
		this.needPax = encNumber(buf, off + 124, 12, this.size) || this.needPax;
		this.needPax = encDate(buf, off + 136, 12, this.mtime) || this.needPax;
		buf[off + 156] = Number(this.#type.codePointAt(0));
		this.needPax = encString(buf, off + 157, 100, this.linkpath) || this.needPax;
		buf.write("ustar\x0000", off + 257, 8);
		this.needPax = encString(buf, off + 265, 32, this.uname) || this.needPax;
		this.needPax = encString(buf, off + 297, 32, this.gname) || this.needPax;
		this.needPax = encNumber(buf, off + 329, 8, this.devmaj) || this.needPax;
		this.needPax = encNumber(buf, off + 337, 8, this.devmin) || this.needPax;
		this.needPax = encString(buf, off + 345, prefixSize, prefix) || this.needPax;
		if (buf[off + 475] !== 0) this.needPax = encString(buf, off + 345, 155, prefix) || this.needPax;
		else {
			this.needPax = encString(buf, off + 345, 130, prefix) || this.needPax;
			this.needPax = encDate(buf, off + 476, 12, this.atime) || this.needPax;
			this.needPax = encDate(buf, off + 488, 12, this.ctime) || this.needPax;
		}
		let sum = 256;
		for (let i = off; i < off + 148; i++) sum += buf[i];
		for (let i = off + 156; i < off + 512; i++) sum += buf[i];
		this.cksum = sum;
		encNumber(buf, off + 148, 8, this.cksum);
		this.cksumValid = true;
		return this.needPax;
	}
	get type() {
		return this.#type === "Unsupported" ? this.#type : name.get(this.#type);
	}
	get typeKey() {
		return this.#type;
	}
	set type(type) {
		const c = String(code.get(type));
		if (isCode(c) || c === "Unsupported") this.#type = c;
		else if (isCode(type)) this.#type = type;
		else throw new TypeError("invalid entry type: " + type);
	}
};
const splitPrefix = (p, prefixSize) => {
	const pathSize = 100;
	let pp = p;
	let prefix = "";
	let ret = void 0;
	const root = posix.parse(p).root || ".";
	if (Buffer.byteLength(pp) < pathSize) ret = [
		pp,
		prefix,
		false
	];
	else {
		prefix = posix.dirname(pp);
		pp = posix.basename(pp);
		do
			if (Buffer.byteLength(pp) <= pathSize && Buffer.byteLength(prefix) <= prefixSize) ret = [
				pp,
				prefix,
				false
			];
			else if (Buffer.byteLength(pp) > pathSize && Buffer.byteLength(prefix) <= prefixSize) ret = [
				pp.slice(0, 99),
				prefix,
				true
			];
			else {
				pp = posix.join(posix.basename(prefix), pp);
				prefix = posix.dirname(prefix);
			}
		while (prefix !== root && ret === void 0);
		if (!ret) ret = [
			p.slice(0, 99),
			"",
			true
		];
	}
	return ret;
};
const decString = (buf, off, size) => buf.subarray(off, off + size).toString("utf8").replace(/\0.*/, "");
const decDate = (buf, off, size) => numToDate(decNumber(buf, off, size));
const numToDate = (num) => num === void 0 ? void 0 : new Date(num * 1e3);
const decNumber = (buf, off, size) => Number(buf[off]) & 128 ? parse(buf.subarray(off, off + size)) : decSmallNumber(buf, off, size);
const nanUndef = (value) => isNaN(value) ? void 0 : value;
const decSmallNumber = (buf, off, size) => nanUndef(parseInt(buf.subarray(off, off + size).toString("utf8").replace(/\0.*$/, "").trim(), 8));
const MAXNUM = {
	12: 8589934591,
	8: 2097151
};
const encNumber = (buf, off, size, num) => num === void 0 ? false : num > MAXNUM[size] || num < 0 ? (encode(num, buf.subarray(off, off + size)), true) : (encSmallNumber(buf, off, size, num), false);
const encSmallNumber = (buf, off, size, num) => buf.write(octalString(num, size), off, size, "ascii");
const octalString = (num, size) => padOctal(Math.floor(num).toString(8), size);
const padOctal = (str, size) => (str.length === size - 1 ? str : new Array(size - str.length - 1).join("0") + str + " ") + "\0";
const encDate = (buf, off, size, date) => date === void 0 ? false : encNumber(buf, off, size, date.getTime() / 1e3);
const NULLS = new Array(156).join("\0");
const encString = (buf, off, size, str) => str === void 0 ? false : (buf.write(str + NULLS, off, size, "utf8"), str.length !== Buffer.byteLength(str) || str.length > size);
// node_modules/tar/dist/esm/pax.js
var Pax = class Pax {
	atime;
	mtime;
	ctime;
	charset;
	comment;
	gid;
	uid;
	gname;
	uname;
	linkpath;
	dev;
	ino;
	nlink;
	path;
	size;
	mode;
	global;
	constructor(obj, global = false) {
		this.atime = obj.atime;
		this.charset = obj.charset;
		this.comment = obj.comment;
		this.ctime = obj.ctime;
		this.dev = obj.dev;
		this.gid = obj.gid;
		this.global = global;
		this.gname = obj.gname;
		this.ino = obj.ino;
		this.linkpath = obj.linkpath;
		this.mtime = obj.mtime;
		this.nlink = obj.nlink;
		this.path = obj.path;
		this.size = obj.size;
		this.uid = obj.uid;
		this.uname = obj.uname;
	}
	encode() {
		const body = this.encodeBody();
		if (body === "") return Buffer.allocUnsafe(0);
		const bodyLen = Buffer.byteLength(body);
		const bufLen = 512 * Math.ceil(1 + bodyLen / 512);
		const buf = Buffer.allocUnsafe(bufLen);
		for (let i = 0; i < 512; i++) buf[i] = 0;
		new Header({
			path: ("PaxHeader/" + basename(this.path ?? "")).slice(0, 99),
			mode: this.mode || 420,
			uid: this.uid,
			gid: this.gid,
			size: bodyLen,
			mtime: this.mtime,
			type: this.global ? "GlobalExtendedHeader" : "ExtendedHeader",
			linkpath: "",
			uname: this.uname || "",
			gname: this.gname || "",
			devmaj: 0,
			devmin: 0,
			atime: this.atime,
			ctime: this.ctime
		}).encode(buf);
		buf.write(body, 512, bodyLen, "utf8");
		for (let i = bodyLen + 512; i < buf.length; i++) buf[i] = 0;
		return buf;
	}
	encodeBody() {
		return this.encodeField("path") + this.encodeField("ctime") + this.encodeField("atime") + this.encodeField("dev") + this.encodeField("ino") + this.encodeField("nlink") + this.encodeField("charset") + this.encodeField("comment") + this.encodeField("gid") + this.encodeField("gname") + this.encodeField("linkpath") + this.encodeField("mtime") + this.encodeField("size") + this.encodeField("uid") + this.encodeField("uname");
	}
	encodeField(field) {
		if (this[field] === void 0) return "";
		const r = this[field];
		const v = r instanceof Date ? r.getTime() / 1e3 : r;
		const s = " " + (field === "dev" || field === "ino" || field === "nlink" ? "SCHILY." : "") + field + "=" + v + "\n";
		const byteLen = Buffer.byteLength(s);
		let digits = Math.floor(Math.log(byteLen) / Math.log(10)) + 1;
		if (byteLen + digits >= Math.pow(10, digits)) digits += 1;
		return digits + byteLen + s;
	}
	static parse(str, ex, g = false) {
		return new Pax(merge(parseKV(str), ex), g);
	}
};
const merge = (a, b) => b ? Object.assign({}, b, a) : a;
const parseKV = (str) => str.replace(/\n$/, "").split("\n").reduce(parseKVLine, Object.create(null));
const parseKVLine = (set, line) => {
	const n = parseInt(line, 10);
	if (n !== Buffer.byteLength(line) + 1) return set;
	line = line.slice((n + " ").length);
	const kv = line.split("=");
	const r = kv.shift();
	if (!r) return set;
	const k = r.replace(/^SCHILY\.(dev|ino|nlink)/, "$1");
	const v = kv.join("=").replace(/\0.*/, "");
	switch (k) {
		case "path":
		case "linkpath":
		case "type":
		case "charset":
		case "comment":
		case "gname":
		case "uname":
			set[k] = v;
			break;
		case "ctime":
		case "atime":
		case "mtime":
			set[k] = new Date(Number(v) * 1e3);
			break;
		case "size":
			const s = +v;
			if (s >= 0) set[k] = s;
			break;
		case "gid":
		case "uid":
		case "dev":
		case "ino":
		case "nlink":
		case "mode": set[k] = +v;
	}
	return set;
};
const normalizeWindowsPath = (process.env.TESTING_TAR_FAKE_PLATFORM || process.platform) !== "win32" ? (p) => String(p) : (p) => String(p).replaceAll(/\\/g, "/");
// node_modules/tar/dist/esm/read-entry.js
var ReadEntry = class extends Minipass {
	extended;
	globalExtended;
	header;
	startBlockSize;
	blockRemain;
	remain;
	type;
	meta = false;
	ignore = false;
	path;
	mode;
	uid;
	gid;
	uname;
	gname;
	size = 0;
	mtime;
	atime;
	ctime;
	linkpath;
	dev;
	ino;
	nlink;
	invalid = false;
	absolute;
	unsupported = false;
	constructor(header, ex, gex) {
		super({});
		this.pause();
		this.extended = ex;
		this.globalExtended = gex;
		this.header = header;
		this.remain = header.size ?? 0;
		this.startBlockSize = 512 * Math.ceil(this.remain / 512);
		this.blockRemain = this.startBlockSize;
		this.type = header.type;
		switch (this.type) {
			case "File":
			case "OldFile":
			case "Link":
			case "SymbolicLink":
			case "CharacterDevice":
			case "BlockDevice":
			case "Directory":
			case "FIFO":
			case "ContiguousFile":
			case "GNUDumpDir": break;
			case "NextFileHasLongLinkpath":
			case "NextFileHasLongPath":
			case "OldGnuLongPath":
			case "GlobalExtendedHeader":
			case "ExtendedHeader":
			case "OldExtendedHeader":
				this.meta = true;
				break;
			default: this.ignore = true;
		}
		if (!header.path) throw new Error("no path provided for tar.ReadEntry");
		this.path = normalizeWindowsPath(header.path);
		this.mode = header.mode;
		if (this.mode) this.mode = this.mode & 4095;
		this.uid = header.uid;
		this.gid = header.gid;
		this.uname = header.uname;
		this.gname = header.gname;
		this.size = this.remain;
		this.mtime = header.mtime;
		this.atime = header.atime;
		this.ctime = header.ctime;
		this.linkpath = header.linkpath ? normalizeWindowsPath(header.linkpath) : void 0;
		this.uname = header.uname;
		this.gname = header.gname;
		if (ex) this.#slurp(ex);
		if (gex) this.#slurp(gex, true);
	}
	write(data) {
		const writeLen = data.length;
		if (writeLen > this.blockRemain) throw new Error("writing more to entry than is appropriate");
		const r = this.remain;
		const br = this.blockRemain;
		this.remain = Math.max(0, r - writeLen);
		this.blockRemain = Math.max(0, br - writeLen);
		if (this.ignore) return true;
		if (r >= writeLen) return super.write(data);
		return super.write(data.subarray(0, r));
	}
	#slurp(ex, gex = false) {
		if (ex.path) ex.path = normalizeWindowsPath(ex.path);
		if (ex.linkpath) ex.linkpath = normalizeWindowsPath(ex.linkpath);
		Object.assign(this, Object.fromEntries(Object.entries(ex).filter(([k, v]) => {
			return !(v === null || v === void 0 || k === "path" && gex);
		})));
	}
};
// node_modules/tar/dist/esm/warn-method.js
const warnMethod = (self, code, message, data = {}) => {
	if (self.file) data.file = self.file;
	if (self.cwd) data.cwd = self.cwd;
	data.code = message instanceof Error && message.code || code;
	data.tarCode = code;
	if (!self.strict && data.recoverable !== false) {
		if (message instanceof Error) {
			data = Object.assign(message, data);
			message = message.message;
		}
		self.emit("warn", code, message, data);
	} else if (message instanceof Error) self.emit("error", Object.assign(message, data));
	else self.emit("error", Object.assign(new Error(`${code}: ${message}`), data));
};
// node_modules/tar/dist/esm/parse.js
const maxMetaEntrySize = 1048576;
const gzipHeader = Buffer.from([31, 139]);
const zstdHeader = Buffer.from([
	40,
	181,
	47,
	253
]);
const ZIP_HEADER_LEN = Math.max(gzipHeader.length, zstdHeader.length);
const STATE = Symbol("state");
const WRITEENTRY = Symbol("writeEntry");
const READENTRY = Symbol("readEntry");
const NEXTENTRY = Symbol("nextEntry");
const PROCESSENTRY = Symbol("processEntry");
const EX = Symbol("extendedHeader");
const GEX = Symbol("globalExtendedHeader");
const META = Symbol("meta");
const EMITMETA = Symbol("emitMeta");
const BUFFER = Symbol("buffer");
const QUEUE = Symbol("queue");
const ENDED = Symbol("ended");
const EMITTEDEND = Symbol("emittedEnd");
const EMIT = Symbol("emit");
const UNZIP = Symbol("unzip");
const CONSUMECHUNK = Symbol("consumeChunk");
const CONSUMECHUNKSUB = Symbol("consumeChunkSub");
const CONSUMEBODY = Symbol("consumeBody");
const CONSUMEMETA = Symbol("consumeMeta");
const CONSUMEHEADER = Symbol("consumeHeader");
const CONSUMING = Symbol("consuming");
const BUFFERCONCAT = Symbol("bufferConcat");
const MAYBEEND = Symbol("maybeEnd");
const WRITING = Symbol("writing");
const ABORTED = Symbol("aborted");
const DONE = Symbol("onDone");
const SAW_VALID_ENTRY = Symbol("sawValidEntry");
const SAW_NULL_BLOCK = Symbol("sawNullBlock");
const SAW_EOF = Symbol("sawEOF");
const CLOSESTREAM = Symbol("closeStream");
const MAX_DECOMPRESSION_RATIO = 1e3;
const COMPRESSEDBYTESREAD = Symbol("compressedBytesRead");
const DECOMPRESSEDBYTESREAD = Symbol("decompressedBytesRead");
const CHECKDECOMPRESSIONRATIO = Symbol("checkDecompressionRatio");
const noop = () => true;
var Parser = class extends EventEmitter {
	file;
	strict;
	maxMetaEntrySize;
	filter;
	brotli;
	zstd;
	maxDecompressionRatio;
	writable = true;
	readable = false;
	[QUEUE] = [];
	[BUFFER];
	[READENTRY];
	[WRITEENTRY];
	[STATE] = "begin";
	[META] = "";
	[EX];
	[GEX];
	[ENDED] = false;
	[UNZIP];
	[ABORTED] = false;
	[SAW_VALID_ENTRY];
	[SAW_NULL_BLOCK] = false;
	[SAW_EOF] = false;
	[WRITING] = false;
	[CONSUMING] = false;
	[EMITTEDEND] = false;
	[COMPRESSEDBYTESREAD] = 0;
	[DECOMPRESSEDBYTESREAD] = 0;
	constructor(opt = {}) {
		super();
		this.file = opt.file || "";
		this.on(DONE, () => {
			if (this[STATE] === "begin" || this[SAW_VALID_ENTRY] === false) this.warn("TAR_BAD_ARCHIVE", "Unrecognized archive format");
		});
		if (opt.ondone) this.on(DONE, opt.ondone);
		else this.on(DONE, () => {
			this.emit("prefinish");
			this.emit("finish");
			this.emit("end");
		});
		this.strict = !!opt.strict;
		this.maxDecompressionRatio = typeof opt.maxDecompressionRatio === "number" ? opt.maxDecompressionRatio : MAX_DECOMPRESSION_RATIO;
		this.maxMetaEntrySize = opt.maxMetaEntrySize || maxMetaEntrySize;
		this.filter = typeof opt.filter === "function" ? opt.filter : noop;
		const isTBR = opt.file && (opt.file.endsWith(".tar.br") || opt.file.endsWith(".tbr"));
		this.brotli = !(opt.gzip || opt.zstd) && opt.brotli !== void 0 ? opt.brotli : isTBR ? void 0 : false;
		const isTZST = opt.file && (opt.file.endsWith(".tar.zst") || opt.file.endsWith(".tzst"));
		this.zstd = !(opt.gzip || opt.brotli) && opt.zstd !== void 0 ? opt.zstd : isTZST ? true : void 0;
		this.on("end", () => this[CLOSESTREAM]());
		if (typeof opt.onwarn === "function") this.on("warn", opt.onwarn);
		if (typeof opt.onReadEntry === "function") this.on("entry", opt.onReadEntry);
	}
	warn(code, message, data = {}) {
		warnMethod(this, code, message, data);
	}
	[CONSUMEHEADER](chunk, position) {
		if (this[SAW_VALID_ENTRY] === void 0) this[SAW_VALID_ENTRY] = false;
		let header;
		try {
			header = new Header(chunk, position, this[EX], this[GEX]);
		} catch (er) {
			return this.warn("TAR_ENTRY_INVALID", er);
		}
		if (header.nullBlock) {
			if (this[SAW_NULL_BLOCK]) {
				this[SAW_EOF] = true;
				if (this[STATE] === "begin") this[STATE] = "header";
				this[EMIT]("eof");
			} else {
				this[SAW_NULL_BLOCK] = true;
				this[EMIT]("nullBlock");
			}
		} else {
			this[SAW_NULL_BLOCK] = false;
			if (!header.cksumValid) this.warn("TAR_ENTRY_INVALID", "checksum failure", { header });
			else if (!header.path) this.warn("TAR_ENTRY_INVALID", "path is required", { header });
			else {
				const type = header.type;
				if (/^(Symbolic)?Link$/.test(type) && !header.linkpath) this.warn("TAR_ENTRY_INVALID", "linkpath required", { header });
				else if (!/^(Symbolic)?Link$/.test(type) && !/^(Global)?ExtendedHeader$/.test(type) && header.linkpath) this.warn("TAR_ENTRY_INVALID", "linkpath forbidden", { header });
				else {
					const entry = this[WRITEENTRY] = new ReadEntry(header, this[EX], this[GEX]);
					if (!this[SAW_VALID_ENTRY]) {
						if (entry.remain) {
							const onend = () => {
								if (!entry.invalid) this[SAW_VALID_ENTRY] = true;
							};
							entry.on("end", onend);
						} else this[SAW_VALID_ENTRY] = true;
					}
					if (entry.meta) {
						if (entry.size > this.maxMetaEntrySize) {
							entry.ignore = true;
							this[EMIT]("ignoredEntry", entry);
							this[STATE] = "ignore";
							entry.resume();
						} else if (entry.size > 0) {
							this[META] = "";
							entry.on("data", (c) => this[META] += c);
							this[STATE] = "meta";
						}
					} else {
						this[EX] = void 0;
						entry.ignore = entry.ignore || !this.filter(entry.path, entry);
						if (entry.ignore) {
							this[EMIT]("ignoredEntry", entry);
							this[STATE] = entry.remain ? "ignore" : "header";
							entry.resume();
						} else {
							if (entry.remain) this[STATE] = "body";
							else {
								this[STATE] = "header";
								entry.end();
							}
							if (!this[READENTRY]) {
								this[QUEUE].push(entry);
								this[NEXTENTRY]();
							} else this[QUEUE].push(entry);
						}
					}
				}
			}
		}
	}
	[CLOSESTREAM]() {
		queueMicrotask(() => this.emit("close"));
	}
	[PROCESSENTRY](entry) {
		let go = true;
		if (!entry) {
			this[READENTRY] = void 0;
			go = false;
		} else if (Array.isArray(entry)) {
			const [ev, ...args] = entry;
			this.emit(ev, ...args);
		} else {
			this[READENTRY] = entry;
			this.emit("entry", entry);
			if (!entry.emittedEnd) {
				entry.on("end", () => this[NEXTENTRY]());
				go = false;
			}
		}
		return go;
	}
	[NEXTENTRY]() {
		do;
		while (this[PROCESSENTRY](this[QUEUE].shift()));
		if (this[QUEUE].length === 0) {
			const re = this[READENTRY];
			if (!re || re.flowing || re.size === re.remain) {
				if (!this[WRITING]) this.emit("drain");
			} else re.once("drain", () => this.emit("drain"));
		}
	}
	[CONSUMEBODY](chunk, position) {
		const entry = this[WRITEENTRY];
		if (!entry) throw new Error("attempt to consume body without entry??");
		const br = entry.blockRemain ?? 0;
		const c = br >= chunk.length && position === 0 ? chunk : chunk.subarray(position, position + br);
		entry.write(c);
		if (!entry.blockRemain) {
			this[STATE] = "header";
			this[WRITEENTRY] = void 0;
			entry.end();
		}
		return c.length;
	}
	[CONSUMEMETA](chunk, position) {
		const entry = this[WRITEENTRY];
		const ret = this[CONSUMEBODY](chunk, position);
		if (!this[WRITEENTRY] && entry) this[EMITMETA](entry);
		return ret;
	}
	[EMIT](ev, data, extra) {
		if (this[QUEUE].length === 0 && !this[READENTRY]) this.emit(ev, data, extra);
		else this[QUEUE].push([
			ev,
			data,
			extra
		]);
	}
	[EMITMETA](entry) {
		this[EMIT]("meta", this[META]);
		switch (entry.type) {
			case "ExtendedHeader":
			case "OldExtendedHeader":
				this[EX] = Pax.parse(this[META], this[EX], false);
				break;
			case "GlobalExtendedHeader":
				this[GEX] = Pax.parse(this[META], this[GEX], true);
				break;
			case "NextFileHasLongPath":
			case "OldGnuLongPath": {
				const ex = this[EX] ?? Object.create(null);
				this[EX] = ex;
				ex.path = this[META].replace(/\0.*/, "");
				break;
			}
			case "NextFileHasLongLinkpath": {
				const ex = this[EX] || Object.create(null);
				this[EX] = ex;
				ex.linkpath = this[META].replace(/\0.*/, "");
				break;
			}
			default: throw new Error("unknown meta: " + entry.type);
		}
	}
	abort(error) {
		if (this[ABORTED]) return;
		if (this[UNZIP]) {
			const u = this[UNZIP];
			u.write = () => true;
			u.end = () => u;
			u.emit = () => false;
			u.destroy?.();
		}
		this[ABORTED] = true;
		this.emit("abort", error);
		this.warn("TAR_ABORT", error, { recoverable: false });
	}
	[CHECKDECOMPRESSIONRATIO](chunk) {
		this[DECOMPRESSEDBYTESREAD] += chunk.length;
		const ratio = this[DECOMPRESSEDBYTESREAD] / this[COMPRESSEDBYTESREAD];
		if (ratio > this.maxDecompressionRatio) {
			this.abort(new Error(`max decompression ratio exceeded: ${ratio.toFixed(2)} > ${this.maxDecompressionRatio}`));
			return false;
		}
		return true;
	}
	write(chunk, encoding, cb) {
		if (typeof encoding === "function") {
			cb = encoding;
			encoding = void 0;
		}
		if (typeof chunk === "string") chunk = Buffer.from(chunk, typeof encoding === "string" ? encoding : "utf8");
		if (this[ABORTED]) {
			cb?.();
			return false;
		}
		if ((this[UNZIP] === void 0 || this.brotli === void 0 && this[UNZIP] === false) && chunk) {
			if (this[BUFFER]) {
				chunk = Buffer.concat([this[BUFFER], chunk]);
				this[BUFFER] = void 0;
			}
			if (chunk.length < ZIP_HEADER_LEN) {
				this[BUFFER] = chunk;
				cb?.();
				return true;
			}
			for (let i = 0; this[UNZIP] === void 0 && i < gzipHeader.length; i++) if (chunk[i] !== gzipHeader[i]) this[UNZIP] = false;
			let isZstd = false;
			if (this[UNZIP] === false && this.zstd !== false) {
				isZstd = true;
				for (let i = 0; i < zstdHeader.length; i++) if (chunk[i] !== zstdHeader[i]) {
					isZstd = false;
					break;
				}
			}
			const maybeBrotli = this.brotli === void 0 && !isZstd;
			if (this[UNZIP] === false && maybeBrotli) {
				if (chunk.length < 512) {
					if (this[ENDED]) this.brotli = true;
					else {
						this[BUFFER] = chunk;
						cb?.();
						return true;
					}
				} else try {
					new Header(chunk.subarray(0, 512));
					this.brotli = false;
				} catch (_) {
					this.brotli = true;
				}
			}
			if (this[UNZIP] === void 0 || this[UNZIP] === false && (this.brotli || isZstd)) {
				const ended = this[ENDED];
				this[ENDED] = false;
				this[UNZIP] = this[UNZIP] === void 0 ? new Unzip({}) : isZstd ? new ZstdDecompress({}) : new BrotliDecompress({});
				this[UNZIP].on("data", (chunk) => {
					if (this[CHECKDECOMPRESSIONRATIO](chunk)) this[CONSUMECHUNK](chunk);
				});
				this[UNZIP].on("error", (er) => {
					if (!this[ABORTED]) this.abort(er);
				});
				this[UNZIP].on("end", () => {
					this[ENDED] = true;
					this[CONSUMECHUNK]();
				});
				this[WRITING] = true;
				this[COMPRESSEDBYTESREAD] += chunk.length;
				const ret = !!this[UNZIP][ended ? "end" : "write"](chunk);
				this[WRITING] = false;
				cb?.();
				return ret;
			}
		}
		this[WRITING] = true;
		if (this[UNZIP]) {
			this[COMPRESSEDBYTESREAD] += chunk.length;
			this[UNZIP].write(chunk);
		} else this[CONSUMECHUNK](chunk);
		this[WRITING] = false;
		const ret = this[QUEUE].length > 0 ? false : this[READENTRY] ? this[READENTRY].flowing : true;
		if (!ret && this[QUEUE].length === 0) this[READENTRY]?.once("drain", () => this.emit("drain"));
		cb?.();
		return ret;
	}
	[BUFFERCONCAT](c) {
		if (c && !this[ABORTED]) this[BUFFER] = this[BUFFER] ? Buffer.concat([this[BUFFER], c]) : c;
	}
	[MAYBEEND]() {
		if (this[ENDED] && !this[EMITTEDEND] && !this[ABORTED] && !this[CONSUMING]) {
			this[EMITTEDEND] = true;
			const entry = this[WRITEENTRY];
			if (entry?.blockRemain) {
				const have = this[BUFFER] ? this[BUFFER].length : 0;
				this.warn("TAR_BAD_ARCHIVE", `Truncated input (needed ${entry.blockRemain} more bytes, only ${have} available)`, { entry });
				if (this[BUFFER]) entry.write(this[BUFFER]);
				entry.end();
			}
			this[EMIT](DONE);
		}
	}
	[CONSUMECHUNK](chunk) {
		if (this[CONSUMING] && chunk) this[BUFFERCONCAT](chunk);
		else if (!chunk && !this[BUFFER]) this[MAYBEEND]();
		else if (chunk) {
			this[CONSUMING] = true;
			if (this[BUFFER]) {
				this[BUFFERCONCAT](chunk);
				const c = this[BUFFER];
				this[BUFFER] = void 0;
				this[CONSUMECHUNKSUB](c);
			} else this[CONSUMECHUNKSUB](chunk);
			while (this[BUFFER] && this[BUFFER]?.length >= 512 && !this[ABORTED] && !this[SAW_EOF]) {
				const c = this[BUFFER];
				this[BUFFER] = void 0;
				this[CONSUMECHUNKSUB](c);
			}
			this[CONSUMING] = false;
		}
		if (!this[BUFFER] || this[ENDED]) this[MAYBEEND]();
	}
	[CONSUMECHUNKSUB](chunk) {
		let position = 0;
		const length = chunk.length;
		while (position + 512 <= length && !this[ABORTED] && !this[SAW_EOF]) switch (this[STATE]) {
			case "begin":
			case "header":
				this[CONSUMEHEADER](chunk, position);
				position += 512;
				break;
			case "ignore":
			case "body":
				position += this[CONSUMEBODY](chunk, position);
				break;
			case "meta":
				position += this[CONSUMEMETA](chunk, position);
				break;
			default: throw new Error("invalid state: " + this[STATE]);
		}
		if (position < length) this[BUFFER] = this[BUFFER] ? Buffer.concat([chunk.subarray(position), this[BUFFER]]) : chunk.subarray(position);
	}
	end(chunk, encoding, cb) {
		if (typeof chunk === "function") {
			cb = chunk;
			encoding = void 0;
			chunk = void 0;
		}
		if (typeof encoding === "function") {
			cb = encoding;
			encoding = void 0;
		}
		if (typeof chunk === "string") chunk = Buffer.from(chunk, encoding);
		if (cb) this.once("finish", cb);
		if (!this[ABORTED]) {
			if (this[UNZIP]) {
				if (chunk) {
					this[COMPRESSEDBYTESREAD] += chunk.length;
					this[UNZIP].write(chunk);
				}
				this[UNZIP].end();
			} else {
				this[ENDED] = true;
				if (this.brotli === void 0 || this.zstd === void 0) chunk = chunk || Buffer.alloc(0);
				if (chunk) this.write(chunk);
				this[MAYBEEND]();
			}
		}
		return this;
	}
};
// src/producers/url/tar.ts
const WITHOUT_FILE = [
	"TapeVolumeHeader",
	"SolarisACL",
	"InodeMetadata"
];
const FOLDERS = ["Directory", "GNUDumpDir"];
const FILES = [
	"File",
	"OldFile",
	"ContiguousFile"
];
var Tar = class {
	#unpacked;
	#parser;
	#sink;
	constructor(unpacked) {
		this.#unpacked = unpacked;
		const parser = new Parser({
			strict: true,
			gzip: false,
			zstd: false,
			brotli: false
		});
		parser.on("error", (error) => {
			throw error instanceof Refusal ? error : new Damaged(error.message);
		});
		parser.on("entry", (entry) => this.#add(entry));
		parser.on("ignoredEntry", refuseUnknown);
		parser.on("meta", refuseSparse);
		this.#parser = parser;
	}
	write(chunk) {
		this.#parser.write(chunk);
	}
	end() {
		this.#parser.end();
		this.#unpacked.finish();
	}
	close() {
		this.#sink?.close();
		this.#sink = void 0;
	}
	#add(entry) {
		const { path, type, mode, mtime, linkpath = "" } = entry;
		if (type === "SymbolicLink") this.#unpacked.addSymlink(path, linkpath);
		else if (type === "Link") this.#unpacked.addHardLink(path, linkpath);
		else if (isFolder(entry)) this.#unpacked.addFolder(path, {
			mode,
			mtime
		});
		else if (FILES.includes(type)) this.#sink = this.#unpacked.openFile(path, {
			mode,
			mtime
		});
		else throw new Refusal(path, "is neither a file nor a folder nor a link");
		this.#feed(entry, this.#sink);
	}
	#feed(entry, sink) {
		if (sink === void 0) {
			entry.resume();
			return;
		}
		entry.on("data", (chunk) => sink.write(chunk));
		entry.on("end", () => {
			this.#sink = void 0;
			sink.close();
		});
	}
};
function isFolder({ type, path }) {
	return FOLDERS.includes(type) || FILES.includes(type) && path.endsWith("/");
}
function refuseUnknown({ path, type, meta }) {
	if (!meta && WITHOUT_FILE.includes(type)) return;
	if (type === "SparseFile") throw sparse(path);
	throw new Refusal(path, meta ? "has a name that is far too long" : `is of a kind that is not supported (${type})`);
}
function refuseSparse(text) {
	if (/^\d+ GNU\.sparse\./m.test(text)) throw sparse(/ GNU\.sparse\.name=(.*)$/m.exec(text)?.[1] ?? "");
}
function sparse(name) {
	return new Refusal(name, "is a sparse file, which is not supported: pack it without --sparse");
}
// src/producers/url/links.ts
const MOST_LINKS = 40;
function leavesTree({ path, target }, at) {
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
function stepsOf(target) {
	return target.split(process.platform === "win32" ? /[/\\]/ : "/").filter((step) => step !== "" && step !== ".").reverse();
}
// src/producers/url/unpacked.ts
const MOST_ENTRIES = 2e6;
var Unpacked = class {
	#out;
	#strip;
	#groupShared;
	#known = new Map();
	#lastFolder = "";
	#stripped = 0;
	constructor(out, strip, groupShared = false) {
		this.#out = out;
		this.#groupShared = groupShared;
		this.#strip = strip;
	}
	addFolder(name, { mode = 511 }) {
		const parts = this.#locate(name);
		if (parts === void 0 || parts.length === 0) return;
		const path = parts.join("/");
		this.#addParents(parts);
		if (this.#isFolder(path, name)) return;
		this.#makeFolder(path, this.#bits(mode & 511 | 448));
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
		if (target.includes("\0") || target.includes("�") || target === "") throw new Refusal(name, "is a link with an invalid target");
		if (/^(?:[/\\]|[a-z]:)/i.test(target)) throw new Refusal(name, "is a link to an absolute path");
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
		for (const link of links) if (leavesTree(link, (path) => this.#known.get(folded(path)))) throw new Refusal(link.name, "is a link that leads out of the archive");
		for (const { path, target } of links) symlinkSync(target, join(this.#out, path));
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
		if (to !== void 0) linkOrCopy(join(this.#out, from), join(this.#out, to));
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
		mkdirSync(join(this.#out, path), mode);
	}
	#create(path, name, mode) {
		const file = unless(["EEXIST"], () => openSync(join(this.#out, path), "wx", mode));
		if (file !== void 0) return file;
		throw new Refusal(name, "has the same name as another entry on this file system");
	}
	#remember(known) {
		this.#known.set(folded(known.path), known);
		if (this.#known.size > MOST_ENTRIES) throw new Refusal(known.path, `exceeds the limit of ${MOST_ENTRIES} entries`);
	}
};
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
		if (this.#head.length >= 512) await this.#begin();
	}
	async end() {
		if (this.#receiver === void 0) await this.#begin();
		await this.#receiver?.end();
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
			close: () => tar.close()
		};
	}
	#plain() {
		const { name, strip, out } = this.#place;
		const reason = isArchiveName(name) ? `its name is ${name}` : strip > 0 ? "`strip` is set" : void 0;
		if (reason === void 0) return new PlainFile(join(out, name));
		throw new Damaged(`${reason}, but the download is not an archive`, "open the URL by hand: it may be a login page or an error page");
	}
};
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
	const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
	return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
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
const MOST_REDIRECTS = 10;
const HARMLESS = [
	"accept",
	"accept-language",
	"user-agent"
];
async function get({ url, secret, own, mayDowngrade, env, signal }) {
	let [at, fields] = [url, {
		...secret,
		...own
	}];
	for (let count = 0; count <= MOST_REDIRECTS; count++) {
		const answer = await send(at, fields, env, signal);
		const location = REDIRECTS.includes(answer.statusCode ?? 0) ? answer.headers.location : void 0;
		if (location === void 0) return answer;
		answer.destroy();
		const next = targetOf(location, at);
		if (at.protocol === "https:" && next.protocol === "http:" && !mayDowngrade) throw new FinalError("the server redirects from https to http; set sha256 to allow that");
		if (next.origin !== at.origin) fields = {
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
function targetOf(location, at) {
	const target = URL.canParse(location, at.href) ? new URL(location, at) : void 0;
	if (target !== void 0 && /^https?:$/.test(target.protocol)) return target;
	throw new FinalError("the server redirects to something other than an http or https URL; open the URL by hand");
}
async function send(url, fields, env, signal) {
	const request = await prepare(url, fields, env, signal);
	return new Promise((resolve, reject) => {
		request.on("error", reject);
		request.once("response", resolve);
		request.end();
	});
}
async function prepare(url, fields, env, signal) {
	const host = hostOf(url);
	const path = `${url.pathname}${url.search}`;
	const headers = { ...fields };
	const options = {
		host,
		port: portOf(url),
		path,
		headers,
		signal,
		agent: false
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
const MOST_IDLE = 6;
const ADVICE = "check the server, and the network and the proxy of this runner";
const MOST_CONNECTIONS = 1e3;
async function* download(spec, options, onTotal) {
	const { signal, reporter, patience } = options;
	const state = {
		at: 0,
		total: void 0,
		version: void 0
	};
	let idle = 0;
	for (let connections = 1;; connections++) {
		const before = state.at;
		let trouble;
		try {
			const answer = await open$1(spec, options, state);
			if (state.total !== void 0) onTotal(state.total);
			for await (const chunk of chunksOf(answer, patience.stallMs)) {
				state.at += chunk.length;
				yield chunk;
			}
			if (state.total === void 0 || state.at === state.total) return;
			trouble = new TransientError("the connection was cut");
		} catch (error) {
			signal.throwIfAborted();
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
	const ms = afterMs ?? (idle === 0 ? resumeMs : jitter(pauseMs * 2 ** (idle - 1)));
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
	state.version = headers["content-encoding"] === void 0 ? versionOf(headers) : void 0;
}
function acceptRest(status, headers, state) {
	if (status === 200) throw new StartOver("the server cannot resume, or has another version by now");
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
	const onTotal = (bytes) => {
		progress.total = bytes;
	};
	try {
		for await (const chunk of download(spec, {
			...attempt,
			patience
		}, onTotal)) {
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
	requireDigest(digest, spec.sha256);
	if (damage !== void 0) throw progress.total === void 0 ? new StartOver(damage.message) : damage;
	reporter.info(`Received ${progress.summary()}, sha256:${digest}.`);
	if (spec.sha256 === void 0) reporter.notice(`url: ${shown(spec.url)} is not pinned. To pin it, write sha256: ${digest}`);
	return digest;
}
function asDamage(error) {
	if (error instanceof Damaged) return error;
	throw error;
}
function requireDigest(digest, expected = digest) {
	if (digest === expected) return;
	throw new FinalError(`sha256 mismatch: expected ${expected}, got ${digest}. If the file was changed on purpose, correct sha256`);
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
export { FinalError as i, Damaged as n, Refusal as r, PlainFile as t, urlProducer };
