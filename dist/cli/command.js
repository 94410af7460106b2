const { accessSync, constants, statSync, writeSync } = process.getBuiltinModule("fs");
const { dirname } = process.getBuiltinModule("path");
const { parseArgs } = process.getBuiltinModule("util");
// package.json
var version = "0.2.0";
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
	const stats = look(path);
	const parent = dirname(path);
	if (stats !== void 0 && (stats.isDirectory() || !isReadable(path) || parent === path)) return {
		at: path,
		stats
	};
	return parent === path ? void 0 : nearest$1(parent);
}
function look(path) {
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
	const stats = look(root);
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
	for (let waitedMs = 0; isHeldUp() && waitedMs < HELD_UP_MS; waitedMs += LOOK_MS) await sleep(LOOK_MS);
	if (isHeldUp()) {
		process.emit("exit", code);
		process.kill(process.pid, "SIGKILL");
	}
	process.exit(code);
}
const HELD_UP_MS = 200;
const LOOK_MS = 10;
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
// src/admin/verb.ts
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
// src/admin/command.ts
const verbs = {
	run: async () => (await import("./run.js").then((n) => n.t)).run,
	path: async () => (await import("./run.js").then((n) => n.n)).path,
	list: async () => (await import("./verbs.js").then((n) => n._)).list,
	prune: async () => (await import("./verbs.js").then((n) => n.g)).prune,
	remove: async () => (await import("./verbs.js").then((n) => n.h)).remove,
	unlock: async () => (await import("./verbs.js").then((n) => n.t)).unlock,
	report: async () => (await import("./verbs.js").then((n) => n.n)).report,
	doctor: async () => (await import("./verbs.js").then((n) => n.b)).doctor
};
const names = Object.keys(verbs);
const FAILED = 1;
const BAD_USAGE = 2;
async function runCommand(args) {
	process.exitCode = FAILED;
	try {
		process.exitCode = await run(args);
	} catch (error) {
		process.stderr.write(`${describe(error, args[0])}\n`);
		const isBad = error instanceof BadUsage || error instanceof OnceError && error.code === "BAD_INPUT";
		process.exitCode = isBad ? BAD_USAGE : FAILED;
	}
}
function describe(error, name) {
	if (error instanceof OnceError) return error.message;
	if (!(error instanceof BadUsage)) return internal(error).message;
	const help = isVerb(name) ? `build-once ${name} --help` : "build-once --help";
	return `build-once: ${error.message}. See ${help}`;
}
async function run([name, ...args]) {
	if (name === void 0) throw new BadUsage(`no command given (commands: ${names.join(", ")})`);
	if (name === "help" || isHelp(name)) return print(await usage());
	if (name === "--version") return print(`${version}\n`);
	if (!isVerb(name)) throw unknown(name);
	const verb = await load(name);
	if (args.slice(0, endOfOptions(args)).some(isHelp)) return print(verb.usage);
	if (verb.usesStdout !== false) survivePipes();
	return verb.run(args);
}
function endOfOptions(args) {
	const end = args.indexOf("--");
	return end < 0 ? args.length : end;
}
function isVerb(name) {
	return names.includes(name ?? "");
}
function load(name) {
	return verbs[name]();
}
function isHelp(arg) {
	return arg === "--help" || arg === "-h";
}
function survivePipes() {
	process.stdout.on("error", () => {});
}
function print(text) {
	survivePipes();
	process.stdout.write(text);
	return 0;
}
function unknown(name) {
	const near = nearest(name, names);
	const kind = name.startsWith("-") ? "option" : "command";
	const hint = near === void 0 ? `commands: ${names.join(", ")}` : `did you mean "${near}"?`;
	return new BadUsage(`unknown ${kind} "${shorten(name)}" (${hint})`);
}
async function usage() {
	const width = Math.max(...names.map((name) => name.length));
	return `The first job builds, the rest reuse. This command works on the shared cache.

build-once <command> [options]

${(await Promise.all(names.map(load))).map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}

  --help      prints this text; build-once <command> --help describes one command
  --version   prints the version

Exit code: 2 if a command or an option does not exist.
`;
}
export { number as A, HELD_OPEN as B, BadValue as C, eachLine as D, duration as E, formatBytes as F, rootError as G, explanationOf as H, formatDuration as I, whyRefused as J, systemCode as K, hasControls as L, refuse as M, size as N, limit as O, withoutControls as P, inOneLine as R, within as S, count as T, isRootTrouble as U, OnceError as V, messageOf as W, jitter as _, readOptions as a, sleep as b, beginLifetime as c, TEXT_LENGTH as d, reportError as f, deadlineIn as g, RETRY_PAUSES_MS as h, readCount as i, oneOf as j, nearest as k, internal as l, linesTo as m, BadUsage as n, SIGNALS as o, runnerReporter as p, unless as q, readArguments as r, asStep as s, runCommand as t, leave as u, monotonicMs as v, boolean as w, stopwatch as x, pauseSync as y, shorten as z };
