const { basename, dirname, isAbsolute, join, posix, relative, resolve, sep, win32 } = process.getBuiltinModule("path");
const { accessSync, appendFileSync, closeSync, constants, existsSync, fstatSync, lstatSync, mkdirSync, mkdtempSync, openSync, opendirSync, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, renameSync, statSync, statfsSync, unlinkSync, writeFileSync, writeSync } = process.getBuiltinModule("fs");
const { hostname, tmpdir } = process.getBuiltinModule("os");
const { isUtf8 } = process.getBuiltinModule("buffer");
const { spawn } = process.getBuiltinModule("child_process");
const { connect, createServer } = process.getBuiltinModule("net");
// src/base/wait.ts
const LONGEST_TIMER_MS = 2 ** 31 - 1;
function sleep(ms, signal) {
	if (signal?.aborted) return Promise.resolve();
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", end);
			resolve();
		};
		const timer = ms === Infinity ? void 0 : setTimeout(end, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
		signal?.addEventListener("abort", end);
	});
}
async function within(promise, ms, signal) {
	const over = new AbortController();
	const end = () => over.abort();
	if (signal?.aborted) end();
	signal?.addEventListener("abort", end, { signal: over.signal });
	try {
		return await Promise.race([promise, late(ms, over.signal)]);
	} finally {
		end();
	}
}
async function late(ms, signal) {
	await sleep(ms, signal);
	await new Promise(setImmediate);
	return "late";
}
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
function jitter(ms) {
	return ms * (.8 + .4 * Math.random());
}
function monotonicMs() {
	const [seconds, nanoseconds] = process.hrtime();
	return seconds * 1e3 + nanoseconds / 1e6;
}
function deadlineIn(ms) {
	const end = monotonicMs() + ms;
	return { left: () => end - monotonicMs() };
}
function stopwatch() {
	const start = monotonicMs();
	return () => monotonicMs() - start;
}
// src/base/refused.ts
const FOR_GROUP = 1040;
function whyRefused(path, root) {
	const uid = process.geteuid?.();
	const found = nearest$1(path);
	if (uid === void 0 || found === void 0) return "this user may not write there; give the runner user write access";
	const { stats, at } = found;
	return `${`${at} is of user ${stats.uid} and group ${stats.gid}, mode ${(stats.mode & 4095).toString(8)}`}, and this step runs as user ${uid}; ${stats.uid === uid ? `let its owner write there (chmod u+rwx ${at})` : remedy(root, uid)}`;
}
function nearest$1(path) {
	const stats = look$1(path);
	const parent = dirname(path);
	if (stats !== void 0 && (stats.isDirectory() || !isReadable(path) || parent === path)) return {
		at: path,
		stats
	};
	return parent === path ? void 0 : nearest$1(parent);
}
function look$1(path) {
	try {
		return statSync(path);
	} catch {
		return;
	}
}
function isReadable(path) {
	try {
		accessSync(path, constants.R_OK);
		return true;
	} catch {
		return false;
	}
}
function remedy(root, uid) {
	const stats = look$1(root);
	if (stats === void 0 || (stats.mode & FOR_GROUP) !== FOR_GROUP) return `give the root to that user (sudo chown -R ${uid} ${root}), or to a group of all who use it (${giving("GROUP", root)})`;
	return process.getegid?.() === stats.gid || process.getgroups?.().includes(stats.gid) === true ? `that was made without \`shared: group\`; give it to the group of the root (${giving(`${stats.gid}`, root)})` : `the root is for group ${stats.gid}, which that user is not in (sudo usermod -aG ${stats.gid} "$(id -nu ${uid})", then restart the runner)`;
}
function giving(group, root) {
	return `sudo chgrp -R ${group} ${root} && sudo chmod -R g+rwX ${root} && sudo find ${root} -type d -exec chmod g+s {} +`;
}
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
const explanations = {
	EACCES: "this user may not write there; give the runner user (or its group, with `shared: group`) write access",
	EPERM: "this user may not do that there; check the owner of the folder, and that it is not sticky (chmod -t)",
	EBUSY: "another program uses it, or something is mounted there; leave the cache out of what a virus scanner or an indexer looks at, and run the job again",
	EROFS: "it is on a read-only file system; mount it writable, or name another `root`",
	ENOSPC: "the disk is full; free some space, or name another `root`",
	EDQUOT: "the disk quota is used up; free some space, or name another `root`",
	ENOTDIR: "a part of that path is a file, not a folder; name a folder as `root`",
	EEXIST: "there is a file where a folder is needed; name a folder as `root`",
	ENOENT: "it is not there, or went away while this step was running; mount it, and run the job again",
	EXDEV: "that folder belongs to the image of this container or to another mount, and cannot be moved; delete it, or name another `root`",
	ELOOP: "its links lead in a circle; name a folder as `root`",
	ENAMETOOLONG: "that path is too long for the file system; name a shorter `root`",
	EIO: "the disk or the network file system reports an I/O error; see the kernel log of this host",
	EUCLEAN: "the file system there is damaged; see the kernel log of this host, and run fsck",
	EMFILE: "this process may open no more files; raise the limit of the runner (ulimit -n)",
	ENFILE: "this host has no more open files to give; raise fs.file-max, or find out who has them open",
	ESTALE: "the network file system was remounted or removed; mount it again, and run the job again",
	ENOMEM: "this host has no memory left; find out what uses it, and run the job again"
};
const UNEXPLAINED = "the file system, or the network below it, refuses this call; see the kernel log of this host (dmesg), look at that path and at the server it is on, and run the job again";
const OF_OPEN_FILES = /^(?:read|write|f[a-z]+|close|copyfile)$/;
const OF_CONNECTIONS = ["EPIPE", "ECONNRESET"];
function isOfFile(error) {
	const { errno, syscall, path } = error;
	if (typeof errno !== "number" || typeof syscall !== "string") return false;
	return typeof path === "string" || OF_OPEN_FILES.test(syscall) && !OF_CONNECTIONS.includes(systemCode(error) ?? "");
}
const refusedByWindows = "this user may not do that there, or another program has a file there open; give the runner user full control of the folder, and leave it out of what a virus scanner or an indexer looks at";
const linkRefused = "this user may not make symbolic links; turn on the Developer Mode of Windows";
function explanationOf(error, os = process.platform) {
	const code = systemCode(error) ?? "";
	if (os !== "win32" || !["EACCES", "EPERM"].includes(code)) return explanations[code] ?? (error instanceof Error && isOfFile(error) ? UNEXPLAINED : void 0);
	return error.syscall === "symlink" ? linkRefused : refusedByWindows;
}
function isRootTrouble(error) {
	return explanationOf(error) !== void 0;
}
function rootError(error, root) {
	const code = systemCode(error) ?? "error";
	const { syscall = "a call", path = root ?? syscall } = error;
	const full = code === "ENOSPC" || code === "EDQUOT";
	const what = root !== void 0 && path.startsWith(root) ? `The shared cache at ${root} cannot be used: ${code} at ${path}` : `${path}: ${code}`;
	const isPosix = process.platform !== "win32" && root !== void 0;
	const told = `${what}: ${code === "EACCES" && isPosix ? whyRefused(path, root) : explanationOf(error) ?? messageOf(error)}.`;
	return new OnceError(full ? "NO_SPACE" : "ROOT_UNUSABLE", told, { cause: error });
}
// node_modules/@noble/hashes/_u64.js
const fromNumH = (n) => n / 2 ** 32 | 0;
const fromNumL = (n) => n >>> 0;
function setU64FromNum(view, byteOffset, n, isLE) {
	const h = fromNumH(n);
	const l = fromNumL(n);
	view.setUint32(byteOffset, isLE ? l : h, isLE);
	view.setUint32(byteOffset + 4, isLE ? h : l, isLE);
}
// node_modules/@noble/hashes/utils.js
function isBytes(a) {
	return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}
