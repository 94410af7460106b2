#!/usr/bin/env node
const nodeFs = process.getBuiltinModule("fs");
const { accessSync, chmodSync, closeSync, constants, existsSync, fstatSync, lstatSync, mkdirSync, openSync, opendirSync, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync, rmdirSync, statSync, statfsSync, symlinkSync, unlinkSync, utimesSync, watch, writeFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, isAbsolute, join, relative, resolve, sep } = process.getBuiltinModule("path");
const { parseArgs, promisify } = process.getBuiltinModule("util");
const { connect, createServer } = process.getBuiltinModule("net");
const { hostname } = process.getBuiltinModule("os");
const { isUtf8 } = process.getBuiltinModule("buffer");
const { fork } = process.getBuiltinModule("child_process");
// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __esmMin = (fn, res, err) => () => {
	if (err) throw err[0];
	try {
		return fn && (res = fn(fn = 0)), res;
	} catch (e) {
		throw err = [e], e;
	}
};
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
// package.json
var version = "0.1.0";
// src/base/refused.ts
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
var FOR_GROUP;
var init_refused = __esmMin((() => {
	FOR_GROUP = 1040;
}));
// src/base/errors.ts
function systemCode(error) {
	if (!(error instanceof Error)) return void 0;
	const { code, errno } = error;
	return UNNAMED[errno ?? 0] ?? code;
}
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
function explanationOf(error, os = process.platform) {
	const code = systemCode(error) ?? "";
	if (os !== "win32" || !["EACCES", "EPERM"].includes(code)) return explanations[code];
	return error.syscall === "symlink" ? linkRefused : refusedByWindows;
}
function isRootTrouble(error) {
	return explanationOf(error) !== void 0;
}
function rootError(error, root) {
	const code = systemCode(error) ?? "error";
	const path = error.path ?? root;
	const full = code === "ENOSPC" || code === "EDQUOT";
	const what = path.startsWith(root) ? `The shared cache at ${root} cannot be used: ${code} at ${path}` : `${path}: ${code}`;
	const isPosix = process.platform !== "win32";
	const told = `${what}: ${code === "EACCES" && isPosix ? whyRefused(path, root) : explanationOf(error) ?? messageOf(error)}.`;
	return new OnceError(full ? "NO_SPACE" : "ROOT_UNUSABLE", told, { cause: error });
}
var OnceError, UNNAMED, explanations, refusedByWindows, linkRefused;
var init_errors = __esmMin((() => {
	init_refused();
	OnceError = class extends Error {
		code;
		exitCode;
		constructor(code, message, options = {}) {
			super(message, { cause: options.cause });
			this.name = "OnceError";
			this.code = code;
			this.exitCode = options.exitCode;
		}
	};
	UNNAMED = {
		[-116]: "ESTALE",
		[-117]: "EUCLEAN"
	};
	explanations = {
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
		ESTALE: "the network file system was remounted or removed; mount it again, and run the job again"
	};
	refusedByWindows = "this user may not do that there, or another program has a file there open; give the runner user full control of the folder, and leave it out of what a virus scanner or an indexer looks at";
	linkRefused = "this user may not make symbolic links; turn on the Developer Mode of Windows";
}));
// src/base/format.ts
function formatDuration(ms) {
	if (ms === Infinity) return "no limit";
	if (!(ms >= .5)) return "0 s";
	if (ms < 999.5) return `${Math.round(ms)} ms`;
	if (ms < 9.95 * SECOND) return `${Math.round(ms / 100) / 10} s`;
	if (ms < MINUTE - SECOND / 2) return `${Math.round(ms / SECOND)} s`;
	if (ms < HOUR - SECOND / 2) return twoUnits(ms, MINUTE, "m", SECOND, "s");
	if (ms < DAY$1 - MINUTE / 2) return twoUnits(ms, HOUR, "h", MINUTE, "m");
	return twoUnits(ms, DAY$1, "d", HOUR, "h");
}
function twoUnits(ms, large, largeName, small, smallName) {
	const count = Math.round(ms / small);
	const perLarge = large / small;
	const rest = count % perLarge;
	const head = `${Math.floor(count / perLarge)} ${largeName}`;
	return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}
function formatBytes(bytes) {
	let value = Math.max(0, bytes);
	let unit = 0;
	while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
		value /= 1e3;
		unit++;
	}
	return `${value < 9.95 && unit > 0 ? Math.round(value * 10) / 10 : Math.round(value)} ${BYTE_UNITS[unit]}`;
}
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
var SECOND, MINUTE, HOUR, DAY$1, BYTE_UNITS, ELLIPSIS, NAMED, CONTROL, ENDS_LINE, UNSEEN, JOINER;
var init_format = __esmMin((() => {
	SECOND = 1e3;
	MINUTE = 60 * SECOND;
	HOUR = 60 * MINUTE;
	DAY$1 = 24 * HOUR;
	BYTE_UNITS = [
		"B",
		"kB",
		"MB",
		"GB",
		"TB",
		"PB"
	];
	ELLIPSIS = "…";
	NAMED = {
		"\0": "\\0",
		"\n": "\\n",
		"\r": "\\r",
		"	": "\\t"
	};
	CONTROL = "\\p{Cc}";
	ENDS_LINE = "[\\p{Cc}\\p{Zl}\\p{Zp}]";
	UNSEEN = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]";
	JOINER = "‍";
}));
// src/step/inputs/values.ts
init_errors();
init_format();
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
const LONGEST_MS$1 = 20736e5;
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
	if (total > LONGEST_MS$1) return refuse(text, "is longer than 24d", "Write 24d or less, or none for no limit");
	return total;
}
function withUnits(number) {
	const short = number.length > 10 ? "90" : number;
	return `Write ${short}s, ${short}m or ${short}h`;
}
const SIZE$1 = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(i?)b$/i;
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
	const [, number, prefix = "", binary] = SIZE$1.exec(text) ?? [];
	if (number === void 0 || prefix === "" && binary !== "") return refuse(text, "is not a size", "Write for example 500MB, 10GB, 2GiB, or a number of bytes");
	const power = PREFIXES.indexOf(prefix.toLowerCase());
	return Math.ceil(Number(number) * (binary === "" ? 1e3 : 1024) ** power);
}
// src/base/wait.ts
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
var LONGEST_TIMER_MS, RETRY_PAUSES_MS;
var init_wait = __esmMin((() => {
	LONGEST_TIMER_MS = 2 ** 31 - 1;
	RETRY_PAUSES_MS = [
		10,
		20,
		40,
		80,
		160,
		320,
		640,
		730
	];
}));
// src/step/report/reporter.ts
init_wait();
init_format();
// src/step/lifetime.ts
init_errors();
const SIGNALS = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP",
	"SIGQUIT",
	"SIGBREAK"
];
function internal(error) {
	const where = error instanceof Error ? error.stack?.split("\n")[1]?.trim() ?? "" : "";
	return new OnceError("INTERNAL", `build-once itself failed: ${messageOf(error)} ${where}. Please report this line.`, { cause: error });
}
const ROOT_VARIABLES = ["BUILD_ONCE_ROOT", ...[
	"RUNNER_TOOL_CACHE",
	"RUNNER_TOOLSDIRECTORY",
	"AGENT_TOOLSDIRECTORY"
]];
// src/admin/end-signal.ts
function endSignal() {
	const end = new AbortController();
	for (const name of SIGNALS) process.on(name, () => end.abort());
	return end.signal;
}
// src/admin/verb.ts
init_format();
var BadUsage = class extends Error {};
function readOptions(args, options) {
	return readArguments(args, options, []).values;
}
function readArguments(args, options, names) {
	const { values, positionals } = parsed(args, options);
	const [missing, extra] = [names[positionals.length], positionals[names.length]];
	if (missing !== void 0) throw new BadUsage(`${missing} is missing`);
	if (extra !== void 0) throw new BadUsage(`unexpected argument "${shorten(extra)}"`);
	return {
		values,
		positionals
	};
}
function parsed(args, options) {
	try {
		return parseArgs({
			args: [...args],
			options,
			allowPositionals: true
		});
	} catch (error) {
		throw new BadUsage(badOption(error, Object.keys(options)));
	}
}
function badOption({ message }, options) {
	const [, unknown] = /^Unknown option '(-.*?)'(?:\.|$)/s.exec(message) ?? [];
	if (unknown === void 0) return shorten(message.split(/\.(?:\s|$)|\n/)[0] ?? "", 200);
	const near = nearest(unknown.replace(/^-+/, ""), options);
	const hint = near === void 0 ? `options: ${options.map((name) => `--${name}`).join(", ")}` : `did you mean "--${near}"?`;
	return `unknown option "${shorten(unknown)}" (${hint})`;
}
function readCount(name, text, most) {
	const count = Number(text);
	if (/^\d+$/.test(text) && count <= most) return count;
	throw new BadUsage(`--${name} "${text}" is not a whole number from 0 to ${most}`);
}
// src/admin/roots.ts
function rootsOf(given, most) {
	const times = most === 1 ? "once" : "twice";
	if (given.length > most) throw new BadUsage(`--root is given more than ${times}`);
	if (given.includes("")) throw new BadUsage("--root is empty");
	if (given.length > 0) return given.map((root) => resolve(root));
	const found = ROOT_VARIABLES.map((name) => process.env[name]).find(Boolean);
	if (found === void 0) throw new BadUsage(`--root is missing, and none of ${ROOT_VARIABLES.join(", ")} is set`);
	return [found];
}
// src/lock/engine.ts
function isClaim(answer) {
	return "confirm" in answer;
}
var init_engine$1 = __esmMin((() => {}));
// node_modules/@noble/hashes/_u64.js
var init__u64 = __esmMin((() => {}));
// node_modules/@noble/hashes/utils.js
var init_utils = __esmMin((() => {}));
// node_modules/@noble/hashes/_md.js
var init__md = __esmMin((() => {
	init__u64();
	init_utils();
}));
// node_modules/@noble/hashes/sha2.js
var init_sha2 = __esmMin((() => {
	init__md();
	init__u64();
	init_utils();
}));
// src/base/digest.ts
var init_digest = __esmMin((() => {
	init_sha2();
	init_utils();
}));
// src/base/key.ts
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
var init_key = __esmMin((() => {
	init_digest();
}));
// src/store/layout.ts
init_engine$1();
init_key();
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
function foldersAbove(dir) {
	const version = dirname(dir);
	return [
		dirname(dirname(version)),
		dirname(version),
		version
	];
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
// src/base/who.ts
function describeWho(who) {
	const [repository, job, runner, host, runUrl] = [
		who.repository,
		who.job,
		who.runner,
		who.host,
		who.runUrl
	].map(shown$1);
	const place = [runner && `on ${runner}`, host && `(${host})`].filter(Boolean).join(" ");
	return [
		repository,
		[job && `job ${job}`, place].filter(Boolean).join(" "),
		runUrl
	].filter(Boolean).join(", ") || "unknown";
}
function shown$1(text) {
	return typeof text === "string" ? shorten(text, 200) : "";
}
var init_who = __esmMin((() => {
	init_format();
}));
// src/host/access/sticky.ts
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
var STICKY;
var init_sticky = __esmMin((() => {
	init_errors();
	STICKY = 512;
}));
// src/host/file-system.ts
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
function lookAt(path) {
	return unless(ABSENT$1, () => lstatSync(path));
}
function listFolder(dir, absent = ABSENT$1) {
	return unless(absent, () => readdirSync(dir)) ?? [];
}
function isInside(parent, path) {
	const way = relative(parent, path);
	return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
var networked, local, APFS, fleeting, ABSENT$1, GONE;
var init_file_system = __esmMin((() => {
	init_errors();
	init_format();
	networked = {
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
	local = {
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
	APFS = 26;
	fleeting = {
		16914836: "tmpfs",
		2240043254: "ramfs",
		2035054128: "overlay",
		1635083891: "aufs"
	};
	ABSENT$1 = ["ENOENT", "ENOTDIR"];
	GONE = [...ABSENT$1, "ESTALE"];
}));
// src/host/folder.ts
function inFolder(path, action) {
	const folder = Folder.openReal(path);
	if (folder === void 0) return void 0;
	try {
		return action(folder.path);
	} finally {
		folder.close();
	}
}
function makeRealFolders(above, folder, judge) {
	makeFolder(above);
	judge?.(above, statSync(above));
	let path = above;
	for (const name of relative(above, folder).split(sep).filter(Boolean)) {
		path = join(path, name);
		try {
			mkdirSync(path);
		} catch (error) {
			const stats = systemCode(error) === "EEXIST" ? lookAt(path) : void 0;
			if (stats === void 0) throw error;
			refuseUnreal(path, stats);
			judge?.(path, stats);
		}
	}
}
function requireReal(path) {
	const stats = lookAt(path);
	if (stats !== void 0) refuseUnreal(path, stats);
}
function refuseUnreal(path, stats) {
	if (stats.isDirectory()) return;
	const what = stats.isSymbolicLink() ? "a link" : "not a folder";
	throw new OnceError("ROOT_UNUSABLE", `${path} is ${what}, and build-once keeps its files in folders only. Nothing was touched. Find out which job put it there, delete it, and run the job again; to keep the cache elsewhere, name that place as \`root\`.`);
}
function chmodInPlace(path, mode) {
	if (!linux) {
		chmodSync(path, mode);
		return;
	}
	const handle = openSync(path, O_PATH | constants.O_NOFOLLOW);
	try {
		if (!fstatSync(handle).isSymbolicLink()) chmodSync(`/proc/self/fd/${handle}`, mode);
	} finally {
		closeSync(handle);
	}
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
var linux, AS_FOLDER, O_PATH, Folder;
var init_folder = __esmMin((() => {
	init_errors();
	init_file_system();
	linux = process.platform === "linux";
	AS_FOLDER = linux ? constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK : 0;
	O_PATH = 2097152;
	Folder = class Folder {
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
}));
// src/host/walk.ts
async function walk(root, visit, options = {}) {
	const { stop = () => false, skip = () => false, leave } = options;
	const stack = [];
	const pace = new Pace();
	const enter = async (visited, parent) => {
		if (skip(visited)) return;
		const visiting = visit(visited);
		if (visiting !== void 0) await visiting;
		if (visited.stats.isDirectory()) stack.push(frameOf(visited, parent, options));
	};
	try {
		if (stop()) return false;
		const path = Buffer.from(root);
		await enter({
			path,
			name: "",
			stats: lstatSync(path)
		}, void 0);
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
			await enter({
				path,
				name: `${frame.visited.name}/${name}`.replace(/^\//, ""),
				stats
			}, frame.folder);
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
var VANISHED, REFUSALS, SLICE_MS, Pace;
var init_walk = __esmMin((() => {
	init_errors();
	init_wait();
	init_folder();
	VANISHED = [
		"ENOENT",
		"ENOTDIR",
		"ESTALE",
		"ELOOP"
	];
	REFUSALS = ["EACCES", "EPERM"];
	SLICE_MS = 40;
	Pace = class {
		#since = monotonicMs();
		get due() {
			return monotonicMs() - this.#since > SLICE_MS;
		}
		async rest() {
			await new Promise(setImmediate);
			this.#since = monotonicMs();
		}
	};
}));
// src/host/remove-tree.ts
function openFolder({ path, stats }) {
	if (!stats.isDirectory() || (stats.mode & 448) === 448) return;
	unless([
		"EACCES",
		"EPERM",
		...VANISHED
	], () => chmodInPlace(path, stats.mode | 448));
}
async function removeTree(dir, signal) {
	const stop = () => signal?.aborted === true;
	for (let pass = 1;; pass++) try {
		return await removeOnce(dir, stop);
	} catch (error) {
		if (VANISHED.includes(systemCode(error) ?? "")) return true;
		if (pass === PASSES || !PASSING.includes(systemCode(error) ?? "")) throw error;
		if (windows$1) await sleep(200 * pass);
	}
}
async function removeTreesIn(dir, names, signal) {
	if (names.length === 0) return;
	const folder = Folder.openReal(dir);
	if (folder === void 0) return;
	const troubles = [];
	try {
		for (const name of names) await removeTree(join(folder.path, name), signal).catch((error) => troubles.push(error));
	} finally {
		folder.close();
	}
	if (troubles.length > 0) throw named(troubles[0], dir, "");
}
async function removeOnce(dir, stop) {
	const troubles = [];
	const attempt = ({ name }, action) => {
		try {
			unless(VANISHED, action);
		} catch (error) {
			troubles.push(named(error, dir, name.slice(0, Math.max(0, name.lastIndexOf("/")))));
		}
	};
	let device;
	const remove = (visited) => {
		device ??= visited.stats.dev;
		if (visited.stats.isDirectory()) openFolder(visited);
		else attempt(visited, () => unlink$1(visited));
	};
	const leave = (visited) => attempt(visited, () => rmdirSync(visited.path));
	const skip = ({ stats }) => device !== void 0 && stats.isDirectory() && stats.dev !== device;
	if (!await walk(dir, remove, {
		stop,
		skip,
		leave,
		onRefused: (error) => troubles.push(error)
	})) return false;
	if (troubles.length > 0) throw troubles[0];
	return true;
}
function unlink$1({ path, stats }) {
	if (windows$1 && stats.isFile()) chmodSync(path, 384);
	unlinkSync(path);
}
var PASSES, windows$1, PASSING;
var init_remove_tree = __esmMin((() => {
	init_errors();
	init_wait();
	init_folder();
	init_walk();
	PASSES = 3;
	windows$1 = process.platform === "win32";
	PASSING = [
		"ENOTEMPTY",
		"EEXIST",
		...windows$1 ? [
			"EPERM",
			"EACCES",
			"EBUSY"
		] : []
	];
}));
// src/host/watch-folder.ts
function watchFolder(dir, names, times = NO_POLL) {
	let happened = false;
	let wake = () => {};
	const watcher = subscribe(dir, (name) => {
		if (name !== null && !names.includes(name)) return;
		happened = true;
		wake();
	});
	let pollMs = times.pollMs;
	return {
		async next(signal, atMostMs) {
			if (!happened && !signal.aborted) {
				const event = new AbortController();
				wake = () => event.abort();
				signal.addEventListener("abort", wake);
				await sleep(Math.min(jitter(pollMs), atMostMs), event.signal);
				signal.removeEventListener("abort", wake);
				wake = () => {};
			}
			const seen = happened;
			pollMs = seen ? times.pollMs : Math.min(pollMs * 1.5, times.slowestPollMs);
			happened = false;
			return seen;
		},
		async [Symbol.asyncDispose]() {
			watcher?.close();
		}
	};
}
function subscribe(dir, onChange) {
	try {
		const watcher = watch(dir, { persistent: false }, (_event, name) => onChange(name));
		watcher.on("error", () => watcher.close());
		return watcher;
	} catch {
		return;
	}
}
var NO_POLL;
var init_watch_folder = __esmMin((() => {
	init_wait();
	NO_POLL = {
		pollMs: Infinity,
		slowestPollMs: Infinity
	};
}));
// node_modules/retry/lib/retry_operation.js
var require_retry_operation = __commonJSMin(((exports, module) => {
	function RetryOperation(timeouts, options) {
		if (typeof options === "boolean") options = { forever: options };
		this._originalTimeouts = JSON.parse(JSON.stringify(timeouts));
		this._timeouts = timeouts;
		this._options = options || {};
		this._maxRetryTime = options && options.maxRetryTime || Infinity;
		this._fn = null;
		this._errors = [];
		this._attempts = 1;
		this._operationTimeout = null;
		this._operationTimeoutCb = null;
		this._timeout = null;
		this._operationStart = null;
		if (this._options.forever) this._cachedTimeouts = this._timeouts.slice(0);
	}
	module.exports = RetryOperation;
	RetryOperation.prototype.reset = function() {
		this._attempts = 1;
		this._timeouts = this._originalTimeouts;
	};
	RetryOperation.prototype.stop = function() {
		if (this._timeout) clearTimeout(this._timeout);
		this._timeouts = [];
		this._cachedTimeouts = null;
	};
	RetryOperation.prototype.retry = function(err) {
		if (this._timeout) clearTimeout(this._timeout);
		if (!err) return false;
		var currentTime = new Date().getTime();
		if (err && currentTime - this._operationStart >= this._maxRetryTime) {
			this._errors.unshift(new Error("RetryOperation timeout occurred"));
			return false;
		}
		this._errors.push(err);
		var timeout = this._timeouts.shift();
		if (timeout === void 0) {
			if (this._cachedTimeouts) {
				this._errors.splice(this._errors.length - 1, this._errors.length);
				this._timeouts = this._cachedTimeouts.slice(0);
				timeout = this._timeouts.shift();
			} else return false;
		}
		var self = this;
		var timer = setTimeout(function() {
			self._attempts++;
			if (self._operationTimeoutCb) {
				self._timeout = setTimeout(function() {
					self._operationTimeoutCb(self._attempts);
				}, self._operationTimeout);
				if (self._options.unref) self._timeout.unref();
			}
			self._fn(self._attempts);
		}, timeout);
		if (this._options.unref) timer.unref();
		return true;
	};
	RetryOperation.prototype.attempt = function(fn, timeoutOps) {
		this._fn = fn;
		if (timeoutOps) {
			if (timeoutOps.timeout) this._operationTimeout = timeoutOps.timeout;
			if (timeoutOps.cb) this._operationTimeoutCb = timeoutOps.cb;
		}
		var self = this;
		if (this._operationTimeoutCb) this._timeout = setTimeout(function() {
			self._operationTimeoutCb();
		}, self._operationTimeout);
		this._operationStart = new Date().getTime();
		this._fn(this._attempts);
	};
	RetryOperation.prototype.try = function(fn) {
		console.log("Using RetryOperation.try() is deprecated");
		this.attempt(fn);
	};
	RetryOperation.prototype.start = function(fn) {
		console.log("Using RetryOperation.start() is deprecated");
		this.attempt(fn);
	};
	RetryOperation.prototype.start = RetryOperation.prototype.try;
	RetryOperation.prototype.errors = function() {
		return this._errors;
	};
	RetryOperation.prototype.attempts = function() {
		return this._attempts;
	};
	RetryOperation.prototype.mainError = function() {
		if (this._errors.length === 0) return null;
		var counts = {};
		var mainError = null;
		var mainErrorCount = 0;
		for (var i = 0; i < this._errors.length; i++) {
			var error = this._errors[i];
			var message = error.message;
			var count = (counts[message] || 0) + 1;
			counts[message] = count;
			if (count >= mainErrorCount) {
				mainError = error;
				mainErrorCount = count;
			}
		}
		return mainError;
	};
}));
// node_modules/retry/lib/retry.js
var require_retry$1 = __commonJSMin(((exports) => {
	var RetryOperation = require_retry_operation();
	exports.operation = function(options) {
		return new RetryOperation(exports.timeouts(options), {
			forever: options && options.forever,
			unref: options && options.unref,
			maxRetryTime: options && options.maxRetryTime
		});
	};
	exports.timeouts = function(options) {
		if (options instanceof Array) return [].concat(options);
		var opts = {
			retries: 10,
			factor: 2,
			minTimeout: 1e3,
			maxTimeout: Infinity,
			randomize: false
		};
		for (var key in options) opts[key] = options[key];
		if (opts.minTimeout > opts.maxTimeout) throw new Error("minTimeout is greater than maxTimeout");
		var timeouts = [];
		for (var i = 0; i < opts.retries; i++) timeouts.push(this.createTimeout(i, opts));
		if (options && options.forever && !timeouts.length) timeouts.push(this.createTimeout(i, opts));
		timeouts.sort(function(a, b) {
			return a - b;
		});
		return timeouts;
	};
	exports.createTimeout = function(attempt, opts) {
		var random = opts.randomize ? Math.random() + 1 : 1;
		var timeout = Math.round(random * opts.minTimeout * Math.pow(opts.factor, attempt));
		timeout = Math.min(timeout, opts.maxTimeout);
		return timeout;
	};
	exports.wrap = function(obj, options, methods) {
		if (options instanceof Array) {
			methods = options;
			options = null;
		}
		if (!methods) {
			methods = [];
			for (var key in obj) if (typeof obj[key] === "function") methods.push(key);
		}
		for (var i = 0; i < methods.length; i++) {
			var method = methods[i];
			var original = obj[method];
			obj[method] = function retryWrapper(original) {
				var op = exports.operation(options);
				var args = Array.prototype.slice.call(arguments, 1);
				var callback = args.pop();
				args.push(function(err) {
					if (op.retry(err)) return;
					if (err) arguments[0] = op.mainError();
					callback.apply(this, arguments);
				});
				op.attempt(function() {
					original.apply(obj, args);
				});
			}.bind(obj, original);
			obj[method].options = options;
		}
	};
}));
// node_modules/retry/index.js
var require_retry = __commonJSMin(((exports, module) => {
	module.exports = require_retry$1();
}));
// node_modules/signal-exit/signals.js
var require_signals = __commonJSMin(((exports, module) => {
	module.exports = [
		"SIGABRT",
		"SIGALRM",
		"SIGHUP",
		"SIGINT",
		"SIGTERM"
	];
	if (process.platform !== "win32") module.exports.push("SIGVTALRM", "SIGXCPU", "SIGXFSZ", "SIGUSR2", "SIGTRAP", "SIGSYS", "SIGQUIT", "SIGIOT");
	if (process.platform === "linux") module.exports.push("SIGIO", "SIGPOLL", "SIGPWR", "SIGSTKFLT", "SIGUNUSED");
}));
// node_modules/signal-exit/index.js
var require_signal_exit = __commonJSMin(((exports, module) => {
	var process = global.process;
	const processOk = function(process) {
		return process && typeof process === "object" && typeof process.removeListener === "function" && typeof process.emit === "function" && typeof process.reallyExit === "function" && typeof process.listeners === "function" && typeof process.kill === "function" && typeof process.pid === "number" && typeof process.on === "function";
	};
	if (!processOk(process)) module.exports = function() {
		return function() {};
	};
	else {
		var assert = __require("assert");
		var signals = require_signals();
		var isWin = /^win/i.test(process.platform);
		var EE = __require("events");
		if (typeof EE !== "function") EE = EE.EventEmitter;
		var emitter;
		if (process.__signal_exit_emitter__) emitter = process.__signal_exit_emitter__;
		else {
			emitter = process.__signal_exit_emitter__ = new EE();
			emitter.count = 0;
			emitter.emitted = {};
		}
		if (!emitter.infinite) {
			emitter.setMaxListeners(Infinity);
			emitter.infinite = true;
		}
		module.exports = function(cb, opts) {
			if (!processOk(global.process)) return function() {};
			assert.equal(typeof cb, "function", "a callback must be provided for exit handler");
			if (loaded === false) load();
			var ev = "exit";
			if (opts && opts.alwaysLast) ev = "afterexit";
			var remove = function() {
				emitter.removeListener(ev, cb);
				if (emitter.listeners("exit").length === 0 && emitter.listeners("afterexit").length === 0) unload();
			};
			emitter.on(ev, cb);
			return remove;
		};
		var unload = function unload() {
			if (!loaded || !processOk(global.process)) return;
			loaded = false;
			signals.forEach(function(sig) {
				try {
					process.removeListener(sig, sigListeners[sig]);
				} catch (er) {}
			});
			process.emit = originalProcessEmit;
			process.reallyExit = originalProcessReallyExit;
			emitter.count -= 1;
		};
		module.exports.unload = unload;
		var emit = function emit(event, code, signal) {
			if (emitter.emitted[event]) return;
			emitter.emitted[event] = true;
			emitter.emit(event, code, signal);
		};
		var sigListeners = {};
		signals.forEach(function(sig) {
			sigListeners[sig] = function listener() {
				if (!processOk(global.process)) return;
				if (process.listeners(sig).length === emitter.count) {
					unload();
					emit("exit", null, sig);
					emit("afterexit", null, sig);
					if (isWin && sig === "SIGHUP") sig = "SIGINT";
					process.kill(process.pid, sig);
				}
			};
		});
		module.exports.signals = function() {
			return signals;
		};
		var loaded = false;
		var load = function load() {
			if (loaded || !processOk(global.process)) return;
			loaded = true;
			emitter.count += 1;
			signals = signals.filter(function(sig) {
				try {
					process.on(sig, sigListeners[sig]);
					return true;
				} catch (er) {
					return false;
				}
			});
			process.emit = processEmit;
			process.reallyExit = processReallyExit;
		};
		module.exports.load = load;
		var originalProcessReallyExit = process.reallyExit;
		var processReallyExit = function processReallyExit(code) {
			if (!processOk(global.process)) return;
			process.exitCode = code || 0;
			emit("exit", process.exitCode, null);
			emit("afterexit", process.exitCode, null);
			originalProcessReallyExit.call(process, process.exitCode);
		};
		var originalProcessEmit = process.emit;
		var processEmit = function processEmit(ev, arg) {
			if (ev === "exit" && processOk(global.process)) {
				if (arg !== void 0) process.exitCode = arg;
				var ret = originalProcessEmit.apply(this, arguments);
				emit("exit", process.exitCode, null);
				emit("afterexit", process.exitCode, null);
				return ret;
			} else return originalProcessEmit.apply(this, arguments);
		};
	}
}));
// node_modules/proper-lockfile/lib/mtime-precision.js
var require_mtime_precision = __commonJSMin(((exports, module) => {
	const cacheSymbol = Symbol();
	function probe(file, fs, callback) {
		const cachedPrecision = fs[cacheSymbol];
		if (cachedPrecision) return fs.stat(file, (err, stat) => {
			if (err) return callback(err);
			callback(null, stat.mtime, cachedPrecision);
		});
		const mtime = new Date(Math.ceil(Date.now() / 1e3) * 1e3 + 5);
		fs.utimes(file, mtime, mtime, (err) => {
			if (err) return callback(err);
			fs.stat(file, (err, stat) => {
				if (err) return callback(err);
				const precision = stat.mtime.getTime() % 1e3 === 0 ? "s" : "ms";
				Object.defineProperty(fs, cacheSymbol, { value: precision });
				callback(null, stat.mtime, precision);
			});
		});
	}
	function getMtime(precision) {
		let now = Date.now();
		if (precision === "s") now = Math.ceil(now / 1e3) * 1e3;
		return new Date(now);
	}
	module.exports.probe = probe;
	module.exports.getMtime = getMtime;
}));
// node_modules/proper-lockfile/lib/lockfile.js
var require_lockfile = __commonJSMin(((exports, module) => {
	const path = __require("path");
	const fs = __require("node:fs");
	const retry = require_retry();
	const onExit = require_signal_exit();
	const mtimePrecision = require_mtime_precision();
	const locks = {};
	function getLockFile(file, options) {
		return options.lockfilePath || `${file}.lock`;
	}
	function resolveCanonicalPath(file, options, callback) {
		if (!options.realpath) return callback(null, path.resolve(file));
		options.fs.realpath(file, callback);
	}
	function acquireLock(file, options, callback) {
		const lockfilePath = getLockFile(file, options);
		options.fs.mkdir(lockfilePath, (err) => {
			if (!err) return mtimePrecision.probe(lockfilePath, options.fs, (err, mtime, mtimePrecision) => {
				if (err) {
					options.fs.rmdir(lockfilePath, () => {});
					return callback(err);
				}
				callback(null, mtime, mtimePrecision);
			});
			if (err.code !== "EEXIST") return callback(err);
			if (options.stale <= 0) return callback(Object.assign(new Error("Lock file is already being held"), {
				code: "ELOCKED",
				file
			}));
			options.fs.stat(lockfilePath, (err, stat) => {
				if (err) {
					if (err.code === "ENOENT") return acquireLock(file, {
						...options,
						stale: 0
					}, callback);
					return callback(err);
				}
				if (!isLockStale(stat, options)) return callback(Object.assign(new Error("Lock file is already being held"), {
					code: "ELOCKED",
					file
				}));
				removeLock(file, options, (err) => {
					if (err) return callback(err);
					acquireLock(file, {
						...options,
						stale: 0
					}, callback);
				});
			});
		});
	}
	function isLockStale(stat, options) {
		return stat.mtime.getTime() < Date.now() - options.stale;
	}
	function removeLock(file, options, callback) {
		options.fs.rmdir(getLockFile(file, options), (err) => {
			if (err && err.code !== "ENOENT") return callback(err);
			callback();
		});
	}
	function updateLock(file, options) {
		const lock = locks[file];
		if (lock.updateTimeout) return;
		lock.updateDelay = lock.updateDelay || options.update;
		lock.updateTimeout = setTimeout(() => {
			lock.updateTimeout = null;
			options.fs.stat(lock.lockfilePath, (err, stat) => {
				const isOverThreshold = lock.lastUpdate + options.stale < Date.now();
				if (err) {
					if (err.code === "ENOENT" || isOverThreshold) return setLockAsCompromised(file, lock, Object.assign(err, { code: "ECOMPROMISED" }));
					lock.updateDelay = 1e3;
					return updateLock(file, options);
				}
				if (!(lock.mtime.getTime() === stat.mtime.getTime())) return setLockAsCompromised(file, lock, Object.assign(new Error("Unable to update lock within the stale threshold"), { code: "ECOMPROMISED" }));
				const mtime = mtimePrecision.getMtime(lock.mtimePrecision);
				options.fs.utimes(lock.lockfilePath, mtime, mtime, (err) => {
					const isOverThreshold = lock.lastUpdate + options.stale < Date.now();
					if (lock.released) return;
					if (err) {
						if (err.code === "ENOENT" || isOverThreshold) return setLockAsCompromised(file, lock, Object.assign(err, { code: "ECOMPROMISED" }));
						lock.updateDelay = 1e3;
						return updateLock(file, options);
					}
					lock.mtime = mtime;
					lock.lastUpdate = Date.now();
					lock.updateDelay = null;
					updateLock(file, options);
				});
			});
		}, lock.updateDelay);
		if (lock.updateTimeout.unref) lock.updateTimeout.unref();
	}
	function setLockAsCompromised(file, lock, err) {
		lock.released = true;
		if (lock.updateTimeout) clearTimeout(lock.updateTimeout);
		if (locks[file] === lock) delete locks[file];
		lock.options.onCompromised(err);
	}
	function lock(file, options, callback) {
		options = {
			stale: 1e4,
			update: null,
			realpath: true,
			retries: 0,
			fs,
			onCompromised: (err) => {
				throw err;
			},
			...options
		};
		options.retries = options.retries || 0;
		options.retries = typeof options.retries === "number" ? { retries: options.retries } : options.retries;
		options.stale = Math.max(options.stale || 0, 2e3);
		options.update = options.update == null ? options.stale / 2 : options.update || 0;
		options.update = Math.max(Math.min(options.update, options.stale / 2), 1e3);
		resolveCanonicalPath(file, options, (err, file) => {
			if (err) return callback(err);
			const operation = retry.operation(options.retries);
			operation.attempt(() => {
				acquireLock(file, options, (err, mtime, mtimePrecision) => {
					if (operation.retry(err)) return;
					if (err) return callback(operation.mainError());
					const lock = locks[file] = {
						lockfilePath: getLockFile(file, options),
						mtime,
						mtimePrecision,
						options,
						lastUpdate: Date.now()
					};
					updateLock(file, options);
					callback(null, (releasedCallback) => {
						if (lock.released) return releasedCallback && releasedCallback(Object.assign(new Error("Lock is already released"), { code: "ERELEASED" }));
						unlock(file, {
							...options,
							realpath: false
						}, releasedCallback);
					});
				});
			});
		});
	}
	function unlock(file, options, callback) {
		options = {
			fs,
			realpath: true,
			...options
		};
		resolveCanonicalPath(file, options, (err, file) => {
			if (err) return callback(err);
			const lock = locks[file];
			if (!lock) return callback(Object.assign(new Error("Lock is not acquired/owned by you"), { code: "ENOTACQUIRED" }));
			lock.updateTimeout && clearTimeout(lock.updateTimeout);
			lock.released = true;
			delete locks[file];
			removeLock(file, options, callback);
		});
	}
	function check(file, options, callback) {
		options = {
			stale: 1e4,
			realpath: true,
			fs,
			...options
		};
		options.stale = Math.max(options.stale || 0, 2e3);
		resolveCanonicalPath(file, options, (err, file) => {
			if (err) return callback(err);
			options.fs.stat(getLockFile(file, options), (err, stat) => {
				if (err) return err.code === "ENOENT" ? callback(null, false) : callback(err);
				return callback(null, !isLockStale(stat, options));
			});
		});
	}
	function getLocks() {
		return locks;
	}
	onExit(() => {
		for (const file in locks) {
			const options = locks[file].options;
			try {
				options.fs.rmdirSync(getLockFile(file, options));
			} catch (e) {}
		}
	});
	module.exports.lock = lock;
	module.exports.unlock = unlock;
	module.exports.check = check;
	module.exports.getLocks = getLocks;
}));
// node_modules/proper-lockfile/lib/adapter.js
var require_adapter = __commonJSMin(((exports, module) => {
	const fs = __require("node:fs");
	function createSyncFs(fs) {
		const methods = [
			"mkdir",
			"realpath",
			"stat",
			"rmdir",
			"utimes"
		];
		const newFs = { ...fs };
		methods.forEach((method) => {
			newFs[method] = (...args) => {
				const callback = args.pop();
				let ret;
				try {
					ret = fs[`${method}Sync`](...args);
				} catch (err) {
					return callback(err);
				}
				callback(null, ret);
			};
		});
		return newFs;
	}
	function toPromise(method) {
		return (...args) => new Promise((resolve, reject) => {
			args.push((err, result) => {
				if (err) reject(err);
				else resolve(result);
			});
			method(...args);
		});
	}
	function toSync(method) {
		return (...args) => {
			let err;
			let result;
			args.push((_err, _result) => {
				err = _err;
				result = _result;
			});
			method(...args);
			if (err) throw err;
			return result;
		};
	}
	function toSyncOptions(options) {
		options = { ...options };
		options.fs = createSyncFs(options.fs || fs);
		if (typeof options.retries === "number" && options.retries > 0 || options.retries && typeof options.retries.retries === "number" && options.retries.retries > 0) throw Object.assign(new Error("Cannot use retries with the sync api"), { code: "ESYNC" });
		return options;
	}
	module.exports = {
		toPromise,
		toSync,
		toSyncOptions
	};
}));
// node_modules/proper-lockfile/index.js
var require_proper_lockfile = __commonJSMin(((exports, module) => {
	const lockfile = require_lockfile();
	const { toPromise, toSync, toSyncOptions } = require_adapter();
	async function lock(file, options) {
		const release = await toPromise(lockfile.lock)(file, options);
		return toPromise(release);
	}
	function lockSync(file, options) {
		const release = toSync(lockfile.lock)(file, toSyncOptions(options));
		return toSync(release);
	}
	function unlock(file, options) {
		return toPromise(lockfile.unlock)(file, options);
	}
	function unlockSync(file, options) {
		return toSync(lockfile.unlock)(file, toSyncOptions(options));
	}
	function check(file, options) {
		return toPromise(lockfile.check)(file, options);
	}
	function checkSync(file, options) {
		return toSync(lockfile.check)(file, toSyncOptions(options));
	}
	module.exports = lock;
	module.exports.lock = lock;
	module.exports.unlock = unlock;
	module.exports.lockSync = lockSync;
	module.exports.unlockSync = unlockSync;
	module.exports.check = check;
	module.exports.checkSync = checkSync;
}));
// src/host/patience.ts
function patient(call, how = {
	windows,
	pause: sleep
}) {
	if (!how.windows) return call;
	return async (...args) => {
		for (const ms of RETRY_PAUSES_MS) try {
			return await call(...args);
		} catch (error) {
			if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
			await how.pause(ms);
		}
		return call(...args);
	};
}
function patientSync(call, how = {
	windows,
	pause: pauseSync
}) {
	if (!how.windows) return call;
	return (...args) => {
		for (const ms of RETRY_PAUSES_MS) try {
			return call(...args);
		} catch (error) {
			if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
			how.pause(ms);
		}
		return call(...args);
	};
}
var HELD_OPEN, windows;
var init_patience = __esmMin((() => {
	init_errors();
	init_wait();
	HELD_OPEN = [
		"EPERM",
		"EACCES",
		"EBUSY"
	];
	windows = process.platform === "win32";
}));
// src/host/rename.ts
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
function renameFolder$1(from, to) {
	if (unless(["EXDEV"], () => rename(from, to) ?? true)) return;
	mkdirSync(to);
	for (const name of readdirSync(from)) renameFolder$1(join(from, name), join(to, name));
	rmdirSync(from);
}
var real;
var init_rename = __esmMin((() => {
	init_errors();
	init_wait();
	init_patience();
	real = {
		rename: renameSync,
		pause: pauseSync
	};
}));
// src/host/socket.ts
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
var FITS, LONGEST_SOCKET_PATH;
var init_socket = __esmMin((() => {
	FITS = process.platform === "linux" ? 107 : 103;
	LONGEST_SOCKET_PATH = process.platform === "linux" ? Infinity : FITS;
}));
// src/lock/file/folders.ts
function lockFolders(dir) {
	return {
		dir,
		lock: join(dir, "lock"),
		holders: join(dir, "holders"),
		tmp: join(dir, "tmp")
	};
}
function ownerFile(lock, token) {
	return join(lock, `owner-${token}`);
}
function ownerIn(name) {
	const [, token] = /^owner-(.+)$/.exec(name) ?? [];
	return token !== void 0 && isToken(token) ? token : void 0;
}
function recordFile({ holders }, token) {
	return join(holders, `${token}.json`);
}
function socketFile({ holders }, token) {
	return join(holders, `${token}.sock`);
}
function tokenOf(name) {
	const token = name.slice(0, 12);
	return isToken(token) ? token : void 0;
}
function trashFile(folders, name) {
	return join(folders.dir, `${TRASH}${name}`);
}
function isLockTrash(name) {
	return /^\.trash-(?:lock|tmp)-/.test(name);
}
var TRASH;
var init_folders = __esmMin((() => {
	init_key();
	TRASH = ".trash-";
}));
// src/lock/file/owner-fs.ts
function ownerFs(lock, own, token, events, fs = realFs) {
	const owner = ownerFile(lock, token);
	async function makePrivate() {
		await fs.writeFile(ownerFile(own, token), "", { flag: "wx" });
	}
	async function moveIn() {
		if (process.platform === "win32") await removeFolder();
		await fs.rename(own, lock);
	}
	async function take() {
		try {
			await makePrivate();
			await moveIn();
		} catch (error) {
			if (await confirm()) return;
			await fs.rm(own, {
				recursive: true,
				force: true
			}).catch(() => {});
			throw asClaimError(error);
		}
	}
	async function confirm() {
		try {
			return (await againIfStale(() => fs.readdir(lock))).includes(`owner-${token}`);
		} catch (error) {
			if (GONE.includes(systemCode(error) ?? "")) return false;
			throw error;
		}
	}
	async function removeFolder() {
		await fs.rmdir(lock).catch(ignoreTaken);
	}
	async function unlinkOwner() {
		try {
			await fs.unlink(owner);
		} catch (error) {
			ignoreGone(error);
			if (systemCode(error) === "ESTALE" && await confirm()) await fs.unlink(owner).catch(ignoreGone);
		}
	}
	async function patiently(call) {
		for (const since = stopwatch();; await sleep(AGAIN_MS)) try {
			return await call();
		} catch (error) {
			const patienceMs = events.patienceMs();
			if (patienceMs === void 0 || systemCode(error) === "ENOENT") throw error;
			if (since() >= patienceMs) throw Object.assign(new Error("it kept failing", { cause: error }), { code: "ENOENT" });
		}
	}
	async function beat(atime, mtime) {
		await patiently(() => fs.utimes(owner, atime, mtime));
		events.onBeat();
	}
	return {
		confirm,
		mkdir: (_path, done) => void take().then(() => done(null), done),
		stat: (_path, done) => void patiently(() => fs.stat(owner)).then((stats) => done(null, stats), done),
		utimes: (_path, atime, mtime, done) => void beat(atime, mtime).then(() => done(null), done),
		rmdir: (_path, done) => void unlinkOwner().then(removeFolder).then(() => done(null), done),
		rmdirSync: () => {
			events.beforeExit();
			removeSync(() => fs.unlinkSync(owner));
			removeSync(() => fs.unlinkSync(owner));
			removeSync(() => fs.rmdirSync(lock));
		}
	};
}
async function againIfStale(call) {
	try {
		return await call();
	} catch (error) {
		if (systemCode(error) !== "ESTALE") throw error;
		return call();
	}
}
function asClaimError(error) {
	const code = systemCode(error) ?? "";
	if ((process.platform === "win32" ? [
		"EEXIST",
		"ENOTEMPTY",
		"EPERM",
		"EACCES",
		"EBUSY"
	] : [
		"EEXIST",
		"ENOTEMPTY",
		"ESTALE"
	]).includes(code)) return Object.assign(new Error("held"), { code: HELD });
	if (code === "ENOENT") return Object.assign(new Error("swept", { cause: error }), { code: SWEPT });
	return error;
}
function ignoreTaken(error) {
	if (!NOT_EMPTY_OR_GONE.includes(systemCode(error) ?? "")) throw error;
}
function ignoreGone(error) {
	if (!GONE.includes(systemCode(error) ?? "")) throw error;
}
function removeSync(remove) {
	try {
		remove();
	} catch {}
}
var realFs, HELD, SWEPT, NOT_EMPTY_OR_GONE, AGAIN_MS;
var init_owner_fs = __esmMin((() => {
	init_errors();
	init_wait();
	init_file_system();
	init_patience();
	init_rename();
	init_folders();
	realFs = {
		readdir: promisify(nodeFs.readdir),
		writeFile: promisify(nodeFs.writeFile),
		rename: process.platform === "win32" ? async (from, to) => rename(from, to) : promisify(nodeFs.rename),
		unlink: patient(promisify(nodeFs.unlink)),
		rmdir: patient(promisify(nodeFs.rmdir)),
		stat: promisify(nodeFs.stat),
		utimes: promisify(nodeFs.utimes),
		rm: patient(promisify(nodeFs.rm)),
		unlinkSync: nodeFs.unlinkSync,
		rmdirSync: nodeFs.rmdirSync
	};
	HELD = "EHELD";
	SWEPT = "ESWEPT";
	NOT_EMPTY_OR_GONE = [
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST",
		"EPERM",
		"EBUSY",
		"ESTALE"
	];
	AGAIN_MS = 1e3;
}));
// src/base/fields.ts
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
var WHO;
var init_fields = __esmMin((() => {
	init_format();
	WHO = [
		"repository",
		"workflow",
		"job",
		"runUrl",
		"runner",
		"host"
	];
}));
// src/host/proc.ts
function bootId() {
	boot ??= read("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
	return boot;
}
function pidNamespace() {
	namespace ??= readNamespace();
	return namespace;
}
function readNamespace() {
	try {
		return readlinkSync("/proc/self/ns/pid");
	} catch {
		return "";
	}
}
function processState(pid) {
	const text = read(`/proc/${pid}/stat`);
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
function killProcessesOf(token, before = [], since = Infinity) {
	const found = pids().flatMap((pid) => suspect(pid, token, since) ?? []);
	for (const { pid, killed } of found) if (killed) kill(pid);
	const others = before.filter(({ pid, killed }) => killed && !found.some((each) => each.pid === pid));
	return [...found, ...others.filter(isRunning)];
}
function suspect(pid, token, since) {
	const environ = pid === process.pid ? void 0 : read(`/proc/${pid}/environ`);
	const killed = environ !== void 0 && names$1(environ, token);
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
function names$1(environ, token) {
	if (!environ.includes(token)) return false;
	return environ.split("\0").some((line) => line === `BUILD_ONCE_TOKEN=${token}` || line.startsWith(`BUILD_ONCE_WITHIN=`) && line.includes(token));
}
function read(file) {
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
var boot, namespace, KERNEL_THREAD, buffer;
var init_proc = __esmMin((() => {
	init_errors();
	KERNEL_THREAD = 2097152;
}));
// src/host/read-shared.ts
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
		if (systemCode(error) !== "EAGAIN") throw error;
		const pauseMs = RETRY_PAUSES_MS[tries];
		if (pauseMs === void 0) throw Object.assign(error, { code: "EBUSY" });
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
	if (code === "ENOENT" || code === "ENOTDIR") return ABSENT;
	if (code === "EACCES" || code === "EPERM") return {
		kind: "refused",
		why: `may not be read by this user (${code})`
	};
	if (code === "ELOOP") return unless(["ELOOP"], () => lstatSync(file)) ? strange("is a link, not a file") : ABSENT;
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
var RECORD_BYTES, ABSENT;
var init_read_shared = __esmMin((() => {
	init_errors();
	init_wait();
	RECORD_BYTES = 65536;
	ABSENT = { kind: "absent" };
}));
// src/lock/file/record.ts
function here() {
	return {
		host: hostname(),
		bootId: bootId(),
		pidNamespace: pidNamespace()
	};
}
function ownRecord(token, asker, place, staleMs, socket) {
	return {
		format: 1,
		token,
		asker,
		...place,
		pid: process.pid,
		startTime: processState("self")?.startTime,
		staleMs,
		socket,
		since: new Date().toISOString()
	};
}
function readRecord(file) {
	const found = unless(["ESTALE"], () => readShared(file));
	const fields = found?.kind === "text" ? parseFields(found.text) : void 0;
	if (fields === void 0 || fields.token !== basename(file, ".json")) return void 0;
	return Object.entries(checks$2).every(([name, check]) => check(fields[name])) ? fields : void 0;
}
function isAsker(value) {
	const { key, who, build, slots, job } = asFields(value) ?? {};
	return typeof key === "string" && isWho(who) && (build === void 0 || typeof build === "string" && isToken(build)) && (slots === void 0 || isCount(slots)) && (job === void 0 || typeof job === "string" && isJobId(job));
}
function startOf$1(record, place) {
	if (record === void 0) return {
		since: void 0,
		heldMs: void 0
	};
	const heldMs = record.bootId === place.bootId && record.host === place.host ? Math.max(0, Date.now() - Date.parse(record.since)) : NaN;
	return {
		since: record.since,
		heldMs: Number.isNaN(heldMs) ? void 0 : heldMs
	};
}
var checks$2;
var init_record = __esmMin((() => {
	init_errors();
	init_fields();
	init_key();
	init_proc();
	init_read_shared();
	checks$2 = {
		token: (value) => typeof value === "string" && isToken(value),
		asker: isAsker,
		host: isShowable,
		bootId: isShowable,
		pidNamespace: isShowable,
		pid: (value) => isCount(value) && value > 0,
		startTime: (value) => value === void 0 || isCount(value),
		staleMs: (value) => typeof value === "number" && value >= 0,
		socket: (value) => typeof value === "boolean",
		since: isShowable
	};
}));
// src/lock/file/claim.ts
async function fileClaim(options) {
	const { folders, token } = options;
	const server = options.network ? void 0 : await listenAt(socketFile(folders, token));
	try {
		announce(options, server !== void 0);
		return await new FileClaim(options, server).take();
	} catch (error) {
		try {
			conceal(folders, token, server);
		} catch {}
		throw error;
	}
}
function announce({ folders, token, asker, place, staleMs }, socket) {
	const draft = join(folders.tmp, token, "record");
	try {
		writeFileSync(draft, `${JSON.stringify(ownRecord(token, asker, place, staleMs, socket))}\n`, { flag: "wx" });
		rename(draft, recordFile(folders, token));
	} catch (error) {
		throw asSwept(error);
	}
}
function asSwept(error) {
	return ["ENOENT", "ESTALE"].includes(systemCode(error) ?? "") ? Object.assign(new Error("swept", { cause: error }), { code: SWEPT }) : error;
}
function conceal(folders, token, server) {
	server?.close();
	rmSync(recordFile(folders, token), { force: true });
	rmSync(socketFile(folders, token), { force: true });
	rmSync(join(folders.tmp, token), {
		recursive: true,
		force: true
	});
}
var import_proper_lockfile, FileClaim;
var init_claim = __esmMin((() => {
	import_proper_lockfile = __toESM(require_proper_lockfile(), 1);
	init_errors();
	init_wait();
	init_rename();
	init_socket();
	init_folders();
	init_owner_fs();
	init_record();
	FileClaim = class {
		token;
		#options;
		#server;
		#lost = new AbortController();
		#ends = [];
		#fs;
		#release;
		#patienceMs;
		#watchdog;
		#lastBeat = monotonicMs();
		#asking = false;
		constructor(options, server) {
			const { folders, token } = options;
			this.token = token;
			this.#options = options;
			this.#server = server;
			const events = {
				onBeat: () => {
					this.#lastBeat = monotonicMs();
				},
				patienceMs: () => this.#patienceMs,
				beforeExit: () => {
					for (const end of this.#ends) end();
				}
			};
			this.#fs = ownerFs(folders.lock, join(folders.tmp, token), token, events, options.fs ?? realFs);
		}
		async take() {
			const { folders, token, staleMs, heartbeatMs, strict } = this.#options;
			const options = {
				lockfilePath: folders.lock,
				fs: this.#fs,
				realpath: false,
				retries: 0,
				stale: staleMs,
				update: heartbeatMs,
				onCompromised: (error) => this.#lose(error.message)
			};
			try {
				this.#release = await import_proper_lockfile.default.lock(`${folders.lock}#${token}`, options);
			} catch (error) {
				throw asSwept(error);
			}
			this.#patienceMs = strict ? staleMs - heartbeatMs : Infinity;
			this.#lastBeat = monotonicMs();
			this.#watchdog = setInterval(() => this.#checkBeat(), Math.min(1e3, heartbeatMs)).unref();
			return this;
		}
		get lost() {
			return this.#lost.signal;
		}
		async confirm() {
			return !this.lost.aborted && await this.#fs.confirm();
		}
		onExit(end) {
			this.#ends.push(end);
		}
		async [Symbol.asyncDispose]() {
			const release = this.#release;
			this.#release = void 0;
			if (release === void 0) return;
			clearInterval(this.#watchdog);
			this.#patienceMs = 0;
			const { folders, token } = this.#options;
			try {
				await release().catch(() => this.#removeOwner());
			} finally {
				conceal(folders, token, this.#server);
			}
		}
		#removeOwner() {
			return new Promise((resolve, reject) => {
				this.#fs.rmdir(this.#options.folders.lock, (error) => error ? reject(error) : resolve());
			});
		}
		#checkBeat() {
			const overdue = () => monotonicMs() - this.#lastBeat > this.#options.staleMs * 2 / 3;
			if (!overdue() || this.#asking || this.lost.aborted) return;
			this.#asking = true;
			const { strict, staleMs } = this.#options;
			const giveUp = () => this.#lose("its heartbeat did not get through");
			const grace = strict ? setTimeout(giveUp, staleMs / 6).unref() : void 0;
			const settle = (still) => {
				if (still) this.#lastBeat = monotonicMs();
				else this.#lose("somebody took it over");
				clearTimeout(grace);
			};
			this.#fs.confirm().then(settle, () => {}).finally(() => {
				this.#asking = false;
			});
		}
		#lose(why) {
			clearInterval(this.#watchdog);
			this.#lost.abort(new Error(`The lock is no longer ours: ${why}`));
		}
	};
}));
// src/lock/file/leftovers.ts
function moveAway(folders, path, kind) {
	unless(GONE, () => rename(path, trashFile(folders, `${kind}-${newToken()}`)));
}
function moveOut(folders, from, names) {
	inFolder(folders[from], (opened) => {
		for (const name of names) moveAway(folders, join(opened, name), from);
	});
}
function reserve(tmp) {
	for (;;) {
		const token = newToken();
		if (unless(["EEXIST"], () => {
			mkdirSync(join(tmp, token));
			return true;
		})) return token;
	}
}
function isOwner({ lock }, token) {
	return list$1(lock).includes(`owner-${token}`);
}
function removeOwner(folders, token) {
	return unless(GONE, () => inFolder(folders.lock, (lock) => {
		const owner = ownerFile(lock, token);
		if (lstatSync(owner).isDirectory()) moveAway(folders, owner, "lock");
		else unlink(owner);
		return true;
	})) === true;
}
function forgetEnded(folders, token) {
	if (isOwner(folders, token)) return false;
	forget(folders, token);
	return true;
}
function forget(folders, token) {
	inFolder(folders.holders, (holders) => {
		for (const file of [socketFile({ holders }, token), recordFile({ holders }, token)]) if (lookAt(file)?.isDirectory()) moveAway(folders, file, "tmp");
		else rm(file, { force: true });
	});
}
function ageOnDisk(file, tmp) {
	const written = unless(GONE, () => lstatSync(file).mtimeMs);
	if (written === void 0) return void 0;
	const token = reserve(tmp);
	const now = unless(GONE, () => statSync(join(tmp, token)).mtimeMs) ?? written;
	rmSync(join(tmp, token), {
		recursive: true,
		force: true
	});
	return now - written;
}
function list$1(dir) {
	return listFolder(dir, GONE);
}
var unlink, rm;
var init_leftovers = __esmMin((() => {
	init_errors();
	init_key();
	init_file_system();
	init_folder();
	init_patience();
	init_rename();
	init_folders();
	unlink = patientSync(unlinkSync);
	rm = patientSync(rmSync);
}));
// src/lock/file/liveness.ts
async function judge$1(record, place, network, socketPath) {
	if (record.bootId !== place.bootId) return "unknown";
	if (place.bootId === "" && network) return "unknown";
	if ((network || place.bootId === "") && record.host !== place.host) return "unknown";
	if (record.pidNamespace === place.pidNamespace) {
		const verdict = judgeByPid(record);
		return verdict === "dead" && record.socket && !network && await judgeBySocket(socketPath) === "alive" ? "alive" : verdict;
	}
	if (network || !record.socket) return "unknown";
	return judgeBySocket(socketPath);
}
function judgeByPid(record) {
	if (probe(record.pid) === "gone") return "dead";
	const state = processState(record.pid);
	if (state === void 0) return "unknown";
	if (state.zombie) return "dead";
	if (record.startTime === void 0) return "alive";
	if (state.startTime !== record.startTime) return "dead";
	return state.stopped ? "alive" : "running";
}
function judgeBySocket(path) {
	return new Promise((resolve) => {
		const socket = connectTo(path);
		if (socket === void 0) return resolve("unknown");
		const answer = (verdict) => {
			socket.destroy();
			resolve(verdict);
		};
		socket.setTimeout(SOCKET_LIMIT_MS, () => answer("unknown"));
		socket.once("connect", () => answer("alive"));
		socket.once("error", (error) => answer(TOLD$1[systemCode(error) ?? ""] ?? "unknown"));
	});
}
function staleAfter(record, ownStaleMs, verdict = "unknown") {
	if (verdict === "running") return STALE_CAP_MS;
	const stated = Number.isFinite(record?.staleMs) ? Number(record?.staleMs) : 0;
	return Math.min(Math.max(stated, ownStaleMs), STALE_CAP_MS);
}
var STALE_CAP_MS, SOCKET_LIMIT_MS, TOLD$1, LONGEST_GAP_MS, Heartbeats;
var init_liveness = __esmMin((() => {
	init_errors();
	init_wait();
	init_proc();
	init_socket();
	STALE_CAP_MS = 6e5;
	SOCKET_LIMIT_MS = 1e3;
	TOLD$1 = {
		ECONNREFUSED: "dead",
		EAGAIN: "alive"
	};
	LONGEST_GAP_MS = 5e3;
	Heartbeats = class {
		#seen = new Map();
		#now;
		constructor(now = monotonicMs) {
			this.#now = now;
		}
		observe(token, mtimeMs) {
			const at = this.#now();
			const last = this.#seen.get(token);
			const stillMs = last?.mtimeMs === mtimeMs ? last.stillMs + Math.min(at - last.at, LONGEST_GAP_MS) : 0;
			this.#seen.set(token, {
				mtimeMs,
				stillMs,
				at
			});
			return stillMs;
		}
	};
}));
// src/lock/file/orphans.ts
async function endOrphans(dead, place, reporter) {
	const [limit, unclear] = [deadlineIn(LIMIT_MS$1), deadlineIn(UNCLEAR_MS)];
	const token = dead.asker.build ?? dead.token;
	const since = dead.pidNamespace === place.pidNamespace && dead.host === place.host ? dead.startTime : void 0;
	let left = killProcessesOf(token, [], since);
	while (left.some(({ killed }) => killed) || left.length > 0 && unclear.left() > 0) {
		if (limit.left() < 0) {
			const pids = left.flatMap(({ pid, killed }) => killed ? pid : []).join(", ");
			reporter.warn(`Processes ${pids} of a dead build could not be ended: they were killed, and hang on a disk. Look at them with \`ps\`.`);
			return;
		}
		await sleep(5);
		left = killProcessesOf(token, left, since);
	}
}
var LIMIT_MS$1, UNCLEAR_MS;
var init_orphans = __esmMin((() => {
	init_wait();
	init_proc();
	LIMIT_MS$1 = 5e3;
	UNCLEAR_MS = 250;
}));
// src/lock/file/times.ts
var LOCAL, NETWORK;
var init_times = __esmMin((() => {
	LOCAL = {
		heartbeatMs: 5e3,
		staleMs: 3e4,
		pollMs: 250,
		slowestPollMs: 250
	};
	NETWORK = {
		heartbeatMs: 1e4,
		staleMs: 12e4,
		pollMs: 250,
		slowestPollMs: 2e3
	};
}));
// src/lock/file/engine.ts
var engine_exports = __exportAll({ FileEngine: () => FileEngine });
var TRIES, UNKNOWN, FileEngine;
var init_engine = __esmMin((() => {
	init_errors();
	init_format();
	init_who();
	init_sticky();
	init_file_system();
	init_folder();
	init_remove_tree();
	init_watch_folder();
	init_claim();
	init_folders();
	init_leftovers();
	init_liveness();
	init_orphans();
	init_owner_fs();
	init_record();
	init_times();
	TRIES = 20;
	UNKNOWN = {
		asker: void 0,
		since: void 0,
		heldMs: void 0,
		running: false
	};
	FileEngine = class {
		#options;
		#times;
		#heartbeats = new Heartbeats();
		#records = new Map();
		#place = here();
		#takeovers = 0;
		constructor(options) {
			const { heartbeatMs, staleMs } = options;
			this.#options = options;
			this.#times = {
				...options.network ? NETWORK : LOCAL,
				...heartbeatMs === void 0 ? {} : { heartbeatMs },
				...staleMs === void 0 ? {} : { staleMs }
			};
		}
		get takeovers() {
			return this.#takeovers;
		}
		prepare(id) {
			const { dir, lock, holders, tmp } = this.folders(id);
			if (this.#options.groupShared) refuseSticky([
				dir,
				lock,
				holders,
				tmp
			]);
			for (const folder of [holders, tmp]) makeRealFolders(this.#options.above, folder);
			requireReal(lock);
		}
		async holder(id) {
			const folders = this.folders(id);
			const names = list$1(folders.lock);
			for (const token of names.map(ownerIn)) {
				if (token === void 0) continue;
				const holder = await this.#livingHolder(folders, token);
				if (holder !== void 0) return holder;
			}
			return names.length > 0 && names.every((name) => ownerIn(name) === void 0) ? this.#foreign(folders, names) : void 0;
		}
		async claim(id, asker) {
			const folders = this.folders(id);
			const { network, strict = false } = this.#options;
			for (let tries = 1;; tries++) {
				const holder = await this.holder(id);
				if (holder !== void 0) return holder;
				const token = reserve(folders.tmp);
				try {
					return await fileClaim({
						folders,
						token,
						asker,
						place: this.#place,
						...this.#times,
						network,
						strict
					});
				} catch (error) {
					const code = systemCode(error);
					if (code !== "EHELD" && code !== "ESWEPT") throw error;
					this.#options.reporter.debug(`lock ${id}: not claimed (${code === "EHELD" ? "held" : "swept"}), trying again`);
					if (tries < TRIES) continue;
					if (code === "EHELD") return {
						token,
						...UNKNOWN,
						silentMs: 0
					};
					throw error.cause ?? error;
				}
			}
		}
		adopt(id, token) {
			const { lock } = this.folders(id);
			return {
				token,
				lost: new AbortController().signal,
				confirm: () => this.alive(id, token),
				onExit: () => {},
				[Symbol.asyncDispose]: async () => {
					await this.holder(id);
					unless(NOT_EMPTY_OR_GONE, () => rmdirSync(lock));
				}
			};
		}
		watch(id) {
			return watchFolder(this.folders(id).dir, ["lock"], this.#times);
		}
		where(id) {
			return this.folders(id).lock;
		}
		async alive(id, token) {
			const folders = this.folders(id);
			if (isOwner(folders, token)) return true;
			const file = recordFile(folders, token);
			const age = ageOnDisk(file, folders.tmp);
			if (age === void 0) return this.#listens(folders, token);
			const record = readRecord(file);
			const verdict = record && await judge$1(record, this.#place, this.#options.network, socketFile(folders, token));
			if (verdict === "running" || verdict === "alive" || verdict !== "dead" && age < 6e5) return true;
			return !forgetEnded(folders, token);
		}
		async tidy(id, signal) {
			const folders = this.folders(id);
			const traces = new Set(list$1(folders.holders).map(tokenOf));
			const scraps = list$1(folders.tmp);
			for (const token of traces) if (token !== void 0) await this.alive(id, token);
			for (const scrap of scraps) {
				const token = tokenOf(scrap);
				if (token === void 0 || await this.alive(id, token)) continue;
				moveOut(folders, "tmp", [scrap]);
			}
			await removeTreesIn(folders.dir, list$1(folders.dir).filter(isLockTrash), signal);
		}
		async [Symbol.asyncDispose]() {}
		folders(id) {
			return lockFolders(this.#options.folderOf(id));
		}
		async #livingHolder(folders, token) {
			const beat = unless(GONE, () => lstatSync(ownerFile(folders.lock, token)).mtimeMs);
			if (beat === void 0) return void 0;
			const record = this.#record(folders, token);
			const silentMs = this.#heartbeats.observe(token, beat);
			const verdict = record && await judge$1(record, this.#place, this.#options.network, socketFile(folders, token));
			const limitMs = staleAfter(record, this.#times.staleMs, verdict);
			if (verdict === "dead") return this.#takeOver(folders, token, record, "its process is gone");
			if (silentMs >= limitMs) return this.#takeOver(folders, token, record, `no heartbeat for ${Math.round(silentMs / 1e3)} s`);
			return {
				token,
				asker: record?.asker,
				...startOf$1(record, this.#place),
				silentMs,
				running: verdict === "running"
			};
		}
		async #listens(folders, token) {
			const verdict = await judgeBySocket(socketFile(folders, token));
			return verdict === "alive" || verdict === "dead" && !forgetEnded(folders, token);
		}
		#record(folders, token) {
			const record = this.#records.get(token) ?? readRecord(recordFile(folders, token));
			if (record !== void 0) this.#records.set(token, record);
			return record;
		}
		async #takeOver(folders, token, record, why) {
			if (record?.bootId === this.#place.bootId) await endOrphans(record, this.#place, this.#options.reporter);
			const opened = removeOwner(folders, token);
			if (!opened && isOwner(folders, token)) return void 0;
			forget(folders, token);
			if (!opened) return void 0;
			this.#takeovers += 1;
			const from = record === void 0 ? "an unknown holder" : describeWho(record.asker.who);
			this.#options.reporter.info(`Took over the ${this.#options.word ?? "lock"} of ${from}: ${why}. Continuing normally.`);
		}
		#foreign(folders, names) {
			const changed = unless(GONE, () => statSync(folders.lock).mtimeMs);
			if (changed === void 0) return void 0;
			const silentMs = this.#heartbeats.observe(folders.lock, changed);
			if (silentMs < this.#times.staleMs) return {
				token: names[0] ?? "",
				...UNKNOWN,
				silentMs
			};
			moveOut(folders, "lock", names);
			this.#options.reporter.warn(`${folders.lock} held files that are no lock of ours (${shorten(names.join(", "), 300)}): moved aside.`);
		}
	};
}));
// src/step/engine.ts
async function openFileEngine({ root, ...options }) {
	const { FileEngine } = await Promise.resolve().then(() => (init_engine(), engine_exports));
	return new FileEngine({
		...options,
		above: root,
		folderOf: (id) => entryPaths(root, id).dir
	});
}
// src/step/job.ts
init_digest();
init_format();
function whoOf(env) {
	const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB, RUNNER_NAME } = env;
	return {
		repository: recordable(GITHUB_REPOSITORY),
		workflow: recordable(GITHUB_WORKFLOW),
		job: recordable(GITHUB_JOB),
		runUrl: recordable(runUrlOf(env)),
		runner: recordable(RUNNER_NAME),
		host: recordable(hostname())
	};
}
function recordable(name = "") {
	return inOneLine(name.slice(0, 300), " ");
}
function runUrlOf(env) {
	const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
	if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return "";
	const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
	const checkRun = env["INPUT_CHECK-RUN-ID"];
	if (checkRun) return `${run}/job/${checkRun}`;
	return GITHUB_RUN_ATTEMPT ? `${run}/attempts/${GITHUB_RUN_ATTEMPT}` : run;
}
// src/admin/silent.ts
const nothing = () => {};
const silent = {
	debug: nothing,
	info: nothing,
	notice: nothing,
	warn: nothing,
	output: nothing,
	openGroup: nothing,
	closeGroup: nothing
};
// \0@oxc-project+runtime@0.156.0/helpers/esm/usingCtx.js
function _usingCtx() {
	var r = "function" == typeof SuppressedError ? SuppressedError : function(r, e) {
		var n = Error();
		return n.name = "SuppressedError", n.error = r, n.suppressed = e, n;
	}, e = {}, n = [];
	function using(r, e) {
		if (null != e) {
			if (Object(e) !== e) throw new TypeError("using declarations can only be used with objects, functions, null, or undefined.");
			if (r) var o = e[Symbol.asyncDispose || Symbol["for"]("Symbol.asyncDispose")];
			if (void 0 === o && (o = e[Symbol.dispose || Symbol["for"]("Symbol.dispose")], r)) var t = o;
			if ("function" != typeof o) throw new TypeError("Object is not disposable.");
			t && (o = function o() {
				try {
					t.call(e);
				} catch (r) {
					return Promise.reject(r);
				}
			}), n.push({
				v: e,
				d: o,
				a: r
			});
		} else r && n.push({
			d: e,
			a: r
		});
		return e;
	}
	return {
		e,
		u: using.bind(null, !1),
		a: using.bind(null, !0),
		d: function d() {
			var o, t = this.e, s = 0;
			function next() {
				for (; o = n.pop();) try {
					if (!o.a && 1 === s) return s = 0, n.push(o), Promise.resolve().then(next);
					if (o.d) {
						var r = o.d.call(o.v);
						if (o.a) return s |= 2, Promise.resolve(r).then(next, err);
					} else s |= 1;
				} catch (r) {
					return err(r);
				}
				if (1 === s) return t !== e ? Promise.reject(t) : Promise.resolve();
				if (t !== e) throw t;
			}
			function err(n) {
				return t = t !== e ? new r(n, t) : n, next();
			}
			return next();
		}
	};
}
// src/admin/doctor/contender.ts
init_errors();
init_wait();
const TURN_MS = 4;
async function serve([task, text = "{}"]) {
	const post = JSON.parse(text);
	process.once("disconnect", () => process.exit(1));
	try {
		if (task === "look") report$1(look(post.root));
		else await useLock(task, post);
	} catch (error) {
		report$1({
			type: "failed",
			why: rootError(error, post.root).message
		});
	}
	process.disconnect();
	return 0;
}
async function useLock(task, post) {
	const engine = await openFileEngine({
		root: post.root,
		network: post.network,
		groupShared: false,
		reporter: silent
	});
	engine.prepare(post.id);
	report$1({ type: "ready" });
	if (task === "contend") return contend(engine, post);
	await claimInTurn(engine, post.id);
	report$1({ type: "holding" });
	return new Promise(() => {});
}
function report$1(message) {
	process.send?.(message);
}
function look(path) {
	try {
		return {
			type: "looked",
			code: void 0,
			folder: statSync(path).isDirectory()
		};
	} catch (error) {
		return {
			type: "looked",
			code: systemCode(error) ?? "error",
			folder: false
		};
	}
}
async function claimInTurn(engine, id) {
	try {
		var _usingCtx$4 = _usingCtx();
		const asker = {
			key: "build-once doctor",
			who: whoOf(process.env)
		};
		const never = new AbortController().signal;
		const watch = _usingCtx$4.a(engine.watch(id));
		for (;;) {
			const answer = await engine.claim(id, asker);
			if (isClaim(answer)) return answer;
			await watch.next(never, Infinity);
		}
	} catch (_) {
		_usingCtx$4.e = _;
	} finally {
		await _usingCtx$4.d();
	}
}
async function contend(engine, { root, id }) {
	const inside = join(entryPaths(root, id).dir, "inside");
	for (;;) {
		const claim = await claimInTurn(engine, id);
		const listed = await claim.confirm();
		const alone = makeFile(inside);
		report$1({
			type: "claimed",
			alone,
			listed
		});
		await sleep(Math.random() * TURN_MS);
		if (alone) unless(["ENOENT"], () => unlinkSync(inside));
		await claim[Symbol.asyncDispose]();
		await sleep(Math.random() * TURN_MS);
	}
}
function makeFile(path) {
	const made = unless(["EEXIST"], () => openSync(path, "wx"));
	if (made !== void 0) closeSync(made);
	return made !== void 0;
}
// src/admin/doctor/finding.ts
function ok(about, what) {
	return {
		level: "ok",
		about,
		what,
		advice: void 0
	};
}
function note(about, what, advice) {
	return {
		level: "note",
		about,
		what,
		advice
	};
}
function problem(about, what, advice) {
	return {
		level: "problem",
		about,
		what,
		advice
	};
}
function linesOf({ level, about, what, advice }) {
	const first = `${{
		ok: "ok",
		note: "note",
		problem: "PROBLEM"
	}[level].padEnd(8)} ${about.padEnd(11)} ${what}\n`;
	return advice === void 0 ? first : `${first}${" ".repeat(21)}-> ${advice}\n`;
}
function summaryOf(findings) {
	const problems = findings.filter(({ level }) => level === "problem").length;
	if (problems === 0) return "Nothing has to be changed.\n";
	return `${problems === 1 ? "One thing has" : `${problems} things have`} to be changed: see PROBLEM above.\n`;
}
// src/admin/doctor/protocol.ts
const CONTENDER = "contender";
// src/admin/doctor/process.ts
init_wait();
var Contender = class {
	#child;
	#reports = [];
	#closed;
	#ended = false;
	#errorOutput = "";
	#listeners = [];
	constructor(task, post, signal, onReport = () => {}) {
		const [, program = ""] = process.argv;
		const args = [
			"doctor",
			CONTENDER,
			task,
			JSON.stringify(post)
		];
		this.#child = fork(program, args, {
			stdio: [
				"ignore",
				"ignore",
				"pipe",
				"ipc"
			],
			signal,
			killSignal: "SIGKILL"
		});
		this.#child.on("message", (report) => {
			if (report.type !== "claimed") this.#reports.push(report);
			onReport(report);
			this.#wake();
		});
		this.#child.stderr?.setEncoding("utf8").on("data", (text) => {
			this.#errorOutput = `${this.#errorOutput}${text}`.slice(-2e3);
		});
		this.#closed = new Promise((resolve) => {
			const end = () => {
				this.#ended = true;
				this.#wake();
				resolve();
			};
			this.#child.once("close", end).on("error", (error) => {
				if (this.#child.pid !== void 0) return;
				this.#errorOutput = error.message;
				end();
			});
		});
	}
	get failure() {
		const failed = this.#reports.find((report) => report.type === "failed");
		if (failed !== void 0) return failed.why;
		return this.#ended ? `A process of the check ended: ${lastError(this.#errorOutput)}` : void 0;
	}
	async hear(type) {
		for (;;) {
			const found = this.#reports.find((report) => report.type === type);
			if (found !== void 0) return found;
			if (this.failure !== void 0) throw new Error(this.failure);
			await new Promise((resolve) => this.#listeners.push(resolve));
		}
	}
	async kill() {
		this.#child.kill("SIGKILL");
		await within(this.#closed, 1e3);
		this.#child.unref();
		this.#child.channel?.unref();
		this.#child.stderr?.destroy();
	}
	[Symbol.asyncDispose]() {
		return this.kill();
	}
	#wake() {
		for (const listener of this.#listeners.splice(0)) listener();
	}
};
function lastError(output) {
	const lines = output.split("\n").filter((line) => line.trim() !== "");
	return lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? "it printed nothing";
}
// src/admin/doctor/contest.ts
init_errors();
init_format();
init_wait();
const CONTENDERS = 4;
const TAKEOVER_LIMIT_MS = 3e3;
const TURN_LIMIT_MS = 3e4;
const WRONG_DISK$1 = "Do not share builds there: jobs would build twice (a job never gets a part of a build). Take a local disk, or NFS 4.";
var Tally = class {
	claims = 0;
	overlaps = 0;
	unlisted = 0;
	takeoverMs = [];
	stuck = false;
	errors = [];
	#onClaim = () => {};
	count(report) {
		if (report.type !== "claimed") return;
		this.claims += 1;
		if (!report.alone) this.overlaps += 1;
		if (!report.listed) this.unlisted += 1;
		this.#onClaim();
	}
	nextClaim() {
		return new Promise((resolve) => {
			this.#onClaim = resolve;
		});
	}
};
async function judgeLock(posts, ms, signal) {
	const tally = new Tally();
	let isOn = false;
	const onReport = (report) => isOn && tally.count(report);
	const all = Array.from({ length: CONTENDERS }, (_, index) => new Contender("contend", postOf(posts, index), signal, onReport));
	try {
		await Promise.all(all.map((each) => each.hear("ready")));
		isOn = true;
		const limit = deadlineIn(ms);
		await killHolders(posts, tally, limit, signal);
		await sleep(limit.left(), signal);
		tally.errors.push(...all.map(({ failure }) => failure).filter((failure) => failure !== void 0));
		return judge(tally, ms);
	} finally {
		await Promise.all(all.map((each) => each.kill()));
	}
}
async function killHolders(posts, tally, limit, signal) {
	try {
		for (let round = 0; round === 0 || limit.left() > 0 && !tally.stuck && !signal.aborted; round++) await killHolder(postOf(posts, round), tally, signal);
	} catch (error) {
		tally.errors.push(messageOf(error));
	}
}
function postOf(posts, index) {
	const post = posts[index % posts.length];
	if (post === void 0) throw new Error("a contest needs a place");
	return post;
}
async function killHolder(post, tally, signal) {
	try {
		var _usingCtx$3 = _usingCtx();
		const doomed = _usingCtx$3.a(new Contender("hold", post, signal));
		if (await within(doomed.hear("holding"), TURN_LIMIT_MS, signal) === "late") throw new Error(`A process did not get the lock within ${formatDuration(TURN_LIMIT_MS)}.`);
		const since = stopwatch();
		await doomed.kill();
		const took = await within(tally.nextClaim().then(since), TAKEOVER_LIMIT_MS, signal);
		if (took === "late") tally.stuck = true;
		else tally.takeoverMs.push(took);
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
function judge({ claims, overlaps, unlisted, errors: [error], ...tally }, ms) {
	const what = `${CONTENDERS} processes claimed it ${claims} times in ${formatDuration(ms)}`;
	const wrong = [];
	if (overlaps > 0) wrong.push(problem("lock", `${what}, and ${overlaps} times two had it at once.`, WRONG_DISK$1));
	if (unlisted > 0 && overlaps === 0) {
		const seen = `${what}, and ${unlisted} times a listing of the folder did not show the one that had it.`;
		wrong.push(problem("lock", seen, "Listings come from a cache that is too old: mount it without, or take another disk."));
	}
	if (error !== void 0) wrong.push(problem("lock", error, "The check ended early. Mend that, and run it again."));
	if (wrong.length > 0) return wrong;
	return [claims < CONTENDERS ? note("lock", `${what}: that is slow.`) : ok("lock", `${what}, one at a time.`), judgeTakeovers(tally)];
}
function judgeTakeovers({ takeoverMs, stuck }) {
	if (stuck) return problem("takeover", `The lock of a killed process was not taken over within ${formatDuration(TAKEOVER_LIMIT_MS)}.`, "Look whether /proc is hidden from this user (mount option hidepid). If so, a dead job is noticed only after 30 s or more.");
	const most = formatDuration(Math.max(...takeoverMs));
	return ok("takeover", `Holders killed: ${takeoverMs.length}. Each lock was taken over within ${most}.`);
}
// src/admin/doctor/mirror.ts
init_errors();
init_format();
init_wait();
init_file_system();
init_times();
const LOOK_PAUSE_MS = 20;
const GOAL_MS = 3e3;
const LIMIT_MS = 1e4;
const ROUNDS = 5;
async function judgeMirror(pair) {
	const same = await judgeSameDisk(pair);
	if (same?.level === "problem" || pair.signal.aborted) return same === void 0 ? [] : [same];
	return [
		...same === void 0 ? [] : [same],
		await judgePublishing(pair),
		await judgeHeartbeat(pair)
	];
}
async function judgeSameDisk(pair) {
	const { here, there, names } = pair;
	const both = names.join(" and ");
	const look = () => {
		foldersAbove(there).forEach(reopen);
		return statOf(there) !== void 0;
	};
	if (await timeUntil(look, pair) === void 0) return problem("mounts", `${both} are not one disk: what is made in the one is not seen in the other within ${limitOf(pair)}.`, "Name two mounts of the same folder of the same server.");
	const [mine, other] = [statSync(here), statSync(there)];
	if (mine.dev !== other.dev || mine.ino !== other.ino) return void 0;
	return note("mounts", `${both} are one mount of this host, with one cache: that says nothing about two hosts.`, "On NFS, mount it a second time with the option nosharecache.");
}
async function judgePublishing(pair) {
	let longest = 0;
	for (let round = 0; round < ROUNDS; round++) {
		const [from, to] = round % 2 === 0 ? [pair.here, pair.there] : [pair.there, pair.here];
		const seen = await publish(from, to, `publish-${round}`, pair);
		if (seen === void 0) return problem("publishing", `What is published through one mount is not seen through the other within ${limitOf(pair)}, though the folder is listed each time.`, "Mount both with shorter caches: actimeo=3, or lookupcache=positive.");
		longest = Math.max(longest, seen);
	}
	const what = `What is published through one mount is seen through the other after ${formatDuration(longest)} at most, ${ROUNDS} times.`;
	if (longest <= GOAL_MS) return ok("publishing", what);
	return note("publishing", what, "Mount both with acdirmax=3, if waiting jobs are to go on sooner.");
}
async function publish(from, to, name, pair) {
	const manifest = join(to, name, "manifest.json");
	statOf(manifest);
	mkdirSync(join(from, `${name}.new`));
	writeFileSync(join(from, `${name}.new`, "manifest.json"), "whole");
	renameSync(join(from, `${name}.new`), join(from, name));
	return timeUntil(() => listFolder(to, GONE).includes(name) && statOf(manifest)?.size === 5, pair);
}
async function judgeHeartbeat(pair) {
	const [mine, other] = [join(pair.here, "beats"), join(pair.there, "beats")];
	mkdirSync(mine);
	writeFileSync(join(mine, "owner"), "");
	const look = () => listFolder(other, GONE).includes("owner") ? statOf(join(other, "owner"))?.mtimeMs : void 0;
	await timeUntil(() => look() !== void 0, pair);
	const old = look();
	const next = new Date(Date.now() + 2e3);
	utimesSync(join(mine, "owner"), next, next);
	const seen = await timeUntil(() => look() !== old, pair);
	if (seen !== void 0) return ok("heartbeats", `A heartbeat through one mount is seen through the other after ${formatDuration(seen)}.`);
	const stale = NETWORK.staleMs / 1e3;
	return note("heartbeats", `A heartbeat through one mount is not seen through the other within ${limitOf(pair)}: attributes are cached. A lock falls after ${stale} s without one.`, `That is safe while acregmax (60 by default) stays below ${stale - 20}.`);
}
function limitOf({ limitMs = LIMIT_MS }) {
	return formatDuration(limitMs);
}
async function timeUntil(look, { limitMs = LIMIT_MS, signal }) {
	const since = stopwatch();
	while (!look()) {
		if (since() > limitMs || signal.aborted) return void 0;
		await sleep(LOOK_PAUSE_MS, signal);
	}
	return Math.max(since(), 1);
}
function statOf(path) {
	return unless(GONE, () => statSync(path));
}
// src/step/cache-place.ts
init_errors();
init_format();
init_file_system();
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
// src/admin/doctor/mount.ts
init_errors();
init_times();
function mountOf(path, list = readList()) {
	let best;
	for (const mount of list.split("\n").map(parse)) {
		if (mount === void 0 || !holds(mount.point, path)) continue;
		if (best === void 0 || mount.point.length >= best.point.length) best = mount;
	}
	return best;
}
function readList() {
	return unless(["ENOENT", "EACCES"], () => readFileSync("/proc/self/mountinfo", "utf8")) ?? "";
}
function holds(point, path) {
	return point === "/" || path === point || path.startsWith(`${point}/`);
}
function parse(line) {
	const [front = "", back = ""] = line.split(" - ");
	const [, , , , point, own] = front.split(" ");
	const [type, source, shared = ""] = back.split(" ");
	if (point === void 0 || own === void 0 || type === void 0 || source === void 0) return void 0;
	const options = `${shared},${own}`.split(",").map((option) => {
		const [name = "", ...value] = option.split("=");
		return [name, value.join("=")];
	});
	return {
		point: unoctal(point),
		type,
		source: unoctal(source),
		options: new Map(options)
	};
}
function unoctal(text) {
	return text.replace(/\\([0-7]{3})/g, (_all, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}
const ABOUT$3 = "mount";
const ANY = /./;
const NFS = /^nfs\d?$/;
const SMB = /^(?:cifs|smb3?)$/;
const OBJECT_STORE = /^fuse\.(?:.*s3.*|goofys|gcsfuse|rclone|blobfuse2?)$/;
const rules = [
	[
		ANY,
		/^noexec$/,
		"note",
		"programs of a build cannot be started there",
		"Mount it without noexec, unless it only holds data."
	],
	[
		ANY,
		/^soft(?:err)?$/,
		"problem",
		"a slow server turns into failed or half-done writes",
		"Mount it with hard instead."
	],
	[
		NFS,
		/^vers=2/,
		"problem",
		"NFS 2 cannot make a file exclusively",
		"Mount it with vers=4.2, or vers=3 at least."
	],
	[
		NFS,
		/^nocto$/,
		"problem",
		"a listing may be as old as attributes are cached, and so hide what other hosts publish",
		"Mount it without nocto."
	],
	[
		NFS,
		/^lookupcache=all$/,
		"note",
		"\"no such file\" is remembered for up to a minute. build-once lists the folder before it believes it; other programs do not",
		"lookupcache=positive avoids it."
	],
	[
		SMB,
		/^cache=loose$/,
		"problem",
		"files of other hosts may be seen as they were",
		"Mount it with cache=strict."
	]
];
function judgeMount({ type, source, point, options }) {
	const found = [];
	const all = new Map([...NFS.test(type) ? [["lookupcache", "all"]] : [], ...options]);
	for (const [name, value] of all) {
		const option = value === "" ? name : `${name}=${value}`;
		for (const [types, pattern, level, harm, advice] of rules) if (types.test(type) && pattern.test(option)) found.push(finding(level, `${option}: ${harm}.`, advice));
	}
	if (NFS.test(type) || SMB.test(type)) found.push(...judgeCaches(options));
	if (OBJECT_STORE.test(type)) {
		const what = `${type}: an object store has no rename of a folder in one step, which the lock and publishing need.`;
		found.push(problem(ABOUT$3, what, "Name a root on a file system: a local disk, or NFS."));
	}
	return found.length > 0 ? found : [ok(ABOUT$3, `${source} (${type}) at ${point}: no option stands in the way.`)];
}
function finding(level, what, advice) {
	return level === "note" ? note(ABOUT$3, what, advice) : problem(ABOUT$3, what, advice);
}
const UNSEEN_LIMIT = (NETWORK.staleMs - 2 * NETWORK.heartbeatMs) / 1e3;
const DEFAULT_CACHE = 60;
function judgeCaches(options) {
	if (options.has("noac")) return [note(ABOUT$3, "noac: safe, and slow: each look asks the server.", `actimeo=${DEFAULT_CACHE} is enough.`)];
	const seconds = (name) => Number(options.get(name) ?? options.get("actimeo") ?? DEFAULT_CACHE);
	const [files, folders] = [seconds("acregmax"), seconds("acdirmax")];
	if (files > UNSEEN_LIMIT) {
		const what = `acregmax=${files}: the heartbeat of a living job on another host may stay unseen for so long that its lock is taken over (stale after ${NETWORK.staleMs / 1e3} s).`;
		return [problem(ABOUT$3, what, `Mount it with acregmax=${DEFAULT_CACHE} or less.`)];
	}
	if (folders <= DEFAULT_CACHE) return [];
	const what = `acdirmax=${folders}: what other hosts publish may be seen that late.`;
	return [note(ABOUT$3, what, `Mount it with acdirmax=${DEFAULT_CACHE} or less.`)];
}
// src/admin/doctor/place.ts
init_format();
function judgePlace(site) {
	const mount = mountOf(site.root);
	return [
		judgeDisk(site),
		judgeSharing(site),
		judgeSpace(site),
		...mount === void 0 ? [] : judgeMount(mount)
	];
}
function judgeDisk({ given, root, fileSystem }) {
	const kind = fileSystem.network ? "a network file system, which several hosts may share" : "a file system of this host";
	const link = given === root ? "" : ` It is a link: jobs see the build at ${root}, which must be its path for all of them.`;
	return ok("disk", `${root} is on ${fileSystem.name}, ${kind}.${link}`);
}
const WORK = /\/(?:_work|__w)(?:\/|$)/;
function judgeSharing({ root, fileSystem }) {
	const { unsharedReason } = cachePlace(root, process.env);
	if (unsharedReason !== void 0) {
		const end = unsharedReason.indexOf(". ") + 1;
		return problem("sharing", unsharedReason.slice(0, end), unsharedReason.slice(end + 1));
	}
	if (WORK.test(root)) return problem("sharing", `${root} lies in the work folder of a runner, so no other runner reuses its builds.`, "Set RUNNER_TOOL_CACHE in the .env file of every runner to a folder that they share.");
	return ok("sharing", `${fileSystem.network ? "Runners of this and of other hosts" : "All runners of this host"} can share it.`);
}
const MIN_FREE_BYTES = 1e8;
const LOW_FREE_BYTES = 2e9;
const MIN_FREE_INODES = 1e3;
function judgeSpace({ root, fileSystem: { freeBytes } }) {
	const free = `${formatBytes(freeBytes)} free`;
	if (freeBytes < MIN_FREE_BYTES) return problem("space", `Only ${free}: builds will fail.`, "Free some space.");
	const { files, ffree } = statfsSync(root);
	if (files > 0 && ffree < MIN_FREE_INODES) return problem("space", `${free}, but only ${ffree} new files can be made (inodes).`, "Remove many small files.");
	return freeBytes < LOW_FREE_BYTES ? note("space", `${free}, which is not much.`) : ok("space", `${free}.`);
}
// src/admin/doctor/renames.ts
init_errors();
const ABOUT$2 = "renames";
const WRONG_DISK = "This disk cannot keep the cache. Take a local disk, or NFS 4.";
const DONE = "done";
const ONTO_EMPTY = process.platform === "win32" ? ["EPERM", "EEXIST"] : [DONE];
function judgeRenames(dir) {
	const full = renameFolder(dir, "full", ["kept"]);
	const wrong = [
		unexpected("of a folder to a free name", renameFolder(dir, "free"), [DONE]),
		unexpected("of a folder onto an empty one", renameFolder(dir, "empty", []), ONTO_EMPTY),
		unexpected("of a read-only folder", renameFolder(dir, "readonly", void 0, 365), [DONE]),
		unexpected("of a file onto another", renameFile(dir), [DONE]),
		unexpected("of a folder onto one that is not empty", full, [
			"EEXIST",
			"ENOTEMPTY",
			"EPERM",
			"EACCES"
		])
	].filter((finding) => finding !== void 0);
	if (wrong.length > 0) return wrong;
	return [ok(ABOUT$2, `A folder moves onto a free name or an empty folder, and not onto a full one (${full}).`)];
}
function unexpected(what, got, wanted) {
	if (wanted.includes(got)) return void 0;
	const seen = got === DONE ? "was done, and must fail" : `failed with ${got}`;
	return problem(ABOUT$2, `A rename ${what} ${seen}.`, WRONG_DISK);
}
function renameFolder(dir, name, there, mode = 493) {
	const [from, to] = [join(dir, `${name}-from`), join(dir, name)];
	mkdirSync(from);
	writeFileSync(join(from, "moved"), "");
	chmodSync(from, mode);
	if (there !== void 0) mkdirSync(to);
	for (const file of there ?? []) writeFileSync(join(to, file), "");
	try {
		renameSync(from, to);
	} catch (error) {
		return systemCode(error) ?? "error";
	} finally {
		chmodSync(existsSync(from) ? from : to, 493);
	}
	return existsSync(from) || readdirSync(to).join() !== "moved" ? "only half of it done" : DONE;
}
function renameFile(dir) {
	const [from, to] = [join(dir, "new.json"), join(dir, "old.json")];
	writeFileSync(from, "new");
	writeFileSync(to, "old");
	try {
		renameSync(from, to);
	} catch (error) {
		return systemCode(error) ?? "error";
	}
	return readFileSync(to, "utf8") === "new" ? DONE : "the old file still there";
}
function judgeLinks(dir) {
	try {
		symlinkSync("target", join(dir, "link"));
		return [];
	} catch (error) {
		return [note("links", `No symlinks (${systemCode(error)}): many builds have some, and \`tool\` needs one.`)];
	}
}
// src/admin/doctor/rights.ts
init_errors();
init_sticky();
const ABOUT$1 = "rights";
const CLOSED = "no rights";
const SETGID = 1024;
const GROUP_WRITES = 16;
const ALL_WRITE = 2;
const MAX_KEYS = 500;
function judgeRights({ root }) {
	const own = [
		join(root, "build-once"),
		versionDir(root),
		...keyFolders(root)
	].filter((folder) => stat(folder));
	const work = [versionDir(root), join(root, "build-once")].find((folder) => own.includes(folder)) ?? root;
	const refused = judgeAccess(work);
	if (refused !== void 0) return [refused];
	const found = [
		judgeWriters(statSync(work)),
		...judgeSticky([root, ...own]),
		...judgeClosed(own)
	];
	if (process.getuid?.() !== 0) return found;
	return [...found, note(ABOUT$1, "This user is root, who may do more than the user of the runners.", "Run it as that user.")];
}
function judgeAccess(folder) {
	const code = refusalOf(folder);
	if (code === void 0) return void 0;
	if (code === "EROFS") return problem(CLOSED, `${folder} is on a read-only file system.`, "Mount it writable.");
	const what = `This user may not write to ${folder} (${code}; ${describe$1(statSync(folder))}).`;
	return problem(CLOSED, what, "Run it as the user of the runners, or give that user or its group write access.");
}
function refusalOf(folder) {
	try {
		accessSync(folder, constants.W_OK | constants.X_OK);
		return;
	} catch (error) {
		return systemCode(error) ?? "error";
	}
}
function judgeWriters(stats) {
	const mode = describe$1(stats);
	if ((stats.mode & ALL_WRITE) !== 0) {
		const what = `Every user of this host may write there (${mode}), and could change what others use.`;
		return note(ABOUT$1, what, "chmod o-w, and a group for the users of the runners.");
	}
	if ((stats.mode & GROUP_WRITES) === 0) return ok(ABOUT$1, `Only the owner may write there (${mode}). For several users: a group, chmod g+rws, and \`shared: group\`.`);
	if ((stats.mode & SETGID) !== 0) return ok(ABOUT$1, `The group may write there (${mode}): use \`shared: group\`.`);
	const what = `The group may write there (${mode}), but what a user makes belongs to that user's own group.`;
	return note(ABOUT$1, what, "chmod g+s, and use `shared: group`.");
}
function judgeSticky(folders) {
	const [first, ...more] = folders.filter(isSticky);
	if (first === void 0) return [];
	const what = `${first} is sticky${more.length > 0 ? `, and so are ${more.length} folders below it` : ""}: users cannot remove or rename what others made there, so nobody takes over the lock of another user.`;
	const advice = first === folders[0] ? `chmod -t ${first}. If others need the bit, make a folder in it and name that as root.` : `chmod -R -t ${first}`;
	return [problem(ABOUT$1, what, advice)];
}
function judgeClosed(folders) {
	const closed = folders.filter((folder) => refusalOf(folder) !== void 0);
	const [first] = closed;
	if (first === void 0) return [];
	const stats = stat(first);
	const what = `This user may not write to ${closed.length} of ${folders.length} folders in it: ${first} (${stats ? describe$1(stats) : "gone"}).`;
	return [problem(ABOUT$1, what, "Use `shared: group` in all steps, and once: chmod -R g+rwX, and g+s for folders.")];
}
function keyFolders(root) {
	const version = versionDir(root);
	return (unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => readdirSync(version)) ?? []).filter((name) => !name.startsWith(".")).slice(0, MAX_KEYS).map((name) => join(version, name));
}
function stat(folder) {
	return unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => statSync(folder));
}
function describe$1({ mode, uid, gid }) {
	return `mode ${(mode & 4095).toString(8).padStart(3, "0")}, owner ${uid}, group ${gid}`;
}
// src/admin/doctor/signs.ts
init_errors();
init_format();
init_wait();
init_times();
function judgeHeartbeats({ fileSystem }, dir) {
	const wrongDisk = "Holders would lose their locks there. Take another disk, or other mount options.";
	const file = join(dir, "heartbeat");
	writeFileSync(file, "");
	const now = Date.now();
	const second = Math.ceil(now / 1e3) * 1e3;
	try {
		const fine = [
			second + 5,
			now,
			now + 1,
			now + 17
		].every((ms) => keepsTime(file, ms));
		const coarse = [second, second + 1e3].every((ms) => keepsTime(file, ms));
		if (!fine && !coarse) return problem("heartbeats", "A time set on a file is read back as another one.", wrongDisk);
		const { heartbeatMs, staleMs } = fileSystem.network ? NETWORK : LOCAL;
		const rule = `One every ${heartbeatMs / 1e3} s; a lock falls after ${staleMs / 1e3} s without one, at once if its process is seen to be gone.`;
		return ok("heartbeats", `Kept to the ${fine ? "millisecond" : "second"}. ${rule}`);
	} catch (error) {
		return problem("heartbeats", `The time of a file cannot be set: ${systemCode(error)}.`, wrongDisk);
	}
}
function keepsTime(file, ms) {
	const at = new Date(ms);
	utimesSync(file, at, at);
	return statSync(file).mtime.getTime() === ms;
}
const EVENT_LIMIT_MS = 2e3;
async function judgeWatch({ fileSystem }, dir) {
	const poll = `waiters look every ${formatDuration((fileSystem.network ? NETWORK : LOCAL).slowestPollMs)}`;
	const seen = await timeEvent(dir);
	if (typeof seen === "number") {
		const others = fileSystem.network ? ` Changes made by other hosts raise no event: ${poll}.` : "";
		return ok("watch", `A change made on this host wakes the waiters of this host, after ${formatDuration(Math.max(1, seen))}.${others}`);
	}
	if (seen === void 0) return note("watch", `A change raises no event: ${poll}.`);
	const file = "/proc/sys/fs/inotify/max_user_instances";
	const limit = unless(["ENOENT", "EACCES"], () => readFileSync(file, "utf8").trim());
	const advice = limit && `sysctl fs.inotify.max_user_instances is ${limit}: set it to 1024.`;
	return note("watch", `This user may watch no more folders (${seen}): ${poll}.`, advice);
}
async function timeEvent(dir) {
	mkdirSync(join(dir, "event"));
	try {
		let notify = () => {};
		const event = new Promise((resolve) => {
			notify = resolve;
		});
		const watcher = watch(dir, { persistent: false }, (_type, name) => name === "watched" && notify());
		try {
			const since = stopwatch();
			renameSync(join(dir, "event"), join(dir, "watched"));
			const took = await within(event.then(since), EVENT_LIMIT_MS);
			return took === "late" ? void 0 : took;
		} finally {
			watcher.close();
		}
	} catch (error) {
		return systemCode(error) ?? "error";
	}
}
// src/step/inputs/paths.ts
function realPath(path) {
	const full = resolve(path);
	try {
		return realpathSync.native(full);
	} catch {
		const parent = dirname(full);
		return parent === full ? full : join(realPath(parent), basename(full));
	}
}
// src/admin/doctor/site.ts
init_errors();
init_wait();
init_file_system();
const ABOUT = "root";
const ANSWER_LIMIT_MS = 1e4;
const KERNEL_LOG = "See the kernel log of this host (dmesg).";
const refusals = {
	ENOENT: ["does not exist", "Mount it, or make it with the owner and group of the runners."],
	ENOTDIR: ["lies below something that is a file", "Name a folder."],
	EACCES: ["lies in a folder that this user may not enter", "Run it as the user of the runners, or give that user access."],
	ESTALE: ["is another disk on the server now (ESTALE)", "Unmount it and mount it again."]
};
async function findSite(given, signal) {
	try {
		var _usingCtx$2 = _usingCtx();
		const scout = _usingCtx$2.a(new Contender("look", {
			root: given,
			id: "",
			network: false
		}, signal));
		try {
			const answer = await within(scout.hear("looked"), ANSWER_LIMIT_MS, signal);
			if (answer === "late") {
				const what = `${given} does not answer: a look at it did not return within ${ANSWER_LIMIT_MS / 1e3} s.`;
				return problem(ABOUT, what, `Look whether its server and the network are up. ${KERNEL_LOG}`);
			}
			if (answer.code !== void 0) {
				const [what, advice] = refusals[answer.code] ?? [`cannot be looked at: ${answer.code}`, KERNEL_LOG];
				return problem(ABOUT, `${given} ${what}.`, advice);
			}
			if (!answer.folder) return problem(ABOUT, `${given} is a file.`, "Name a folder.");
			const root = realPath(given);
			return {
				given,
				root,
				fileSystem: fileSystemOf(root)
			};
		} catch (error) {
			return problem(ABOUT, messageOf(error), "Run it again. If the error comes back, please report it.");
		}
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
// src/admin/doctor/workroom.ts
init_errors();
init_key();
init_remove_tree();
var Workroom = class {
	id = `.doctor-${newToken()}`;
	#root;
	#made = [];
	constructor(root) {
		this.#root = root;
	}
	open() {
		const version = versionDir(this.#root);
		for (const folder of [dirname(version), version]) if (makeNew(folder)) this.#made.push(folder);
		mkdirSync(this.in(this.#root));
	}
	in(root) {
		return entryPaths(root, this.id).dir;
	}
	async [Symbol.asyncDispose]() {
		await removeTree(this.in(this.#root));
		for (const folder of this.#made.toReversed()) unless([
			"ENOENT",
			"ENOTEMPTY",
			"EEXIST"
		], () => rmdirSync(folder));
	}
};
function makeNew(folder) {
	try {
		mkdirSync(folder);
		return true;
	} catch (error) {
		if (systemCode(error) === "EEXIST") return false;
		throw error;
	}
}
// src/admin/doctor/examine.ts
init_errors();
async function examine(examination) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { roots, signal, onFinding } = examination;
		const sites = [];
		for (const given of roots) {
			const site = await findSite(given, signal);
			if (signal.aborted) return;
			if ("level" in site) return onFinding(given, site);
			const findings = [...judgePlace(site), ...judgeRights(site)];
			for (const finding of findings) onFinding(given, finding);
			if (findings.some(({ about }) => about === "no rights")) return;
			sites.push(site);
		}
		const [first, second] = sites;
		if (first === void 0) return;
		const room = _usingCtx$1.a(new Workroom(first.root));
		try {
			room.open();
			await checkByUse(examination, room, first, second);
		} catch (error) {
			if (signal.aborted) return;
			if (!isRootTrouble(error)) throw error;
			const what = rootError(error, first.root).message;
			onFinding(first.given, problem("disk", what, "Further checks were not made. Mend that, and run it again."));
		}
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function checkByUse(examination, room, first, second) {
	const { contestMs, signal, onFinding } = examination;
	const dir = room.in(first.root);
	const { ino } = statSync(dir);
	const report = (findings, { given } = first) => {
		for (const finding of findings) onFinding(given, finding);
	};
	report([
		...judgeRenames(dir),
		...judgeLinks(dir),
		judgeHeartbeats(first, dir),
		await judgeWatch(first, dir)
	]);
	if (second !== void 0) {
		const names = [first.given, second.given];
		const findings = await judgeMirror({
			here: dir,
			there: room.in(second.root),
			names,
			signal
		});
		if (signal.aborted) return;
		report(findings, second);
		if (findings.some(({ level, about }) => about === "mounts" && level === "problem")) return;
	}
	if (signal.aborted || contestMs === 0) return;
	const findings = await judgeLock((second === void 0 ? [first] : [first, second]).map(({ root, fileSystem }) => ({
		root,
		id: room.id,
		network: fileSystem.network
	})), contestMs, signal);
	if (signal.aborted) return;
	const again = statSync(dir).ino === ino ? [] : [problem("disk", WENT_AWAY, "Find out who removes it or mounts over it.")];
	report([...findings, ...again]);
}
const WENT_AWAY = "It was removed or replaced while it was looked at.";
// src/admin/doctor/doctor.ts
init_format();
const doctor = {
	name: "doctor",
	summary: "checks whether a folder is fit to be the shared cache",
	usage: `Checks whether a folder is fit to be the shared cache. Several processes use it for a few seconds as jobs do.

build-once doctor [--root DIR [--root DIR]] [options]

  --root DIR   the folder. Default: the value of the first of these variables that is set:
               ${ROOT_VARIABLES.join(", ")}.
               Given twice: two mounts of one disk, which are checked against each other
  --seconds N  for how long processes contend for a lock (default 3). 0 skips that check
  --json       prints one JSON object instead of lines
  --help       prints this text

The command makes a folder build-once/v1/.doctor-… in DIR, and removes it. Run it as the user of the runners.

Example: build-once doctor --root /opt/ci-cache

Exit code: 0 if nothing has to be changed, 1 if something has, 2 for bad options, 130 if interrupted.
`,
	run: ([first, ...rest]) => first === "contender" ? serve(rest) : check(first === void 0 ? [] : [first, ...rest])
};
const MAX_SECONDS = 600;
async function check(args) {
	const { root = [], seconds = "3", json = false } = readOptions(args, {
		root: {
			type: "string",
			multiple: true
		},
		seconds: { type: "string" },
		json: { type: "boolean" }
	});
	const contestMs = readCount("seconds", seconds, MAX_SECONDS) * 1e3;
	const roots = rootsOf(root, 2);
	const signal = endSignal();
	const findings = [];
	const onFinding = (about, finding) => {
		if (!json) process.stdout.write(`${headingOf(about, findings.at(-1)?.root)}${linesOf(finding)}`);
		findings.push({
			root: about,
			...finding
		});
	};
	await examine({
		roots,
		contestMs,
		signal,
		onFinding
	});
	if (signal.aborted) return 130;
	const fit = !findings.some(({ level }) => level === "problem");
	process.stdout.write(json ? `${JSON.stringify({
		roots,
		fit,
		findings
	}, null, 2)}\n` : `\n${summaryOf(findings)}`);
	return fit ? 0 : 1;
}
function headingOf(root, last) {
	if (root === last) return "";
	return `${last === void 0 ? "" : "\n"}${shorten(root, 300)}\n`;
}
// src/host/access/owner.ts
init_errors();
init_key();
// src/store/manifest.ts
init_errors();
init_fields();
init_format();
init_key();
init_read_shared();
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
function orAbsent$1(check) {
	return (value) => value === void 0 || check(value);
}
const checks$1 = {
	format: (value) => value === 1,
	key: isString,
	scope: isString,
	build: (value) => typeof value === "string" && isToken(value),
	producer: isShowable,
	fingerprint: isShowable,
	identity: orAbsent$1(isShowable),
	files: orAbsent$1(isCount),
	bytes: orAbsent$1(isCount),
	digest: orAbsent$1(isShowable),
	buildMs: (value) => typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
	createdAt: isShowable,
	path: isString,
	platform: isShowable,
	bootId: isShowable,
	builtBy: isWho
};
function wrongField(fields) {
	return Object.keys(checks$1).find((name) => !checks$1[name](fields[name]));
}
// src/store/look.ts
init_errors();
init_format();
init_refused();
init_file_system();
function readFresh(paths) {
	const first = judged(paths, readManifest(paths.manifest));
	if (first.kind !== "missing" || !namesIn(paths).includes("entry")) return first;
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
function namesIn({ dir }) {
	const names = listFolder(dir);
	if (names.length > 0) return names;
	foldersAbove(dir).forEach(reopen);
	return listFolder(dir);
}
function current(paths) {
	const reading = readFresh(paths);
	if (reading.kind === "whole") return reading.manifest.build;
	return reading.kind === "damaged" ? "damaged" : void 0;
}
// src/store/prune/lease-life.ts
init_errors();
init_fields();
init_key();
init_file_system();
init_proc();
init_read_shared();
function timeOfDisk(folder) {
	for (const name of listFolder(folder).filter((each) => /^\.time-[0-9a-f]{12}$/.test(each))) removeProbe(join(folder, name));
	for (;;) {
		const probe = join(folder, `.time-${newToken()}`);
		mkdirSync(probe);
		const ms = unless(GONE, () => statSync(probe).mtimeMs);
		removeProbe(probe);
		if (ms !== void 0) return ms;
	}
}
function removeProbe(probe) {
	unless([
		...GONE,
		"ENOTEMPTY",
		"EACCES",
		"EPERM"
	], () => rmdirSync(probe));
}
function isUsed(paths, token) {
	const nowMs = timeOfDisk(paths.readers);
	return leasesOf(paths, token).some((name) => {
		const lease = readLease(join(paths.readers, name));
		return lease !== void 0 && mayLive(lease, nowMs);
	});
}
function leasesOf({ readers }, token) {
	return listFolder(readers, GONE).filter((name) => name.startsWith(`${token}.`));
}
function readLease(file) {
	const found = unless(GONE, () => readShared(file));
	if (found?.kind === "text") {
		const fields = parseFields(found.text) ?? {};
		return {
			job: jobOf$1(fields),
			writtenMs: found.mtimeMs,
			who: isWho(fields.who) ? fields.who : void 0
		};
	}
	const writtenMs = unless(GONE, () => lstatSync(file).mtimeMs);
	return writtenMs === void 0 ? void 0 : {
		job: "unseen",
		writtenMs,
		who: void 0
	};
}
function mayLive({ job, writtenMs }, nowMs) {
	return job === "lives" || job === "unseen" && nowMs - writtenMs < 216e5;
}
function jobOf$1(lease) {
	const { workerPid, workerStartTime } = lease;
	if (!isFromHere(lease) || typeof workerPid !== "number" || typeof workerStartTime !== "number") return "unseen";
	const state = existsSync(`/proc/${workerPid}`) ? processState(workerPid) : void 0;
	return state !== void 0 && !state.zombie && state.startTime === workerStartTime ? "lives" : "ended";
}
function isFromHere(lease) {
	place ??= {
		bootId: bootId(),
		pidNamespace: pidNamespace(),
		host: hostname()
	};
	if (place.bootId === "" || place.pidNamespace === "") return false;
	return lease.bootId === place.bootId && lease.pidNamespace === place.pidNamespace && lease.host === place.host;
}
let place;
// src/store/catalog.ts
init_errors();
init_key();
init_file_system();
function* catalog(root) {
	for (const id of entryIds(root)) {
		const entry = readEntry(entryPaths(root, id));
		if (entry !== void 0) yield entry;
	}
}
function entryIds(root) {
	return listFolder(versionDir(root), GONE).filter(isEntryId).sort();
}
function readEntry(paths) {
	try {
		const names = unless(GONE, () => readdirSync(paths.dir));
		return names && entryOf(paths, names);
	} catch (error) {
		const trouble = systemCode(error);
		if (trouble === void 0) throw error;
		return {
			paths,
			manifest: void 0,
			trouble,
			builds: [],
			litter: false
		};
	}
}
function entryOf(paths, names) {
	const { manifest, trouble } = publishedIn(paths, names);
	const tokens = names.filter(isToken);
	const leases = tokens.length === 0 ? [] : listFolder(paths.readers, GONE);
	const builds = tokens.map((token) => {
		const publishedMs = unless(GONE, () => statSync(publishedMark(paths, token)))?.mtimeMs;
		const state = manifest?.build === token ? "published" : publishedMs === void 0 ? "unfinished" : "replaced";
		const found = leases.filter((name) => name.startsWith(`${token}.`)).flatMap((name) => readLease(`${paths.readers}${sep}${name}`) ?? []);
		return {
			token,
			path: buildDir(paths, token),
			state,
			publishedMs,
			leases: found
		};
	});
	return {
		paths,
		manifest,
		trouble,
		builds,
		litter: builds.some(({ state }) => state === "unfinished") || names.some(isLeft)
	};
}
function isLeft(name) {
	return rightIn(name) !== void 0 || name.startsWith(".trash-");
}
const NOTHING = {
	manifest: void 0,
	trouble: void 0
};
function publishedIn(paths, names) {
	if (!names.includes("entry")) return NOTHING;
	try {
		const reading = readManifest(paths.manifest);
		if (reading.kind === "whole") return {
			...NOTHING,
			manifest: reading.manifest
		};
		if (reading.kind === "refused") return {
			...NOTHING,
			trouble: "EACCES"
		};
		return current(paths) === void 0 ? NOTHING : {
			...NOTHING,
			trouble: "damaged"
		};
	} catch (error) {
		const isNewer = error instanceof OnceError && error.code === "NEWER_FORMAT";
		return {
			...NOTHING,
			trouble: isNewer ? "newer format" : systemCode(error) ?? "damaged"
		};
	}
}
// src/admin/read-catalog.ts
init_errors();
init_format();
function* eachKey(root) {
	try {
		readdirSync(root);
		yield* catalog(root);
	} catch (error) {
		throw unreadable(root, error);
	}
}
function unreadable(root, error) {
	const code = systemCode(error);
	if (code === void 0) return error;
	const why = {
		ENOENT: "does not exist",
		ENOTDIR: "is not a folder",
		EACCES: "may not be read by this user"
	}[code] ?? `cannot be read: ${messageOf(error)}`;
	return new OnceError("ROOT_UNUSABLE", `${shorten(root, 1e3)} ${why}. Name the folder that the jobs use as \`root\`, and run this as the user of the runner.`);
}
// src/admin/list.ts
init_format();
const list = {
	name: "list",
	summary: "lists what is in the shared cache",
	usage: `Lists what is in a shared cache: its keys, how large their builds are, and when a job last used them.

build-once list [--root DIR] [--json]

  --root DIR   the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(", ")}
  --json       prints one JSON array, an object for each key
  --help       this text

A size is that of the published build. A build that was replaced stays as long as jobs may use it; OLD BUILDS counts
them. Nothing is changed, and no lock is taken.

Example: build-once list --root /opt/ci-cache
`,
	async run(args) {
		const options = readOptions(args, {
			root: {
				type: "string",
				multiple: true
			},
			json: { type: "boolean" }
		});
		const [root = ""] = rootsOf(options.root ?? [], 1);
		const rows = Array.from(eachKey(root), rowOf$1);
		if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
		else process.stdout.write(rows.length === 0 ? `${root} has no builds of build-once.\n` : table$2(rows));
		return 0;
	}
};
function rowOf$1({ paths, manifest, trouble, builds }) {
	const used = builds.flatMap(({ leases }) => leases.map(({ writtenMs }) => writtenMs));
	return {
		key: manifest?.key,
		scope: manifest?.scope,
		folder: paths.dir,
		bytes: manifest?.bytes,
		files: manifest?.files,
		builtAt: manifest?.createdAt,
		lastUsed: used.length === 0 ? void 0 : new Date(Math.max(...used)).toISOString(),
		builtBy: manifest?.builtBy.runUrl || void 0,
		oldBuilds: builds.filter(({ state }) => state === "replaced").length,
		trouble
	};
}
const COLUMNS$2 = [
	["KEY", ({ key, folder, trouble = "no build" }) => key === void 0 ? `(${trouble}) ${folder}` : shorten(key)],
	["SCOPE", ({ scope = "" }) => shorten(scope, 40)],
	["SIZE", ({ bytes }) => bytes === void 0 ? "" : formatBytes(bytes)],
	["BUILT", ({ builtAt = "" }) => minute$1(builtAt)],
	["LAST USED", ({ lastUsed = "" }) => minute$1(lastUsed)],
	["OLD BUILDS", ({ oldBuilds }) => oldBuilds === 0 ? "" : `${oldBuilds}`]
];
function table$2(rows) {
	const lines = [COLUMNS$2.map(([title]) => title), ...rows.map((row) => COLUMNS$2.map(([, cell]) => cell(row)))];
	const widths = COLUMNS$2.map((_column, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
	const text = lines.map((line) => line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd());
	const bytes = rows.reduce((sum, row) => sum + (row.bytes ?? 0), 0);
	return `${text.join("\n")}\n\n${rows.length} ${rows.length === 1 ? "key" : "keys"}, ${formatBytes(bytes)} in published builds.\n`;
}
function minute$1(time) {
	return shorten(time.slice(0, 16).replace("T", " "));
}
// src/store/tree/measure.ts
init_wait();
init_folder();
init_walk();
const MEASURE_BUDGET_MS = 1e4;
async function measureTree(dir, { budgetMs = MEASURE_BUDGET_MS, signal } = {}) {
	const budget = deadlineIn(budgetMs);
	const size = {
		files: 0,
		bytes: 0
	};
	let refused = false;
	const count = ({ stats }) => {
		if (stats.isFile()) size.bytes += stats.size;
		if (stats.isFile() || stats.isSymbolicLink()) size.files += 1;
	};
	const stop = () => {
		signal?.throwIfAborted();
		return budget.left() <= 0;
	};
	const onRefused = () => {
		refused = true;
	};
	return await walk(dir, count, {
		stop,
		onRefused
	}) && !refused ? size : void 0;
}
// src/admin/prune/candidates.ts
async function candidatesOf({ paths, manifest, builds }, state, { nowMs, signal }) {
	const name = manifest?.key ?? paths.id;
	const found = [];
	for (const build of builds.filter((each) => each.state === state)) {
		const bytes = (state === "published" ? manifest?.bytes : void 0) ?? (await measureTree(build.path, { signal }))?.bytes ?? 0;
		const publishedMs = build.publishedMs ?? Date.parse(manifest?.createdAt ?? "");
		const usedMs = Math.max(publishedMs, ...build.leases.map(({ writtenMs }) => writtenMs));
		const inUse = build.leases.some((lease) => mayLive(lease, nowMs));
		found.push({
			paths,
			token: build.token,
			name,
			bytes,
			publishedMs,
			usedMs,
			inUse
		});
	}
	return found;
}
function leastRecentlyUsed(a, b) {
	return a.usedMs - b.usedMs || (a.paths.id < b.paths.id ? -1 : 1);
}
// src/store/trash.ts
init_errors();
init_key();
init_rename();
function discard(paths, folder, name) {
	const moveTo = (trash) => unless(["ENOENT", "ENOTDIR"], () => {
		rename(folder, trashOf(paths, trash));
		return true;
	}) ?? false;
	try {
		return moveTo(name);
	} catch (error) {
		const code = systemCode(error) ?? "";
		if (code === "EXDEV") return removeInPlace(folder);
		if (!["ENOTEMPTY", "EEXIST"].includes(code)) throw error;
		return moveTo(`${name}-${newToken()}`);
	}
}
function removeInPlace(folder) {
	rmSync(folder, {
		recursive: true,
		force: true
	});
	return true;
}
// src/store/tree/flush.ts
init_errors();
init_wait();
init_walk();
// src/store/publish/make-way.ts
init_errors();
init_key();
init_file_system();
// src/store/publish/right.ts
init_errors();
init_key();
init_file_system();
init_folder();
init_rename();
function revokeOthers(paths) {
	for (const token of new Set(listFolder(paths.dir).map(rightIn))) if (token !== void 0) revoke(paths, token);
}
function revoke(paths, token) {
	if (isNoRight(rightDir(paths, token))) moveToTrash(paths, rightDir(paths, token), token);
	while (!takeAway(paths, token)) destroyTakenRight(paths, token);
	destroyTakenRight(paths, token);
}
function takeAway(paths, token) {
	const move = () => {
		unless(["ENOENT"], () => renameFolder$1(rightDir(paths, token), takenRight(paths, token)));
		return true;
	};
	return unless([
		"ENOTEMPTY",
		"EEXIST",
		"ENOTDIR"
	], move) ?? false;
}
function takenRight(paths, token) {
	return trashOf(paths, `entry.${token}`);
}
function isNoRight(path) {
	return lookAt(path)?.isDirectory() === false;
}
const MARK_DRAFT = "mark";
const MANIFEST_DRAFT = "draft";
function removeFile$1(path) {
	if (lookAt(path)?.isDirectory() !== true) rmSync(path, { force: true });
}
const UNPUBLISHED = "unpublished";
function destroyTakenRight(paths, token) {
	const taken = takenRight(paths, token);
	for (let own = true; own && !isNoRight(taken);) {
		inFolder(taken, (right) => emptyRight(paths, token, right));
		try {
			rmdirSync(taken);
			return;
		} catch (error) {
			if (systemCode(error) === "ENOENT") return;
			if (!["ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
			own = inFolder(taken, (right) => filesIn(right).length > 0);
		}
	}
	moveToTrash(paths, taken, token);
}
function emptyRight(paths, token, right) {
	const names = listFolder(right);
	if (names.length === 0) return;
	for (const draft of [MARK_DRAFT, MANIFEST_DRAFT]) removeFile$1(join(right, draft));
	const files = filesIn(right, names);
	if (!files.includes(UNPUBLISHED) && !(files.includes("manifest.json") && withhold(paths, token, right))) return;
	removeFile$1(publishedMark(paths, token));
	removeFile$1(join(right, UNPUBLISHED));
}
function filesIn(right, names = listFolder(right)) {
	return names.filter((name) => [
		MARK_DRAFT,
		MANIFEST_DRAFT,
		UNPUBLISHED,
		MANIFEST
	].includes(name)).filter((name) => lookAt(join(right, name))?.isDirectory() !== true);
}
function withhold(paths, token, right) {
	const proof = join(right, UNPUBLISHED);
	if (lookAt(proof)?.isDirectory()) moveToTrash(paths, proof, token);
	const move = () => {
		rename(join(right, MANIFEST), proof);
		return true;
	};
	return unless(["ENOENT"], move) ?? false;
}
function moveToTrash(paths, path, token) {
	unless(["ENOENT"], () => renameFolder$1(path, trashOf(paths, `${token}-${newToken()}`)));
}
// src/store/publish/publish.ts
init_errors();
init_rename();
function wasPublished(paths, token) {
	revoke(paths, token);
	return existsSync(publishedMark(paths, token)) || current(paths) === token;
}
// src/store/prune/retire.ts
init_errors();
init_key();
init_file_system();
init_folder();
function retire(paths, token) {
	if (!wasPublished(paths, token)) return "kept";
	makeRealFolders(paths.root, paths.readers);
	if (isUsed(paths, token)) return "in use";
	if (current(paths) === token) unpublish(paths);
	if (isUsed(paths, token)) return "in use";
	const removed = discard(paths, buildDir(paths, token), token);
	forgetBuild(paths, token);
	return removed ? "removed" : "kept";
}
function unpublish({ manifest }) {
	unless(ABSENT$1, () => unlinkSync(manifest));
}
function forgetBuild(paths, token) {
	inFolder(paths.readers, (readers) => {
		for (const name of leasesOf(paths, token)) removeFile(join(readers, name));
	});
	inFolder(paths.published, (published) => {
		const marks = listFolder(published).filter((name) => name.startsWith(`${token}.`));
		for (const name of [...marks, token]) removeFile(join(published, name));
	});
}
function removeFile(path) {
	if (lookAt(path)?.isDirectory() !== true) rmSync(path, { force: true });
}
function forgetRetired(paths) {
	const noted = [paths.published, paths.readers].flatMap((folder) => listFolder(folder, GONE));
	for (const token of new Set(noted.map((name) => name.slice(0, 12)).filter(isToken))) if (lookAt(buildDir(paths, token)) === void 0 && current(paths) !== token) forgetBuild(paths, token);
}
function foreignOwner(paths, token) {
	const user = process.getuid?.();
	if (user === void 0 || user === 0) return void 0;
	return [
		paths.dir,
		buildDir(paths, token),
		publishedMark(paths, token)
	].map((path) => unless(ABSENT$1, () => lstatSync(path).uid) ?? user).find((owner) => owner !== user);
}
// src/store/waits.ts
init_errors();
init_key();
init_file_system();
init_folder();
init_read_shared();
init_rename();
const KEPT_MS = 36e5;
function folderOf(root) {
	return join(versionDir(root), ".waits");
}
function sweepWaits(root, now) {
	const folder = folderOf(root);
	if (!listFolder(folder, GONE).some(isNote)) return;
	inFolder(folder, (waits) => {
		for (const name of readdirSync(waits).filter(isNote)) if (now - (unless(GONE, () => lstatSync(join(waits, name)).mtimeMs) ?? now) > KEPT_MS) rmSync(join(waits, name), {
			force: true,
			recursive: true
		});
	});
}
function isNote(name) {
	const [job = "", token = "", ...more] = name.split(".");
	return (job === "" || isJobId(job)) && isToken(token) && more.length === 0;
}
// src/store/sweep.ts
init_file_system();
init_proc();
init_remove_tree();
async function sweep(paths, alive, signal) {
	const found = listFolder(paths.dir);
	const marks = listFolder(paths.published);
	let swept = 0;
	for (const token of new Set(found.map(tokenIn))) {
		if (token === void 0) continue;
		if (marks.includes(token) && found.filter((name) => tokenIn(name) === token).length === 1 || await alive(token)) continue;
		if (sweepAttempt(paths, token)) swept += 1;
	}
	await emptyTrash(paths, signal);
	sweepWaits(paths.root, lookAt(paths.dir)?.mtimeMs ?? 0);
	return swept;
}
function sweepAttempt(paths, token) {
	if (wasPublished(paths, token)) return false;
	const found = discard(paths, buildDir(paths, token), token);
	killProcessesOf(token);
	return found;
}
async function emptyTrash(paths, signal) {
	for (const token of listFolder(paths.dir).filter(isTrash).map(rightIn)) if (token !== void 0) destroyTakenRight(paths, token);
	const builds = listFolder(paths.dir).filter((name) => isTrash(name) && rightIn(name) === void 0);
	await removeTreesIn(paths.dir, builds, signal);
}
// src/recipe/prune/prune-key.ts
init_engine$1();
async function pruneKey(order, engine, signal) {
	const { paths, key, who, builds } = order;
	engine.prepare(paths.id);
	const claim = await engine.claim(paths.id, {
		key,
		who
	});
	if (!isClaim(claim)) return LOCKED;
	const removed = [];
	const inUse = [];
	try {
		revokeOthers(paths);
		for (const token of builds) {
			if (signal.aborted || !await claim.confirm()) break;
			const became = retire(paths, token);
			if (became === "removed") removed.push(token);
			if (became === "in use") inUse.push(token);
		}
		forgetRetired(paths);
	} finally {
		await claim[Symbol.asyncDispose]();
	}
	await sweep(paths, (token) => engine.alive(paths.id, token), signal);
	await engine.tidy(paths.id, signal);
	return {
		locked: false,
		removed,
		inUse
	};
}
const LOCKED = {
	locked: true,
	removed: [],
	inUse: []
};
// src/admin/prune/cleaner.ts
init_errors();
init_file_system();
var Cleaner = class Cleaner {
	removed = [];
	skipped = [];
	#engine;
	#options;
	constructor(engine, options) {
		this.#engine = engine;
		this.#options = options;
	}
	static async open(root, options) {
		if ((statSync(versionDir(root)).mode & 16) !== 0) process.umask(2);
		const { network } = fileSystemOf(root);
		return new Cleaner(await openFileEngine({
			root,
			network,
			groupShared: false,
			reporter: silent
		}), options);
	}
	async remove(paths, name, builds, reason) {
		const skip = (why) => {
			this.skipped.push({
				name,
				folder: paths.dir,
				why
			});
			return false;
		};
		try {
			const owner = builds.map(({ token }) => foreignOwner(paths, token)).find((each) => each !== void 0);
			if (owner !== void 0) return skip(`it belongs to another user (${owner})`);
			const { locked, removed, used } = this.#options.dryRun ? this.#tried(builds) : await this.#done(paths, name, builds);
			this.removed.push(...builds.filter(({ token }) => removed.includes(token)).map((each) => ({
				...each,
				reason
			})));
			if (locked) return skip("a job builds it now");
			return used.length === 0 || skip("a job uses it");
		} catch (error) {
			return skip(messageOf(error));
		}
	}
	async #done(paths, key, builds) {
		const { locked, removed, inUse: used } = await pruneKey({
			paths,
			key,
			who: whoOf(process.env),
			builds: builds.map(({ token }) => token)
		}, this.#engine, this.#options.signal);
		return {
			locked,
			removed,
			used
		};
	}
	#tried(builds) {
		const tokens = (inUse) => builds.filter((each) => each.inUse === inUse).map(({ token }) => token);
		return {
			locked: false,
			removed: tokens(false),
			used: tokens(true)
		};
	}
};
// src/admin/prune/limits.ts
init_format();
const LIMIT_OPTIONS = {
	"max-size": { type: "string" },
	"max-age": { type: "string" },
	unused: { type: "string" },
	"min-free": { type: "string" },
	keep: {
		type: "string",
		multiple: true
	},
	grace: { type: "string" }
};
function limitsOf(given) {
	return {
		maxBytes: value("max-size", given["max-size"], size),
		maxAgeMs: value("max-age", given["max-age"], days),
		unusedMs: value("unused", given.unused, days),
		minFree: value("min-free", given["min-free"], free),
		keeps: matcher(given.keep ?? []),
		graceMs: value("grace", given.grace ?? "1h", days) ?? 0
	};
}
function value(name, text, read) {
	try {
		return text === void 0 ? void 0 : read(text);
	} catch (error) {
		if (!(error instanceof BadValue)) throw error;
		throw new BadUsage(`--${name}: ${error.message.replace(/\.$/, "")}`);
	}
}
function days(text) {
	const [, count] = /^(\d{1,5})d$/i.exec(text) ?? [];
	return count === void 0 ? duration(text) : Number(count) * 864e5;
}
function free(text) {
	const [, percent] = /^(\d{1,2}(?:\.\d+)?)%$/.exec(text) ?? [];
	if (percent === void 0) {
		const bytes = size(text);
		return () => bytes;
	}
	return (root) => {
		const { blocks, bsize } = statfsSync(root);
		return Math.ceil(blocks * bsize * Number(percent) / 100);
	};
}
function matcher(globs) {
	const patterns = globs.map((glob) => {
		const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
		return new RegExp(`^${escaped.replace(/\*+/g, ".*").replaceAll("?", ".")}$`, "s");
	});
	return (text) => patterns.some((pattern) => pattern.test(text));
}
function reasonToGo(build, limits, { nowMs, total, free: bytes, wantedFree }) {
	const [age, idle] = [nowMs - build.publishedMs, nowMs - build.usedMs];
	if (limits.maxAgeMs !== void 0 && age > limits.maxAgeMs) return `built ${formatDuration(age)} ago`;
	if (limits.unusedMs !== void 0 && idle > limits.unusedMs) return `not used for ${formatDuration(idle)}`;
	if (limits.maxBytes !== void 0 && total > limits.maxBytes) return `the builds have ${formatBytes(total)}`;
	return bytes < wantedFree ? `the disk has ${formatBytes(bytes)} free` : void 0;
}
// src/admin/prune/tell.ts
init_format();
function tell({ removed, skipped }, unmet, { root, dryRun, json }) {
	const bytes = removed.reduce((sum, build) => sum + build.bytes, 0);
	if (json) {
		const builds = removed.map(({ name, token, paths, bytes: size, reason }) => {
			return {
				key: name,
				build: token,
				folder: paths.dir,
				bytes: size,
				reason
			};
		});
		process.stdout.write(`${JSON.stringify({
			root,
			dryRun,
			bytes,
			removed: builds,
			skipped,
			unmet
		}, null, 2)}\n`);
		return 0;
	}
	const [verb, ended] = dryRun ? ["would remove", "would go"] : ["removed", "removed"];
	const lines = [
		...removed.map(({ name, bytes: size, reason }) => `${verb} ${shorten(name)} (${formatBytes(size)}): ${reason}`),
		...skipped.map(({ name, folder, why }) => `left ${shorten(name)} in ${shorten(folder, 300)}: ${shorten(why, 300)}`),
		`${removed.length} ${removed.length === 1 ? "build" : "builds"} ${ended}, ${formatBytes(bytes)}.`,
		...unmet === void 0 ? [] : [`The limit is not met: ${unmet}, and nothing else may go.`]
	];
	process.stdout.write(`${lines.join("\n")}\n`);
	return 0;
}
// src/admin/prune/prune.ts
init_format();
init_file_system();
const prune = {
	name: "prune",
	summary: "removes old builds that no job uses",
	usage: `Removes builds from a shared cache, those that were not used for longest first. Jobs may run meanwhile.

build-once prune [--root DIR] [limits] [--keep GLOB]... [--dry-run] [--json]

  --root DIR       the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(", ")}
  --max-size SIZE  until all builds together have at most this: 50GB, 200GiB
  --min-free SIZE  until the disk has this free: 10%, 20GB
  --max-age TIME   all that were built longer ago: 30d, 12h
  --unused TIME    all that no job was handed for so long: 14d
  --keep GLOB      a key that stays, such as 'node/*'; * stands for any characters. May be given more than once
  --grace TIME     builds younger than this stay (default 1h)
  --dry-run        says what would be removed, and removes nothing
  --json           prints one JSON object instead of lines
  --help           this text

With or without limits, builds that were replaced by newer ones go, and what dead jobs left. A key that a job builds is
passed over, and so is a build that a job uses: one whose job lives on this host, or else was handed it in the last 6 h.
What another user owns is passed over and named.

Example: build-once prune --root /opt/ci-cache --max-size 200GB --unused 14d --keep 'llvm-*'

Exit code: 0 if it came to its end, 1 if it failed, 2 for bad options, 130 if interrupted.
`,
	async run(args) {
		const { root, json, "dry-run": dryRun, ...given } = readOptions(args, {
			root: {
				type: "string",
				multiple: true
			},
			...LIMIT_OPTIONS,
			"dry-run": { type: "boolean" },
			json: { type: "boolean" }
		});
		const limits = limitsOf(given);
		const [place = ""] = rootsOf(root ?? [], 1);
		const { done: empty } = eachKey(place).next();
		const signal = endSignal();
		const told = {
			root: place,
			dryRun: dryRun ?? false,
			json: json ?? false
		};
		if (empty) return tell({
			removed: [],
			skipped: []
		}, void 0, told);
		const options = {
			dryRun: told.dryRun,
			nowMs: now(place),
			signal
		};
		const cleaner = await Cleaner.open(place, options);
		tell(cleaner, await new Pruning(place, limits, cleaner, options).run(eachKey(place)), told);
		return signal.aborted ? 130 : 0;
	}
};
function now(root) {
	try {
		accessSync(versionDir(root), constants.W_OK);
	} catch {
		return Date.now();
	}
	return timeOfDisk(versionDir(root));
}
var Pruning = class {
	#root;
	#limits;
	#cleaner;
	#options;
	constructor(root, limits, cleaner, options) {
		this.#root = root;
		this.#limits = limits;
		this.#cleaner = cleaner;
		this.#options = options;
	}
	async run(entries) {
		const published = [];
		let total = 0;
		for (const entry of entries) {
			total += await this.#clearUp(entry);
			published.push(...await candidatesOf(entry, "published", this.#options));
		}
		total += sum(published);
		let freed = 0;
		const wantedFree = this.#limits.minFree?.(this.#root) ?? 0;
		const measure = () => ({
			nowMs: this.#options.nowMs,
			total,
			free: this.#free(freed),
			wantedFree
		});
		for (const build of published.sort(leastRecentlyUsed)) {
			if (this.#options.signal.aborted) break;
			const reason = this.#stays(build) ? void 0 : reasonToGo(build, this.#limits, measure());
			if (reason === void 0 || !await this.#cleaner.remove(build.paths, build.name, [build], reason)) continue;
			total -= build.bytes;
			freed += build.bytes;
		}
		const { free } = measure();
		if (total > (this.#limits.maxBytes ?? Infinity)) return `the builds that are left have ${formatBytes(total)}`;
		return free < wantedFree ? `the disk has ${formatBytes(free)} free` : void 0;
	}
	async #clearUp(entry) {
		const { paths, manifest, litter } = entry;
		const old = await candidatesOf(entry, "replaced", this.#options);
		const go = old.filter((build) => !this.#isYoung(build));
		if (this.#options.signal.aborted || go.length === 0 && !litter) return sum(old);
		return await this.#cleaner.remove(paths, manifest?.key ?? paths.id, go, "replaced by a newer build") ? sum(old) - sum(go) : sum(old);
	}
	#stays(build) {
		return this.#isYoung(build) || this.#limits.keeps(build.name);
	}
	#isYoung({ publishedMs }) {
		return !(this.#options.nowMs - publishedMs >= this.#limits.graceMs);
	}
	#free(freed) {
		if (this.#limits.minFree === void 0) return Infinity;
		return fileSystemOf(this.#root).freeBytes + (this.#options.dryRun ? freed : 0);
	}
};
function sum(builds) {
	return builds.reduce((bytes, build) => bytes + build.bytes, 0);
}
// src/admin/prune/remove.ts
init_format();
const remove = {
	name: "remove",
	summary: "removes the builds of one key",
	usage: `Removes the builds of one key, in all scopes and for all platforms, however old they are. Jobs may run meanwhile.

build-once remove KEY [--root DIR] [--scope SCOPE] [--dry-run] [--json]

  KEY            the key, or the name of its folder, which \`list --json\` tells
  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(", ")}
  --scope SCOPE  only in this scope
  --dry-run      says what would be removed, and removes nothing
  --json         prints one JSON object instead of lines
  --help         this text

A build that a job uses stays, and so does a key that a job builds now.

Example: build-once remove llvm-18.1.8 --root /opt/ci-cache

Exit code: 0 if all builds of the key are gone, 1 if there are none or some stay, 2 for bad options, 130 if interrupted.
`,
	async run(args) {
		const { values, positionals } = readArguments(args, {
			root: {
				type: "string",
				multiple: true
			},
			scope: { type: "string" },
			"dry-run": { type: "boolean" },
			json: { type: "boolean" }
		}, ["KEY"]);
		const [key = ""] = positionals;
		const { scope, json = false, "dry-run": dryRun = false } = values;
		const [root = ""] = rootsOf(values.root ?? [], 1);
		const found = [...eachKey(root)].filter(({ paths, manifest }) => paths.id === key || manifest?.key === key && (scope === void 0 || manifest.scope === scope));
		if (found.length === 0) {
			process.stderr.write(`${shorten(root, 1e3)} has no build of the key "${shorten(key)}". See build-once list\n`);
			return 1;
		}
		const signal = endSignal();
		const options = {
			dryRun,
			nowMs: Date.now(),
			signal
		};
		const cleaner = await Cleaner.open(root, options);
		let gone = true;
		for (const entry of found) {
			const { paths, manifest } = entry;
			const name = manifest === void 0 ? paths.id : `${manifest.key} of ${manifest.scope}`;
			const builds = [...await candidatesOf(entry, "published", options), ...await candidatesOf(entry, "replaced", options)];
			gone = await cleaner.remove(paths, name, builds, "removed by its key") && gone;
		}
		tell(cleaner, void 0, {
			root,
			dryRun,
			json
		});
		if (signal.aborted) return 130;
		return gone ? 0 : 1;
	}
};
// src/admin/report/not-known.ts
const notKnown = [
	"A step that was killed, or could not write to the cache, left no event; a step with `enabled: false` writes none.",
	"A job that is still running is not in it: a step writes its event at its end.",
	"Events are kept for 30 days, and their times are those of the hosts that wrote them.",
	"Build time avoided is what the builds took that jobs were handed, less the time for which these waited. Without a cache, builds side by side might have taken longer.",
	"Bytes are the sizes of builds, not of what was read, copied or downloaded. A container image counts as 0.",
	"Who was waited for is not noted, nor for how long a slot was held."
];
// src/step/report/phases.ts
const PHASES = [
	"waiting",
	"slot",
	"restoring",
	"building",
	"publishing",
	"delivering"
];
const NAMES$2 = {
	waiting: "waiting for a build",
	slot: "waiting for a slot",
	restoring: "restoring",
	building: "building",
	publishing: "publishing",
	delivering: "copying or linking for the job"
};
function phasesOf(spent) {
	const { waitedMs, slotWaitedMs, restoreMs, ownBuildMs, publishMs, deliverMs } = spent;
	const times = [
		waitedMs,
		slotWaitedMs,
		restoreMs,
		ownBuildMs,
		publishMs,
		deliverMs
	];
	return PHASES.map((name, at) => ({
		name,
		ms: times[at] ?? 0
	})).filter(({ ms }) => ms > 0);
}
// src/step/report/bars.ts
const SIGNS = {
	looking: "·",
	waiting: "░",
	slot: "▒",
	restoring: "▚",
	building: "█",
	publishing: "▓",
	delivering: "▪"
};
function spanOf(endMs, stepMs, spent) {
	const phases = phasesOf(spent);
	const spentMs = phases.reduce((sum, { ms }) => sum + ms, 0);
	let at = endMs - spentMs;
	const placed = phases.map((phase) => {
		const startMs = at;
		at += phase.ms;
		return {
			...phase,
			startMs
		};
	});
	return {
		startMs: endMs - Math.max(spentMs, stepMs),
		endMs,
		phases: placed
	};
}
function barOf(steps, { startMs, ms, width }) {
	const cellMs = Math.max(ms, 1) / width;
	const cells = new Array(width).fill(" ");
	const longest = new Array(width).fill(cellMs / 3);
	const cellAt = (timeMs) => Math.min(width - 1, Math.max(0, Math.floor((timeMs - startMs) / cellMs)));
	const paint = ({ name, startMs: from, ms: length }) => {
		let painted = false;
		for (let cell = cellAt(from); cell <= cellAt(from + length); cell++) {
			const left = startMs + cell * cellMs;
			const overlap = Math.min(from + length, left + cellMs) - Math.max(from, left);
			if (overlap < (longest[cell] ?? 0)) continue;
			longest[cell] = overlap;
			cells[cell] = SIGNS[name];
			painted = true;
		}
		return painted;
	};
	for (const step of steps) {
		const first = cellAt(step.startMs);
		const end = Math.max(first + 1, Math.ceil((step.endMs - startMs) / cellMs));
		for (let cell = first; cell < Math.min(end, width); cell++) if (cells[cell] === " ") cells[cell] = SIGNS.looking;
		const painted = step.phases.map(paint).some(Boolean);
		const [main] = step.phases.toSorted((a, b) => b.ms - a.ms);
		if (painted || main === void 0) continue;
		const cell = cellAt(main.startMs);
		if (cells[cell] === SIGNS.looking) cells[cell] = SIGNS[main.name];
	}
	return cells.join("");
}
// src/store/journal/days.ts
function journalDir(root) {
	return join(versionDir(root), ".journal");
}
function isDay(name) {
	const time = /^\d{4}-\d\d-\d\d$/.test(name) ? new Date(name) : void 0;
	return time !== void 0 && !Number.isNaN(time.getTime()) && dayOf(time) === name;
}
function dayOf(time) {
	return time.toISOString().slice(0, 10);
}
// src/store/journal/read-event.ts
init_fields();
init_key();
const RESULTS = [
	"reused",
	"waited",
	"built",
	"private",
	"missed"
];
const LONGEST_MS = 864e7;
const KEY_LENGTH = 1e4;
function eventIn(text, day, name) {
	const fields = parseFields(text);
	if (fields === void 0 || fields.format !== 1) return void 0;
	const atMs = timeOf(fields.at, day);
	if (atMs === void 0 || !NAMES$1.every((each) => checks[each](fields[each]))) return void 0;
	return {
		...fields,
		atMs,
		file: `${day}/${name}`
	};
}
const isDuration = (value) => typeof value === "number" && value >= 0 && value <= LONGEST_MS;
function orAbsent(check) {
	return (value) => value === void 0 || check(value);
}
function isText(check) {
	return (value) => typeof value === "string" && check(value);
}
const checks = {
	key: isText((text) => text.length <= KEY_LENGTH),
	scope: isShowable,
	id: isText((text) => text === "" || isEntryId(text)),
	result: isText((text) => text === "" || RESULTS.includes(text)),
	error: orAbsent(isText((text) => /^[A-Z][A-Z_]{0,39}$/.test(text))),
	build: orAbsent(isText(isToken)),
	source: orAbsent(isText((text) => [
		"disk",
		"remote",
		"build"
	].includes(text))),
	waitedMs: isDuration,
	slotWaitedMs: isDuration,
	buildMs: orAbsent(isDuration),
	bytes: orAbsent(isCount),
	stepMs: isDuration,
	restoreMs: orAbsent(isDuration),
	publishMs: orAbsent(isDuration),
	deliverMs: orAbsent(isDuration),
	takeovers: orAbsent((value) => isCount(value) && value <= 1e3),
	slotGroup: orAbsent(isShowable),
	job: orAbsent(isText(isJobId)),
	who: isWho
};
const NAMES$1 = Object.keys(checks);
function timeOf(at, day) {
	if (typeof at !== "string" || at.slice(0, 10) !== day) return void 0;
	const ms = /^.{10}T\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) ? Date.parse(at) : NaN;
	return Number.isNaN(ms) ? void 0 : ms;
}
// src/store/journal/past-events.ts
init_errors();
init_file_system();
init_folder();
init_read_shared();
function* pastEvents(root, sinceMs = 0, unread = () => {}) {
	const journal = Folder.openReal(journalDir(root));
	if (journal === void 0) return;
	try {
		const first = dayOf(new Date(sinceMs));
		const days = listFolder(journal.path).filter((name) => isDay(name) && name >= first);
		for (const day of days.sort()) for (const event of eventsOf(journal, day, unread)) if (event.atMs >= sinceMs) yield event;
	} finally {
		journal.close();
	}
}
function pastEvent(root, file) {
	const [day = "", name = ""] = file.split("/");
	return readEvent(join(journalDir(root), day, name), day, name, () => {});
}
function* eventsOf(journal, day, unread) {
	const folder = openDay(join(journal.path, day), (why) => unread(day, why));
	if (folder === void 0) return;
	try {
		for (const name of listDay(folder, (why) => unread(day, why))) {
			if (!/^[0-9a-f]{12}\.json$/.test(name)) continue;
			const event = readEvent(`${folder.path}/${name}`, day, name, (why) => unread(`${day}/${name}`, why));
			if (event !== void 0) yield event;
		}
	} finally {
		folder.close();
	}
}
function openDay(path, unread) {
	try {
		return Folder.openReal(path);
	} catch (error) {
		unread(error instanceof OnceError ? "is a link or a file, not a folder" : cannot(error));
		return;
	}
}
function listDay(folder, unread) {
	try {
		return listFolder(folder.path);
	} catch (error) {
		unread(cannot(error));
		return [];
	}
}
function readEvent(path, day, name, unread) {
	try {
		const found = readShared(path);
		if (found.kind === "absent") return void 0;
		if (found.kind !== "text") {
			unread(found.why);
			return;
		}
		const event = eventIn(found.text, day, name);
		if (event === void 0) unread("is no event that this version knows");
		return event;
	} catch (error) {
		unread(cannot(error));
		return;
	}
}
function cannot(error) {
	return `cannot be read (${systemCode(error) ?? "error"})`;
}
// src/admin/report/figures.ts
var Figures = class {
	reused = 0;
	waited = 0;
	built = 0;
	private = 0;
	missed = 0;
	failed = 0;
	buildMs = 0;
	lostMs = 0;
	waitedMs = 0;
	slotWaitedMs = 0;
	publishMs = 0;
	restoreMs = 0;
	deliverMs = 0;
	avoidedMs = 0;
	builtBytes = 0;
	handedBytes = 0;
	takeovers = 0;
	add(event) {
		const { result, bytes = 0, waitedMs, buildMs = 0 } = event;
		if (result === "") {
			this.failed += 1;
			this.lostMs += ownBuildMs(event) ?? 0;
		} else this[result] += 1;
		if (result === "built" || result === "private") this.buildMs += buildMs;
		if (result === "built") this.builtBytes += bytes;
		if (result === "reused" || result === "waited") {
			this.avoidedMs += Math.max(0, buildMs - waitedMs);
			this.handedBytes += bytes;
		}
		this.waitedMs += waitedMs;
		this.slotWaitedMs += event.slotWaitedMs;
		this.publishMs += event.publishMs ?? 0;
		this.restoreMs += event.restoreMs ?? 0;
		this.deliverMs += event.deliverMs ?? 0;
		this.takeovers += event.takeovers ?? 0;
	}
	get steps() {
		return this.answered + this.failed;
	}
	get answered() {
		return this.reused + this.waited + this.built + this.private + this.missed;
	}
	get hitRatio() {
		return this.answered === 0 ? void 0 : (this.reused + this.waited) / this.answered;
	}
};
function ownBuildMs({ result, buildMs, stepMs }) {
	if (result === "built" || result === "private") return buildMs;
	return result === "" && buildMs !== void 0 && buildMs <= stepMs ? buildMs : void 0;
}
// src/admin/report/runs.ts
function runOf$1(runUrl) {
	const [, url, attempt] = /^(https?:\/\/.+\/actions\/runs\/\d+)(?:\/attempts\/(\d{1,6})|\/job\/\d+)?\/?$/.exec(runUrl) ?? [];
	if (url !== void 0) return {
		url,
		attempt: attempt === void 0 ? void 0 : Number(attempt)
	};
	return runUrl === "" ? void 0 : {
		url: runUrl,
		attempt: void 0
	};
}
function isOfRun({ who: { runUrl } }, asked) {
	const run = runOf$1(runUrl);
	if (run === void 0) return false;
	if (/^\d+$/.test(asked)) return run.url.endsWith(`/${asked}`);
	const wanted = runOf$1(asked);
	const isAttempt = wanted?.attempt === void 0 || run.attempt === void 0 || run.attempt === wanted.attempt;
	return run.url === wanted?.url && isAttempt;
}
const MOST_STEPS = 2e3;
var Run = class {
	url;
	files = [];
	newestMs = 0;
	leftOut = 0;
	constructor(url) {
		this.url = url;
	}
	add({ atMs, file }) {
		this.newestMs = Math.max(this.newestMs, atMs);
		if (this.files.length < MOST_STEPS) this.files.push(file);
		else this.leftOut += 1;
	}
};
const MOST_RUNS = 1e5;
var Runs = class {
	#runs = new Map();
	add(event) {
		const url = runOf$1(event.who.runUrl)?.url;
		if (url === void 0) return;
		let run = this.#runs.get(url);
		if (run === void 0 && this.#runs.size < MOST_RUNS) {
			run = new Run(url);
			this.#runs.set(url, run);
		}
		run?.add(event);
	}
	newest(count) {
		return [...this.#runs.values()].sort((a, b) => b.newestMs - a.newestMs).slice(0, count);
	}
};
// src/admin/report/timeline.ts
init_format();
const MOST_JOBS = 100;
function timelinesOf({ root, runs }, count) {
	return runs.newest(count).flatMap((run) => timelineOf(root, run) ?? []);
}
function timelineOf(root, run) {
	const all = run.files.map((file) => pastEvent(root, file)).filter((event) => event !== void 0);
	const attempts = all.map(attemptOf).filter((attempt) => attempt !== void 0);
	const attempt = attempts.length === 0 ? void 0 : Math.max(...attempts);
	const events = all.filter((event) => (attemptOf(event) ?? attempt) === attempt);
	const [first] = events;
	if (first === void 0) return void 0;
	const rows = grouped(events).map(rowOf).sort((a, b) => startOf(a) - startOf(b));
	const jobs = rows.slice(0, MOST_JOBS);
	const steps = jobs.flatMap((job) => job.steps);
	return {
		url: run.url,
		attempt,
		repository: shorten(first.who.repository, NAME$1),
		workflow: shorten(first.who.workflow, NAME$1),
		startMs: Math.min(...steps.map(({ startMs }) => startMs)),
		endMs: Math.max(...steps.map(({ endMs }) => endMs)),
		jobs,
		leftOut: run.leftOut + rows.length - jobs.length
	};
}
const NAME$1 = 100;
function attemptOf({ who }) {
	return runOf$1(who.runUrl)?.attempt;
}
function jobOf({ job, who }) {
	return job ?? `${who.job}\0${who.runner}\0${who.host}`;
}
function rowOf(events) {
	const who = events[0]?.who;
	const place = [who?.runner && `on ${who.runner}`, who?.host && `(${who.host})`].filter(Boolean).join(" ");
	const steps = events.map(barOfStep).sort((a, b) => a.startMs - b.startMs);
	return {
		name: shorten([who?.job, place].filter(Boolean).join(" ") || "unknown", NAME$1),
		steps
	};
}
function startOf({ steps }) {
	return steps[0]?.startMs ?? 0;
}
function barOfStep(event) {
	return {
		...spanOf(event.atMs, event.stepMs, {
			...event,
			ownBuildMs: ownBuildMs(event)
		}),
		key: shorten(event.key, NAME$1),
		ending: event.result || (event.error ?? "failed"),
		failed: event.result === ""
	};
}
function grouped(events) {
	const jobs = new Map();
	for (const event of events) {
		const job = jobOf(event);
		const steps = jobs.get(job);
		if (steps === void 0) jobs.set(job, [event]);
		else steps.push(event);
	}
	return [...jobs.values()];
}
// src/admin/report/as-json.ts
const RUNS = 5;
function asJson(report) {
	const { root, sinceMs, untilMs, keys, run, sums, unread } = report;
	const object = {
		format: 1,
		root,
		since: time(sinceMs),
		until: time(untilMs),
		matching: keys,
		run,
		total: figures(sums.total),
		days: [...sums.days].map(([day, each]) => ({
			day,
			...figures(each)
		})),
		keys: sums.byUse().map(keyOf),
		failures: [...sums.failures.values()].map(failuresOf),
		slotGroups: [...sums.slots.values()].map(slotsOf),
		runs: timelinesOf(report, RUNS).map(runOf),
		leftOut: sums.leftOut,
		unread,
		notKnown
	};
	return `${JSON.stringify(object, null, 2)}\n`;
}
function runOf({ startMs, endMs, jobs, ...about }) {
	const axis = (span) => span.startMs - startMs;
	return {
		...about,
		start: time(startMs),
		ms: endMs - startMs,
		jobs: jobs.map(({ name, steps }) => ({
			name,
			steps: steps.map(({ phases, endMs: end, ...step }) => ({
				...step,
				startMs: axis(step),
				endMs: end - startMs,
				phases: phases.map((phase) => ({
					...phase,
					startMs: axis(phase)
				}))
			}))
		}))
	};
}
function figures(each) {
	const { steps, hitRatio } = each;
	return {
		...each,
		steps,
		hitRatio
	};
}
function keyOf(each) {
	return figures(each);
}
function failuresOf({ reason, count, newest: { atMs, key, runUrl } }) {
	return {
		reason,
		count,
		newest: {
			at: time(atMs),
			key,
			runUrl
		}
	};
}
function slotsOf({ group, asked, waited, waitedMs, longestMs }) {
	return {
		group,
		asked,
		waited,
		waitedMs,
		longestMs
	};
}
function time(ms) {
	return new Date(ms).toISOString();
}
// src/step/report/markdown.ts
const MEANINGFUL = /[!#$&*:<>?@[\\\]^`{|}~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
function inert(text) {
	return text.replace(MEANINGFUL, (sign) => `&#${sign.charCodeAt(0)};`);
}
function isPlainAddress(address) {
	return /^https?:\/\/[\w.~:/?#@%&=+-]{1,500}$/.test(address);
}
function linkTo(address, name) {
	return isPlainAddress(address) ? `[${name}](${address})` : name;
}
// src/admin/report/sections.ts
init_format();
const TOP$1 = 10;
function sectionsOf({ sums }) {
	const { total } = sums;
	return [
		{
			title: "In all",
			columns: [{ title: "What" }, {
				title: "Figure",
				right: true
			}],
			rows: overview(total)
		},
		keys("Keys that saved most", sums.top(TOP$1, ({ avoidedMs }) => avoidedMs), SAVED),
		keys("Slowest to build", sums.top(TOP$1, ({ slowestMs }) => slowestMs), SLOW),
		keys("Most waited for", sums.top(TOP$1, ({ waitedMs }) => waitedMs), WAITED),
		{
			title: "Failed steps, by reason",
			columns: [
				{ title: "Reason" },
				{
					title: "Steps",
					right: true
				},
				{ title: "Newest" },
				{
					title: "Key",
					name: true
				},
				{
					title: "Run",
					name: true,
					link: true
				}
			],
			rows: byCount(sums.failures.values()).map(({ reason, count, newest }) => [
				reason,
				number(count),
				minute(newest.atMs),
				newest.key,
				shorten(newest.runUrl, 300)
			])
		},
		{
			title: "Build slots",
			columns: [
				{
					title: "Group",
					name: true
				},
				{
					title: "Steps",
					right: true
				},
				{
					title: "Waited",
					right: true
				},
				{
					title: "In all",
					right: true
				},
				{
					title: "Longest",
					right: true
				}
			],
			rows: [...sums.slots.values()].sort((a, b) => b.waitedMs - a.waitedMs).slice(0, TOP$1).map((each) => [
				shorten(each.group, 100),
				number(each.asked),
				number(each.waited),
				formatDuration(each.waitedMs),
				formatDuration(each.longestMs)
			])
		},
		{
			title: "By day (UTC)",
			columns: DAY,
			rows: [...sums.days].map(([day, each]) => dayRow(day, each))
		}
	].filter(({ rows }) => rows.length > 0);
}
function overview(total) {
	const { hitRatio } = total;
	const always = [
		["Steps", number(total.steps)],
		["reused a build", number(total.reused)],
		["waited for a build, and reused it", number(total.waited)],
		["built", number(total.built)]
	];
	const some = [
		["built for one job alone", total.private],
		["found nothing, and did not build", total.missed],
		["failed", total.failed],
		["Locks of dead jobs that were taken over", total.takeovers]
	];
	const times = [
		["Spent building", total.buildMs],
		["Spent in builds that failed", total.lostMs],
		["Spent waiting for builds of others", total.waitedMs],
		["Spent waiting for a build slot", total.slotWaitedMs],
		["Spent publishing", total.publishMs],
		["Spent restoring", total.restoreMs],
		["Spent on copies and links for jobs", total.deliverMs]
	];
	return [
		...always,
		...some.filter(([, count]) => count > 0).map(([what, count]) => [what, number(count)]),
		["Hit ratio", hitRatio === void 0 ? "–" : percent(hitRatio)],
		["Build time avoided", formatDuration(total.avoidedMs)],
		...times.filter(([, ms]) => ms > 0).map(([what, ms]) => [what, formatDuration(ms)]),
		["Size of what was built", formatBytes(total.builtBytes)],
		["Size of what was handed out instead of built", formatBytes(total.handedBytes)]
	];
}
const HANDED = {
	title: "Handed out",
	of: ({ reused, waited }) => number(reused + waited)
};
const SIZE = {
	title: "Size",
	of: ({ bytes }) => bytes === void 0 ? "" : formatBytes(bytes)
};
const BUILDS = {
	title: "Builds",
	of: ({ built }) => number(built)
};
const SAVED = [
	{
		title: "Avoided",
		of: ({ avoidedMs }) => formatDuration(avoidedMs)
	},
	HANDED,
	BUILDS,
	SIZE
];
const SLOW = [
	{
		title: "Longest",
		of: ({ slowestMs }) => formatDuration(slowestMs)
	},
	{
		title: "In all",
		of: ({ buildMs }) => formatDuration(buildMs)
	},
	BUILDS,
	HANDED
];
const WAITED = [
	{
		title: "In all",
		of: ({ waitedMs }) => formatDuration(waitedMs)
	},
	{
		title: "Longest",
		of: ({ longestWaitMs }) => formatDuration(longestWaitMs)
	},
	{
		title: "Waited",
		of: ({ waited }) => number(waited)
	},
	BUILDS
];
function keys(title, rows, figures) {
	return {
		title,
		columns: [...[{
			title: "Key",
			name: true
		}, {
			title: "Scope",
			name: true
		}], ...figures.map((each) => ({
			title: each.title,
			right: true
		}))],
		rows: rows.map((key) => [
			key.key,
			key.scope,
			...figures.map(({ of }) => of(key))
		])
	};
}
const DAY = [{ title: "Day" }, ...[
	"Steps",
	"Reused",
	"Waited",
	"Built",
	"Failed",
	"Avoided",
	"Handed out"
].map((title) => ({
	title,
	right: true
}))];
function dayRow(day, each) {
	return [
		day,
		...[
			each.steps,
			each.reused,
			each.waited,
			each.built + each.private,
			each.failed
		].map(number),
		formatDuration(each.avoidedMs),
		formatBytes(each.handedBytes)
	];
}
function byCount(all) {
	return [...all].sort((a, b) => b.count - a.count).slice(0, TOP$1);
}
function number(count) {
	return count.toLocaleString("en-US");
}
function percent(ratio) {
	return `${Math.floor(ratio * 1e3) / 10} %`;
}
function minute(ms) {
	return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
function subjectOf({ root, sinceMs, untilMs, keys, run }) {
	const which = keys === void 0 ? "" : `, keys ${shorten(keys, 100)}`;
	const whose = run === void 0 ? "" : `, run ${shorten(run, 300)}`;
	return `${shorten(root, 300)}, ${minute(sinceMs)} to ${minute(untilMs)} UTC${which}${whose}`;
}
function gapsOf({ unread, sums: { leftOut, total } }) {
	const files = unread.count === 1 ? "One file of the journal gives" : `${number(unread.count)} files of the journal give`;
	return [
		...total.steps === 0 ? ["No step has left an event in this time."] : [],
		...unread.count > 0 ? [`${files} no event: ${unread.examples.map((each) => shorten(each, 200)).join("; ")}.`] : [],
		...leftOut > 0 ? [`${number(leftOut)} events are in the sums alone: there are too many keys, reasons or groups.`] : []
	];
}
// src/admin/report/timeline-text.ts
init_format();
const [NARROWEST, WIDEST] = [20, 80];
const [JOB, TOLD] = [32, 60];
function timelineText(timeline, columns) {
	const { jobs, startMs, endMs, leftOut } = timeline;
	const names = jobs.map((job) => shorten(job.name, JOB));
	const told = jobs.map(toldOf);
	const room = columns - Math.max(...names.map(({ length }) => length)) - Math.max(...told.map(({ length }) => length)) - 8;
	const axis = {
		startMs,
		ms: endMs - startMs,
		width: Math.min(WIDEST, Math.max(NARROWEST, room))
	};
	const width = Math.max(...names.map(({ length }) => length));
	const rows = jobs.map(({ steps }, at) => `  ${names[at]?.padEnd(width)} |${barOf(steps, axis)}| ${told[at]}`);
	const scale = `  ${" ".repeat(width)} 0 s${formatDuration(axis.ms).padStart(axis.width - 1)}`;
	const more = leftOut === 0 ? [] : [`  ${number(leftOut)} more are not shown.`];
	return [
		titleOf(timeline),
		...rows,
		scale,
		...more,
		legendOf(timeline)
	].join("\n");
}
function titleOf({ url, attempt, repository, workflow, startMs, endMs }) {
	const about = [
		attempt === void 0 ? "" : `attempt ${attempt}`,
		repository,
		workflow
	].filter(Boolean).join(", ");
	const when = `${minute(startMs)} UTC, ${formatDuration(endMs - startMs)}`;
	return `Run ${shorten(url, 300)}${about === "" ? "" : ` (${about})`}, ${when}`;
}
const WORDS = {
	looking: "start and look",
	...NAMES$2
};
function legendOf({ jobs }) {
	const used = new Set(jobs.flatMap(({ steps }) => steps.flatMap(({ phases }) => phases.map(({ name }) => name))));
	return `  ${Object.keys(SIGNS).filter((name) => name === "looking" || used.has(name)).map((name) => `${SIGNS[name]} ${WORDS[name]}`).join("   ")}`;
}
function toldOf({ steps }) {
	const [first, ...others] = steps.map(told);
	return others.length > 1 ? `${first}, and ${others.length} more` : shorten([first, ...others].join(", "), TOLD);
}
function told({ ending, key, failed }) {
	return `${failed ? `failed (${ending})` : ending} ${shorten(key, 40)}`;
}
// src/admin/report/as-markdown.ts
const COLUMNS$1 = 110;
function asMarkdown(report) {
	const notes = [...gapsOf(report).map(inert), ...notKnown].map((note) => `- ${note}\n`).join("");
	const tables = sectionsOf(report).map(table$1).join("\n");
	const runs = timelinesOf(report, 1).map((timeline) => `### Newest run\n\n${fenced(timelineText(timeline, COLUMNS$1))}\n`);
	return `## What build-once saved\n\n${inert(subjectOf(report))}\n\n${[tables, ...runs].join("\n")}\n<details><summary>What is not in it</summary>\n\n${notes}\n</details>\n`;
}
function fenced(text) {
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
	const fence = "`".repeat(longest + 1);
	return `${fence}text\n${text}\n${fence}\n`;
}
function table$1({ title, columns, rows }) {
	return `### ${title}\n\n${[
		columns.map((column) => column.title),
		columns.map(({ right }) => right ? "---:" : "---"),
		...rows.map((row) => row.map((cell, at) => shown(cell, columns[at])))
	].map((line) => `| ${line.join(" | ")} |\n`).join("")}`;
}
function shown(cell, column) {
	if (column?.link) return linkTo(cell, "run");
	return column?.name && cell !== "" ? `<code>${inert(cell)}</code>` : inert(cell);
}
// src/admin/report/as-prometheus.ts
init_format();
const TOP = 20;
const LABEL_LENGTH = 200;
function asPrometheus(report) {
	return metricsOf(report).map(written).join("");
}
function metricsOf({ sums, sinceMs, untilMs, unread }) {
	const { total } = sums;
	const one = (name, help, value) => ({
		name,
		help,
		samples: [[{}, value]]
	});
	const steps = [
		["reused", total.reused],
		["waited", total.waited],
		["built", total.built],
		["private", total.private],
		["missed", total.missed],
		["failed", total.failed]
	];
	const failures = [...sums.failures.values()].map(({ reason, count }) => [{ reason }, count]);
	const slots = [...sums.slots.values()];
	const group = (of) => slots.map((each) => [{ group: shorten(each.group, LABEL_LENGTH) }, of(each)]);
	const keys = (figure, unit) => sums.top(TOP, figure).map((key) => [{
		key: key.key,
		scope: key.scope
	}, figure(key) / unit]);
	return [
		one("report_time_seconds", "When this was written, in seconds since 1970.", untilMs / 1e3),
		one("report_window_seconds", "For how long before that the steps are counted.", (untilMs - sinceMs) / 1e3),
		one("journal_unread_files", "Files of the journal that gave no event.", unread.count),
		{
			name: "steps",
			help: "Steps by what they did.",
			samples: steps.map(([result, count]) => [{ result }, count])
		},
		{
			name: "failures",
			help: "Failed steps by the code of their error.",
			samples: failures
		},
		one("hit_ratio", "Steps that were handed a build of others, of all that did not fail.", total.hitRatio ?? NaN),
		one("avoided_seconds", "Build time avoided: of builds that were handed out, less the waits.", total.avoidedMs / 1e3),
		one("build_seconds", "Time spent in builds that succeeded.", total.buildMs / 1e3),
		one("failed_build_seconds", "Time spent in builds that failed or were cancelled.", total.lostMs / 1e3),
		one("wait_seconds", "Time for which steps waited for builds of others.", total.waitedMs / 1e3),
		one("publish_seconds", "Time from the ends of builds until they were published.", total.publishMs / 1e3),
		one("deliver_seconds", "Time that putting builds into workspaces took.", total.deliverMs / 1e3),
		one("built_bytes", "Size of what was built.", total.builtBytes),
		one("handed_out_bytes", "Size of what was handed out instead of built.", total.handedBytes),
		one("takeovers", "Locks of dead jobs that were taken over.", total.takeovers),
		{
			name: "slot_steps",
			help: "Steps that asked for a build slot.",
			samples: group(({ asked }) => asked)
		},
		{
			name: "slot_waits",
			help: "Steps that waited for a build slot.",
			samples: group(({ waited }) => waited)
		},
		{
			name: "slot_wait_seconds",
			help: "Time for which steps waited for a build slot.",
			samples: group(({ waitedMs }) => waitedMs / 1e3)
		},
		{
			name: "key_slowest_build_seconds",
			help: `The longest build of a key, of the ${TOP} slowest.`,
			samples: keys(({ slowestMs }) => slowestMs, 1e3)
		},
		{
			name: "key_wait_seconds",
			help: `Time for which steps waited for a key, of the ${TOP} most waited for.`,
			samples: keys(({ waitedMs }) => waitedMs, 1e3)
		},
		{
			name: "key_avoided_seconds",
			help: `Build time avoided by a key, of the ${TOP} that saved most.`,
			samples: keys(({ avoidedMs }) => avoidedMs, 1e3)
		}
	];
}
function written({ name, help, samples }) {
	if (samples.length === 0) return "";
	const full = `build_once_${name}`;
	const lines = distinct(samples).map(([labels, value]) => `${full}${braces(labels)} ${value}`);
	return [
		`# HELP ${full} ${help}`,
		`# TYPE ${full} gauge`,
		...lines,
		""
	].join("\n");
}
function distinct(samples) {
	return [...new Map(samples.toReversed().map((sample) => [braces(sample[0]), sample])).values()].reverse();
}
function braces(labels) {
	const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
	return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}
function escaped(value) {
	return value.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"").replaceAll("\n", "\\n");
}
// src/admin/report/as-table.ts
init_format();
const NAME = 48;
const COLUMNS = 120;
function asTable(report) {
	const notes = [...gapsOf(report), ...notKnown].map((note) => `- ${note}`);
	const tables = sectionsOf(report).map(table);
	const runs = timelinesOf(report, 1).map((timeline) => timelineText(timeline, process.stdout.columns ?? COLUMNS));
	const parts = report.run === void 0 ? [...tables, ...runs] : [...runs, ...tables];
	return `${[
		subjectOf(report),
		...parts,
		["What is not in it", ...notes].join("\n")
	].join("\n\n")}\n`;
}
function table({ title, columns, rows }) {
	const cells = rows.map((row) => row.map((cell, at) => isName(columns[at]) ? shorten(cell, NAME) : cell));
	const heads = columns.map((column) => column.title.toUpperCase());
	const lines = title === "In all" ? cells : [heads, ...cells];
	const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
	return [title, ...lines.map((line) => line.map((cell, at) => columns[at]?.right ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()).map((line) => `  ${line}`)].join("\n");
}
function isName(column) {
	return column?.name === true && column.link !== true;
}
// src/admin/report/sums.ts
init_format();
var KeyFigures = class extends Figures {
	key;
	scope;
	slowestMs = 0;
	longestWaitMs = 0;
	bytes;
	#newestMs = 0;
	constructor({ key, scope }) {
		super();
		this.key = shorten(key, KEY_SHOWN);
		this.scope = shorten(scope, SCOPE_SHOWN);
	}
	add(event) {
		super.add(event);
		if (event.result === "built") this.slowestMs = Math.max(this.slowestMs, ownBuildMs(event) ?? 0);
		this.longestWaitMs = Math.max(this.longestWaitMs, event.waitedMs);
		if (event.bytes === void 0 || event.atMs < this.#newestMs) return;
		this.#newestMs = event.atMs;
		this.bytes = event.bytes;
	}
};
const KEY_SHOWN = 200;
const SCOPE_SHOWN = 100;
var Failures = class {
	reason;
	count = 0;
	newest = {
		atMs: 0,
		key: "",
		runUrl: ""
	};
	constructor(reason) {
		this.reason = reason;
	}
	add({ atMs, key, who }) {
		this.count += 1;
		if (atMs >= this.newest.atMs) this.newest = {
			atMs,
			key: shorten(key, KEY_SHOWN),
			runUrl: who.runUrl
		};
	}
};
var SlotFigures = class {
	group;
	asked = 0;
	waited = 0;
	waitedMs = 0;
	longestMs = 0;
	constructor(group) {
		this.group = group;
	}
	add({ slotWaitedMs }) {
		this.asked += 1;
		if (slotWaitedMs > 0) this.waited += 1;
		this.waitedMs += slotWaitedMs;
		this.longestMs = Math.max(this.longestMs, slotWaitedMs);
	}
};
const MOST_KEYS = 1e5;
const MOST_OTHERS = 1e3;
var Sums = class {
	total = new Figures();
	days = new Map();
	keys = new Map();
	failures = new Map();
	slots = new Map();
	leftOut = 0;
	add(event) {
		this.total.add(event);
		this.#addTo(this.days, event.file.slice(0, 10), event, MOST_OTHERS, () => new Figures());
		const folder = event.id || shorten(event.key, KEY_SHOWN);
		this.#addTo(this.keys, folder, event, MOST_KEYS, () => new KeyFigures(event));
		const { result, error = "INTERNAL", slotGroup } = event;
		if (result === "") this.#addTo(this.failures, error, event, MOST_OTHERS, (reason) => new Failures(reason));
		if (slotGroup === void 0) return;
		this.#addTo(this.slots, slotGroup, event, MOST_OTHERS, (group) => new SlotFigures(group));
	}
	top(count, figure) {
		return [...this.keys.values()].filter((key) => figure(key) > 0).sort((a, b) => figure(b) - figure(a) || (a.key < b.key ? -1 : 1)).slice(0, count);
	}
	byUse() {
		return this.top(MOST_KEYS, ({ steps }) => steps);
	}
	#addTo(map, name, event, most, make) {
		let found = map.get(name);
		if (found === void 0 && map.size < most) {
			found = make(name);
			map.set(name, found);
		}
		if (found === void 0) this.leftOut += 1;
		else found.add(event);
	}
};
// src/admin/report/gather.ts
const EXAMPLES = 3;
const CLOCKS_MS = 864e5;
function gather({ matches, ...about }) {
	const { run } = about;
	const [sums, runs] = [new Sums(), new Runs()];
	const unread = {
		count: 0,
		examples: []
	};
	const tell = (file, why) => {
		unread.count += 1;
		if (unread.examples.length < EXAMPLES) unread.examples.push(`${file} ${why}`);
	};
	try {
		readdirSync(about.root);
		for (const event of pastEvents(about.root, about.sinceMs, tell)) {
			if (event.atMs > about.untilMs + CLOCKS_MS) {
				tell(event.file, "is from the future");
				continue;
			}
			if (!matches(event.key) || run !== void 0 && !isOfRun(event, run)) continue;
			sums.add(event);
			runs.add(event);
		}
	} catch (error) {
		throw unreadable(about.root, error);
	}
	return {
		...about,
		sums,
		runs,
		unread
	};
}
// src/admin/report/write-output.ts
init_errors();
init_format();
init_key();
init_rename();
function writeOutput(file, text) {
	const draft = join(dirname(file), `.${basename(file)}.${newToken()}.draft`);
	try {
		writeFileSync(draft, text, { flag: "wx" });
		rename(draft, file);
	} catch (error) {
		rmSync(draft, { force: true });
		const why = messageOf(error);
		throw new OnceError("BAD_INPUT", `${shorten(file, 1e3)} cannot be written: ${why}. Name another --output.`);
	}
}
// src/admin/report/report.ts
init_errors();
init_format();
const FORMATS = {
	table: asTable,
	markdown: asMarkdown,
	json: asJson,
	prometheus: asPrometheus
};
const NAMES = Object.keys(FORMATS);
const report = {
	name: "report",
	summary: "tells what the shared cache saved",
	usage: `Tells what a shared cache saved: how often jobs built, waited and reused, for how long, and what failed.

build-once report [--root DIR] [--since TIME] [--key GLOB] [--run RUN] [--format FORMAT] [--output FILE]

  --root DIR       the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(", ")}
  --since TIME     how far back: 7d, 12h (default 30d, which is as long as events are kept)
  --key GLOB       these keys alone, such as 'llvm-*'; * stands for any characters
  --run RUN        this run alone: its address or its number. Without it, the newest one is shown job by job
  --format FORMAT  ${NAMES.join(", ")} (default table)
  --output FILE    writes it there; who reads the file meanwhile finds the old text or the new one
  --help           this text

It reads what each step noted at its end, and changes nothing. The times are those of the hosts that wrote them.

\`markdown\` is for the summary of a scheduled job, \`prometheus\` for the textfile collector of node_exporter.

Example: build-once report --root /opt/ci-cache --since 7d

Exit code: 0 if it could be read, 1 if not, 2 for bad options.
`,
	async run(args) {
		const { root, since, key, run, format, output } = readOptions(args, {
			root: {
				type: "string",
				multiple: true
			},
			since: { type: "string" },
			key: { type: "string" },
			run: { type: "string" },
			format: { type: "string" },
			output: { type: "string" }
		});
		const form = FORMATS[value("format", format, oneOf(...NAMES)) ?? "table"];
		if (output === "") throw new BadUsage("--output is empty");
		const untilMs = Date.now();
		const sinceMs = untilMs - (value("since", since, span) ?? DEFAULT_MS);
		const [place = ""] = rootsOf(root ?? [], 1);
		const found = gather({
			root: place,
			sinceMs,
			untilMs,
			keys: key,
			matches: key === void 0 ? () => true : matcher([key]),
			run
		});
		if (run !== void 0 && found.sums.total.steps === 0) throw unknownRun(run, sinceMs);
		const text = form(found);
		if (output === void 0) process.stdout.write(text);
		else writeOutput(output, text);
		return 0;
	}
};
function unknownRun(run, sinceMs) {
	const since = minute(sinceMs);
	return new OnceError("BAD_INPUT", `No step of the run ${shorten(run, 300)} has left an event here since ${since} UTC. Write its whole address, or name an earlier --since.`);
}
const DEFAULT_MS = 2592e6;
function span(text) {
	const ms = days(text);
	if (ms > 0 && ms < Date.now()) return ms;
	throw new BadUsage(`--since "${text}" is no length of time such as 7d`);
}
// src/admin/command.ts
init_errors();
init_format();
const verbs = [
	list,
	prune,
	remove,
	report,
	doctor
];
const FAILED = 1;
const BAD_USAGE = 2;
async function runCommand(args) {
	process.exitCode = FAILED;
	process.stdout.on("error", () => {});
	try {
		process.exitCode = await run(args);
	} catch (error) {
		process.stderr.write(`${describe(error, args[0])}\n`);
		process.exitCode = error instanceof BadUsage ? BAD_USAGE : FAILED;
	}
}
function describe(error, name) {
	if (error instanceof OnceError) return error.message;
	if (!(error instanceof BadUsage)) return internal(error).message;
	const help = findVerb(name) === void 0 ? "build-once --help" : `build-once ${name} --help`;
	return `build-once: ${error.message}. See ${help}`;
}
async function run([name, ...args]) {
	if (name === void 0) throw new BadUsage(`no command given (commands: ${names()})`);
	if (name === "help" || isHelp(name)) return print(usage());
	if (name === "--version") return print(`${version}\n`);
	const verb = findVerb(name);
	if (verb === void 0) throw unknown(name);
	return args.some(isHelp) ? print(verb.usage) : verb.run(args);
}
function findVerb(name) {
	return verbs.find((verb) => verb.name === name);
}
function isHelp(arg) {
	return arg === "--help" || arg === "-h";
}
function print(text) {
	process.stdout.write(text);
	return 0;
}
function unknown(name) {
	const near = nearest(name, verbs.map((verb) => verb.name));
	const kind = name.startsWith("-") ? "option" : "command";
	const hint = near === void 0 ? `commands: ${names()}` : `did you mean "${near}"?`;
	return new BadUsage(`unknown ${kind} "${shorten(name)}" (${hint})`);
}
function names() {
	return verbs.map(({ name }) => name).join(", ");
}
function usage() {
	const width = Math.max(...verbs.map(({ name }) => name.length));
	return `The first job builds, the rest reuse. This command works on the shared cache.

build-once <command> [options]

${verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}

  --help      prints this text; build-once <command> --help describes one command
  --version   prints the version

Exit code: 2 if a command or an option does not exist.
`;
}
// src/entry/cli.ts
runCommand(process.argv.slice(2));
export {};