const atitle = (title) => title ? `"${title}" ` : "";
function anumber(n, title = "") {
	if (typeof n !== "number") throw new TypeError(atitle(title) + "expected number, got " + typeof n);
	if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(atitle(title) + "expected integer >= 0, got " + n);
	return n;
}
function abytes(value, length, title = "") {
	if (isBytes(value) && (length === void 0 || value.length === length)) return value;
	if (length !== void 0) anumber(length, "length");
	const bytes = isBytes(value);
	const ofLen = length !== void 0 ? ` of length ${length}` : "";
	const got = bytes ? `length=${value.length}` : `type=${typeof value}`;
	const message = atitle(title) + "expected Uint8Array" + ofLen + ", got " + got;
	if (!bytes) throw new TypeError(message);
	throw new RangeError(message);
}
const aobject = (value, label) => {
	if (value === null || typeof value !== "object" || Array.isArray(value)) throw new TypeError((label === "object" ? "" : `"${label}" `) + "expected object, got type=" + typeof value);
};
const aopts = (value, label) => {
	aobject(value, label);
	const proto = Object.getPrototypeOf(value);
	if (proto !== Object.prototype && proto !== null) throw new TypeError(`"${label}" expected plain object`);
	if (Object.hasOwn(value, "__proto__")) throw new TypeError(`"${label}.__proto__" is not allowed`);
};
function aexists(instance, checkFinished = true) {
	if (instance.destroyed) throw new Error("hash was destroyed");
	if (checkFinished && instance.finished) throw new Error("digest() was already called");
}
function aoutput(out, instance) {
	abytes(out, void 0, "output");
	const min = instance.outputLen;
	if (!(out.length >= min)) throw new RangeError("\"output\" expected length >= " + min);
}
function clean(...arrays) {
	for (let i = 0; i < arrays.length; i++) arrays[i].fill(0);
}
function createView(arr) {
	return new DataView(arr.buffer, arr.byteOffset, arr.byteLength);
}
function rotr(word, shift) {
	return word << 32 - shift | word >>> shift;
}
const hasHexBuiltin = (() => typeof Uint8Array.from([]).toHex === "function" && typeof Uint8Array.fromHex === "function")();
const hexes = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
function bytesToHex(bytes) {
	abytes(bytes);
	if (hasHexBuiltin) return bytes.toHex();
	let hex = "";
	for (let i = 0; i < bytes.length; i++) hex += hexes[bytes[i]];
	return hex;
}
function utf8ToBytes(str) {
	if (typeof str !== "string") throw new TypeError("string expected");
	const encoded = new TextEncoder().encode(str);
	try {
		return new Uint8Array(encoded);
	} finally {
		clean(encoded);
	}
}
function checkOpts(defaults, opts, title = "opts") {
	aopts(defaults, "defaults");
	if (opts !== void 0) aopts(opts, title);
	return Object.assign(Object.create(null), defaults, opts);
}
function createHasher(hashCons, info = {}) {
	if (typeof hashCons !== "function") throw new TypeError("\"hashCons\" expected function, got type=" + typeof hashCons);
	info = checkOpts({}, info, "info");
	const hashC = (msg, opts) => hashCons(opts).update(msg).digest();
	const tmp = hashCons(void 0);
	hashC.outputLen = tmp.outputLen;
	hashC.blockLen = tmp.blockLen;
	hashC.canXOF = tmp.canXOF;
	hashC.create = (opts) => hashCons(opts);
	Object.assign(hashC, info);
	return Object.freeze(hashC);
}
const oidNist = (suffix) => ({ oid: Uint8Array.from([
	6,
	9,
	96,
	134,
	72,
	1,
	101,
	3,
	4,
	2,
	suffix
]) });
// node_modules/@noble/hashes/_md.js
function Chi(a, b, c) {
	return a & b ^ ~a & c;
}
function Maj(a, b, c) {
	return a & b ^ a & c ^ b & c;
}
var HashMD = class {
	blockLen;
	outputLen;
	canXOF = false;
	padOffset;
	isLE;
	buffer;
	view;
	finished = false;
	length = 0;
	pos = 0;
	destroyed = false;
	constructor(blockLen, outputLen, padOffset, isLE) {
		this.blockLen = blockLen;
		this.outputLen = outputLen;
		this.padOffset = padOffset;
		this.isLE = isLE;
		this.buffer = new Uint8Array(blockLen);
		this.view = createView(this.buffer);
	}
	update(data) {
		aexists(this);
		abytes(data);
		const { view, buffer, blockLen } = this;
		const len = data.length;
		let processed = false;
		for (let pos = 0; pos < len;) {
			const take = Math.min(blockLen - this.pos, len - pos);
			if (take === blockLen) {
				const dataView = createView(data);
				for (; blockLen <= len - pos; pos += blockLen) this.process(dataView, pos);
				processed = true;
				continue;
			}
			buffer.set(pos === 0 && take === len ? data : data.subarray(pos, pos + take), this.pos);
			this.pos += take;
			pos += take;
			if (this.pos === blockLen) {
				this.process(view, 0);
				this.pos = 0;
				processed = true;
			}
		}
		this.length += data.length;
		if (processed) this.roundClean();
		return this;
	}
	digestInto(out) {
		aexists(this);
		aoutput(out, this);
		this.finished = true;
		const { buffer, view, blockLen, isLE } = this;
		let { pos } = this;
		buffer[pos++] = 128;
		buffer.fill(0, pos);
		if (this.padOffset > blockLen - pos) {
			this.process(view, 0);
			buffer.fill(0);
		}
		setU64FromNum(view, blockLen - 8, this.length * 8, isLE);
		this.process(view, 0);
		this.roundClean();
		const oview = out === buffer ? view : createView(out);
		const len = this.outputLen;
		const outLen = len / 4;
		const state = this.get();
		if (len % 4 || outLen > state.length) throw new Error("invalid outputLen");
		for (let i = 0; i < outLen; i++) oview.setUint32(4 * i, state[i], isLE);
	}
	digest() {
		const { buffer, outputLen } = this;
		this.digestInto(buffer);
		const res = buffer.slice(0, outputLen);
		this.destroy();
		return res;
	}
	_cloneIntoMeta(to) {
		const { buffer, length, finished, destroyed, pos } = this;
		to.destroyed = destroyed;
		to.finished = finished;
		to.length = length;
		to.pos = pos;
		if (pos) to.buffer.set(buffer);
		return to;
	}
	clone() {
		return this._cloneInto();
	}
};
const SHA256_IV = Uint32Array.from([
	1779033703,
	3144134277,
	1013904242,
	2773480762,
	1359893119,
	2600822924,
	528734635,
	1541459225
]);
// node_modules/@noble/hashes/sha2.js
const SHA256_K = Uint32Array.from([
	1116352408,
	1899447441,
	3049323471,
	3921009573,
	961987163,
	1508970993,
	2453635748,
	2870763221,
	3624381080,
	310598401,
	607225278,
	1426881987,
	1925078388,
	2162078206,
	2614888103,
	3248222580,
	3835390401,
	4022224774,
	264347078,
	604807628,
	770255983,
	1249150122,
	1555081692,
	1996064986,
	2554220882,
	2821834349,
	2952996808,
	3210313671,
	3336571891,
	3584528711,
	113926993,
	338241895,
	666307205,
	773529912,
	1294757372,
	1396182291,
	1695183700,
	1986661051,
	2177026350,
	2456956037,
	2730485921,
	2820302411,
	3259730800,
	3345764771,
	3516065817,
	3600352804,
	4094571909,
	275423344,
	430227734,
	506948616,
	659060556,
	883997877,
	958139571,
	1322822218,
	1537002063,
	1747873779,
	1955562222,
	2024104815,
	2227730452,
	2361852424,
	2428436474,
	2756734187,
	3204031479,
	3329325298
]);
const SHA256_W = new Uint32Array(64);
var SHA2_32B = class extends HashMD {
	A = 0;
	B = 0;
	C = 0;
	D = 0;
	E = 0;
	F = 0;
	G = 0;
	H = 0;
	constructor(outputLen, IV) {
		super(64, outputLen, 8, false);
		this.A = IV[0] | 0;
		this.B = IV[1] | 0;
		this.C = IV[2] | 0;
		this.D = IV[3] | 0;
		this.E = IV[4] | 0;
		this.F = IV[5] | 0;
		this.G = IV[6] | 0;
		this.H = IV[7] | 0;
	}
	get() {
		const { A, B, C, D, E, F, G, H } = this;
		return [
			A,
			B,
			C,
			D,
			E,
			F,
			G,
			H
		];
	}
	set(A, B, C, D, E, F, G, H) {
		this.A = A | 0;
		this.B = B | 0;
		this.C = C | 0;
		this.D = D | 0;
		this.E = E | 0;
		this.F = F | 0;
		this.G = G | 0;
		this.H = H | 0;
	}
	_cloneInto(to) {
		(to ||= new this.constructor()).set(...this.get());
		return this._cloneIntoMeta(to);
	}
	process(view, offset) {
		for (let i = 0; i < 16; i++, offset += 4) SHA256_W[i] = view.getUint32(offset, false);
		for (let i = 16; i < 64; i++) {
			const W15 = SHA256_W[i - 15];
			const W2 = SHA256_W[i - 2];
			const s0 = rotr(W15, 7) ^ rotr(W15, 18) ^ W15 >>> 3;
			const s1 = rotr(W2, 17) ^ rotr(W2, 19) ^ W2 >>> 10;
			SHA256_W[i] = s1 + SHA256_W[i - 7] + s0 + SHA256_W[i - 16] | 0;
		}
		let { A, B, C, D, E, F, G, H } = this;
		for (let i = 0; i < 64; i++) {
			const sigma1 = rotr(E, 6) ^ rotr(E, 11) ^ rotr(E, 25);
			const T1 = H + sigma1 + Chi(E, F, G) + SHA256_K[i] + SHA256_W[i] | 0;
			const T2 = (rotr(A, 2) ^ rotr(A, 13) ^ rotr(A, 22)) + Maj(A, B, C) | 0;
			H = G;
			G = F;
			F = E;
			E = D + T1 | 0;
			D = C;
			C = B;
			B = A;
			A = T1 + T2 | 0;
		}
		A = A + this.A | 0;
		B = B + this.B | 0;
		C = C + this.C | 0;
		D = D + this.D | 0;
		E = E + this.E | 0;
		F = F + this.F | 0;
		G = G + this.G | 0;
		H = H + this.H | 0;
		this.set(A, B, C, D, E, F, G, H);
	}
	roundClean() {
		clean(SHA256_W);
	}
	destroy() {
		this.destroyed = true;
		this.set(0, 0, 0, 0, 0, 0, 0, 0);
		clean(this.buffer);
	}
};
var _SHA256 = class extends SHA2_32B {
	constructor() {
		super(32, SHA256_IV);
	}
};
const sha256$2 = createHasher(() => new _SHA256(), oidNist(1));
// src/base/digest.ts
function sha256$1(...texts) {
	return bytesToHex(sha256$2(utf8ToBytes(texts.join("\0"))));
}
// src/base/key.ts
const SLUG_LENGTH = 20;
const DIGEST_LENGTH = 20;
function entryId(subject) {
	const { scope, platform, root, relocatable, key, home = relocatable ? "" : root } = subject;
	const digest = sha256$1(scope, platform, home, key);
	return `${slug(key)}-${digest.slice(0, DIGEST_LENGTH)}`;
}
function slug(key) {
	return key.slice(0, 200).toLowerCase().replace(/[^a-z0-9.]+/g, "-").slice(0, SLUG_LENGTH).replace(/^[-.]+|[-.]+$/g, "") || "key";
}
function isEntryId(name) {
	return /^[a-z0-9][a-z0-9.-]{0,19}-[0-9a-f]{20}$/.test(name);
}
function newToken() {
	return Math.floor(Math.random() * 2 ** 48).toString(16).padStart(12, "0");
}
function isToken(name) {
	return /^[0-9a-f]{12}$/.test(name);
}
function isJobId(text) {
	return /^[0-9a-f]{20}$/.test(text);
}
// src/store/layout.ts
const MANIFEST = "manifest.json";
function versionDir(root) {
	return join(root, "build-once", "v1");
}
function entryPaths(root, id) {
	const dir = join(versionDir(root), id);
	const below = `${dir}${sep}`;
	return {
		root,
		id,
		dir,
		entry: `${below}entry`,
		manifest: `${below}entry${sep}${MANIFEST}`,
		failures: `${below}failures`,
		readers: `${below}readers`,
		published: `${below}published`
	};
}
function entryAt(dir) {
	const [root] = foldersAbove(dir);
	const paths = root === void 0 ? void 0 : entryPaths(root, basename(dir));
	return paths?.dir === dir ? paths : void 0;
}
function foldersAbove(dir) {
	const version = dirname(dir);
	return [
		dirname(dirname(version)),
		dirname(version),
		version
	];
}
function slotsDir(root, group) {
	return join(versionDir(root), ".slots", group);
}
function buildDir(paths, token) {
	return join(paths.dir, token);
}
function rightDir(paths, token) {
	return join(paths.dir, `entry.${token}`);
}
function publishedMark(paths, token) {
	return join(paths.published, token);
}
function checkedMark(paths, token, bootId) {
	return join(paths.published, `${token}.${bootId.slice(0, 8)}`);
}
function carriedDir(paths) {
	return join(paths.dir, "carried");
}
function imageRecords(paths, name) {
	return join(versionDir(paths.root), ".images", name);
}
function trashOf(paths, name) {
	return join(paths.dir, `.trash-${name}`);
}
function isTrash(name) {
	return /^\.trash-(?:entry\.)?[0-9a-f]{12}(?:-[0-9a-f]{12})?$/.test(name);
}
function tokenIn(name) {
	return isToken(name) ? name : rightIn(name);
}
function rightIn(name) {
	return /^(?:\.trash-)?entry\.([0-9a-f]{12})$/.exec(name)?.[1];
}
// src/base/format.ts
const SECOND = 1e3;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
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
const CONTROL = "\\p{Cc}";
const ENDS_LINE = "[\\p{Cc}\\p{Zl}\\p{Zp}]";
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
	return !isPlain(text) && new RegExp(CONTROL, "u").test(text);
}
function inOneLine(text, instead) {
	return isPlain(text) ? text : text.replace(new RegExp(ENDS_LINE, "gu"), instead);
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
// src/host/file-system.ts
const networked = {
	26985: "NFS",
	4266872130: "SMB",
	4283649346: "CIFS",
	20859: "SMB",
	1702057286: "FUSE",
	12805120: "Ceph",
	198183888: "Lustre",
	16914839: "9p",
	1196443219: "GPFS",
	1952539503: "OCFS2",
	18225520: "GFS2",
	1397113167: "AFS",
	428016422: "BeeGFS",
	537068840: "OrangeFS"
};
const local = {
	61267: "ext4",
	1481003842: "XFS",
	2435016766: "Btrfs",
	801189825: "ZFS",
	4076150800: "F2FS",
	3393526350: "bcachefs",
	827541066: "JFS",
	1382369651: "ReiserFS",
	13364: "NILFS",
	1936094318: "NTFS",
	538032816: "exFAT",
	19780: "FAT",
	18475: "HFS+",
	352400198: "UDF",
	1936814952: "SquashFS",
	3774210530: "EROFS",
	38496: "ISO 9660",
	604313861: "UBIFS",
	61791: "eCryptfs"
};
const APFS = 26;
const fleeting = {
	16914836: "tmpfs",
	2240043254: "ramfs",
	2035054128: "overlay",
	1635083891: "aufs"
};
function fileSystemOf(folder) {
	const { type, bavail, bsize } = statfsSync(folder);
	return {
		...kindOf$1(type >>> 0, folder),
		freeBytes: bavail * bsize
	};
}
function kindOf$1(magic, folder, os = process.platform) {
	if (os === "win32") {
		const network = folder.startsWith("\\\\");
		return {
			name: network ? "a network share" : "a local disk",
			network,
			fleeting: false
		};
	}
	const hex = `0x${magic.toString(16)}`;
	if (os === "darwin") return {
		name: magic === APFS ? "APFS" : hex,
		network: magic !== APFS,
		fleeting: false
	};
	return {
		name: networked[magic] ?? local[magic] ?? fleeting[magic] ?? hex,
		network: !(magic in local || magic in fleeting),
		fleeting: magic in fleeting
	};
}
function makeFolder(folder) {
	const parent = dirname(folder);
	if (parent !== folder && statSync(parent, { throwIfNoEntry: false }) === void 0) makeFolder(parent);
	try {
		mkdirSync(folder);
	} catch (error) {
		if (systemCode(error) !== "EEXIST" || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
	}
}
function reopen(folder) {
	try {
		opendirSync(folder).closeSync();
	} catch {}
}
const ABSENT$1 = ["ENOENT", "ENOTDIR"];
const GONE = [...ABSENT$1, "ESTALE"];
function lookAt(path) {
	return unless(ABSENT$1, () => lstatSync(path));
}
function removeFile(path) {
	if (lookAt(path)?.isDirectory() !== true) unless(ABSENT$1, () => unlinkSync(path));
}
function listFolder(dir, absent = ABSENT$1) {
	return unless(absent, () => readdirSync(dir)) ?? [];
}
function isInside(parent, path) {
	const way = relative(parent, path);
	return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
const SHOWN_NAMES = 10;
function namesIn$2(folder) {
	const names = existsSync(folder) ? readdirSync(folder).sort() : [];
	if (names.length === 0) return "nothing";
	return [...names.slice(0, SHOWN_NAMES).map((name) => shorten(name)), ...names.length > SHOWN_NAMES ? ["…"] : []].join(", ");
}
// src/host/proc.ts
function bootId() {
	boot ??= read$1("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
	return boot;
}
let boot;
function pidNamespace() {
	namespace ??= readNamespace();
	return namespace;
}
let namespace;
function readNamespace() {
	try {
		return readlinkSync("/proc/self/ns/pid");
	} catch {
		return "";
	}
}
const KERNEL_THREAD = 2097152;
function processState(pid) {
	const text = read$1(`/proc/${pid}/stat`);
	if (text === void 0) return void 0;
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	const [state, flags, threads, startTime] = [
		fields[0],
		Number(fields[6]),
		Number(fields[17]),
		Number(fields[19])
	];
	return {
		startTime,
		zombie: state === "X" || state === "Z" && threads <= 1,
		stopped: state === "T",
		kernel: (flags & KERNEL_THREAD) !== 0,
		group: Number(fields[2])
	};
}
function probe(pid) {
	try {
		process.kill(pid, 0);
		return "there";
	} catch (error) {
		return systemCode(error) === "ESRCH" ? "gone" : "unknown";
	}
}
const TOKEN_VARIABLE = "BUILD_ONCE_TOKEN";
const WITHIN_VARIABLE = "BUILD_ONCE_WITHIN";
function processesOf(token) {
	return pids().filter((pid) => {
		const environ = pid === process.pid ? void 0 : read$1(`/proc/${pid}/environ`);
		return environ !== void 0 && names(environ, token) && processState(pid)?.zombie === false;
	});
}
function killProcessesOf(token, before = [], since = Infinity) {
	const found = pids().flatMap((pid) => suspect(pid, token, since) ?? []);
	for (const { pid, killed } of found) if (killed) kill(pid);
	const others = before.filter(({ pid, killed }) => killed && !found.some((each) => each.pid === pid));
	return [...found, ...others.filter(isRunning)];
}
function suspect(pid, token, since) {
	const environ = pid === process.pid ? void 0 : read$1(`/proc/${pid}/environ`);
	const killed = environ !== void 0 && names(environ, token);
	if (!killed && (environ !== "" || since === Infinity)) return void 0;
	const state = processState(pid);
	if (state === void 0 || state.zombie || !(killed || state.startTime >= since && !state.kernel)) return void 0;
	return {
		pid,
		startTime: state.startTime,
		killed
	};
}
function kill(pid) {
	try {
		process.kill(pid, "SIGKILL");
	} catch {}
}
function isRunning({ pid, startTime }) {
	const state = processState(pid);
	return state?.startTime === startTime && !state.zombie;
}
function pids() {
	try {
		return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
	} catch {
		return [];
	}
}
function names(environ, token) {
	if (!environ.includes(token)) return false;
	return environ.split("\0").some((line) => line === `BUILD_ONCE_TOKEN=${token}` || line.startsWith(`BUILD_ONCE_WITHIN=`) && line.includes(token));
}
let buffer;
function read$1(file) {
	buffer ??= Buffer.allocUnsafeSlow(65536);
	let handle;
	try {
		handle = openSync(file, "r");
		return readAll$1(handle, buffer);
	} catch {
		return;
	} finally {
		if (handle !== void 0) closeSync(handle);
	}
}
function readAll$1(handle, into) {
	let text = "";
	for (;;) {
		const bytes = readSync(handle, into, 0, into.length, null);
		text += into.toString("latin1", 0, bytes);
		if (bytes < into.length) return text;
	}
}
function leaveLease(paths, build, worker, who) {
	const pid = worker.runsMany ? 0 : worker.pid;
	const startTime = processState(pid)?.startTime;
	const facts = {
		bootId: bootId(),
		pidNamespace: pidNamespace(),
		workerPid: pid,
		workerStartTime: startTime
	};
	const job = sha256$1(worker.runsMany ? `${worker.job} ${newToken()}` : worker.job, who.host, ...Object.values(facts).map(String)).slice(0, 12);
	const reader = {
		format: 1,
		build,
		who,
		...facts,
		host: hostname(),
		since: new Date().toISOString()
	};
	const file = join(paths.readers, `${build}.${job}.json`);
	try {
		writeNew(file, reader);
	} catch (error) {
		if (systemCode(error) !== "ENOENT") return false;
		return unlessRefused(() => {
			makeFolder(paths.readers);
			writeNew(file, reader);
		});
	}
	return true;
}
function writeNew(file, reader) {
	unless(["EEXIST"], () => writeFileSync(file, `${JSON.stringify(reader)}\n`, { flag: "wx" }));
}
function unlessRefused(action) {
	try {
		action();
		return true;
	} catch {
		return false;
	}
}
// src/host/access/owner.ts
function refuseForeign(path, owner, { root, groupShared }) {
	const own = process.geteuid?.();
	if (own === void 0 || owner.uid === own || owner.uid === 0) return;
	const above = unless(["ENOENT", "ENOTDIR"], () => statSync(root));
	if (groupShared && above?.gid === owner.gid) return;
	if (own === 0 && above?.uid === owner.uid) return;
	if (writtenAs(root) === owner.uid) return;
	const group = groupShared ? ` and group ${owner.gid}, which is not the group of ${root}` : "";
	throw new OnceError("ROOT_UNUSABLE", `${path} belongs to user ${owner.uid}${group}, and this step runs as user ${own}. It is not used: whoever owns it may put anything there. Runners of several users need a root that is a folder of their group (chmod g+rws), and no \`shared: user\`. Otherwise name a \`root\` of this user, or delete that.`);
}
function writtenAs(root) {
	const file = join(root, `.owner-${newToken()}`);
	try {
		const handle = openSync(file, "wx");
		try {
			return fstatSync(handle).uid;
		} finally {
			closeSync(handle);
			unlinkSync(file);
		}
	} catch {
		return;
	}
}
// src/base/fields.ts
const TEXT_LENGTH$1 = 1e3;
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
// src/host/read-shared.ts
const RECORD_BYTES = 65536;
const ABSENT = { kind: "absent" };
const PASSING = process.platform === "win32" ? HELD_OPEN : ["EAGAIN"];
function readShared(file, maxBytes = RECORD_BYTES) {
	let handle;
	try {
		handle = open$1(file);
	} catch (error) {
		return unopened(file, systemCode(error), error);
	}
	try {
		const stats = fstatSync(handle);
		if (!stats.isFile()) return strange$1(`is ${kindOf(stats)}, not a file`);
		if (stats.size > maxBytes) return strange$1(`has ${stats.size} bytes, more than the ${maxBytes} that are allowed`);
		const bytes = readAll(handle, stats.size);
		if (!isUtf8(bytes)) return strange$1("is not text in UTF-8");
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
function open$1(file) {
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
function strange$1(why) {
	return {
		kind: "strange",
		why
	};
}
function unopened(file, code, error) {
	if (code === "ENOENT" || code === "ENOTDIR") return ABSENT;
	if (code === "EACCES" || code === "EPERM") return {
		kind: "refused",
		why: `may not be read by this user (${code})`
	};
	if (code === "ELOOP") return unless(["ELOOP"], () => lstatSync(file)) ? strange$1("is a link, not a file") : ABSENT;
	if (code === "ENXIO" || code === "ENODEV") return strange$1("is a socket or a device, not a file");
	if (code === "EISDIR") return strange$1("is a folder, not a file");
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
function writeManifest(manifest) {
	const text = `${JSON.stringify(manifest, null, 2)}\n`;
	const name = wrongField({ ...manifest });
	if (name !== void 0) throw new OnceError("BAD_INPUT", `The ${name} "${shorten(String(manifest[name]), 200)}" cannot be recorded, and nothing was published. A text has to be one line of at most ${TEXT_LENGTH$1} characters.`);
	const bytes = Buffer.byteLength(text);
	if (bytes <= 65536) return text;
	throw new OnceError("BAD_INPUT", `The manifest of "${shorten(manifest.key)}" has ${bytes} bytes, and at most ${RECORD_BYTES} are allowed. Nothing was published. Write a shorter \`key\`.`);
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
// src/store/look.ts
function look(paths, subject, groupShared) {
	const reading = readFresh(paths);
	if (reading.kind !== "whole") return reading;
	const { manifest, owner } = reading;
	const sharing = {
		root: paths.root,
		groupShared
	};
	refuseForeign(paths.manifest, owner, sharing);
	if (manifest.key !== subject.key || manifest.scope !== subject.scope) throw collision(paths, subject, manifest);
	const path = buildDir(paths, manifest.build);
	const folder = folderOf(paths, manifest.build);
	if (folder === void 0) return {
		kind: "damaged",
		why: `its build folder ${path} is gone`
	};
	refuseForeign(path, folder, sharing);
	return {
		kind: "present",
		manifest,
		path
	};
}
function readFresh(paths) {
	const first = judged(paths, readManifest(paths.manifest));
	if (first.kind !== "missing" || !namesIn$1(paths).includes("entry")) return first;
	const second = judged(paths, readManifest(paths.manifest));
	return second.kind === "missing" ? withoutManifest(paths) : second;
}
function judged({ manifest: file, entry, root }, reading) {
	if (reading.kind === "whole") return reading;
	if (reading.kind === "absent") return { kind: "missing" };
	if (reading.kind === "damaged" || isOwn(file)) return {
		kind: "damaged",
		why: `${file} ${reading.why}`
	};
	throw new OnceError("ROOT_UNUSABLE", `${file} ${reading.why}: ${whyRefused(file, root)}. Or delete ${entry}: then the next step builds it again.`);
}
function isOwn(file) {
	return unless(["EACCES", "ENOENT"], () => lstatSync(file).uid === process.getuid?.()) ?? false;
}
function withoutManifest({ entry }) {
	const stats = lookAt(entry);
	if (stats === void 0) return { kind: "missing" };
	if (!stats.isDirectory()) return {
		kind: "damaged",
		why: `${entry} is not a folder`
	};
	return listFolder(entry).length === 0 ? { kind: "missing" } : {
		kind: "damaged",
		why: `${entry} has no manifest`
	};
}
function namesIn$1({ dir }) {
	const names = listFolder(dir);
	if (names.length > 0) return names;
	foldersAbove(dir).forEach(reopen);
	return listFolder(dir);
}
function folderOf(paths, token) {
	const stat = () => unless(ABSENT$1, () => lstatSync(buildDir(paths, token)));
	const found = stat() ?? (listFolder(paths.dir).includes(token) ? stat() : void 0);
	return found?.isDirectory() ? found : void 0;
}
function collision(paths, wanted, found) {
	const key = (subject) => `"${shorten(subject.key, 200)}"`;
	return new OnceError("KEY_COLLISION", `${paths.dir} holds the key ${key(found)} of scope "${shorten(found.scope)}", not ${key(wanted)} of "${shorten(wanted.scope)}". Nothing was touched. Change the key in any way.`);
}
function current(paths) {
	const reading = readFresh(paths);
	if (reading.kind === "whole") return reading.manifest.build;
	return reading.kind === "damaged" ? "damaged" : void 0;
}
// src/store/entry.ts
var Entry = class {
	subject;
	paths;
	groupShared;
	constructor(subject, groupShared) {
		this.subject = subject;
		this.groupShared = groupShared;
		this.paths = entryPaths(subject.root, entryId(subject));
	}
	get id() {
		return this.paths.id;
	}
	get dir() {
		return this.paths.dir;
	}
	folderOf(build) {
		return buildDir(this.paths, build);
	}
	look() {
		return look(this.paths, this.subject, this.groupShared);
	}
	current() {
		return current(this.paths);
	}
	lease(build, job, who) {
		return leaveLease(this.paths, build, job, who);
	}
};
// src/recipe/build/within.ts
function withinOf(env) {
	return (env["BUILD_ONCE_WITHIN"] ?? "").split(",").filter((each) => each !== "");
}
function refuseOwnKey(env, id, key) {
	if (!withinOf(env).some((each) => each.startsWith(`${id}/`))) return;
	throw new OnceError("NESTED_SAME_KEY", `The build of "${shorten(key)}" asks for "${shorten(key)}" itself, and would wait for itself for ever. Give the inner step another \`key\`, or take it out of the script.`);
}
// src/producers/spec.ts
function fingerprintOf({ name, spec }) {
	switch (name) {
		case "run": return sha256$1(...wordsOf(spec));
		case "steps": return "";
		case "url": return sha256$1(withoutQuery(spec.url), spec.sha256 ?? "", `${spec.strip}`);
		case "repository": return sha256$1(spec.url, spec.ref, spec.submodules, `${spec.lfs}`, spec.filter ?? "", `${spec.depth}`);
		case "image": return sha256$1(spec.image, ...imageWords(spec));
	}
}
function isSecretOption(line) {
	return /^id=[^,=]+(?:,(?:type|src|source|env)=[^,]+)*$/.test(line);
}
function isTagDigest(image) {
	return /:[^/]*[0-9a-f]{40}[^/]*$/.test(image);
}
function isNamedByRecipe({ name, spec }) {
	return name === "image" && !saysAll(spec);
}
function saysAll({ image, how }) {
	if (how.kind !== "build" || how.keyed) return true;
	const more = [
		...how.buildArgs,
		...how.labels,
		...how.platforms
	];
	return isTagDigest(image) && more.length === 0 && how.target === void 0;
}
function wordsOf({ script, argv, shell = "", workingDirectoryAsWritten }) {
	return argv === void 0 ? [
		script,
		shell,
		workingDirectoryAsWritten
	] : [
		...argv,
		"",
		workingDirectoryAsWritten
	];
}
function withoutQuery(url) {
	return url.replace(/[?#].*/, "");
}
function imageWords(spec) {
	const { how } = spec;
	switch (how.kind) {
		case "pull":
		case "steps": return [how.kind];
		case "run": return ["run", ...wordsOf(how.command)];
		case "build":
			if (!saysAll(spec)) return ["recipe", how.recipe ?? ""];
			return [
				"build",
				how.contextAsWritten,
				how.dockerfileAsWritten ?? "",
				...how.buildArgs,
				how.target ?? ""
			];
	}
}
// src/producers/table.ts
async function loadProducer({ name, spec }) {
	switch (name) {
		case "run": return (await import("./nothing.js")).runProducer(spec);
		case "steps": return (await import("./producers-steps.js")).stepsProducer();
		case "url": return (await import("./nothing.js")).urlProducer(spec);
		case "repository": return (await import("./nothing.js")).repositoryProducer(spec);
		case "image": return (await import("./producers-image-producer.js")).imageProducer(spec);
	}
}
function mayGoStale({ name }) {
	return name === "repository" || name === "image";
}
function needsPin({ name, spec }) {
	return name === "image" || name === "repository" && spec.update;
}
async function pin(producer, surroundings) {
	switch (producer.name) {
		case "repository": return (await import("./nothing.js")).pinRepository(producer.spec, surroundings);
		case "image": return (await import("./producers-image-producer.js")).pinImage(producer.spec, surroundings);
		default: return { producer };
	}
}
// src/recipe/build/scratch.ts
async function withScratch({ env, signal, reporter, temp }, action) {
	const scratch = makeScratch(temp);
	try {
		return await action({
			env,
			signal,
			reporter,
			scratch
		});
	} finally {
		await removeScratch(scratch, reporter);
	}
}
async function removeScratch(scratch, reporter) {
	try {
		const { removeTree } = await import("./tree.js").then((n) => n.i);
		await removeTree(scratch);
	} catch (error) {
		reporter.warn(`${scratch} could not be deleted: ${messageOf(error)}. Look what is left in it, and delete it.`);
	}
}
function makeScratch(temp) {
	try {
		return mkdtempSync(join(temp, "build-once-"));
	} catch (error) {
		if (systemCode(error) === void 0) throw error;
		throw new OnceError("BAD_INPUT", `The folder for temporary files ${temp} cannot be used: ${messageOf(error)}. A runner makes its own, RUNNER_TEMP, for each job: look whether an earlier step removed it, and at its disk. Elsewhere TMPDIR names it.`, { cause: error });
	}
}
// src/recipe/find/pin.ts
var OtherPin = class extends Error {
	pin;
	found;
	constructor(pin, found) {
		super(`pinned to ${pin}, found ${found}`);
		this.pin = pin;
		this.found = found;
	}
};
function pinOf(producer) {
	if (producer?.name === "url") return producer.spec.sha256 && `sha256:${producer.spec.sha256}`;
	if (producer?.name !== "repository") return void 0;
	const { ref, commit = ref } = producer.spec;
	return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(commit) ? commit.toLowerCase() : void 0;
}
function withPinInKey(request, pin) {
	const { subject } = request;
	return {
		...request,
		subject: {
			...subject,
			key: `${subject.key} ${pin}`
		}
	};
}
function hasPinInKey({ subject }, pin) {
	return subject.key.endsWith(` ${pin}`);
}
function pinDiffers(key, { pin, found }) {
	const there = found === void 0 ? "something whose digest or commit nobody knows" : shorten(found, 200);
	return new OnceError("PIN_DIFFERS", `This step asks for ${pin} under the key "${shorten(key)}", and what is there is ${there}. It is not taken, and this step may not build (build: false). Correct \`sha256\` or \`ref\`, or let a step with the same pin build it first.`);
}
// src/recipe/find/acceptance.ts
const CHANGED_ADVICE = "Put what changed into `key` (for example hashFiles of the script), or set `on-change: rebuild`";
var Acceptance = class {
	#request;
	#services;
	#entry;
	#refused = new Set();
	#taken = new Set();
	#lastBuildMs;
	constructor(request, services, entry) {
		this.#request = request;
		this.#services = services;
		this.#entry = entry;
	}
	get lastBuildMs() {
		return this.#lastBuildMs;
	}
	async firstLook() {
		const look = this.#entry.look();
		if (look.kind === "damaged") this.#say(`The entry is damaged: ${look.why}.${this.#rebuilds}`);
		if (look.kind === "present" && this.#request.policy.force) {
			this.#otherPin(look.manifest);
			this.#refused.add(look.manifest.build);
		}
		return this.#judge(look);
	}
	async look() {
		return this.#judge(this.#entry.look());
	}
	async #judge(look) {
		if (look.kind !== "present") return void 0;
		this.#lastBuildMs = look.manifest.buildMs;
		return await this.#takes(look) ? look : void 0;
	}
	async #takes(found) {
		const { build } = found.manifest;
		if (this.#refused.has(build)) return false;
		if (this.#taken.has(build)) return true;
		const changed = this.#changed(found.manifest);
		const why = this.#otherPin(found.manifest) ?? this.#mustRebuild(changed) ?? await this.#damage(found) ?? await this.#stale(found) ?? await this.#failsCheck(found);
		const told = `The published build ${build} is not taken: ${why}.${this.#rebuilds}`;
		if (why !== void 0 && why === changed && this.#isNamedByRecipe) this.#services.reporter.info(told);
		else if (why !== void 0) this.#say(told);
		else this.#warnOf(changed);
		(why === void 0 ? this.#taken : this.#refused).add(build);
		return why === void 0;
	}
	whyUnfit(manifest) {
		return this.#otherPin(manifest) ?? this.#mustRebuild(this.#changed(manifest));
	}
	async whyNotTaken(found) {
		const why = this.whyUnfit(found.manifest) ?? await this.#failsCheck(found);
		if (why === void 0) this.#warnOf(this.#changed(found.manifest));
		return why;
	}
	#mustRebuild(changed) {
		return this.#request.policy.onChange === "rebuild" || this.#isNamedByRecipe ? changed : void 0;
	}
	#warnOf(changed) {
		if (changed === void 0) return;
		this.#services.reporter.warn(`on-change: ${changed}; it is reused all the same. ${CHANGED_ADVICE}.`);
	}
	get #isNamedByRecipe() {
		const { producer } = this.#request;
		return producer !== void 0 && isNamedByRecipe(producer);
	}
	#changed(manifest) {
		const { producer, policy, subject } = this.#request;
		if (manifest.producer !== producer?.name || fingerprintOf(producer) === manifest.fingerprint) return void 0;
		if (onlyNames(producer) && policy.mode !== "build") return void 0;
		const key = `"${shorten(subject.key)}"`;
		const told = producer.name === "run" ? `the script of this step is not the one that ${key} was built from (its text, shell or working-directory differs)` : `what this step says about \`${producer.name}\` is not what ${key} was made from`;
		if (policy.onChange === "fail") throw new OnceError("SCRIPT_CHANGED", `on-change: ${told}. ${CHANGED_ADVICE}.`);
		return told;
	}
	#otherPin({ identity }) {
		const pin = pinOf(this.#request.producer);
		if (pin === void 0 || identity === pin) return void 0;
		if (!hasPinInKey(this.#request, pin)) throw new OtherPin(pin, identity);
		return `it is ${identity === void 0 ? "of an unknown digest" : shorten(identity, 200)}, and this step asks for ${pin}`;
	}
	async #damage({ manifest }) {
		const { verify } = this.#request.policy;
		const boot = bootId();
		const store = verify === "off" && manifest.bootId === boot ? void 0 : await import("./store-verify.js");
		const rebooted = store?.awaitsBootCheck(this.#entry.paths, manifest, boot) ?? false;
		if (store === void 0 || verify === "off" && !rebooted) return void 0;
		const { reporter, signal } = this.#services;
		const verdict = await store.verifyBuild(this.#entry.paths, manifest, verify === "off" ? "quick" : verify, signal);
		if (verdict.why === void 0 && rebooted) store.markBootChecked(this.#entry.paths, manifest, boot);
		if (verdict.note !== void 0 && verify !== "off") reporter.notice(`verify: ${verdict.note}.`);
		return verdict.why;
	}
	async #stale({ manifest, path }) {
		const { producer } = this.#request;
		if (producer === void 0 || !mayGoStale(producer)) return void 0;
		const { whyStale } = await loadProducer(producer);
		const { identity } = manifest;
		return whyStale && withScratch(this.#services, (surroundings) => whyStale({
			identity,
			path
		}, surroundings));
	}
	async #failsCheck({ path }) {
		const verdict = await this.runCheck(path);
		return verdict === void 0 || verdict.passed ? void 0 : `its check says that it is not there (${verdict.why})`;
	}
	async runCheck(out) {
		const { check, subject } = this.#request;
		if (check === void 0) return void 0;
		const { runCheck } = await import("./commands.js").then((n) => n.r);
		const verdict = await withScratch(this.#services, (surroundings) => runCheck(check, {
			...surroundings,
			key: subject.key,
			out
		}));
		if (!verdict.hung) return verdict;
		throw new OnceError("BUILD_FAILED", `check: it ${verdict.why} for "${shorten(subject.key)}", so nobody knows whether that is there. Let it answer in time, for example with \`timeout 10\` before the command that waits.`);
	}
	get #rebuilds() {
		return this.#request.policy.mode === "build" ? " It is built again." : "";
	}
	#say(line) {
		if (this.#request.policy.mode === "look") this.#services.reporter.info(line);
		else this.#services.reporter.warn(line);
	}
};
function onlyNames(producer) {
	return producer.name === "image" && producer.spec.how.kind === "pull";
}
// src/recipe/find/pinned.ts
async function pinned(request, services) {
	const { producer, subject } = request;
	if (producer === void 0 || !needsPin(producer)) return request;
	const { version, home, ...told } = await withScratch(services, (surroundings) => pin(producer, surroundings));
	const key = version === void 0 ? subject.key : `${subject.key}@${version}`;
	return {
		...request,
		...told,
		subject: {
			...subject,
			key,
			...home === void 0 ? {} : { home }
		}
	};
}
// src/recipe/tally.ts
var Waiting = class {
	#before = 0;
	#now;
	get ms() {
		return this.#before + (this.#now?.() ?? 0);
	}
	start() {
		this.#now ??= stopwatch();
	}
	stop() {
		this.#before = this.ms;
		this.#now = void 0;
	}
};
var Tally = class {
	buildMs;
	identity;
	publishMs;
	restoreMs;
	slotGroup;
	takeovers = () => 0;
	lock = new Waiting();
	slot = new Waiting();
	get waitedMs() {
		return this.lock.ms + this.slot.ms;
	}
};
// src/recipe/once.ts
async function once(asked, services) {
	let context = contextOf(asked, services);
	try {
		const request = await pinned(asked, services);
		if (request !== asked) context = contextOf(request, services);
		return await runRecipe(context);
	} catch (error) {
		if (error instanceof OtherPin) return besideOther(context, error);
		return outcomeOf(context, { error: explained(error, asked, services) });
	}
}
async function besideOther({ request: asked, services, tally }, other) {
	const { mode } = asked.policy;
	tally.lock.stop();
	const waited = tally.lock.ms > 0;
	const request = withPinInKey(asked, other.pin);
	const context = {
		...contextOf(request, services),
		tally
	};
	try {
		const outcome = await runRecipe(context, waited);
		if (outcome.result === "missed" && mode === "wait") throw pinDiffers(asked.subject.key, other);
		return waited && outcome.result === "reused" ? {
			...outcome,
			result: "waited"
		} : outcome;
	} catch (error) {
		return outcomeOf(context, { error: explained(error, request, services) });
	}
}
async function finishDeadClaim(asked, services, claim) {
	let context = contextOf(asked, services);
	try {
		context = contextOf(await pinned(asked, services), services);
		const built = await resumed(context, claim);
		return built === void 0 ? await runRecipe(context, true) : await handOut(context, "built", built, "build");
	} catch (error) {
		return outcomeOf(context, { error: explained(error, asked, services) });
	}
}
async function resumed(context, claim) {
	const { resume } = await import("./cold.js").then((n) => n.r);
	const engine = await context.services.openEngine();
	try {
		return await resume(context, engine, claim);
	} finally {
		await engine[Symbol.asyncDispose]();
	}
}
function contextOf(request, services) {
	const entry = new Entry(request.subject, request.policy.groupShared);
	return {
		request,
		services,
		entry,
		tally: new Tally(),
		acceptance: new Acceptance(request, services, entry)
	};
}
async function runRecipe(context, met = false) {
	const { request, services, entry, acceptance } = context;
	refuseOwnKey(services.env, entry.id, request.subject.key);
	services.signal.throwIfAborted();
	if (!request.enabled) return buildForThisJob(context);
	const first = await leased(context, async () => ({
		result: "reused",
		accepted: await acceptance.firstLook()
	}));
	if (first.accepted !== void 0) return handOut(context, "reused", first.accepted);
	if (request.policy.mode === "look") return outcomeOf(context, { result: "missed" });
	await forTool(context, ({ requireFreePlace }, place, paths) => requireFreePlace(place, paths, request.subject.key));
	const { contend } = await import("./cold.js").then((n) => n.n);
	const engine = await services.openEngine();
	context.tally.takeovers = () => engine.takeovers;
	try {
		const { result, accepted, origin } = await leased(context, () => contend(context, engine, met));
		if (result === "private") return await buildForThisJob(context);
		return accepted === void 0 ? outcomeOf(context, { result }) : await handOut(context, result, accepted, origin);
	} finally {
		await engine[Symbol.asyncDispose]();
	}
}
const ROUNDS = 100;
async function leased(context, find) {
	for (let round = 0; round < ROUNDS; round++) {
		const found = await find();
		if (found.accepted === void 0 || found.result === "built") return found;
		if (lease$1(context, found.accepted)) return found;
	}
	throw new OnceError("ROOT_UNUSABLE", `${context.entry.paths.entry} names another build every time it is read. Find out what writes there; nothing was handed out.`);
}
function lease$1({ services, entry }, { manifest }) {
	entry.lease(manifest.build, services.worker, services.who);
	return entry.current() === manifest.build;
}
async function buildForThisJob(context) {
	const { buildPrivately } = await import("./cold.js").then((n) => n.u);
	return outcomeOf(context, {
		result: "private",
		origin: "build",
		path: await buildPrivately(context)
	});
}
async function handOut(context, result, { manifest, path }, origin = "disk") {
	await forTool(context, ({ linkTool }, place, paths) => linkTool(place, path, paths));
	return outcomeOf(context, {
		result,
		origin,
		manifest,
		path,
		identity: manifest.identity,
		buildMs: manifest.buildMs
	});
}
async function forTool({ request, entry }, action) {
	if (request.tool !== void 0) action(await import("./tool.js").then((n) => n.t), request.tool, entry.paths);
}
function outcomeOf({ request, entry, tally }, known) {
	return {
		key: request.subject.key,
		id: entry.id,
		result: void 0,
		error: void 0,
		origin: void 0,
		path: void 0,
		manifest: void 0,
		identity: tally.identity,
		buildMs: tally.buildMs,
		...known,
		waitedMs: tally.lock.ms,
		slotWaitedMs: tally.slot.ms,
		noted: notedIn(tally)
	};
}
function notedIn({ restoreMs, publishMs, slotGroup, takeovers }) {
	return {
		restoreMs,
		publishMs,
		slotGroup,
		takeovers: takeovers() || void 0
	};
}
function explained(error, { subject }, { signal }) {
	if (signal.aborted) return signal.reason;
	if (error instanceof OnceError) return error;
	if (isRootTrouble(error)) return rootError(error, subject.root);
	throw error;
}
// src/store/journal/days.ts
function journalDir(root) {
	return join(versionDir(root), ".journal");
}
function dayOf(time) {
	return time.toISOString().slice(0, 10);
}
// src/store/journal/journal.ts
async function noteEvent(root, event, now = new Date()) {
	const day = join(journalDir(root), dayOf(now));
	const text = `${JSON.stringify({
		format: 1,
		at: now.toISOString(),
		...event
	})}\n`;
	const write = () => writeFileSync(join(day, `${newToken()}.json`), text, { flag: "wx" });
	try {
		write();
	} catch (error) {
		if (systemCode(error) !== "ENOENT" || !existsSync(versionDir(root))) return;
		const { startDay } = await import("./store-journal-start-day.js");
		try {
			await startDay(root, day, write, now);
		} catch {}
	}
}
// src/step/report/outputs.ts
function outputsOf(outcome, runUrl = "") {
	const result = resultOf(outcome);
	return {
		result,
		reused: String(result === "reused"),
		waited: String(result === "waited"),
		built: String(result === "built"),
		"cache-hit": result === "" ? "" : String(result === "reused" || result === "waited"),
		source: outcome.error === void 0 ? outcome.origin ?? "" : "",
		path: outcome.path ?? "",
		key: outcome.key,
		identity: shorten(outcome.identity ?? outcome.manifest?.identity ?? "", TEXT_LENGTH$1),
		"wait-seconds": seconds(outcome.waitedMs),
		"slot-wait-seconds": seconds(outcome.slotWaitedMs),
		"build-seconds": seconds(buildMsOf(outcome)),
		"saved-seconds": seconds(savedMsOf(outcome)),
		"built-by": shorten(result === "private" ? runUrl : outcome.manifest?.builtBy.runUrl ?? "", TEXT_LENGTH$1)
	};
}
function resultOf(outcome) {
	return outcome.error === void 0 ? outcome.result ?? "" : "";
}
function buildMsOf(outcome) {
	return outcome.buildMs ?? outcome.manifest?.buildMs;
}
function savedMsOf(outcome) {
	const result = resultOf(outcome);
	if (result === "built" || result === "private") return 0;
	if (result !== "reused" && result !== "waited") return void 0;
	const took = buildMsOf(outcome);
	return took === void 0 ? void 0 : Math.max(0, took - outcome.waitedMs);
}
function seconds(ms) {
	return ms === void 0 ? "" : String(Math.max(0, Math.round(ms)) / 1e3);
}
function outputFile(outputs) {
	let delimiter = "build-once";
	while (Object.values(outputs).some((value) => value.includes(delimiter))) delimiter += "-";
	return Object.entries(outputs).map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`).join("");
}
// src/step/report/lines.ts
const NEWLINE = 10;
function linesTo(descriptor) {
	let atStart = true;
	const print = (bytes) => {
		for (let written = 0; written < bytes.length;) written += writeSome(descriptor, bytes.subarray(written));
		if (bytes.length > 0) atStart = bytes.at(-1) === NEWLINE;
	};
	return {
		line: (text) => print(Buffer.from(`${atStart ? "" : "\n"}${text}\n`)),
		print
	};
}
function writeSome(descriptor, bytes) {
	try {
		return writeSync(descriptor, bytes);
	} catch (error) {
		return systemCode(error) === "EAGAIN" ? 0 : bytes.length;
	}
}
// src/step/report/reporter.ts
const ANNOTATION_LIMIT = 10;
const TEXT_LENGTH = 4e3;
const STDOUT = linesTo(1);
function runnerReporter(debugging, to = STDOUT) {
	return {
		debug: (text) => debugging ? command(to, "debug", text) : void 0,
		info: (text) => plain(to, text),
		notice: annotation(to, "notice"),
		warn: annotation(to, "warning"),
		output: to.print,
		openGroup: (title) => command(to, "group", title),
		closeGroup: () => command(to, "endgroup", "")
	};
}
function reportError(message, to = STDOUT) {
	command(to, "error", message);
}
function annotation(to, type) {
	let left = ANNOTATION_LIMIT;
	return (text) => left-- > 0 ? command(to, type, text) : plain(to, `${type}: ${text}`);
}
function plain({ line }, text) {
	const shown = disarm(shorten(text, TEXT_LENGTH));
	line(shown.trimStart().startsWith("::") ? shown.replace("::", ": :") : shown);
}
function command({ line }, name, text) {
	line(`::${name}::${disarm(text.slice(0, TEXT_LENGTH).split(/\r?\n/).map((each) => shorten(each, TEXT_LENGTH)).join("\n")).slice(0, TEXT_LENGTH).replaceAll("%", "%25").replaceAll("\n", "%0A")}`);
}
function disarm(text) {
	return text.replaceAll("##[", "# #[");
}
// src/step/report/ending.ts
async function reportEnd(outcome, request, services, elapsed, more = {}) {
	logOutcome(outcome, services);
	writeOutputs({
		...outputsOf(outcome, services.who.runUrl),
		...more
	}, services.env);
	await writeSummary(outcome, request, services);
	await noteEnd(outcome, request, services, elapsed());
	logError(outcome);
	return outcome.error;
}
function logError({ error }) {
	if (error !== void 0) reportError(error.message);
}
function logOutcome(outcome, { reporter }) {
	const { result } = outcome;
	if (outcome.error !== void 0 || result === void 0) return;
	const name = `"${shorten(outcome.key)}"`;
	reporter.info([`${name}: ${result}${whatItIs(outcome)}`, ...whereItIs(outcome)].join(", "));
}
function whereItIs({ path, manifest }) {
	return path === void 0 || manifest?.producer === "image" ? [] : [path];
}
function whatItIs({ result, identity, manifest }) {
	if (identity === void 0) return "";
	if (manifest?.producer !== "repository") return ` (${shorten(identity)})`;
	const commit = `(${shorten(identity).slice(0, 7)})`;
	return result === "reused" ? `, already checked out ${commit}` : ` ${commit}`;
}
function writeOutputs(outputs, { GITHUB_OUTPUT: file }) {
	if (!file) return;
	try {
		appendFileSync(file, outputFile(outputs));
	} catch (error) {
		throw new OnceError("DELIVERY_FAILED", `${`GITHUB_OUTPUT cannot be written: ${messageOf(error)}. Look at the disk of this runner`}. The shared cache is in order.`, { cause: error });
	}
}
async function writeSummary(outcome, { summary: when }, { env, reporter }) {
	const { GITHUB_STEP_SUMMARY: file } = env;
	const plain = resultOf(outcome) === "reused" && when === "auto";
	if (!file || plain || when === "never") return;
	const { summaryOf } = await import("./cold.js").then((n) => n.t);
	try {
		appendFileSync(file, summaryOf(outcome, when));
	} catch (error) {
		reporter.warn(`The job summary cannot be written: ${messageOf(error)}.`);
	}
}
async function noteEnd(outcome, { subject, enabled }, { who, worker }, stepMs) {
	if (!enabled) return;
	await noteEvent(subject.root, {
		key: outcome.key,
		scope: subject.scope,
		id: outcome.id,
		result: resultOf(outcome),
		error: outcome.error?.code,
		build: outcome.manifest?.build,
		source: outcome.origin,
		waitedMs: Math.round(outcome.waitedMs),
		slotWaitedMs: Math.round(outcome.slotWaitedMs),
		buildMs: outcome.buildMs,
		bytes: outcome.manifest?.bytes,
		stepMs: Math.round(stepMs),
		...outcome.noted,
		job: worker.id,
		who
	});
}
// src/step/lifetime.ts
const CLEANUP_LIMIT_MS = 5800;
const EXIT_AFTER_MS = 6600;
const SIGNALS = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP",
	"SIGQUIT",
	"SIGBREAK"
];
function beginLifetime(manner = asStep) {
	const end = new AbortController();
	const cleanupDeadline = new AbortController();
	const begin = (reason) => {
		if (end.signal.aborted) return;
		setTimeout(() => cleanupDeadline.abort(), CLEANUP_LIMIT_MS).unref();
		setTimeout(() => giveUp(reason, manner), EXIT_AFTER_MS).unref();
		end.abort(reason);
	};
	for (const name of SIGNALS) process.on(name, () => begin(cancelled(name)));
	process.on("uncaughtException", (error) => begin(internal(error)));
	process.on("unhandledRejection", (error) => begin(internal(error)));
	return {
		signal: end.signal,
		cleanupDeadline: cleanupDeadline.signal,
		end: begin
	};
}
function giveUp(reason, { tell, exitCodeOf }) {
	tell(`${reason.message} Cleaning up took too long: the next build of this key removes the rest.`);
	leave(exitCodeOf(reason));
}
async function leave(code) {
	for (let waitedMs = 0; isHeldUp() && waitedMs < HELD_UP_MS; waitedMs += LOOK_MS$1) await sleep(LOOK_MS$1);
	if (isHeldUp()) {
		process.emit("exit", code);
		process.kill(process.pid, "SIGKILL");
	}
	process.exit(code);
}
const HELD_UP_MS = 200;
const LOOK_MS$1 = 10;
function isHeldUp() {
	return process.getActiveResourcesInfo().includes("FSReqCallback");
}
function exitCodeOf(error) {
	if (error.code === "CANCELLED") return 130;
	return error.code === "BUILD_FAILED" && error.exitCode ? error.exitCode : 1;
}
const asStep = {
	tell: reportError,
	exitCodeOf
};
function cancelled(signal) {
	return new OnceError("CANCELLED", `Cancelled by ${signal}: nothing unfinished was published, and the lock is released.`);
}
function internal(error) {
	if (isRootTrouble(error)) return rootError(error, void 0);
	const where = error instanceof Error ? error.stack?.split("\n")[1]?.trim() ?? "" : "";
	return new OnceError("INTERNAL", `build-once itself failed: ${messageOf(error)} ${where}. Please report this line.`, { cause: error });
}
// src/step/run-to-end.ts
async function runToEnd(action, manner = asStep) {
	const { exitCodeOf } = manner;
	const lifetime = beginLifetime(manner);
	process.once("beforeExit", () => {
		const error = reported(lifetime.signal.reason ?? new Error("it waits for something that cannot happen"), manner);
		process.exit(exitCodeOf(error));
	});
	let error;
	try {
		error = await action(lifetime);
	} catch (caught) {
		error = reported(caught, manner);
	}
	const code = error === void 0 ? 0 : exitCodeOf(error);
	if (lifetime.signal.aborted) await leave(code);
	process.exit(code);
}
function reported(caught, { tell }) {
	const error = caught instanceof OnceError ? caught : internal(caught);
	tell(error.message);
	return error;
}
// src/step/cache-place.ts
const SHARE = "Set RUNNER_TOOL_CACHE (in the `.env` file of every runner of this host) or `root` to a folder that they share";
function cachePlace(root, env) {
	const { fileSystem, at } = askFileSystem(root);
	const unsharedReason = whyUnshared(root, fileSystem, env);
	const shared = fileSystem.network ? "shared by hosts" : "shared on this host";
	const sharing = whyUnusable(root, at) ?? (unsharedReason === void 0 ? shared : "not shared");
	const free = `${formatBytes(fileSystem.freeBytes)} free`;
	return {
		fileSystem,
		line: `Shared cache: ${root} (${fileSystem.name}, ${sharing}, ${free})${at === root ? "" : MISSING}`,
		unsharedReason
	};
}
const MISSING = ", which does not exist yet. Typing error?";
function askFileSystem(root) {
	try {
		return fileSystemAt(root);
	} catch (error) {
		throw isRootTrouble(error) ? rootError(error, root) : error;
	}
}
function fileSystemAt(folder) {
	const fileSystem = unless(["ENOENT", "ENOTDIR"], () => fileSystemOf(folder));
	return fileSystem === void 0 ? fileSystemAt(dirname(folder)) : {
		fileSystem,
		at: folder
	};
}
function whyUnusable(root, at) {
	try {
		accessSync(`${at}/`, constants.W_OK | constants.X_OK);
		return;
	} catch (error) {
		const code = systemCode(error);
		if (code === "ENOTDIR") return `${at === root ? "" : `${at} is `}not a folder`;
		return code === "EROFS" ? "read-only" : "not writable for this user";
	}
}
function whyUnshared(root, fileSystem, env) {
	const work = workFolder(env);
	if (work !== void 0 && isInside(work, root)) return `The cache ${root} lies in this runner's own work folder, so no other runner reuses its builds. ${SHARE}.`;
	if (!fileSystem.fleeting) return void 0;
	return `The cache ${root} is on ${fileSystem.name}, which goes away with this machine or container. Mount a volume of the host there, or name one as \`root\`.`;
}
function workFolder({ RUNNER_TEMP }) {
	return RUNNER_TEMP && basename(RUNNER_TEMP) === "_temp" ? dirname(RUNNER_TEMP) : void 0;
}
// src/step/engine.ts
async function openFileEngine({ root, ...options }) {
	const { FileEngine } = await import("./cold.js").then((n) => n.p);
	return new FileEngine({
		...options,
		above: root,
		folderOf: (id) => entryPaths(root, id).dir
	});
}
async function openFileSlots({ root, ...options }, group, count) {
	const { FileSlots } = await import("./cold.js").then((n) => n.f);
	return new FileSlots({
		...options,
		above: root,
		group: slotsDir(root, group),
		count
	});
}
// src/step/job.ts
const CONTAINER = "JOB_CONTAINER_NAME";
function whoOf(env) {
	const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB } = env;
	return {
		repository: recordable(GITHUB_REPOSITORY),
		workflow: recordable(GITHUB_WORKFLOW),
		job: recordable(GITHUB_JOB),
		runUrl: recordable(runUrlOf(env)),
		runner: recordable(env.RUNNER_NAME || env[CONTAINER]),
		host: recordable(hostname())
	};
}
function recordable(name = "") {
	return inOneLine(name.slice(0, 300), " ");
}
function runUrlOf(env) {
	const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
	if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return "";
	const runs = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs`;
	const inForge = runInForge(env);
	if (inForge !== void 0) return `${runs}/${inForge}`;
	const checkRun = env["INPUT_CHECK-RUN-ID"];
	if (checkRun) return `${runs}/${GITHUB_RUN_ID}/job/${checkRun}`;
	return `${runs}/${GITHUB_RUN_ID}${GITHUB_RUN_ATTEMPT ? `/attempts/${GITHUB_RUN_ATTEMPT}` : ""}`;
}
function runInForge(env) {
	const { FORGEJO_ACTIONS, GITHUB_RUN_NUMBER: number } = env;
	if (!number || !isForge(env)) return void 0;
	return FORGEJO_ACTIONS === "true" ? number : `${number}?by_index=1`;
}
function isForge({ FORGEJO_ACTIONS, GITEA_ACTIONS }) {
	return FORGEJO_ACTIONS === "true" || GITEA_ACTIONS === "true";
}
function workerOf(env, parentPid) {
	const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, RUNNER_NAME, RUNNER_TEMP, RUNNER_TRACKING_ID } = env;
	const job = [
		...[
			GITHUB_RUN_ID,
			GITHUB_RUN_ATTEMPT,
			GITHUB_JOB
		],
		RUNNER_NAME,
		RUNNER_TEMP,
		RUNNER_TRACKING_ID,
		env[CONTAINER]
	].join("\0");
	return {
		pid: parentPid,
		job,
		id: sha256$1("job", job, hostname()).slice(0, 20),
		runsMany: isForge(env)
	};
}
function tempOf(env) {
	return env.RUNNER_TEMP || tmpdir();
}
// src/step/services.ts
function stepWorker({ RUNNER_DEBUG }) {
	return {
		reporter: runnerReporter(RUNNER_DEBUG === "1"),
		workerPid: process.ppid
	};
}
function serve(request, env, lifetime, worker = stepWorker(env)) {
	const place = request.enabled || request.policy.slots !== void 0 ? cachePlace(request.subject.root, env) : void 0;
	if (request.policy.groupShared) process.umask(2);
	return {
		services: servicesOf(request, env, lifetime, place, worker),
		place
	};
}
function sourcesOf({ remote }) {
	if (remote === void 0) return [];
	let loaded;
	const load = () => loaded ??= import("./remote-source.js").then(({ ActionsCache }) => new ActionsCache(remote));
	return [{
		name: "remote",
		find: async (search, out) => (await load()).find(search, out),
		published: async (search, manifest, out) => (await load()).published?.(search, manifest, out)
	}];
}
function poolOpener({ pool, remote, producer }, place) {
	const isCarried = producer?.name !== "image";
	if (pool === void 0 || remote !== void 0 && !isCarried) return void 0;
	return async () => {
		if (remote !== "read-write") place.reporter.info(`pool: this step saves nothing for other hosts: ${NO_REMOTE}`);
		return (await import("./remote-pool-redis-pool.js")).openRedisPool(pool, place);
	};
}
const NO_REMOTE = "the pool only keeps two of them from building one key at one time. To share builds, write `remote: actions-cache`.";
function servicesOf(request, env, lifetime, place, { reporter, workerPid }) {
	const { root } = request.subject;
	const locks = {
		root,
		network: place?.fileSystem.network ?? false,
		groupShared: request.policy.groupShared,
		reporter
	};
	return {
		who: whoOf(env),
		worker: workerOf(env, workerPid),
		reporter,
		signal: lifetime.signal,
		cleanupDeadline: lifetime.cleanupDeadline,
		onExit: (end) => process.on("exit", end),
		env,
		temp: tempOf(env),
		unsharedReason: place?.unsharedReason,
		sources: sourcesOf(request),
		openPool: poolOpener(request, {
			root,
			reporter,
			signal: lifetime.signal
		}),
		openEngine: () => openFileEngine(locks),
		openSlots: (group, count) => openFileSlots(locks, group, count)
	};
}
// src/recipe/outcome.ts
function emptyOutcome(key, known = {}) {
	return {
		key,
		id: "",
		result: void 0,
		error: void 0,
		origin: void 0,
		path: void 0,
		manifest: void 0,
		identity: void 0,
		waitedMs: 0,
		slotWaitedMs: 0,
		buildMs: void 0,
		...known
	};
}
// src/host/access/sticky.ts
const STICKY = 512;
const OTHERS_WRITE = 2;
function isForGroup(folder) {
	const parent = dirname(folder);
	try {
		return (statSync(folder).mode & 1552) === 1040;
	} catch (error) {
		return systemCode(error) === "ENOENT" && parent !== folder && isForGroup(parent);
	}
}
function isSticky(folder) {
	const stats = unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => statSync(folder));
	return stats !== void 0 && (stats.mode & STICKY) !== 0;
}
function refuseSticky(folders) {
	const sticky = folders.find(isSticky);
	if (sticky === void 0) return;
	throw new OnceError("ROOT_UNUSABLE", `shared: group: ${sticky} is sticky (chmod +t), so no user could take over the lock of another one who died. Take that away (chmod -t), or make a folder of its own in it and name that as \`root\`.`);
}
function refuseWorldWritable(folders, groupShared) {
	if (groupShared || process.geteuid === void 0) return;
	for (const folder of folders) {
		const mode = unless(["ENOENT", "ENOTDIR"], () => statSync(folder))?.mode ?? 0;
		if ((mode & OTHERS_WRITE) === 0) return;
		if ((mode & STICKY) === 0) throw worldWritable(folder, mode);
	}
}
function worldWritable(folder, mode) {
	return new OnceError("ROOT_UNUSABLE", `Every user of this host may write to ${folder} (mode ${(mode & 4095).toString(8)}), and could put builds there that your jobs run. Nothing was built. Take that away (chmod o-w ${folder}); for runners of several users make it a folder of their group (chmod g+rws).`);
}
// src/step/platform.ts
function hostFacts() {
	return {
		os: process.platform,
		arch: process.arch,
		libc: () => libcOf(readMaps()),
		cwd: process.cwd()
	};
}
function platformOf(facts, arch = facts.arch) {
	const libc = facts.os === "linux" ? facts.libc() : "";
	return [
		facts.os,
		arch,
		libc
	].filter((part) => part !== "").join("-");
}
function libcOf(maps) {
	if (/\/(?:ld-musl-|libc\.musl-)/.test(maps)) return "musl";
	return /\/(?:libc\.so\.6|libc-\d[\d.]*\.so|ld-linux)/.test(maps) ? "glibc" : "";
}
function readMaps() {
	try {
		return readFileSync("/proc/self/maps", "latin1");
	} catch {
		return "";
	}
}
// src/step/inputs/problem.ts
const SECRET = [
	"token",
	"headers",
	"build-args",
	"secrets",
	"pool",
	"pool-password"
];
function problem(read, name, wrong, instead) {
	return {
		name: read.called(name),
		value: SECRET.includes(name) ? void 0 : shown(read.text(name)),
		wrong,
		instead
	};
}
function shown(text) {
	return (/^https?:/i.test(text) ? text.replace(/[?#].*/s, "") : text) || void 0;
}
// src/step/inputs/aliases.ts
const aliases = {
	checksum: "sha256",
	"fetch-depth": "depth",
	"github-token": "token",
	file: "dockerfile",
	tags: "image"
};
const aliasNames = Object.keys(aliases);
function underOwnNames(texts, given) {
	const [own, called, problems] = [
		{ ...texts },
		{},
		[]
	];
	for (const alias of aliasNames) {
		const [name, text] = [aliases[alias], given(alias).trim()];
		if (text === "" || text === own[name].trim()) continue;
		if (own[name].trim() !== "") {
			problems.push(twice(alias, text, own[name].trim()));
			continue;
		}
		own[name] = alias === "tags" ? oneTag(text, problems) : text;
		called[name] = alias;
	}
	return {
		texts: own,
		called,
		problems
	};
}
function twice(alias, value, other) {
	const name = aliases[alias];
	const isSecret = SECRET.includes(name);
	const wrong = `and ${name}${isSecret ? "" : ` "${shorten(other, 120)}"`} are one input, and say different things`;
	return {
		name: alias,
		value: isSecret ? void 0 : value,
		wrong,
		instead: "Write one of the two"
	};
}
function oneTag(text, problems) {
	const [first = "", ...others] = text.split(/[\r\n,]+/).map((tag) => tag.trim());
	if (others.length > 0) problems.push({
		name: "tags",
		value: text,
		wrong: "has several names, and an image has one here",
		instead: "Write one, and give it the others with docker tag"
	});
	return first;
}
function tagsAreBuilt(read) {
	if (read.called("image") !== "tags" || read.text("context") !== "" || read.text("run") !== "") return void 0;
	return problem(read, "image", "was given without context", "Write context: . to build the image, or image: to pull it");
}
function githubTokenStays(read) {
	const repository = read.text("repository");
	if (read.called("token") !== "github-token" || /^(?:[\w.-]+\/[\w.-]+)?$/.test(repository)) return void 0;
	return problem(read, "token", "was given with the address of a repository, which may be on another server", "Write owner/name as repository, or token for a token of that server");
}
const aliasRules = [tagsAreBuilt, githubTokenStays];
// src/step/inputs/hash-of-nothing.ts
const HASH_ADVICE = "Write what is missing, or take that sign away: hashFiles() is empty where no file matches its pattern";
function whereHashIsMissing(text) {
	const [first = "", last = ""] = [text.trim().at(0), text.trim().at(-1)];
	if ("-_:=@".includes(last)) return `ends with "${last}", so something after it is empty`;
	return "-:=".includes(first) ? `begins with "${first}", so something before it is empty` : void 0;
}
function emptyPartIn(text) {
	return /[A-Za-z0-9]([-_])\1[A-Za-z0-9]/.exec(text)?.[0];
}
// src/step/inputs/values.ts
var BadValue = class extends Error {
	faults;
	constructor(faults) {
		super(faults.map((fault) => fault.wrong).join("; "));
		this.faults = faults;
	}
};
function refuse(value, wrong, instead) {
	throw new BadValue([{
		value,
		wrong,
		instead
	}]);
}
function eachLine(text, read) {
	const faults = [];
	const found = [];
	for (const line of text.split(/[\r\n]+/)) {
		if (line.trim() === "") continue;
		try {
			found.push(read(line.trim()));
		} catch (error) {
			if (!(error instanceof BadValue)) throw error;
			faults.push(...error.faults);
		}
	}
	if (faults.length > 0) throw new BadValue(faults);
	return found;
}
function withoutControls(text) {
	if (hasControls(text)) refuse(text, "contains control characters", "Write it without them, in one line");
	return text;
}
function boolean(text) {
	const word = text.toLowerCase();
	if (word === "true" || word === "false") return word === "true";
	return refuse(text, "is neither true nor false", "Write true or false");
}
function oneOf(...allowed) {
	return (text) => {
		const found = allowed.find((word) => word === text);
		if (found !== void 0) return found;
		const near = nearest(text.toLowerCase(), allowed);
		return refuse(text, "is not an allowed value", `${near === void 0 ? "" : `Did you mean \`${near}\`? `}Allowed: ${allowed.join(", ")}`);
	};
}
function nearest(text, words) {
	if (text.length > 30) return void 0;
	return words.map((word) => ({
		word,
		distance: distance(text, word)
	})).filter(({ word, distance }) => distance <= word.length / 2 || isStart(text, word)).sort((a, b) => a.distance - b.distance)[0]?.word;
}
function isStart(a, b) {
	return a.length > 1 && (a.startsWith(b) || b.startsWith(a));
}
function distance(a, b) {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
function number(text) {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	return refuse(text, "is not a whole number from 0", "Write for example 1");
}
function count(text) {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
	return refuse(text, "is not a whole number from 1", "Write for example 2");
}
const LONGEST_MS = 20736e5;
const DURATION = /^(?:(\d+(?:\.\d+)?)d ?)?(?:(\d+(?:\.\d+)?)h ?)?(?:(\d+(?:\.\d+)?)m ?)?(?:(\d+(?:\.\d+)?)s ?)?(?:(\d+(?:\.\d+)?)ms)?$/;
const UNIT_MS = [
	864e5,
	36e5,
	6e4,
	1e3,
	1
];
function duration(text) {
	const word = text.toLowerCase();
	if (word === "none") return Infinity;
	if (/^0+$/.test(word)) return 0;
	if (/^\d+(?:\.\d+)?$/.test(word)) return refuse(text, "has no unit", withUnits(word));
	if (word.startsWith("-")) return refuse(text, "is negative", "Write for example 90s or 1h30m, or none for no limit");
	const found = DURATION.exec(word);
	if (found === null || word === "") return refuse(text, "is not a duration", "Write for example 90s, 1h30m, 500ms, 2d, or none for no limit");
	const total = UNIT_MS.reduce((sum, unit, index) => sum + unit * Number(found[index + 1] ?? 0), 0);
	if (total > LONGEST_MS) return refuse(text, "is longer than 24d", "Write 24d or less, or none for no limit");
	return total;
}
function withUnits(number) {
	const short = number.length > 10 ? "90" : number;
	return `Write ${short}s, ${short}m or ${short}h`;
}
function limit(text) {
	const value = duration(text);
	if (value === 0) refuse(text, "would end every build at once", "Write none for no limit, or for example 2h");
	return value;
}
const SIZE = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(i?)b$/i;
const PREFIXES = [
	"",
	"k",
	"m",
	"g",
	"t",
	"p"
];
function size(text) {
	if (/^[\d.]+ ?[kmgtp]i?$/i.test(text) && text.length < 30) {
		const stem = text.replace(/i$/i, "").toUpperCase();
		return refuse(text, "has no full unit", `Write ${stem}B, or ${stem}iB for powers of 1024`);
	}
	const bytes = /^\d+$/.test(text) ? Number(text) : sizeWithUnit(text);
	if (!Number.isSafeInteger(bytes)) return refuse(text, "is larger than any disk", "Write for example 500MB or 10GB");
	return bytes;
}
function sizeWithUnit(text) {
	const [, number, prefix = "", binary] = SIZE.exec(text) ?? [];
	if (number === void 0 || prefix === "" && binary !== "") return refuse(text, "is not a size", "Write for example 500MB, 10GB, 2GiB, or a number of bytes");
	const power = PREFIXES.indexOf(prefix.toLowerCase());
	return Math.ceil(Number(number) * (binary === "" ? 1e3 : 1024) ** power);
}
// src/step/inputs/notes.ts
const OURS = [
	"OUT",
	"KEY",
	"IDENTITY",
	"TOKEN",
	"IMAGE",
	"WITHIN",
	"ROOT"
];
function notesOn(key, given, known, poolWide) {
	const empty = emptyPartIn(key);
	const variables = [...poolWide.map(variablePart), ...OURS];
	return [
		...empty === void 0 ? [] : [`key: "${shorten(key)}" has "${empty}" in it, as if something there were empty. ${HASH_ADVICE}.`],
		...given.inputs.flatMap((name) => strange(name, known, (near) => `with: ${shorten(name)} is no input of this action, and nothing reads it. Did you mean \`${near}\`?`)),
		...given.pool.flatMap((name) => strange(name, variables, (near) => `BUILD_ONCE_${shorten(name)} is no variable of this action, and nothing reads it. Did you mean \`BUILD_ONCE_${near}\`?`))
	];
}
function variablePart(input) {
	return input.toUpperCase().replaceAll("-", "_");
}
function strange(name, known, tell) {
	const near = known.includes(name) ? void 0 : nearest(name, known);
	return near === void 0 ? [] : [tell(near)];
}
// src/step/inputs/paths.ts
function pathOf(context) {
	return context.os === "win32" ? win32 : posix;
}
function isAbsoluteAnywhere(path) {
	return posix.isAbsolute(path) || win32.isAbsolute(path) || /^[A-Za-z]:/.test(path);
}
function climbs(path) {
	return [posix, win32].some(({ normalize }) => /^\.\.(?:[\\/]|$)/.test(normalize(path)));
}
function belowBuild(text, context, shown = text) {
	withoutControls(text);
	if (isAbsoluteAnywhere(text)) refuse(shown, "is an absolute path", "Write a path relative to the build folder, for example bin");
	if (climbs(text)) refuse(shown, "leaves the build folder", "Write a path inside it, for example bin");
	return pathOf(context).normalize(text).replace(/(?<=.)[\\/]$/, "");
}
function pathLines(text, context) {
	return eachLine(text, (line) => {
		if (/[:;]/.test(line) && !/^[A-Za-z]:[\\/]/.test(line)) refuse(line, "contains a separator of PATH", "Write one folder a line, without `:` and `;`");
		return belowBuild(line, context);
	});
}
const OWNED = /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|BUILD_ONCE_)/;
function exportLines(text, context) {
	const seen = new Set();
	return eachLine(text, (line) => {
		const at = line.indexOf("=");
		if (at < 0) refuse(line, "has no `=`", "Write NAME=path, for example `JAVA_HOME=.`");
		const name = exportName(line.slice(0, at).trim(), line);
		if (seen.has(name)) refuse(line, `names ${name} for the second time`, "Write each name once");
		seen.add(name);
		const path = line.slice(at + 1).trim();
		if (path === "") refuse(line, "has no path", `Write \`${name}=.\` for the build folder itself`);
		return {
			name,
			path: belowBuild(path, context, line)
		};
	});
}
function exportName(name, line) {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse(line, "does not start with the name of a variable", "Use letters, digits and _, for example `JAVA_HOME=.`");
	const upper = name.toUpperCase();
	if (upper === "PATH") refuse(line, "would replace the whole PATH", "Use the input add-path");
	if (upper === "CI" || upper === "NODE_OPTIONS" || OWNED.test(upper)) refuse(line, `would set ${name}, which belongs to the runner or to build-once`, "Choose another name");
	return name;
}
function belowWorkspace(text, context) {
	withoutControls(text);
	const path = pathOf(context);
	const below = path.relative(context.workspace, path.resolve(context.workspace, text));
	if (below === "") refuse(text, "is the workspace itself", "Write a path inside it, for example deps/toolchain");
	if (isAbsoluteAnywhere(below) || climbs(below)) refuse(text, "leaves the workspace", "Write a path relative to GITHUB_WORKSPACE, for example deps/toolchain");
	return path.join(context.workspace, below);
}
function workingDirectory(text, context) {
	withoutControls(text);
	const path = pathOf(context);
	const absolute = path.resolve(context.workspace, text);
	const below = path.relative(context.workspace, absolute);
	return {
		absolute,
		portable: path.isAbsolute(below) || climbs(below) ? text : below
	};
}
function nested(a, b, context) {
	const path = pathOf(context);
	return [path.relative(a, b), path.relative(b, a)].some((way) => !path.isAbsolute(way) && !climbs(way));
}
function absolutePath(text, context) {
	withoutControls(text);
	if (!pathOf(context).isAbsolute(text)) refuse(text, "is not an absolute path", "Write one that starts at the root, for example /opt/ci-cache");
	return text;
}
function realPath(path) {
	const full = resolve(path);
	try {
		return realpathSync.native(full);
	} catch {
		const parent = dirname(full);
		return parent === full ? full : join(realPath(parent), basename(full));
	}
}
// src/step/inputs/producer-spec.ts
function producerOf(values, env, context) {
	const { url, repository, image } = values;
	const command = commandOf(values.run, values, context);
	if (url !== void 0) return {
		name: "url",
		spec: urlOf(values, url)
	};
	if (repository !== void 0) return {
		name: "repository",
		spec: repositoryOf(values, repository, env)
	};
	if (image !== void 0) return {
		name: "image",
		spec: {
			image,
			daemon: void 0,
			how: imageSource(values, command, context)
		}
	};
	return command && {
		name: "run",
		spec: {
			...command,
			allowEmpty: mayBeEmpty(values)
		}
	};
}
function mayBeEmpty(values) {
	return values["allow-empty"] || values.check !== void 0;
}
function producerBySteps({ image }) {
	if (image === void 0) return {
		name: "steps",
		spec: {}
	};
	return {
		name: "image",
		spec: {
			image,
			daemon: void 0,
			how: { kind: "steps" }
		}
	};
}
function commandOf(script, values, context) {
	if (script === void 0) return void 0;
	const { absolute, portable } = workingDirectory(values["working-directory"], context);
	return {
		script,
		shell: values.shell,
		workingDirectory: absolute,
		workingDirectoryAsWritten: portable
	};
}
function keyOf(producer) {
	switch (producer?.name) {
		case "url": return joined(producer.spec.url, [["sha256", producer.spec.sha256], ["strip", producer.spec.strip || void 0]]);
		case "repository": {
			const { url, ref, submodules, lfs, filter, depth } = producer.spec;
			return joined(`${url}@${ref}`, [
				["submodules", submodules === "false" ? void 0 : submodules],
				["lfs", lfs || void 0],
				["filter", filter],
				["depth", depth === Infinity ? "all" : depth === 1 ? void 0 : depth]
			]);
		}
		case "image": return producer.spec.image;
		default: return "";
	}
}
function joined(what, options) {
	return [what, ...options.filter(([, value]) => value !== void 0).map(([name, value]) => `${name}=${value}`)].join(" ");
}
function urlOf(values, url) {
	return {
		url,
		sha256: values.sha256,
		strip: values.strip,
		headers: values.headers,
		maxUnpackedBytes: values["max-unpacked"],
		maxRatio: values["max-ratio"]
	};
}
function repositoryOf(values, repository, env) {
	const server = (env.GITHUB_SERVER_URL || "https://github.com").replace(/\/$/, "");
	const url = /^[\w.-]+\/[\w.-]+$/.test(repository) ? `${server}/${repository}` : repository;
	const own = url.startsWith(`${server}/`) ? env["INPUT_JOB-TOKEN"] : void 0;
	return {
		url,
		ref: values.ref,
		commit: void 0,
		update: values.update,
		submodules: values.submodules,
		lfs: values.lfs,
		filter: values.filter,
		depth: values.depth,
		token: values.token ?? (own || void 0)
	};
}
function imageSource(values, command, place) {
	if (command !== void 0) return {
		kind: "run",
		command
	};
	const { context, dockerfile, target } = values;
	if (context === void 0) return { kind: "pull" };
	const folder = isRemote(context) ? void 0 : workingDirectory(context, place);
	const file = dockerfile === void 0 || folder === void 0 ? void 0 : workingDirectory(dockerfile, place);
	return {
		kind: "build",
		context: folder?.absolute ?? context,
		contextAsWritten: folder?.portable ?? context,
		dockerfile: file?.absolute ?? dockerfile,
		dockerfileAsWritten: file?.portable ?? dockerfile,
		buildArgs: values["build-args"],
		target,
		secrets: values.secrets.map((line) => withAbsoluteSource(line, place)),
		cacheFrom: values["cache-from"],
		cacheTo: values["cache-to"],
		platforms: values.platforms,
		pull: values.pull,
		labels: values.labels,
		keyed: values.key !== void 0,
		recipe: void 0
	};
}
function withAbsoluteSource(line, place) {
	if (!isSecretOption(line)) return line;
	return line.replace(/(?<=,(?:src|source)=)[^,]+/, (file) => workingDirectory(file, place).absolute);
}
function isRemote(context) {
	return /^(?:https?|git|ssh):\/\/|^git@/.test(context);
}
// src/step/inputs/root.ts
const CACHE_VARIABLES = [
	"RUNNER_TOOL_CACHE",
	"RUNNER_TOOLSDIRECTORY",
	"AGENT_TOOLSDIRECTORY"
];
const ROOT_VARIABLES = ["BUILD_ONCE_ROOT", ...CACHE_VARIABLES];
function toolCacheOf(env) {
	return firstOf(CACHE_VARIABLES, env)?.value;
}
function rootOf(env, problems) {
	const instead = "Set RUNNER_TOOL_CACHE to a folder that all runners of the host share, or write an absolute path as root";
	const found = firstOf(ROOT_VARIABLES, env);
	if (found === void 0) {
		const wrong = `is missing, and none of ${ROOT_VARIABLES.join(", ")} is set`;
		problems.push({
			name: "root",
			value: void 0,
			wrong,
			instead
		});
		return "";
	}
	if (!isAbsolute(found.value)) problems.push({
		...found,
		wrong: "is not an absolute path",
		instead
	});
	return found.value;
}
function firstOf(names, env) {
	for (const name of names) {
		const value = env[name];
		if (value) return {
			name,
			value
		};
	}
}
// src/producers/shell.ts
const WORDS = [
	"bash",
	"sh",
	"pwsh",
	"powershell",
	"cmd",
	"python"
];
const PLACE = "{0}";
const powershell = ["-command", `. '${PLACE}'`];
const known = {
	bash: {
		extension: ".sh",
		args: [
			"--noprofile",
			"--norc",
			"-eo",
			"pipefail",
			PLACE
		]
	},
	sh: {
		extension: ".sh",
		args: ["-e", PLACE]
	},
	pwsh: {
		extension: ".ps1",
		args: powershell
	},
	powershell: {
		extension: ".ps1",
		args: powershell
	},
	cmd: {
		extension: ".cmd",
		args: [
			"/D",
			"/E:ON",
			"/V:OFF",
			"/S",
			"/C",
			`"CALL "${PLACE}""`
		]
	},
	python: {
		extension: ".py",
		args: [PLACE]
	}
};
function shellProblem(shell) {
	if (isWord(shell)) return void 0;
	const shown = shorten(shell.trim());
	const [program, ...args] = splitWords(shell) ?? [];
	if (shown === "") return `shell: is blank; leave it out, or write one of ${WORDS.join(", ")}.`;
	if (shell.includes("\0")) return `shell: "${shown}" holds a NUL character; take it out.`;
	if (program === void 0) return `shell: "${shown}" has a quote that is not closed; close it.`;
	if (program.includes(PLACE)) return `shell: "${shown}" starts with ${PLACE}; name a program first: "bash ${PLACE}".`;
	if (args.some((arg) => arg.includes(PLACE))) return void 0;
	return `shell: "${shown}" is none of ${WORDS.join(", ")}; for a template, write ${PLACE} where the script file goes: "${shown} ${PLACE}".`;
}
function shellFor(shell, host) {
	if (shell === void 0) return defaultShell(host);
	return isWord(shell) ? make(shell, known[shell].args, shell) : fromTemplate(splitWords(shell) ?? []);
}
function defaultShell({ windows, has }) {
	if (windows) return shellFor(has("pwsh") ? "pwsh" : "powershell", {
		windows,
		has
	});
	return make(has("bash") ? "bash" : "sh", known.sh.args, "sh");
}
function fromTemplate([program = "", ...args]) {
	return make(program, args, basename(program).replace(/\.exe$/i, ""));
}
function make(program, args, kind) {
	return {
		program,
		extension: isWord(kind) ? known[kind].extension : "",
		verbatim: kind === "cmd" && args === known.cmd.args,
		isPosix: kind === "bash" || kind === "sh",
		prepare: (script) => prepare(kind, script),
		argumentsFor: (path) => args.map((arg) => arg.replaceAll(PLACE, () => args === powershell ? quoted(path) : path))
	};
}
function prepare(kind, script) {
	if (kind === "cmd") return crlf(`@echo off\n${script}`);
	if (kind !== "pwsh" && kind !== "powershell") return script;
	return `$ErrorActionPreference = 'stop'\n${script}\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit \$LASTEXITCODE }`;
}
function crlf(text) {
	return text.replace(/\r?\n/g, "\r\n");
}
function quoted(path) {
	return path.replaceAll("'", "''");
}
function isWord(shell) {
	return WORDS.includes(shell);
}
function splitWords(text) {
	const part = /\\"|'[^']*'|"(?:\\"|[^"])*"|[^\s'"]/;
	const words = text.match(new RegExp(`(?:${part.source})+`, "g")) ?? [];
	return text.replace(new RegExp(part.source, "g"), "").trim() === "" ? words.map(unquote) : void 0;
}
function unquote(word) {
	return word.replace(/\\"|'([^']*)'|"((?:\\"|[^"])*)"/g, (whole, single, double) => {
		return whole === "\\\"" ? "\"" : single ?? double?.replaceAll("\\\"", "\"") ?? "";
	});
}
// src/base/redact.ts
function plainAddress(text) {
	const address = text.replace(/[?#].*/s, "");
	const at = address.lastIndexOf("@");
	if (at === -1) return address;
	return (/^[a-z][a-z0-9+.-]*(?::\/+|\/\/)/i.exec(address)?.[0] ?? "") + address.slice(at + 1);
}
// src/step/inputs/fetch-values.ts
function url(text) {
	const shown = plainAddress(text);
	if (hasControls(text)) refuse(shown, "contains control characters", "Write it without them, in one line");
	if (/\s/.test(text)) refuse(shown, "contains blanks", "Write them as %20");
	if (!URL.canParse(text)) refuse(shown, "is not a URL", "Write it in full, with https://");
	const { protocol, username, password } = new URL(text);
	if (!["https:", "http:"].includes(protocol)) refuse(shown, "is neither an https nor an http URL", "Write one that starts with https://");
	if (username !== "" || password !== "") refuse("", "contains a user or a password, which other jobs would see", "Use the input headers");
	return text.replace(/#.*/, "");
}
function token(text) {
	if (!hasControls(text)) return text;
	return refuse("", "contains control characters", "Write it without them, in one line");
}
function sha256(text) {
	const plain = text.toLowerCase().replace(/^sha256:/, "");
	if (/^[0-9a-f]{64}$/.test(plain)) return plain;
	return refuse(text, "is not a sha256, which has 64 hex digits", "Write what `sha256sum FILE` prints first");
}
function headerLines(text) {
	return eachLine(text, (line) => {
		const at = line.indexOf(":");
		const name = line.slice(0, Math.max(at, 0)).trim();
		const value = line.slice(at + 1).trim();
		if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) refuse("", "has a line that is not a header", "Write `Name: value`, for example `Accept: application/octet-stream`");
		if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) refuse(name, "has a value with characters that a header cannot hold", "Write it in ASCII, in one line");
		return {
			name,
			value
		};
	});
}
const ADDRESS = "Write the address without it; for a login, use the input token";
function repository(text) {
	withoutControls(text);
	if (/\s/.test(text) || text.startsWith("-")) refuse(plainAddress(text), "is not a repository", "Write owner/name, or a URL to clone");
	if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(text) && !/^ssh:\/\/[^/:@]*@[^/@]*(?:\/|$)/i.test(text) || /^[^/@]*:[^/]*@/.test(text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "/"))) refuse("", "contains a user or a password, which other jobs would see", "Use the input token");
	if (/[?#]/.test(text) && !text.startsWith("/")) refuse(plainAddress(text), "has a query or a fragment, which other jobs would see", ADDRESS);
	if (/^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(text) || text.startsWith("/") || /^[\w.-]+\/[\w.-]+$/.test(text)) return text;
	return refuse(plainAddress(text), "is neither owner/name nor a URL", "Write for example actions/checkout, or https://…");
}
function imageContext(text) {
	withoutControls(text);
	if (/^https?:\/\/[^/]*@/i.test(text)) refuse("", "contains a user or a password, which everybody on the host would see", "Check the context out before");
	return text;
}
function ref(text) {
	withoutControls(text);
	if (/[\s~^:?*[\\]|\.\.|@\{|^[-/]|\/$|\.lock$/.test(text)) refuse(text, "is not a valid name of a branch, a tag or a commit", "Write for example main, v1.2.0 or a commit");
	return text;
}
function submodules(text) {
	const word = text.toLowerCase();
	if (word === "false" || word === "true" || word === "recursive") return word;
	return refuse(text, "is not an allowed value", "Allowed: true, false, recursive");
}
function filter(text) {
	if (/^(?:blob:none|blob:limit=\d+[kmg]?|tree:\d+)$/.test(text)) return text;
	return refuse(text, "is not a filter of git", "Write blob:none, tree:0 or blob:limit=1m");
}
function depth(text) {
	return number(text) || Infinity;
}
const PART = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const IMAGE = new RegExp(`^(?:[a-z0-9][a-z0-9.-]*(?::\\d+)?/)?${PART}(?:/${PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`, "i");
function image(text) {
	withoutControls(text);
	if (text.endsWith(":")) refuse(text, "has an empty tag", "Write one; hashFiles() is empty where no file matches its pattern");
	if (!IMAGE.test(text)) refuse(text, "is not a valid image name", "Write name:tag, for example registry.example/team/base:42");
	const wrong = whereHashIsMissing(text);
	if (wrong !== void 0) refuse(text, wrong, HASH_ADVICE);
	if (/[A-Z]/.test(text.replace(/[:@][^/]*$/, ""))) refuse(text, "has capital letters, which image names cannot have", `Write ${text.toLowerCase()}`);
	return /[:@][^/]*$/.test(text) ? text : `${text}:latest`;
}
function buildArgLines(text) {
	return eachLine(text, (line) => {
		if (/^[A-Za-z_]\w*(?:=.*)?$/.test(line)) return line;
		return refuse("", "has a line that is not a build argument", "Write NAME=value, one a line");
	});
}
function secretLines(text) {
	return eachLine(text, (line) => {
		if (/^[\w.-]+=./.test(line)) return line;
		return refuse("", "has a line that is not a secret", "Write NAME=value, or id=NAME,src=FILE, one a line");
	});
}
function plainLines(text) {
	return eachLine(text, withoutControls);
}
function platformList(text) {
	return eachLine(text.replaceAll(",", "\n"), (word) => {
		if (/^[a-z0-9]+(?:\/[a-z0-9.]+){1,2}$/.test(word)) return word;
		return refuse(word, "is not a platform", "Write for example linux/amd64 or linux/arm64");
	});
}
function labelLines(text) {
	return eachLine(text, (line) => {
		withoutControls(line);
		if (/^[^=\s]+=/.test(line)) return line;
		return refuse(line, "is not a label", "Write name=value, one a line");
	});
}
// src/host/windows-names.ts
const DEVICE = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:[./]|$)/i;
function isDevice(name) {
	return DEVICE.test(name);
}
// src/step/inputs/names.ts
const PLAIN = "Write a plain name, of letters, digits, - and _";
function folderName(text) {
	if (/[\\/]/.test(text)) refuse(text, "contains a path separator", PLAIN);
	if (text.includes("..") || text === ".") refuse(text, "is a path, not a name", PLAIN);
	if (/\s/.test(text) || hasControls(text)) refuse(text, "contains blanks or control characters", PLAIN);
	if (/[:*?"<>|]/.test(text)) refuse(text, "contains a character that Windows does not allow in file names", PLAIN);
	if (isDevice(text)) refuse(text, "is the name of a device on Windows", "Write another name");
	if (text.endsWith(".")) refuse(text, "ends with a dot, which Windows removes", "Write it without");
	if (text.length > 100) refuse(text, "is longer than 100 characters", "Write a shorter name");
	return text;
}
function toolName(text) {
	const name = folderName(text);
	if (name.toLowerCase() === "build-once") refuse(text, "is the folder of build-once itself", "Write the name of the tool");
	return name;
}
const NUMBER = "(?:0|[1-9]\\d{0,15})";
const WORD = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${WORD}(?:\\.${WORD})*)?$`);
function version(text) {
	const plain = text.replace(/^v/, "");
	if (plain.length <= 100 && SEMVER.test(plain)) return plain;
	const [stem = "", ...metadata] = plain.split("+");
	if (metadata.length > 0 && SEMVER.test(stem)) return refuse(text, "has build metadata, which tool-cache ignores", `Write ${stem}`);
	return refuse(text, "is not a semantic version", `Write ${threeNumbers(plain) ?? "three numbers, for example 18.1.8"}`);
}
function threeNumbers(text) {
	if (!/^\d{1,15}(?:\.\d{1,15}){0,2}$/.test(text)) return void 0;
	const [major, minor = "0", patch = "0"] = text.split(".");
	return [
		major,
		minor,
		patch
	].map(Number).join(".");
}
// src/step/inputs/table.ts
function input(fallback, usual, read) {
	return {
		fallback,
		usual,
		read,
		verbatim: false
	};
}
function optional(read) {
	return input("", void 0, read);
}
function verbatim(read) {
	return {
		...optional(read),
		verbatim: true
	};
}
function flag(usual) {
	return input(`${usual}`, usual, boolean);
}
function word(usual, ...others) {
	return input(usual, usual, oneOf(usual, ...others));
}
function lines(read) {
	return input("", [], read);
}
const script = verbatim((text) => text);
const inputs = {
	key: verbatim(readKey),
	run: script,
	shell: optional(readShell),
	"working-directory": input("", "", withoutControls),
	check: script,
	"allow-empty": flag(false),
	tool: optional(toolName),
	version: optional(version),
	arch: optional(folderName),
	adopt: flag(false),
	url: optional(url),
	sha256: optional(sha256),
	strip: input("0", 0, number),
	headers: lines(headerLines),
	"max-unpacked": input("100GB", 1e11, size),
	"max-ratio": input("200", 200, count),
	repository: optional(repository),
	ref: input("HEAD", "HEAD", ref),
	update: flag(false),
	submodules: input("false", "false", submodules),
	lfs: flag(false),
	filter: optional(filter),
	depth: input("1", 1, depth),
	token: optional(token),
	image: optional(image),
	context: optional(imageContext),
	dockerfile: optional(withoutControls),
	"build-args": lines(buildArgLines),
	target: optional(folderName),
	secrets: lines(secretLines),
	"cache-from": lines(plainLines),
	"cache-to": lines(plainLines),
	platforms: lines(platformList),
	pull: flag(false),
	labels: lines(labelLines),
	root: optional(absolutePath),
	scope: optional(readScope),
	platform: word("auto", "any"),
	relocatable: optional(boolean),
	shared: optional(oneOf("group", "user")),
	"wait-timeout": input("6h", 216e5, duration),
	"on-timeout": word("fail", "build"),
	"build-timeout": input("none", Infinity, limit),
	"max-in-flight": input("0", 0, number),
	group: input("default", "default", folderName),
	attempts: input("2", 2, count),
	force: flag(false),
	build: flag(true),
	"lookup-only": flag(false),
	"fail-on-cache-miss": flag(false),
	verify: word("off", "quick", "full"),
	"needs-free": optional(size),
	"on-change": word("warn", "rebuild", "fail"),
	"read-only": flag(false),
	pool: optional(poolAddress),
	"pool-password": optional(password),
	"pool-lease": input("45s", 45e3, lease),
	"on-pool-error": word("local", "fail"),
	remote: word("off", "actions-cache"),
	"remote-mode": word("read-write", "read"),
	enabled: flag(true),
	summary: word("auto", "always", "never"),
	link: optional(belowWorkspace),
	"copy-to": optional(belowWorkspace),
	"add-path": lines(pathLines),
	"export-env": lines(exportLines)
};
const inputNames = Object.keys(inputs);
const poolWide = [
	"scope",
	"platform",
	"relocatable",
	"shared",
	"wait-timeout",
	"on-timeout",
	"build-timeout",
	"max-in-flight",
	"group",
	"attempts",
	"force",
	"build",
	"lookup-only",
	"fail-on-cache-miss",
	"verify",
	"needs-free",
	"on-change",
	"read-only",
	"pool",
	"pool-password",
	"pool-lease",
	"on-pool-error",
	"remote",
	"remote-mode",
	"enabled",
	"summary"
];
const SHORTEST_LEASE_MS = 5e3;
function lease(text) {
	const ms = duration(text);
	if (ms >= SHORTEST_LEASE_MS) return ms;
	return refuse(text, "is shorter than 5 s", "Write 45s: a server that hangs for less robs nobody");
}
function password(text) {
	return hasControls(text) ? refuse("", "contains control characters", "Write it without them, in one line") : text;
}
function poolAddress(text) {
	if (/^rediss?:\/\/\S+$/i.test(text)) return text;
	return refuse("", "is no address of a Redis server", "Write redis://host:port/db, or rediss://host:port/db for TLS");
}
function readKey(text) {
	if (text.includes("\0")) refuse(text, "contains a NUL character", "Write it without; every other character is fine");
	if (Buffer.byteLength(text) > 8192) refuse(text, "is longer than 8,192 bytes", "Write a shorter one, for example with hashFiles or a digest");
	const wrong = whereHashIsMissing(text);
	if (wrong !== void 0) refuse(text, wrong, HASH_ADVICE);
	return text;
}
function readScope(text) {
	withoutControls(text);
	if (text !== "shared" && text.toLowerCase() === "shared") refuse(text, "is a reserved word in another case", "Write shared for all repositories, or another name");
	if (text.length > 200) refuse(text, "is longer than 200 characters", "Write a shorter name, for example team-compilers");
	return text;
}
function readShell(text) {
	withoutControls(text);
	const problem = shellProblem(text);
	if (problem === void 0) return text;
	if (text.length > 200) refuse(text, "is not a shell", "Write bash, sh, pwsh, python, or a template such as `bash -el {0}`");
	return refuse(text, problem, "");
}
// src/step/inputs/fetch-rules.ts
const PRODUCERS = [
	"run",
	"url",
	"repository",
	"image"
];
function hasProducer(read) {
	return read.bySteps || PRODUCERS.some((name) => read.text(name) !== "");
}
function runNeedsKey(read) {
	if ([
		"key",
		"url",
		"repository",
		"image"
	].some((name) => read.text(name) !== "")) return void 0;
	return problem(read, "key", "is missing", "Write what makes the artifact the one you want, for example llvm-18.1.8");
}
function queryNeedsKey(read) {
	if (read.text("key") !== "" || !read.values.url?.includes("?")) return void 0;
	return problem(read, "key", "is missing, and this url cannot be the key: its query may change or contain a secret", "Write key, for example the name and version of what is fetched");
}
function oneProducer(read) {
	const [first, second] = PRODUCERS.filter((name) => read.text(name) !== "");
	if (first === void 0 || second === void 0 || first === "run" && second === "image") return void 0;
	return problem(read, second, `was given with ${first}`, "Write one of the two");
}
const optionsOf = {
	run: ["allow-empty"],
	url: [
		"sha256",
		"strip",
		"headers"
	],
	repository: [
		"ref",
		"update",
		"submodules",
		"lfs",
		"filter",
		"depth",
		"token"
	],
	image: [
		"context",
		"dockerfile",
		"build-args",
		"target",
		"secrets",
		"cache-from",
		"cache-to",
		"platforms",
		"pull",
		"labels"
	]
};
const OPTIONS = Object.entries(optionsOf).flatMap(([producer, options]) => options.map((option) => [producer, option]));
function withoutProducer(read, producer, option) {
	const { fallback } = inputs[option];
	if (read.text(producer) !== "" || ["", fallback].includes(read.text(option))) return void 0;
	return problem(read, option, `was given without ${producer}`, `Write ${producer} too, or drop it`);
}
function imageFromOne(read) {
	if (read.text("image") === "" || read.text("run") === "") return void 0;
	const option = optionsOf.image.find((name) => read.text(name) !== "");
	if (option === void 0) return void 0;
	return problem(read, option, "was given with run", "Let run build the image, or drop it");
}
function digestIsPulled(read) {
	if (!read.text("image").includes("@")) return void 0;
	const how = ["run", "context"].find((name) => read.text(name) !== "");
	if (how === void 0) return void 0;
	return problem(read, "image", `names a digest, which an image made by ${how} cannot be given`, "Write name:tag, or drop the other input, so that it is pulled");
}
// src/step/inputs/rules.ts
const rules = [
	...[
		runNeedsKey,
		queryNeedsKey,
		oneProducer,
		...OPTIONS.map(([producer, option]) => (read) => withoutProducer(read, producer, option)),
		imageFromOne,
		digestIsPulled,
		...aliasRules
	],
	nothingBuilds,
	privateNeedsRun,
	timeoutNeedsRun,
	forceBuilds,
	privateBuilds,
	timeoutBuilds,
	toolNeedsVersion,
	versionNeedsTool,
	(read) => needsTool(read, "arch", read.text("arch") !== ""),
	(read) => needsTool(read, "adopt", read.values.adopt === true),
	adoptKnowsNoPin,
	toolIsShared,
	linkOrCopy
];
function problemsBetween(read, context) {
	return rules.map((rule) => rule(read, context)).filter((problem) => problem !== void 0);
}
function neverBuilds({ values }) {
	if (values["lookup-only"] === true) return "lookup-only: true";
	return values.build === false ? "build: false" : void 0;
}
function nothingBuilds(read) {
	const unread = !("build" in read.values) || !("lookup-only" in read.values);
	if (hasProducer(read) || unread || neverBuilds(read) !== void 0) return void 0;
	return problem(read, "run", "is missing, and nothing else builds the artifact", "Write the command that builds, or url, repository or image instead, or build: false to reuse what other jobs build");
}
function privateNeedsRun(read) {
	if (read.values.enabled !== false || hasProducer(read) || neverBuilds(read) === void 0) return void 0;
	return problem(read, "enabled", "asks for a private build, but nothing builds the artifact", "Write run, or enabled: true");
}
function privateBuilds(read) {
	const never = neverBuilds(read);
	if (read.values.enabled !== false || !hasProducer(read) || never === void 0) return void 0;
	return problem(read, "enabled", `asks for a private build, but ${never} forbids building`, "Write one of the two");
}
function timeoutNeedsRun(read) {
	if (read.values["on-timeout"] !== "build" || hasProducer(read) || neverBuilds(read) === void 0) return void 0;
	return problem(read, "on-timeout", "asks for a build, but nothing builds the artifact", "Write run, or on-timeout: fail");
}
function timeoutBuilds(read) {
	const never = neverBuilds(read);
	if (read.values["on-timeout"] !== "build" || !hasProducer(read) || never === void 0) return void 0;
	return problem(read, "on-timeout", `asks for a build, but ${never} forbids building`, "Write on-timeout: fail, or drop the other");
}
function forceBuilds(read) {
	const never = neverBuilds(read);
	if (read.values.force !== true || never === void 0) return void 0;
	return problem(read, "force", `asks for a new build, but ${never} forbids building`, "Write one of the two");
}
function toolNeedsVersion(read) {
	if (read.text("tool") === "" || read.text("version") !== "") return void 0;
	return problem(read, "tool", "was given without version", "Write both, for example version: 18.1.8");
}
function versionNeedsTool(read) {
	if (read.text("version") === "" || read.text("tool") !== "") return void 0;
	return problem(read, "version", "was given without tool", "Write both, for example tool: llvm");
}
function needsTool(read, name, given) {
	if (!given || read.text("tool") !== "") return void 0;
	return problem(read, name, "was given without tool", "Write tool and version too, or drop it");
}
function adoptKnowsNoPin(read) {
	const pin = read.text("sha256") !== "" ? "sha256" : /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(read.text("ref")) ? "ref" : "";
	if (read.values.adopt !== true || pin === "") return void 0;
	return problem(read, "adopt", `takes over what another action made, which cannot be compared with ${pin}`, "Write one of the two");
}
function toolIsShared(read) {
	const scope = read.text("scope");
	if (read.text("tool") === "" || scope === "" || scope === "shared") return void 0;
	return problem(read, "scope", "was given with tool, whose place in the tool cache is for all repositories", "Write scope: shared, or drop it");
}
function linkOrCopy(read, context) {
	const { link, "copy-to": copy } = read.values;
	if (link === void 0 || copy === void 0 || !nested(link, copy, context)) return void 0;
	return problem(read, "copy-to", `and link ${read.text("link")} are the same path, or one is inside the other`, "Write two separate paths");
}
// src/step/inputs/read.ts
function readRequest(env, facts, asked = {}) {
	const names = namesIn(env);
	const { texts, called, problems: doubled } = textsIn(env, asked);
	const { GITHUB_WORKSPACE: workspace = "" } = env;
	const context = {
		os: facts.os,
		workspace: resolve(facts.cwd, workspace)
	};
	const problems = [...doubled];
	const pool = poolTexts(env, names, texts, asked);
	const nameOf = (name) => called[name] ?? calledBy(name, pool);
	const values = readValues({
		...texts,
		...pool
	}, nameOf, asked, context, problems);
	const text = (name) => texts[name].trim();
	const read = {
		values,
		text,
		called: (name) => called[name] ?? name,
		bySteps: asked.bySteps === true
	};
	problems.push(...problemsBetween(read, context));
	const root = values.root ?? ("root" in values ? rootOf(env, problems) : "");
	if (root !== "" && (values["add-path"]?.length ?? 0) > 0) problems.push(...separatorIn(root, facts));
	if (problems.length > 0) throw badInput(problems);
	const request = requestOf(values, env, facts, {
		...context,
		root: realPath(root)
	}, asked);
	return {
		...request,
		notes: notesOn(request.subject.key, names, knownTo(asked), poolWide)
	};
}
function separatorIn(root, { os }) {
	const separator = os === "win32" ? ";" : ":";
	if (!realPath(root).includes(separator)) return [];
	return [{
		name: "root",
		value: root,
		wrong: `has a "${separator}" in it, which separates the folders of PATH, so no folder of a build there can go on PATH`,
		instead: "Name another root, or drop add-path"
	}];
}
function namesIn(env) {
	const all = Object.keys(env);
	const after = (start) => all.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
	return {
		inputs: after("INPUT_").map((name) => name.toLowerCase()),
		pool: after("BUILD_ONCE_")
	};
}
function knownTo({ names = inputNames, renamed = {}, bySteps }) {
	return [
		...names.map((name) => renamed[name]?.name ?? name),
		...bySteps ? [] : aliasNames,
		"check-run-id",
		"job-token",
		"job-status"
	];
}
function poolTexts(env, { pool }, texts, { names, renamed }) {
	if (pool.length === 0) return {};
	const unset = poolWide.filter((name) => {
		return (names?.includes(name) ?? true) && renamed?.[name] === void 0 && texts[name].trim() === "" && pool.includes(variablePart(name));
	});
	return Object.fromEntries(unset.map((name) => [name, env[`BUILD_ONCE_${variablePart(name)}`] ?? ""]));
}
function textsIn(env, { names, renamed, bySteps }) {
	const given = (name) => env[`INPUT_${name.toUpperCase()}`] ?? "";
	const text = (name) => {
		if (names !== void 0 && !names.includes(name)) return "";
		return given(renamed?.[name]?.name ?? name);
	};
	return underOwnNames(Object.fromEntries(inputNames.map((name) => [name, text(name)])), bySteps ? () => "" : given);
}
function isUsual(name, text) {
	return ["", inputs[name].fallback].includes(text.trim());
}
function calledBy(name, pool) {
	return pool[name] === void 0 ? name : `BUILD_ONCE_${variablePart(name)}`;
}
function readValues(texts, nameOf, { renamed }, context, problems) {
	const values = {};
	for (const name of inputNames) {
		const { usual, read, verbatim } = inputs[name];
		const { name: called, fallback } = renamed?.[name] ?? {
			name: nameOf(name),
			fallback: inputs[name].fallback
		};
		const text = texts[name];
		const trimmed = text.trim();
		try {
			const given = trimmed === "" ? fallback : verbatim ? text : trimmed;
			values[name] = renamed?.[name] === void 0 && isUsual(name, text) ? usual : read(given, context);
		} catch (error) {
			if (!(error instanceof BadValue)) throw error;
			problems.push(...error.faults.map((fault) => ({
				name: called,
				...fault
			})));
		}
	}
	return values;
}
function requestOf(values, env, facts, { root, ...context }, { bySteps = false }) {
	const tool = toolOf(values, env, facts, root);
	const producer = bySteps ? producerBySteps(values) : producerOf(values, env, context);
	return {
		enabled: values.enabled,
		subject: {
			key: values.key ?? keyOf(producer),
			scope: scopeOf(values, env),
			platform: values.platform === "any" ? "any" : platformOf(facts, values.arch),
			relocatable: values.relocatable ?? (producer?.name === "url" || producer?.name === "repository"),
			root
		},
		producer,
		check: commandOf(values.check, values, context),
		tool,
		policy: policyOf(values, root),
		delivery: {
			workspace: context.workspace,
			link: values.link,
			copyTo: values["copy-to"],
			addPath: values["add-path"],
			exportEnv: values["export-env"]
		},
		pool: poolOf(values),
		remote: values.remote === "off" ? void 0 : values["remote-mode"],
		summary: values.summary,
		failOnMiss: values["fail-on-cache-miss"]
	};
}
function poolOf({ pool: address, "pool-password": password, "pool-lease": leaseMs }) {
	return address === void 0 ? void 0 : {
		address,
		password,
		leaseMs
	};
}
function scopeOf({ scope, tool, image }, { GITHUB_REPOSITORY: repository = "" }) {
	if (tool !== void 0) return "shared";
	return scope ?? (image === void 0 ? repository || "local" : "shared");
}
function policyOf(values, root) {
	return {
		mode: values["lookup-only"] ? "look" : values.build ? "build" : "wait",
		force: values.force,
		verify: values.verify,
		onChange: values["on-change"],
		waitTimeoutMs: values["wait-timeout"],
		onTimeout: values["on-timeout"],
		buildTimeoutMs: values["build-timeout"],
		attempts: values.attempts,
		needsFreeBytes: values["needs-free"] ?? 0,
		slots: values["max-in-flight"] === 0 ? void 0 : {
			count: values["max-in-flight"],
			group: values.group
		},
		onPoolError: values["on-pool-error"],
		readOnly: values["read-only"],
		groupShared: values.shared === void 0 ? isForGroup(root) : values.shared === "group"
	};
}
function toolOf(values, env, facts, root) {
	const { tool: name, version, arch = facts.arch, adopt } = values;
	if (name === void 0 || version === void 0) return void 0;
	const toolCache = toolCacheOf(env);
	return {
		name,
		version,
		arch,
		adopt,
		toolCache: toolCache === void 0 ? root : realPath(toolCache)
	};
}
const SHOWN = 20;
function badInput(problems) {
	const lines = problems.slice(0, SHOWN).map(lineOf);
	if (problems.length > SHOWN) lines.push(`- and ${problems.length - SHOWN} more`);
	return new OnceError("BAD_INPUT", `${problems.length === 1 ? "1 invalid input" : `${problems.length} invalid inputs`}:\n${lines.join("\n")}`);
}
function lineOf({ name, value, wrong, instead }) {
	if (instead === "") return `- ${shorten(wrong, 600)}`;
	return `- ${value === void 0 || value === "" ? name : `${name} "${shorten(value, 120)}"`} ${shorten(wrong, 300)}. ${instead}.`;
}
// src/step/step.ts
function readInputs(env, read = readRequest) {
	return withFailedOutputs(env, () => read(env, hostFacts()));
}
function withFailedOutputs(env, work) {
	try {
		return work();
	} catch (caught) {
		const error = caught instanceof OnceError ? caught : internal(caught);
		writeOutputs(outputsOf(emptyOutcome(env.INPUT_KEY ?? "", { error })), env);
		throw error;
	}
}
// src/guard/claim-inputs.ts
const claimInputs = [
	"key",
	"image",
	"tool",
	"version",
	"arch",
	"adopt",
	"root",
	"scope",
	"platform",
	"relocatable",
	"shared",
	"wait-timeout",
	"on-timeout",
	"max-in-flight",
	"group",
	"attempts",
	"force",
	"verify",
	"needs-free",
	"read-only",
	"pool",
	"pool-password",
	"pool-lease",
	"on-pool-error",
	"remote",
	"remote-mode",
	"enabled",
	"summary"
];
const CLAIM_LIMIT = {
	name: "claim-limit",
	fallback: "6h"
};
function readClaimRequest(env, facts) {
	return readRequest(env, facts, {
		names: [...claimInputs, "build-timeout"],
		renamed: { "build-timeout": CLAIM_LIMIT },
		bySteps: true
	});
}
// src/guard/messages.ts
function plainOf({ error, ...rest }) {
	if (error === void 0) return {
		...rest,
		error
	};
	const { code, message, exitCode } = error;
	return {
		...rest,
		error: {
			code,
			message,
			...exitCode === void 0 ? {} : { exitCode }
		}
	};
}
function outcomeFrom({ error, ...rest }) {
	return {
		...rest,
		error: error && new OnceError(error.code, error.message, { exitCode: error.exitCode })
	};
}
function reporterTo(send) {
	const line = (method) => (text) => send({
		kind: "line",
		method,
		text
	});
	return {
		debug: line("debug"),
		info: line("info"),
		notice: line("notice"),
		warn: line("warn"),
		output: () => {},
		openGroup: line("openGroup"),
		closeGroup: () => line("closeGroup")("")
	};
}
function printLine({ method, text }, reporter) {
	reporter[method](text);
}
function encode(message) {
	return `${JSON.stringify(message)}\n`;
}
const LONGEST = 4194304;
function decoder(kinds, handle) {
	let rest = "";
	return (piece) => {
		const lines = `${rest}${piece}`.split("\n");
		rest = lines.pop() ?? "";
		if (rest.length > LONGEST) rest = "";
		for (const line of lines) {
			const message = parseFields(line);
			if (message !== void 0 && kinds.includes(message.kind)) handle(message);
		}
	};
}
// src/host/rename.ts
const real = {
	rename: renameSync,
	pause: pauseSync
};
function renameOnWindows(from, to, calls = real) {
	for (const pauseMs of [...RETRY_PAUSES_MS, void 0]) try {
		calls.rename(from, to);
		return;
	} catch (error) {
		if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
		if (isInTheWay(at(to), at(from))) throw Object.assign(error, { code: "EEXIST" });
		if (pauseMs === void 0) throw error;
		calls.pause(pauseMs);
	}
}
function isInTheWay(there, moved) {
	return there !== void 0 && moved !== void 0 && !(there.isFile() && moved.isFile());
}
function at(path) {
	try {
		return lstatSync(path);
	} catch {
		return;
	}
}
function rename(from, to) {
	if (process.platform === "win32") renameOnWindows(from, to);
	else renameSync(from, to);
}
// src/guard/claim-folder.ts
const CLAIM = "claim.json";
const OUTCOME = "outcome.json";
const REPORTED = "reported.json";
var ClaimFolder = class ClaimFolder {
	dir;
	constructor(dir) {
		this.dir = dir;
	}
	static make(temp) {
		return new ClaimFolder(mkdtempSync(join(temp, "build-once-claim-")));
	}
	get log() {
		return join(this.dir, "log");
	}
	get socket() {
		return process.platform === "win32" ? `\\\\.\\pipe\\${basename(this.dir)}` : join(this.dir, "sock");
	}
	saveClaim(claim) {
		this.#write(CLAIM, JSON.stringify(claim, (_name, value) => value === Infinity ? "Infinity" : value));
	}
	savedClaim() {
		const text = this.#read(CLAIM);
		return text === void 0 ? void 0 : JSON.parse(text, (_name, value) => value === "Infinity" ? Infinity : value);
	}
	saveOutcome(outcome) {
		unless(["ENOENT"], () => this.#write(OUTCOME, JSON.stringify(plainOf(outcome))));
	}
	takeOutcome() {
		const text = unless(["ENOENT"], () => {
			rename(join(this.dir, OUTCOME), join(this.dir, REPORTED));
			return true;
		}) && this.#read(REPORTED);
		return text ? outcomeFrom(JSON.parse(text)) : void 0;
	}
	markReported() {
		return unless(["EEXIST"], () => {
			writeFileSync(join(this.dir, REPORTED), "", { flag: "wx" });
			return true;
		}) ?? false;
	}
	get isReported() {
		return this.#read(REPORTED) !== void 0;
	}
	#write(name, text) {
		writeFileSync(join(this.dir, `${name}.draft`), text);
		rename(join(this.dir, `${name}.draft`), join(this.dir, name));
	}
	#read(name) {
		return unless(["ENOENT", "ENOTDIR"], () => readFileSync(join(this.dir, name), "utf8"));
	}
};
function deadClaimOf({ token, out, replaces, sinceMs }) {
	return {
		token,
		out,
		replaces,
		buildMs: Math.max(0, Math.round(monotonicMs() - sinceMs))
	};
}
// src/guard/start-keeper.ts
async function startKeeper(file, services) {
	const { worker, env, reporter, signal } = services;
	signal.throwIfAborted();
	const folder = ClaimFolder.make(services.temp);
	const workerStartTime = processState(worker.pid)?.startTime;
	const args = {
		folder: folder.dir,
		workerPid: worker.pid,
		workerStartTime
	};
	const log = openSync(folder.log, "a");
	const keeper = spawn(process.execPath, [file, JSON.stringify(args)], {
		cwd: folder.dir,
		env,
		detached: true,
		stdio: [
			"ignore",
			log,
			log,
			"ipc"
		],
		windowsHide: true
	});
	closeSync(log);
	return new Promise((resolve, reject) => {
		const events = ["exit", "disconnect"].map((event) => new Promise((done) => keeper.once(event, () => done())));
		const ended = Promise.all(events);
		const dismiss = () => {
			if (keeper.connected) keeper.disconnect();
			ended.then(() => reject(signal.reason));
		};
		signal.addEventListener("abort", dismiss, { once: true });
		const detach = () => new Promise((done, failed) => {
			keeper.once("disconnect", () => {
				keeper.unref();
				done();
			});
			keeper.send("stay", (error) => error ? failed(error) : void 0);
		});
		keeper.on("message", (message) => {
			if (message.kind === "line") printLine(message, reporter);
			if (message.kind === "claimed") {
				const { outcome, token } = message;
				resolve({
					outcome,
					token,
					folder: folder.dir,
					detach
				});
			}
			if (message.kind === "ended") resolve(outcomeFrom(message.outcome));
		});
		keeper.once("error", reject);
		ended.then(() => {
			if (!signal.aborted) reject(endedEarly(keeper, folder));
		});
	});
}
function endedEarly({ exitCode, signalCode }, { log }) {
	const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`;
	const output = readFileSync(log, "utf8").trim().slice(-2e3);
	return new OnceError("CLAIM_LOST", `The process that was to hold the claim ended ${how} before it could. Look at the memory of this host.${output && ` Its output: ${output}`}`);
}
// src/guard/ticket.ts
function writeTicket(ticket) {
	return Buffer.from(JSON.stringify(ticket)).toString("base64url");
}
function readTicket(text, env) {
	const ticket = parse(text.trim());
	if (ticket === void 0) throw new OnceError("BAD_INPUT", `claim ${text.trim() === "" ? "is missing" : "is not the output of a claim step"}. ${"Write the output of the step that claimed: claim: $".concat("{{ steps.<id>.outputs.claim }}")}. It is empty when that step failed or did not run.`);
	if (ticket.job === workerOf(env, process.ppid).id) return ticket;
	throw new OnceError("CLAIM_REFUSED", "This claim is of another job, and is released when that job ends. Only the job that claimed can publish: move the publish step into that job.");
}
function parse(text) {
	try {
		const ticket = JSON.parse(Buffer.from(text, "base64url").toString());
		const whole = "folder" in ticket ? typeof ticket.folder === "string" : typeof ticket.outcome.key === "string";
		return ticket.format === 1 && whole ? ticket : void 0;
	} catch {
		return;
	}
}
// src/guard/claim.ts
function runClaim(keeper) {
	const { env } = process;
	return runToEnd((lifetime) => runClaimStep(readInputs(env, readClaimRequest), env, lifetime, keeper));
}
async function runClaimStep(request, env, lifetime, keeper) {
	const elapsed = stopwatch();
	const { services, place } = withFailedOutputs(env, () => serve(request, env, lifetime));
	if (place !== void 0) services.reporter.info(place.line);
	for (const note of request.notes) services.reporter.warn(note);
	const answer = await lookFirst(request, services) ?? await startKeeper(keeper, services);
	const job = services.worker.id;
	if (!("detach" in answer)) return reportEnd(answer, request, services, elapsed, { claim: answer.error === void 0 ? writeTicket({
		format: 1,
		job,
		outcome: plainOf(answer)
	}) : "" });
	const claim = ticketOf(answer, job);
	logOutcome(answer.outcome, services);
	writeOutputs({
		...outputsOf(answer.outcome, services.who.runUrl),
		claim
	}, env);
	saveState({ claim }, env);
	await answer.detach();
	services.signal.throwIfAborted();
}
async function lookFirst(request, services) {
	if (!request.enabled || request.policy.force) return void 0;
	const outcome = await once({
		...request,
		policy: {
			...request.policy,
			mode: "look"
		}
	}, services);
	return outcome.result === "missed" ? void 0 : outcome;
}
function ticketOf({ folder, token }, job) {
	return writeTicket({
		format: 1,
		job,
		folder,
		token
	});
}
function saveState(state, { GITHUB_STATE: file }) {
	if (file) appendFileSync(file, outputFile(state));
}
// src/host/socket.ts
const FITS = process.platform === "linux" ? 107 : 103;
const LONGEST_SOCKET_PATH = process.platform === "linux" ? Infinity : FITS;
function wayTo(path) {
	if (Buffer.byteLength(path) <= FITS) return {
		path,
		close: () => {}
	};
	if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH) return void 0;
	let folder;
	try {
		folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
	} catch {
		return;
	}
	const close = () => {
		if (folder !== void 0) closeSync(folder);
		folder = void 0;
	};
	return {
		path: `/proc/self/fd/${folder}/${basename(path)}`,
		close
	};
}
function listenAt(path, meet = (socket) => socket.destroy()) {
	const way = wayTo(path);
	if (way === void 0) return Promise.resolve(void 0);
	return new Promise((resolve) => {
		const server = createServer(meet);
		server.unref();
		server.on("error", () => {
			if (!server.listening) way.close();
			resolve(void 0);
		});
		server.once("close", way.close);
		server.listen(way.path, () => resolve(server));
	});
}
function connectTo(path) {
	const way = wayTo(path);
	return way && connect(way.path).once("close", way.close);
}
// src/guard/ask.ts
const SILENCE_MS = 3e4;
function askKeeper({ socket: path }, command, { reporter, signal }) {
	signal.throwIfAborted();
	return new Promise((resolve, reject) => {
		const socket = connectTo(path);
		if (socket === void 0) return resolve(void 0);
		const settle = (action) => {
			socket.destroy();
			action();
		};
		signal.addEventListener("abort", () => settle(() => reject(signal.reason)), { once: true });
		socket.setTimeout(SILENCE_MS, () => settle(() => reject(silent(path))));
		socket.once("connect", () => {
			reporter.debug(`asking the keeper at ${path} to ${command.kind}`);
			socket.write(encode(command));
		});
		socket.once("error", () => settle(() => resolve(void 0)));
		socket.once("close", () => resolve(void 0));
		const receive = decoder([
			"line",
			"ended",
			"refused"
		], (message) => {
			if (message.kind === "line") printLine(message, reporter);
			if (message.kind === "ended") settle(() => resolve(outcomeFrom(message.outcome)));
			if (message.kind === "refused") settle(() => reject(new OnceError("CLAIM_REFUSED", message.reason)));
		});
		socket.setEncoding("utf8").on("data", receive);
	});
}
function silent(path) {
	return new OnceError("CLAIM_LOST", `The process that holds this claim has been silent for ${SILENCE_MS / 1e3} s: it is stopped, or this host is stuck. Nothing was published; run the job again. It listens at ${path}.`);
}
// src/guard/step-channel.ts
const TICK_MS = 1e3;
var StepChannel = class {
	reporter;
	#folder;
	#request;
	#lifetime;
	#made;
	#publish = () => {};
	#failBuild = () => {};
	#isClaimed = false;
	#isLost = false;
	#isDetached = false;
	#asker;
	constructor(dir, request, lifetime) {
		this.#folder = new ClaimFolder(dir);
		this.#request = request;
		this.#lifetime = lifetime;
		this.reporter = reporterTo((message) => this.#send(message));
		this.#made = new Promise((resolve, reject) => {
			this.#publish = resolve;
			this.#failBuild = reject;
		});
		this.#made.catch(() => {});
		process.once("message", () => this.#detach());
		process.once("disconnect", () => {
			if (!this.#isDetached) lifetime.end(new OnceError("CANCELLED", "The step that claimed has ended."));
		});
	}
	async claimed(build) {
		const { token, out, entry, waitedMs, slotWaitedMs, signal } = build;
		if (this.#isClaimed) throw claimLost(this.#request);
		this.#isClaimed = true;
		signal.addEventListener("abort", () => {
			this.#isLost = true;
		});
		this.#folder.saveClaim({
			request: this.#request,
			token,
			out,
			private: entry === void 0,
			replaces: entry?.current(),
			waitedMs,
			slotWaitedMs,
			sinceMs: monotonicMs()
		});
		const server = await listenAt(this.#folder.socket, (socket) => this.#accept(socket));
		if (server === void 0) throw noSocket(this.#folder);
		server.ref();
		const { key } = this.#request.subject;
		const known = {
			id: entry?.id ?? "",
			path: out,
			waitedMs,
			slotWaitedMs
		};
		this.#send({
			kind: "claimed",
			token,
			outcome: emptyOutcome(key, {
				...known,
				result: "claimed"
			})
		});
		return this.#made;
	}
	async end(outcome) {
		const message = {
			kind: "ended",
			outcome: plainOf(outcome)
		};
		if (this.#asker?.destroyed === false) {
			this.#folder.markReported();
			const socket = this.#asker;
			await new Promise((done) => {
				socket.once("close", done);
				socket.end(encode(message));
			});
		} else if (!this.#isDetached && process.connected && this.#asker === void 0) await new Promise((done) => process.send?.(message, void 0, void 0, () => done()));
		else this.#folder.saveOutcome(outcome);
	}
	#detach() {
		this.#isDetached = true;
		process.disconnect();
	}
	#accept(socket) {
		socket.on("error", () => {});
		socket.setEncoding("utf8").on("data", decoder(["publish", "release"], (command) => this.#obey(socket, command)));
	}
	#obey(socket, command) {
		if (this.#asker !== void 0) {
			socket.end(encode({
				kind: "refused",
				reason: publishedTwice(this.#request)
			}));
			return;
		}
		this.#asker = socket;
		const tick = setInterval(() => this.#send({ kind: "tick" }), TICK_MS);
		socket.once("close", () => {
			clearInterval(tick);
			this.#lifetime.end(new OnceError("CANCELLED", "The step that publishes has ended."));
		});
		if (command.kind === "publish") this.#publish({ identity: command.identity });
		else if (command.failed && !this.#isLost) this.#failBuild(jobFailed(this.#request));
		else this.#lifetime.end(new OnceError("CANCELLED", "Its job ended without publishing it."));
	}
	#send(message) {
		if (this.#asker !== void 0) this.#asker.write(encode(message));
		else if (process.connected && !this.#isDetached) process.send?.(message);
		else if (message.kind === "line") process.stdout.write(`${message.method}: ${message.text}\n`);
	}
};
function noSocket({ socket }) {
	const bytes = Buffer.byteLength(socket);
	return new OnceError("BAD_INPUT", `RUNNER_TEMP cannot be used: no socket can be made at ${socket}. ${bytes > LONGEST_SOCKET_PATH ? `That path has ${bytes} bytes, and the one of a socket may have ${LONGEST_SOCKET_PATH} on this system: let RUNNER_TEMP be a shorter path` : "Let RUNNER_TEMP be on a local disk"}.`);
}
function claimLost({ subject }) {
	return new OnceError("CLAIM_LOST", `The claim of "${shorten(subject.key)}" was lost, and nothing of this job was published. Nobody else has published it either: run the job again.`);
}
function publishedTwice({ subject }) {
	return `The claim of "${shorten(subject.key)}" was published or released already. Remove one of the publish steps.`;
}
function jobFailed({ subject }) {
	return new OnceError("BUILD_FAILED", `The job that had claimed "${shorten(subject.key)}" failed before it published it.`);
}
// src/guard/publish.ts
function runPublish() {
	const { env } = process;
	return runToEnd((lifetime) => runPublishStep(env, lifetime));
}
async function runPublishStep(env, lifetime) {
	const elapsed = stopwatch();
	const { INPUT_CLAIM: text = "", INPUT_IDENTITY: identity = "" } = env;
	const ticket = readTicket(text, env);
	if ("outcome" in ticket) {
		writeOutputs(outputsOf(outcomeFrom(ticket.outcome)), env);
		return;
	}
	const folder = new ClaimFolder(ticket.folder);
	const claim = folder.savedClaim();
	if (claim === void 0) throw folderGone(folder);
	const { services } = serve(claim.request, env, lifetime);
	return reportEnd(orClaimLost(await publish(folder, claim, services, identity.trim() || void 0), claim, services), claim.request, services, elapsed);
}
async function publish(folder, claim, services, identity) {
	const answer = await askKeeper(folder, {
		kind: "publish",
		identity
	}, services) ?? folder.takeOutcome();
	if (answer !== void 0) return answer;
	if (!folder.markReported()) throw new OnceError("CLAIM_REFUSED", publishedTwice(claim.request));
	const outcome = claim.private ? privateOutcome(claim) : await publishForKeeper(claim, services, identity);
	return {
		...outcome,
		waitedMs: claim.waitedMs + outcome.waitedMs,
		slotWaitedMs: claim.slotWaitedMs
	};
}
async function publishForKeeper(claim, services, identity) {
	services.reporter.warn("The process that held this claim is gone: killed, maybe because memory ran out. This step publishes in its place.");
	return finishDeadClaim(withoutBuilding(claim.request, "wait"), {
		...services,
		steps: async () => ({ identity })
	}, deadClaimOf(claim));
}
function withoutBuilding(request, mode) {
	return {
		...request,
		policy: {
			...request.policy,
			mode,
			force: false
		}
	};
}
function privateOutcome(claim) {
	const { buildMs } = deadClaimOf(claim);
	return emptyOutcome(claim.request.subject.key, {
		result: "private",
		path: claim.out,
		buildMs
	});
}
function orClaimLost(outcome, { request, private: isPrivate }, { reporter }) {
	const { result, error } = outcome;
	if (isPrivate || error !== void 0 || result === "built") return outcome;
	if (result === "missed") return {
		...outcome,
		error: claimLost(request)
	};
	reporter.warn(`The claim of "${shorten(request.subject.key)}" was lost while this job built: another job took over, and its build is the published one. Nothing of this job was published.`);
	return outcome;
}
function folderGone({ dir }) {
	return new OnceError("CLAIM_LOST", `There is nothing left of this claim: ${dir} was removed. Nothing was published; run the job again. If it happens again, look for a step that empties RUNNER_TEMP.`);
}
// src/guard/release.ts
function runRelease() {
	const { env } = process;
	return runToEnd(async (lifetime) => {
		await runReleaseStep(env, lifetime);
	});
}
async function runReleaseStep(env, lifetime) {
	const { STATE_claim: text, "INPUT_JOB-STATUS": status } = env;
	if (!text) return;
	const ticket = readTicket(text, env);
	const folder = "folder" in ticket ? new ClaimFolder(ticket.folder) : void 0;
	const claim = folder?.savedClaim();
	if (folder === void 0 || claim === void 0 || folder.isReported) return;
	const { services } = serve(claim.request, env, lifetime);
	const { reporter } = services;
	const outcome = await askKeeper(folder, {
		kind: "release",
		failed: status === "failure"
	}, services) ?? folder.takeOutcome() ?? await abandon(claim, services);
	const key = shorten(claim.request.subject.key);
	if (outcome?.result === "built") return;
	const released = `"${key}" was not published: its claim is released.`;
	if (status !== "success") reporter.info(released);
	else if (isForge(env)) reporter.warn(`${released} If its job has not failed, a publish step is missing.`);
	else reporter.warn(`"${key}" was claimed and not published: a publish step is missing.`);
}
async function abandon(claim, services) {
	if (claim.private) return void 0;
	const steps = () => Promise.reject(new OnceError("CANCELLED", "Its job ended without publishing it."));
	return finishDeadClaim(withoutBuilding(claim.request, "look"), {
		...services,
		steps
	}, deadClaimOf(claim));
}
// src/guard/keeper.ts
const LOOK_MS = 1e3;
function runKeeper() {
	return runToEnd(async (lifetime) => {
		const args = JSON.parse(process.argv[2] ?? "");
		const { env } = process;
		const request = readClaimRequest(env, hostFacts());
		const channel = new StepChannel(args.folder, {
			...request,
			pool: void 0
		}, lifetime);
		const watch = setInterval(() => {
			if (isWorkerAlive(args) && isThere(args.folder)) return;
			lifetime.end(new OnceError("CANCELLED", "The job that claimed has ended."));
		}, LOOK_MS);
		const { reporter } = channel;
		const { services } = serve(request, env, lifetime, {
			reporter,
			workerPid: args.workerPid
		});
		reporter.debug(`keeper ${process.pid}: ${shorten(request.subject.key)}, ${limitOf(request.policy.buildTimeoutMs)}`);
		const outcome = await once(request, {
			...services,
			steps: (build) => channel.claimed(build)
		});
		clearInterval(watch);
		await channel.end(outcome);
	});
}
function limitOf(ms) {
	return ms === Infinity ? "for as long as its job lives" : `for ${formatDuration(ms)} at most`;
}
function isWorkerAlive({ workerPid, workerStartTime }) {
	if (workerPid <= 1) return true;
	if (probe(workerPid) === "gone") return false;
	if (workerStartTime === void 0) return true;
	const state = processState(workerPid);
	return state === void 0 || state.startTime === workerStartTime && !state.zombie;
}
function isThere(folder) {
	try {
		lstatSync(folder);
		return true;
	} catch (error) {
		return systemCode(error) !== "ENOENT";
	}
}
export { namesIn$2 as $, RECORD_BYTES as A, jitter as At, bootId as B, isTagDigest as C, HELD_OPEN as Ct, current as D, unless as Dt, Entry as E, systemCode as Et, isWho as F, within as Ft, processState as G, pidNamespace as H, parseFields as I, fileSystemOf as J, processesOf as K, refuseForeign as L, asFields as M, pauseSync as Mt, isCount as N, sleep as Nt, readManifest as O, RETRY_PAUSES_MS as Ot, isShowable as P, stopwatch as Pt, makeFolder as Q, TOKEN_VARIABLE as R, isSecretOption as S, sha256$1 as St, withinOf as T, messageOf as Tt, pids as U, killProcessesOf as V, probe as W, listFolder as X, isInside as Y, lookAt as Z, makeScratch as _, versionDir as _t, listenAt as a, MANIFEST as at, loadProducer as b, isToken as bt, shellFor as c, checkedMark as ct, buildMsOf as d, isTrash as dt, removeFile as et, resultOf as f, publishedMark as ft, pinOf as g, trashOf as gt, journalDir as h, tokenIn as ht, connectTo as i, shorten as it, readShared as j, monotonicMs as jt, writeManifest as k, deadlineIn as kt, refuseSticky as l, entryAt as lt, dayOf as m, rightIn as mt, runRelease as n, formatDuration as nt, runClaim as o, buildDir as ot, savedMsOf as p, rightDir as pt, GONE as q, runPublish as r, inOneLine as rt, rename as s, carriedDir as st, runKeeper as t, formatBytes as tt, refuseWorldWritable as u, imageRecords as ut, removeScratch as v, isEntryId as vt, saysAll as w, OnceError as wt, fingerprintOf as x, newToken as xt, withScratch as y, isJobId as yt, WITHIN_VARIABLE as z };
