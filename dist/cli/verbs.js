import { n as __exportAll } from "./rolldown-runtime.js";
import { C as BadValue, E as duration, F as formatBytes, G as rootError, I as formatDuration, K as systemCode, N as size, S as within, U as isRootTrouble, V as OnceError, W as messageOf, a as readOptions, b as sleep, g as deadlineIn, i as readCount, j as oneOf, k as nearest, n as BadUsage, o as SIGNALS, p as runnerReporter, q as unless, r as readArguments, w as boolean, x as stopwatch, z as shorten } from "./command.js";
import { $ as writeOutputs, At as rootOf$1, B as processState, C as rootsOf, Ct as versionDir, D as current, Dt as newToken, E as openFileEngine, Et as isToken, F as bootId, H as ABSENT, I as killProcessesOf, K as listFolder, L as pidNamespace, M as readShared, O as readManifest, Ot as sha256, Q as runToEnd, S as cachePlace, St as trashOf, T as whoOf, Tt as isJobId, U as GONE, W as fileSystemOf, X as removeFile, Z as reopen, _t as publishedMark, at as dayOf, bt as slotsDir, ct as MANIFEST, gt as isTrash, it as parseFields, k as writeManifest, kt as ROOT_VARIABLES, lt as buildDir, mt as foldersAbove, nt as isShowable, ot as isDay, pt as entryPaths, q as lookAt, rt as isWho, st as journalDir, tt as isCount, ut as carriedDir, v as realPath, vt as rightDir, w as usualRoot, wt as isEntryId, xt as tokenIn, y as isSticky, yt as rightIn } from "./run.js";
import { a as measureTree, c as Folder, l as inFolder, n as removeTreesIn, o as Pace, s as walk, t as removeTree, u as makeRealFolders } from "./tree.js";
import { c as rename } from "./tool.js";
const { accessSync, appendFileSync, chmodSync, close, closeSync, constants, existsSync, fsync, lstatSync, mkdirSync, open, openSync, readFileSync, readdirSync, renameSync, rmdirSync, statSync, statfsSync, symlinkSync, unlinkSync, utimesSync, watch, write, writeFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, join, sep } = process.getBuiltinModule("path");
const { promisify } = process.getBuiltinModule("util");
const { hostname } = process.getBuiltinModule("os");
const { fork } = process.getBuiltinModule("child_process");
const { once } = process.getBuiltinModule("events");
// src/admin/prune/limits.ts
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
		const job = jobOf$1(fields);
		const isLast = job === "ended" || fields.workerPid === 0;
		return {
			job,
			writtenMs: found.mtimeMs,
			who: isWho(fields.who) ? fields.who : void 0,
			isLast
		};
	}
	const writtenMs = unless(GONE, () => lstatSync(file).mtimeMs);
	return writtenMs === void 0 ? void 0 : {
		job: "unseen",
		writtenMs,
		who: void 0,
		isLast: false
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
// src/store/prune/spent-leases.ts
function isSpent(lease, nowMs) {
	return lease.isLast && !mayLive(lease, nowMs);
}
function forgetSpentLeases({ readers }, token, nowMs) {
	inFolder(readers, (folder) => {
		const leases = listFolder(folder).filter((name) => name.startsWith(`${token}.`)).flatMap((name) => {
			const lease = readLease(join(folder, name));
			return lease === void 0 ? [] : [{
				name,
				lease
			}];
		});
		const last = Math.max(...leases.map(({ lease }) => lease.writtenMs));
		for (const { name, lease } of leases) {
			if (!isSpent(lease, nowMs) || lease.writtenMs === last) continue;
			unless([
				...ABSENT,
				"EACCES",
				"EPERM",
				"EROFS"
			], () => unlinkSync(join(folder, name)));
		}
	});
}
// src/store/catalog.ts
function* catalog(root) {
	for (const id of entryIds(root)) {
		const entry = readEntry(entryPaths(root, id));
		if (entry !== void 0) yield entry;
	}
}
function entryIds(root) {
	return listFolder(versionDir(root), GONE).filter(isEntryId).sort();
}
function slotIds(root) {
	const list = (folder) => listFolder(folder, [...GONE, "EACCES"]).sort();
	return list(slotsDir(root, "")).flatMap((group) => list(slotsDir(root, group)).filter((name) => /^\d+$/.test(name)).map((name) => `${group}/${name}`));
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
async function* eachKey(root) {
	const pace = new Pace();
	try {
		readdirSync(root);
		for (const entry of catalog(root)) {
			if (pace.due) await pace.rest();
			yield entry;
		}
	} catch (error) {
		throw unreadable(root, error);
	}
}
function keyIds(root) {
	try {
		readdirSync(root);
		return entryIds(root);
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
// src/lock/engine.ts
function isClaim(answer) {
	return "confirm" in answer;
}
// src/store/trash.ts
function discard(paths, folder, name) {
	const moveTo = (trash) => unless(["ENOENT", "ENOTDIR"], () => {
		rename(folder, trashOf(paths, trash));
		return "moved";
	}) ?? "absent";
	try {
		return moveTo(name);
	} catch (error) {
		const code = systemCode(error) ?? "";
		if (code === "EXDEV") return "immovable";
		if (!["ENOTEMPTY", "EEXIST"].includes(code)) throw error;
		return moveTo(`${name}-${newToken()}`);
	}
}
// src/store/tree/flush.ts
const LEAST_MS = 20;
const MOST_MS = 5e3;
const SHARE = .02;
const SMALL_FILES = 4;
const SMALL_BYTES = 1e6;
function flushBudget(buildMs) {
	return Math.min(MOST_MS, Math.max(LEAST_MS, buildMs * SHARE));
}
async function writeFlushed(file, text, flush, signal) {
	const handle = await promisify(open)(file, "wx");
	const closed = () => promisify(close)(handle);
	try {
		const bytes = Buffer.from(text);
		for (let done = 0; done < bytes.length;) done += (await promisify(write)(handle, bytes, done, bytes.length - done, null)).bytesWritten;
	} catch (error) {
		await closed();
		throw error;
	}
	if (flush) await within(promisify(fsync)(handle).finally(closed), MOST_MS, signal);
	else await closed();
}
async function flushTree(dir, budgetMs = MOST_MS, signal) {
	const over = new AbortController();
	const signals = signal === void 0 ? over.signal : AbortSignal.any([signal, over.signal]);
	try {
		const flushed = flush(dir, signals).then((done) => done ? "flushed" : "gave up");
		const result = await within(flushed, budgetMs, signal);
		return result === "late" ? "gave up" : result;
	} finally {
		over.abort();
	}
}
async function flush(dir, signal) {
	try {
		if (process.platform === "linux" && !isSmall(dir) && await syncFileSystem(dir)) return true;
		return await syncEach(dir, signal);
	} catch (error) {
		if (LOST$1.includes(systemCode(error) ?? "")) throw error;
		return false;
	}
}
const LOST$1 = [
	"EIO",
	"ENOSPC",
	"EDQUOT"
];
function isSmall(dir) {
	const names = readdirSync(dir, { withFileTypes: true });
	if (names.length > SMALL_FILES || names.some((name) => name.isDirectory())) return false;
	return names.map(({ name }) => lookAt(join(dir, name))?.size ?? 0).reduce((sum, size) => sum + size, 0) <= SMALL_BYTES;
}
async function syncFileSystem(dir) {
	const { spawn } = await import("node:child_process");
	return new Promise((resolve) => {
		const child = spawn("/bin/sync", ["-f", dir], { stdio: "ignore" });
		child.unref();
		child.once("error", () => resolve(false));
		child.once("exit", (code) => resolve(code === 0));
	});
}
async function syncEach(dir, signal) {
	return walk(dir, ({ path, stats }) => stats.isFile() ? syncFile(path) : void 0, { stop: () => signal.aborted });
}
async function syncFile(path) {
	const file = await promisify(open)(path, process.platform === "win32" ? "r+" : "r");
	await promisify(fsync)(file).finally(() => promisify(close)(file));
}
// src/store/publish/make-way.ts
function clearEntry({ entry }) {
	const found = lookAt(entry);
	if (found === void 0 || found.isDirectory()) return false;
	return unless([
		"EISDIR",
		"EPERM",
		"ENOENT"
	], () => {
		unlinkSync(entry);
		return true;
	}) ?? false;
}
function clearManifest(paths) {
	const { manifest } = paths;
	if (!lookAt(manifest)?.isDirectory()) return;
	unless(["ENOTDIR", "ENOENT"], () => {
		if (readdirSync(manifest).length === 0) rmdirSync(manifest);
		else renameSync(`${manifest}/`, trashOf(paths, newToken()));
	});
}
// src/host/rename-folder.ts
function renameFolder$1(from, to) {
	if (unless(["EXDEV"], () => rename(from, to) ?? true)) return;
	mkdirSync(to);
	inFolder(from, (there) => {
		inFolder(to, (here) => {
			for (const name of readdirSync(there)) renameFolder$1(join(there, name), join(here, name));
		});
	});
	rmdirSync(from);
}
// src/store/publish/right.ts
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
function dropDrafts(paths, token) {
	inFolder(rightDir(paths, token), (right) => {
		for (const draft of [MARK_DRAFT, MANIFEST_DRAFT]) removeFile(join(right, draft));
	});
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
	for (const draft of [MARK_DRAFT, MANIFEST_DRAFT]) removeFile(join(right, draft));
	const files = filesIn(right, names);
	if (!files.includes(UNPUBLISHED) && !(files.includes("manifest.json") && withhold(paths, token, right))) return;
	removeFile(publishedMark(paths, token));
	removeFile(join(right, UNPUBLISHED));
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
function openAttempt(paths, token) {
	mkdirSync(rightDir(paths, token));
	const out = buildDir(paths, token);
	mkdirSync(out);
	return out;
}
async function publish$1(paths, manifest, replaces, stillOurs, isFlushed = true, signal) {
	const right = rightDir(paths, manifest.build);
	const own = join(right, MANIFEST);
	const mark = join(right, MARK_DRAFT);
	try {
		writeFileSync(mark, "", { flag: "wx" });
		await writeFlushed(join(right, MANIFEST_DRAFT), writeManifest(manifest), isFlushed, signal);
		rename(join(right, MANIFEST_DRAFT), own);
		rename(mark, publishedMark(paths, manifest.build));
		if (!await stillOurs()) return "lost";
		if (replaces !== void 0 && current(paths) !== replaces) return "lost";
		if (replaces === void 0 || clearEntry(paths)) renameOnto(right, paths);
		else renameOver(own, paths, right);
	} catch (error) {
		if (isPublished(paths, manifest.build)) return "published";
		if (LOST.includes(systemCode(error) ?? "")) return "lost";
		throw error;
	}
	return isPublished(paths, manifest.build) ? "published" : "lost";
}
function renameOnto(right, paths) {
	if (process.platform === "win32") unless([
		"ENOENT",
		"ENOTEMPTY",
		"EPERM",
		"EBUSY"
	], () => rmdirSync(paths.entry));
	rename(right, paths.entry);
}
function renameOver(own, paths, right) {
	clearManifest(paths);
	rename(own, paths.manifest);
	unless([
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST"
	], () => rmdirSync(right));
}
const LOST = [
	"EEXIST",
	"ENOTEMPTY",
	"ENOENT",
	"EPERM",
	"ESTALE"
];
function isPublished(paths, token) {
	return current(paths) === token || wasPublished(paths, token);
}
function wasPublished(paths, token) {
	revoke(paths, token);
	return existsSync(publishedMark(paths, token)) || current(paths) === token;
}
function withdraw(paths, token) {
	if (!wasPublished(paths, token)) discard(paths, buildDir(paths, token), token);
}
// src/store/prune/retire.ts
function retire(paths, token) {
	if (!wasPublished(paths, token)) return "kept";
	makeRealFolders(paths.root, paths.readers);
	if (isUsed(paths, token)) return "in use";
	if (current(paths) === token) unpublish(paths);
	if (isUsed(paths, token)) return "in use";
	const became = discard(paths, buildDir(paths, token), token);
	forgetBuild(paths, token);
	return became === "absent" ? "kept" : "removed";
}
function unpublish({ manifest }) {
	unless(ABSENT, () => unlinkSync(manifest));
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
	].map((path) => unless(ABSENT, () => lstatSync(path).uid) ?? user).find((owner) => owner !== user);
}
// src/store/carried.ts
function noteCarried(paths, token, restorer) {
	const folder = carriedDir(paths);
	makeRealFolders(paths.root, folder);
	const note = (carried) => {
		if (!once$1(() => mkdirSync(join(carried, token)))) return false;
		if (restorer !== void 0) once$1(() => mkdirSync(join(carried, token, restorer)));
		return true;
	};
	return inFolder(folder, note) ?? false;
}
function attemptsAt(paths, token) {
	return [token, ...listFolder(join(carriedDir(paths), token)).filter(isToken)];
}
function carriedNames(paths) {
	return listFolder(carriedDir(paths)).filter(isToken);
}
function renameToOrigin(paths, own, origin) {
	if (!noteCarried(paths, origin, own) || !once$1(() => mkdirSync(rightDir(paths, origin)))) return false;
	const place = buildDir(paths, origin);
	let isRenamed = false;
	try {
		isRenamed = lookAt(place) === void 0 && once$1(() => move(buildDir(paths, own), place));
	} finally {
		if (!isRenamed) revoke(paths, origin);
	}
	return isRenamed;
}
function renameBack(paths, own, origin) {
	revoke(paths, origin);
	rename(buildDir(paths, origin), buildDir(paths, own));
}
function move(from, to) {
	try {
		rename(from, to);
	} catch (error) {
		if (systemCode(error) !== "ENOENT" || lookAt(from) !== void 0 || lookAt(to) === void 0) throw error;
	}
}
function once$1(make) {
	const made = () => {
		make();
		return true;
	};
	return unless([
		"EEXIST",
		"ENOTEMPTY",
		"ENOTDIR"
	], made) ?? false;
}
// src/store/waits.ts
const KEPT_MS = 36e5;
function folderOf(root) {
	return join(versionDir(root), ".waits");
}
async function noteWait(root, job, id) {
	const folder = folderOf(root);
	makeRealFolders(root, folder);
	const draft = join(folder, `.${newToken()}`);
	const file = join(folder, `${job}.${newToken()}`);
	writeFileSync(draft, id, { flag: "wx" });
	rename(draft, file);
	await sweepWaits(root, unless(GONE, () => statSync(file).mtimeMs) ?? 0);
	return file;
}
async function sweepWaits(root, now) {
	const folder = folderOf(root);
	const names = listFolder(folder, GONE).filter(isNote);
	if (names.length === 0) return;
	const isOld = (file) => now - (unless(GONE, () => lstatSync(file).mtimeMs) ?? now) > KEPT_MS;
	const old = inFolder(folder, (waits) => names.filter((name) => isOld(join(waits, name)))) ?? [];
	if (old.length === 0) return;
	const { removeTreesIn } = await import("./tree.js").then((n) => n.r);
	await removeTreesIn(folder, old);
}
function isNote(name) {
	const [job = "", token = "", ...more] = name.split(".");
	return (job === "" || isJobId(job)) && isToken(token) && more.length === 0;
}
function touchWait(file) {
	const now = new Date();
	return unless(GONE, () => {
		utimesSync(file, now, now);
		return true;
	}) ?? false;
}
function dropWait(file) {
	removeFile(file);
}
function allWaits(root) {
	return listFolder(folderOf(root), GONE).filter((name) => isNote(name) && !name.startsWith(".")).flatMap((name) => {
		const wait = readWait(join(folderOf(root), name));
		return wait === void 0 ? [] : [{
			...wait,
			job: name.split(".")[0] ?? ""
		}];
	});
}
function waitsOf(root, job) {
	const folder = folderOf(root);
	return listFolder(folder, GONE).filter(isNote).filter((name) => name.startsWith(`${job}.`)).flatMap((name) => readWait(join(folder, name)) ?? []);
}
function readWait(file) {
	const found = unless(GONE, () => readShared(file));
	if (found?.kind !== "text" || !isEntryId(found.text)) return void 0;
	return {
		file,
		id: found.text,
		mtimeMs: found.mtimeMs
	};
}
// src/store/sweep.ts
async function sweep(paths, alive, signal, isEnding = false) {
	const found = listFolder(paths.dir);
	const marks = listFolder(paths.published);
	const immovable = [];
	let swept = 0;
	for (const token of new Set(found.map(tokenIn))) {
		if (token === void 0) continue;
		if (marks.includes(token) && found.filter((name) => tokenIn(name) === token).length === 1 || await anyAlive(attemptsAt(paths, token), alive)) continue;
		const became = sweepAttempt(paths, token);
		if (became !== "absent") swept += 1;
		if (became === "immovable") immovable.push(token);
	}
	await emptyTrash(paths, signal, immovable, isEnding);
	await sweepWaits(paths.root, lookAt(paths.dir)?.mtimeMs ?? 0);
	return swept;
}
async function anyAlive(tokens, alive) {
	for (const token of tokens) if (await alive(token)) return true;
	return false;
}
function sweepAttempt(paths, token) {
	if (wasPublished(paths, token)) return "absent";
	const became = discard(paths, buildDir(paths, token), token);
	killProcessesOf(token);
	return became;
}
async function emptyTrash(paths, signal, immovable = [], isEnding = false) {
	for (const token of listFolder(paths.dir).filter(isTrash).map(rightIn)) if (token !== void 0) destroyTakenRight(paths, token);
	const builds = listFolder(paths.dir).filter((name) => isTrash(name) && rightIn(name) === void 0);
	await removeTreesIn(paths.dir, [...builds, ...immovable], signal, isEnding);
}
// src/recipe/prune/prune-key.ts
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
// src/admin/group.ts
function shareWithGroup(root) {
	const stats = statSync(versionDir(root), { throwIfNoEntry: false });
	if (stats !== void 0 && (stats.mode & 16) !== 0) process.umask(2);
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
// src/admin/prune/cleaner.ts
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
		shareWithGroup(root);
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
// src/admin/prune/pruning.ts
function now(root) {
	try {
		accessSync(versionDir(root), constants.W_OK);
	} catch {
		return Date.now();
	}
	return timeOfDisk(versionDir(root));
}
async function pruneRoot(root, limits, { progress, ...how }) {
	if ((await eachKey(root).next()).done) return {
		account: {
			removed: [],
			skipped: []
		},
		unmet: void 0,
		kept: {
			builds: 0,
			bytes: 0
		}
	};
	const options = {
		...how,
		nowMs: now(root)
	};
	const cleaner = await Cleaner.open(root, options);
	try {
		return {
			account: cleaner,
			...await new Pruning(root, limits, cleaner, {
				...options,
				progress
			}).run(eachKey(root))
		};
	} finally {
		progress?.end();
	}
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
		let replaced = 0;
		let keys = 0;
		for await (const entry of entries) {
			this.#options.progress?.read(++keys);
			this.#forgetSpent(entry);
			total += await this.#clearUp(entry);
			published.push(...await candidatesOf(entry, "published", this.#options));
			replaced += entry.builds.filter(({ state }) => state === "replaced").length;
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
			if (reason === void 0) continue;
			this.#options.progress?.remove(build, this.#cleaner);
			if (!await this.#cleaner.remove(build.paths, build.name, [build], reason)) continue;
			total -= build.bytes;
			freed += build.bytes;
		}
		const builds = published.length + replaced - this.#cleaner.removed.length;
		return {
			unmet: this.#unmet(measure()),
			kept: {
				builds,
				bytes: total
			}
		};
	}
	#unmet({ total, free, wantedFree }) {
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
	#forgetSpent({ paths, builds }) {
		const { dryRun, signal, nowMs } = this.#options;
		if (dryRun || signal.aborted) return;
		for (const { token, leases } of builds) if (leases.filter((lease) => isSpent(lease, nowMs)).length > 1) forgetSpentLeases(paths, token, nowMs);
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
// src/admin/prune/tell.ts
function tell$1({ removed, skipped }, unmet, { root, dryRun, json }) {
	if (json) {
		const bytes = bytesOf({ removed });
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
	const more = unmet === void 0 ? [] : [notMet(unmet)];
	process.stdout.write(`${[...linesOf$4({
		removed,
		skipped
	}, dryRun), ...more].join("\n")}\n`);
	return 0;
}
function linesOf$4({ removed, skipped }, dryRun) {
	const [verb, ended] = dryRun ? ["would remove", "would go"] : ["removed", "removed"];
	return [
		...removed.map(({ name, bytes, reason }) => `${verb} ${shorten(name)} (${formatBytes(bytes)}): ${reason}`),
		...skipped.map(({ name, folder, why }) => `left ${shorten(name)} in ${shorten(folder, 300)}: ${shorten(why, 300)}`),
		`${countOf(removed.length)} ${ended}, ${formatBytes(bytesOf({ removed }))}.`
	];
}
function bytesOf({ removed }) {
	return removed.reduce((sum, build) => sum + build.bytes, 0);
}
function countOf(count, what = "build") {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
function notMet(unmet) {
	return `The limit is not met: ${unmet}, and nothing else may go.`;
}
// src/admin/prune/summary.ts
const ROWS = 200;
function writeSummary(pruned, about, env, reporter) {
	const { GITHUB_STEP_SUMMARY: file } = env;
	if (!file) return;
	try {
		appendFileSync(file, summaryOf$1(pruned, about));
	} catch (error) {
		reporter.warn(`The job summary cannot be written: ${messageOf(error)}.`);
	}
}
function summaryOf$1({ account, unmet, kept }, { root, dryRun }) {
	const { removed, skipped } = account;
	const [went, freed] = dryRun ? ["would go", "would be freed"] : ["removed", "freed"];
	const told = [`**Prune of ${code(root)}:** ${countOf(removed.length)} ${went}, ${formatBytes(bytesOf(account))} ${freed}`, `${countOf(kept.builds)} with ${formatBytes(kept.bytes)} stay`].join("; ");
	const goes = removed.slice(0, ROWS).map(({ name, bytes, reason }) => [
		code(name),
		formatBytes(bytes),
		inert(reason)
	]);
	const stays = skipped.slice(0, ROWS).map(({ name, why }) => [code(name), inert(shorten(why, 200))]);
	return `${[
		`${told}.`,
		unmet === void 0 ? "" : inert(notMet(unmet)),
		table$2([
			dryRun ? "Would go" : "Removed",
			"Size",
			"Why"
		], goes, removed.length),
		table$2(["Left", "Why"], stays, skipped.length)
	].filter(Boolean).join("\n\n")}\n\n`;
}
function table$2(head, rows, all) {
	if (all === 0) return "";
	const shown = [
		head,
		head.map(() => "---"),
		...rows
	].map((row) => `| ${row.join(" | ")} |`);
	if (all > rows.length) shown.push("", `And ${all - rows.length} more, which the log has.`);
	return shown.join("\n");
}
function code(text) {
	return `<code>${inert(shorten(text, 100))}</code>`;
}
// src/admin/prune/step.ts
const pruneInputs = [
	"root",
	"max-size",
	"max-age",
	"unused",
	"min-free",
	"keep",
	"grace",
	"dry-run"
];
const pruneOutputs = ["removed-builds", "freed-bytes"];
function runPruneStep() {
	return runToEnd((lifetime) => prune$1(process.env, lifetime));
}
async function prune$1(env, { signal }) {
	const { root, limits, dryRun } = readInputs(env);
	const reporter = runnerReporter(env.RUNNER_DEBUG === "1");
	const pruned = await pruneRoot(root, limits, {
		dryRun,
		signal
	});
	const { account, unmet } = pruned;
	for (const line of linesOf$4(account, dryRun)) reporter.info(line);
	if (unmet !== void 0) reporter.warn(notMet(unmet));
	const outputs = [`${account.removed.length}`, `${bytesOf(account)}`];
	writeOutputs(Object.fromEntries(pruneOutputs.map((name, index) => [name, outputs[index] ?? ""])), env);
	writeSummary(pruned, {
		root,
		dryRun
	}, env, reporter);
	signal.throwIfAborted();
}
function readInputs(env) {
	const text = (name) => env[`INPUT_${name.toUpperCase()}`]?.trim() || void 0;
	const { root: given, keep, "dry-run": dryRun, ...limits } = Object.fromEntries(pruneInputs.map((name) => [name, text(name)]));
	return {
		root: given ?? rootIn(env),
		limits: asInputs(() => limitsOf({
			...limits,
			keep: keep?.split(/\s*\n\s*/) ?? []
		})),
		dryRun: asInputs(() => dryRun !== void 0 && boolean(dryRun), "dry-run: ")
	};
}
function rootIn(env) {
	const problems = [];
	const root = rootOf$1(env, problems);
	const [problem] = problems;
	if (problem === void 0) return root;
	throw new OnceError("BAD_INPUT", `${problem.name}: ${problem.wrong}. ${problem.instead}.`);
}
function asInputs(read, start = "") {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof BadUsage || error instanceof BadValue)) throw error;
		throw new OnceError("BAD_INPUT", `${start}${error.message.replace(/^--/, "")}.`);
	}
}
// src/admin/end-signal.ts
function endSignal() {
	const end = new AbortController();
	for (const name of SIGNALS) process.on(name, () => end.abort());
	return end.signal;
}
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
		var _usingCtx$5 = _usingCtx();
		const asker = {
			key: "build-once doctor",
			who: whoOf(process.env)
		};
		const never = new AbortController().signal;
		const watch = _usingCtx$5.a(engine.watch(id));
		for (;;) {
			const answer = await engine.claim(id, asker);
			if (isClaim(answer)) return answer;
			await watch.next(never, Infinity);
		}
	} catch (_) {
		_usingCtx$5.e = _;
	} finally {
		await _usingCtx$5.d();
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
function linesOf$3({ level, about, what, advice }) {
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
		if (await areReady(all)) {
			isOn = true;
			const limit = deadlineIn(ms);
			await killHolders(posts, tally, limit, signal);
			await sleep(limit.left(), signal);
		}
		tally.errors.push(...all.map(({ failure }) => failure).filter((failure) => failure !== void 0));
		return judge(tally, ms);
	} finally {
		await Promise.all(all.map((each) => each.kill()));
	}
}
async function areReady(all) {
	try {
		await Promise.all(all.map((each) => each.hear("ready")));
		return true;
	} catch {
		return false;
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
		var _usingCtx$4 = _usingCtx();
		const doomed = _usingCtx$4.a(new Contender("hold", post, signal));
		if (await within(doomed.hear("holding"), TURN_LIMIT_MS, signal) === "late") throw new Error(`A process did not get the lock within ${formatDuration(TURN_LIMIT_MS)}.`);
		const since = stopwatch();
		await doomed.kill();
		const took = await within(tally.nextClaim().then(since), TAKEOVER_LIMIT_MS, signal);
		if (took === "late") tally.stuck = true;
		else tally.takeoverMs.push(took);
	} catch (_) {
		_usingCtx$4.e = _;
	} finally {
		await _usingCtx$4.d();
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
// src/lock/file/times.ts
const LOCAL = {
	heartbeatMs: 5e3,
	staleMs: 3e4,
	pollMs: 250,
	slowestPollMs: 250
};
const NETWORK = {
	heartbeatMs: 1e4,
	staleMs: 12e4,
	pollMs: 250,
	slowestPollMs: 2e3
};
// src/admin/doctor/mirror.ts
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
// src/admin/doctor/mount.ts
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
	const what = `This user may not write to ${folder} (${code}; ${describe(statSync(folder))}).`;
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
	const mode = describe(stats);
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
	const what = `This user may not write to ${closed.length} of ${folders.length} folders in it: ${first} (${stats ? describe(stats) : "gone"}).`;
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
function describe({ mode, uid, gid }) {
	return `mode ${(mode & 4095).toString(8).padStart(3, "0")}, owner ${uid}, group ${gid}`;
}
// src/admin/doctor/signs.ts
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
// src/admin/doctor/site.ts
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
		var _usingCtx$3 = _usingCtx();
		const scout = _usingCtx$3.a(new Contender("look", {
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
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
// src/admin/doctor/workroom.ts
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
async function examine(examination) {
	try {
		var _usingCtx$2 = _usingCtx();
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
		const room = _usingCtx$2.a(new Workroom(first.root));
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
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
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
var doctor_exports = __exportAll({ doctor: () => doctor });
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
		if (!json) process.stdout.write(`${headingOf(about, findings.at(-1)?.root)}${linesOf$3(finding)}`);
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
// src/admin/output.ts
const PIECE = 65536;
async function writeOut(pieces) {
	let text = "";
	for (const piece of pieces) {
		text += piece;
		if (text.length < PIECE) continue;
		if (process.stdout.destroyed) return;
		if (!process.stdout.write(text)) await once(process.stdout, "drain").catch(() => {});
		text = "";
	}
	process.stdout.write(text);
}
// src/admin/pool/options.ts
const poolOptions = {
	pool: {
		type: "string",
		multiple: true
	},
	"pool-env": { type: "string" },
	"pool-password-env": { type: "string" }
};
function asksForPool(given) {
	return Object.keys(poolOptions).some((name) => given[name] !== void 0);
}
function poolOf(given, env, usual) {
	const named = [...given.pool ?? [], ...valueIn(given, "pool-env", env)];
	if (named.length > 1) throw new BadUsage("--pool is given more than once");
	if (named[0]?.trim() === "") throw new BadUsage("--pool is empty");
	const address = (named[0] ?? usual ?? "").trim();
	const [password = env.BUILD_ONCE_POOL_PASSWORD ?? ""] = valueIn(given, "pool-password-env", env);
	if (address === "" && asksForPool(given)) throw new BadUsage("--pool is missing");
	return address === "" ? void 0 : {
		address,
		password
	};
}
async function openInspector(place) {
	return (await import("./remote-pool-redis-pool.js")).openRedisInspector(place, silent);
}
function valueIn(given, option, env) {
	const variable = given[option];
	if (variable === void 0) return [];
	const value = env[variable];
	if (value === void 0) throw new BadUsage(`--${option} names ${JSON.stringify(variable)}, which is not set`);
	return [value];
}
// src/admin/table.ts
function* tableOf(columns, rows) {
	const widths = columns.map(({ title, cell }) => rows.reduce((most, row) => Math.max(most, cell(row).length), title.length));
	const line = (cells) => cells.map((cell, index) => columns[index]?.right ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd();
	yield line(columns.map(({ title }) => title));
	for (const row of rows) yield line(columns.map(({ cell }) => cell(row)));
}
// src/admin/list/keys.ts
var KeyRows = class {
	#nowMs;
	#kept = new Map();
	constructor(nowMs) {
		this.#nowMs = nowMs;
	}
	rowOf({ paths, manifest, trouble, builds }) {
		const leases = builds.flatMap((build) => build.leases);
		const current = builds.find(({ state }) => state === "published");
		const lastMs = leases.reduce((last, { writtenMs }) => Math.max(last, writtenMs), 0);
		const usedMs = lastMs === 0 ? void 0 : lastMs;
		const publishedMs = current?.publishedMs ?? Date.parse(manifest?.createdAt ?? "");
		return {
			id: paths.id,
			manifest: manifest && this.#told(manifest),
			trouble,
			usedMs,
			ageMs: Number.isNaN(publishedMs) ? void 0 : Math.max(0, this.#nowMs - publishedMs),
			unusedMs: usedMs && Math.max(0, this.#nowMs - usedMs),
			readers: leases.filter(({ job }) => job === "lives").map(({ who }) => who),
			unseenReaders: leases.filter((lease) => isUnseen(lease, this.#nowMs)).length,
			oldBuilds: builds.filter(({ state }) => state === "replaced").length,
			unfinishedBuilds: builds.filter(({ state }) => state === "unfinished").length
		};
	}
	#told({ scope, platform, producer, builtBy, ...manifest }) {
		const { key, build, identity, bytes, files, buildMs, createdAt } = manifest;
		return {
			key,
			build,
			identity,
			bytes,
			files,
			buildMs,
			createdAt,
			scope: this.#once(scope),
			platform: this.#once(platform),
			producer: this.#once(producer),
			builtBy: this.#once(builtBy, Object.values(builtBy).join("\0"))
		};
	}
	#once(value, name = `${value}`) {
		const kept = this.#kept.get(name);
		if (kept === void 0) this.#kept.set(name, value);
		return kept ?? value;
	}
};
function jsonOf(root, { id, manifest, usedMs, ...row }) {
	const { key, scope, createdAt: builtAt, build, ...told } = manifest ?? {};
	const { dir: folder } = entryPaths(root, id);
	const path = build && join(folder, build);
	const lastUsed = usedMs && new Date(usedMs).toISOString();
	return {
		key,
		scope,
		folder,
		build,
		path,
		...told,
		builtAt,
		lastUsed,
		...row
	};
}
function isUnseen(lease, nowMs) {
	return lease.job === "unseen" && mayLive(lease, nowMs);
}
const KEY_COLUMNS$1 = {
	key: {
		title: "KEY",
		cell: nameOf$1,
		value: ({ manifest }) => manifest?.key
	},
	scope: {
		title: "SCOPE",
		cell: ({ manifest }) => shorten(manifest?.scope ?? "", 40),
		value: ({ manifest }) => manifest?.scope
	},
	size: {
		title: "SIZE",
		right: true,
		value: ({ manifest }) => manifest?.bytes,
		cell: ({ manifest }) => manifest?.bytes === void 0 ? "" : formatBytes(manifest.bytes)
	},
	age: {
		title: "AGE",
		cell: ({ ageMs }) => ago(ageMs),
		value: ({ ageMs }) => ageMs
	},
	"last-used": {
		title: "LAST USED",
		cell: ({ unusedMs }) => ago(unusedMs, " ago"),
		value: ({ unusedMs }) => unusedMs
	},
	readers: {
		title: "READERS",
		right: true,
		cell: readersOf,
		value: ({ readers, unseenReaders }) => readers.length + unseenReaders / 1e6
	},
	"built-by": {
		title: "BUILT BY",
		cell: builderOf,
		value: (row) => builderOf(row) || void 0
	}
};
function nameOf$1({ id, manifest, trouble = "no build" }) {
	return manifest === void 0 ? `(${trouble}) ${id}` : shorten(manifest.key);
}
function ago(ms, word = "") {
	return ms === void 0 ? "" : `${formatDuration(ms)}${word}`;
}
function readersOf({ readers, unseenReaders }) {
	const seen = readers.length === 0 ? "" : `${readers.length}`;
	return unseenReaders === 0 ? seen : `${seen} +${unseenReaders}?`.trim();
}
function builderOf({ manifest }) {
	if (manifest === void 0) return "";
	const { repository, job, host, runUrl } = manifest.builtBy;
	return shorten(runUrl || [
		repository,
		job,
		host
	].filter(Boolean).join(", "), 120);
}
function sorted(rows, column, reverse) {
	const value = KEY_COLUMNS$1[column]?.value ?? (() => void 0);
	const turn = reverse ? -1 : 1;
	return rows.map((row) => ({
		row,
		value: value(row)
	})).sort((a, b) => compare(a.value, b.value, turn)).map(({ row }) => row);
}
function compare(a, b, turn) {
	if (a === void 0 || b === void 0) return Number(a === void 0) - Number(b === void 0);
	if (a === b) return 0;
	return typeof a === "number" ? turn * (Number(b) - a) : turn * (a < b ? -1 : 1);
}
// src/admin/list/totals.ts
const MEASURE_MS = 2e3;
var Adding = class {
	#keys = 0;
	#totals = {
		published: none(),
		replaced: none(),
		unfinished: none()
	};
	#nowMs;
	#signal;
	#spentMs = 0;
	constructor(nowMs, signal) {
		this.#nowMs = nowMs;
		this.#signal = signal;
	}
	get totals() {
		return {
			keys: this.#keys,
			...this.#totals
		};
	}
	async add({ manifest, builds, trouble }) {
		this.#keys += 1;
		for (const build of builds) {
			if (trouble !== void 0 && trouble !== "damaged") continue;
			const total = this.#totals[build.state];
			const bytes = (build.state === "published" ? manifest?.bytes : void 0) ?? await this.#measure(build);
			const inUse = build.leases.some((lease) => mayLive(lease, this.#nowMs));
			total.count += 1;
			total.inUse += inUse ? 1 : 0;
			total.bytes += bytes ?? 0;
			total.unmeasured += bytes === void 0 ? 1 : 0;
			if (!inUse && build.state !== "unfinished") total.reclaimable += bytes ?? 0;
		}
	}
	async #measure({ path }) {
		const budgetMs = MEASURE_MS - this.#spentMs;
		if (budgetMs <= 0) return void 0;
		const spent = stopwatch();
		try {
			return (await measureTree(path, {
				budgetMs,
				signal: this.#signal
			}))?.bytes;
		} catch {
			this.#signal.throwIfAborted();
			return;
		} finally {
			this.#spentMs += spent();
		}
	}
};
function none() {
	return {
		count: 0,
		inUse: 0,
		bytes: 0,
		reclaimable: 0,
		unmeasured: 0
	};
}
const COLUMNS$4 = [
	{
		title: "BUILDS",
		cell: ([name]) => name
	},
	{
		title: "COUNT",
		right: true,
		cell: ([, { count }]) => `${count}`
	},
	{
		title: "IN USE",
		right: true,
		cell: ([, { inUse }]) => `${inUse}`
	},
	{
		title: "SIZE",
		right: true,
		cell: ([, { bytes, unmeasured }]) => atLeast(bytes, unmeasured)
	},
	{
		title: "RECLAIMABLE",
		right: true,
		cell: reclaimable
	}
];
function totalLines({ keys, published, replaced, unfinished }) {
	return [
		...tableOf(COLUMNS$4, [
			["published", published],
			["replaced", replaced],
			["unfinished", unfinished]
		]),
		"",
		`${keys} ${keys === 1 ? "key" : "keys"}.`
	];
}
function reclaimable([name, { bytes, reclaimable: free, unmeasured }]) {
	if (name === "unfinished") return "";
	const share = bytes === 0 ? "" : ` (${Math.round(100 * free / bytes)}%)`;
	return `${atLeast(free, unmeasured)}${share}`;
}
function atLeast(bytes, unmeasured) {
	return unmeasured === 0 ? formatBytes(bytes) : `over ${formatBytes(bytes)}`;
}
// src/admin/list/view.ts
function* jsonPieces(head, [name, values], tail = {}) {
	yield `{\n${membersOf(head)},\n  ${JSON.stringify(name)}: [`;
	let comma = "";
	for (const value of values) {
		yield `${comma}\n    ${indented(value, "    ")}`;
		comma = ",";
	}
	const end = membersOf(tail);
	yield `${comma === "" ? "" : "\n  "}]${end === "" ? "" : `,\n${end}`}\n}\n`;
}
function membersOf(object) {
	return Object.entries(object).map(([name, value]) => `  ${JSON.stringify(name)}: ${indented(value, "  ")}`).join(",\n");
}
function indented(value, by) {
	return JSON.stringify(value, null, 2).replaceAll("\n", `\n${by}`);
}
// src/admin/list/key-view.ts
function keyView(root, sort, reverse) {
	return async (signal) => {
		const nowMs = Date.now();
		const adding = new Adding(nowMs, signal);
		const rows = new KeyRows(nowMs);
		const found = [];
		for await (const entry of eachKey(root)) {
			if (signal.aborted) break;
			found.push(rows.rowOf(entry));
			await adding.add(entry);
		}
		const { totals } = adding;
		const keys = sort === void 0 ? reverse ? found.reverse() : found : sorted(found, sort, reverse);
		return {
			json: jsonPieces({ root }, ["keys", objectsOf(root, keys)], { totals }),
			lines: keys.length === 0 ? [`${root} has no builds of build-once.`] : linesOf$2(keys, totals)
		};
	};
}
function* objectsOf(root, keys) {
	for (const row of keys) yield jsonOf(root, row);
}
function* linesOf$2(keys, totals) {
	yield* tableOf(Object.values(KEY_COLUMNS$1), keys);
	yield "";
	yield* totalLines(totals);
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
// src/admin/locks.ts
async function openSight(root, reporter = silent) {
	keyIds(root);
	const { FileInspector } = await import("./cold.js").then((n) => n.s);
	const { network } = fileSystemOf(root);
	const place = {
		above: root,
		network,
		groupShared: false,
		reporter
	};
	return {
		root,
		network,
		keys: new FileInspector({
			...place,
			folderOf: (id) => entryPaths(root, id).dir
		}),
		slots: new FileInspector({
			...place,
			folderOf: (id) => slotsDir(root, id)
		})
	};
}
async function locksIn(sight, signal) {
	const { root } = sight;
	const rows = [];
	const pace = new Pace();
	for (const id of keyIds(root)) {
		if (pace.due) await pace.rest();
		if (signal.aborted) return rows;
		rows.push(...await keyLocks(sight, id));
	}
	for (const id of slotIds(root)) {
		const folder = slotsDir(root, id);
		rows.push(...await rowsOf$1(sight.slots, {
			kind: "slot",
			id,
			folder,
			key: void 0,
			scope: void 0
		}));
	}
	return [...rows, ...waits(sight, rows)];
}
async function keyLocks({ root, keys }, id) {
	const paths = entryPaths(root, id);
	const rows = await rowsOf$1(keys, {
		kind: "key",
		id,
		folder: paths.dir,
		key: void 0,
		scope: void 0
	});
	if (rows.length === 0) return rows;
	const manifest = manifestOf(paths.manifest);
	return rows.map((row) => ({
		...row,
		key: row.key ?? manifest?.key,
		scope: manifest?.scope
	}));
}
async function rowsOf$1(inspector, place) {
	try {
		return (await inspector.inspect(place.id)).map((standing) => held(place, standing));
	} catch (error) {
		return [{
			...place,
			...UNSEEN,
			trouble: systemCode(error) ?? shorten(messageOf(error))
		}];
	}
}
const UNSEEN = {
	token: void 0,
	state: "unknown",
	who: void 0,
	since: void 0,
	heldMs: void 0,
	beatMs: void 0,
	silentMs: void 0,
	limitMs: void 0,
	job: void 0,
	trouble: void 0
};
function held(place, standing) {
	const { token, state, asker, since, heldMs, beatMs, silentMs, limitMs } = standing;
	const { key, who, job } = asker ?? {};
	const trouble = asker === void 0 ? "no record" : void 0;
	return {
		...place,
		key,
		token,
		state,
		who,
		since,
		heldMs,
		beatMs,
		silentMs,
		limitMs,
		job,
		trouble
	};
}
function waits({ root, network }, locks) {
	return allWaits(root).map(({ job, id, mtimeMs }) => {
		const { dir: folder, manifest } = entryPaths(root, id);
		const key = locks.find((row) => row.kind === "key" && row.id === id)?.key ?? manifestOf(manifest)?.key;
		const who = locks.find((row) => row.job === job)?.who;
		const beatMs = network ? void 0 : Math.max(0, Date.now() - mtimeMs);
		const trouble = who === void 0 ? `job ${job}` : void 0;
		return {
			...UNSEEN,
			kind: "waits",
			id,
			folder,
			key,
			scope: void 0,
			state: "",
			who,
			job,
			beatMs,
			trouble
		};
	});
}
function manifestOf(file) {
	try {
		const reading = unless(GONE, () => readManifest(file));
		return reading?.kind === "whole" ? reading.manifest : void 0;
	} catch {
		return;
	}
}
// src/store/origin.ts
const ORIGIN = ".origin";
function originOf(root) {
	const dir = versionDir(root);
	try {
		return originFrom(dir, randomPart(join(dir, ORIGIN)));
	} catch {
		return sha256(newToken(), newToken()).slice(0, 20);
	}
}
function knownOrigin(root) {
	const dir = versionDir(root);
	try {
		const random = read$1(join(dir, ORIGIN));
		return random === void 0 ? void 0 : originFrom(dir, random);
	} catch {
		return;
	}
}
function originFrom(dir, random) {
	const { dev, ino } = statSync(dir);
	return sha256(random, bootId(), String(dev), String(ino)).slice(0, 20);
}
function randomPart(file) {
	const found = read$1(file);
	if (found !== void 0) return found;
	const draft = `${file}.${newToken()}`;
	writeFileSync(draft, newToken() + newToken(), { flag: "wx" });
	rename(draft, file);
	return read$1(file) ?? newToken();
}
function read$1(file) {
	const found = readShared(file);
	return found.kind === "text" ? /^[0-9a-f]{24}$/.exec(found.text)?.[0] : void 0;
}
// src/admin/pool/rows.ts
function rowsOf({ keys, slots }, origin) {
	return [...[...keys].map(([id, standing]) => rowOf$1("key", id, standing, origin)), ...[...slots].map(([id, standing]) => rowOf$1("slot", id, standing, origin))];
}
function rowOf$1(kind, id, standing, here) {
	const { token, asker, origin, since, heldMs, leftMs } = standing;
	return {
		kind,
		id,
		key: asker?.key,
		token,
		origin,
		here: here && origin ? origin === here : void 0,
		who: asker?.who,
		since,
		heldMs,
		leftMs,
		trouble: asker === void 0 ? "no record" : void 0
	};
}
// src/admin/list/pool-view.ts
var PoolView = class PoolView {
	#inspector;
	#origin;
	#connections = 1;
	#anew;
	constructor(inspector, origin) {
		this.#inspector = inspector;
		this.#origin = origin;
	}
	static async open(place, root) {
		return new PoolView(await openInspector(place), root === void 0 ? void 0 : knownOrigin(root));
	}
	async look(signal) {
		const { shown } = this.#inspector;
		try {
			const found = await this.#inspector.all(signal);
			const locks = rowsOf(found, this.#origin);
			return {
				json: {
					address: shown,
					locks,
					waiting: Object.fromEntries(found.waiting),
					isPart: found.isPart
				},
				lines: [...linesOf$1(shown, locks, found), ...this.#reconnected()],
				trouble: void 0
			};
		} catch (error) {
			if (!(error instanceof OnceError)) throw error;
			const trouble = messageOf(error);
			return {
				json: {
					address: shown,
					trouble
				},
				lines: [],
				trouble
			};
		}
	}
	#reconnected() {
		const { connections } = this.#inspector;
		if (connections > this.#connections) this.#anew = new Date().toTimeString().slice(0, 8);
		this.#connections = connections;
		return this.#anew === void 0 ? [] : [`Connected anew at ${this.#anew}.`];
	}
};
const COLUMNS$3 = [
	{
		title: "LOCK",
		cell: ({ kind, id }) => kind === "slot" ? `slot ${shorten(id, 40)}` : kind
	},
	{
		title: "KEY",
		cell: ({ kind, key, id }) => key === void 0 && kind === "key" ? `(folder ${id})` : shorten(key ?? "")
	},
	{
		title: "HOST",
		cell: hostOf
	},
	{
		title: "FOR",
		cell: ({ heldMs }) => heldMs === void 0 ? "" : formatDuration(heldMs)
	},
	{
		title: "LEASE",
		cell: ({ leftMs }) => leftMs === void 0 ? "no end" : `${formatDuration(leftMs)} left`
	},
	{
		title: "WHO",
		cell: ({ who, trouble }) => who === void 0 ? `(${trouble})` : describeWho({
			...who,
			host: ""
		})
	}
];
function hostOf({ who, origin, here }) {
	const place = here ? "(this root)" : origin && `(root ${shorten(origin, 8)})`;
	return [shorten(who?.host ?? "", 40), place].filter(Boolean).join(" ");
}
function linesOf$1(shown, locks, { waiting, isPart }) {
	const queues = [...waiting].map(([group, count]) => {
		return ` ${count === 1 ? "1 build waits" : `${count} builds wait`} for a slot of the group "${shorten(group, 40)}".`;
	});
	const more = isPart ? [" There may be more: the server has too many keys to look at all."] : [];
	if (locks.length === 0) return [`Nobody holds a lock in the pool ${shown}.${[...queues, ...more].join("")}`];
	const count = `${locks.length} ${locks.length === 1 ? "lock" : "locks"} held.`;
	return [
		`In the pool ${shown}:`,
		...tableOf(COLUMNS$3, locks),
		"",
		[
			count,
			...queues,
			...more
		].join("")
	];
}
// src/admin/list/lock-view.ts
async function lockView(root, place) {
	const sight = root === void 0 ? void 0 : await openSight(root);
	const pool = place && await PoolView.open(place, root);
	return async (signal) => {
		const asked = pool?.look(signal);
		const locks = sight === void 0 ? [] : await locksIn(sight, signal);
		const seen = await asked;
		const host = root === void 0 ? [] : linesOf(root, locks);
		const both = host.length > 0 && (seen?.lines.length ?? 0) > 0;
		return {
			json: jsonPieces({ root: root ?? null }, ["locks", locks], seen && { pool: seen.json }),
			lines: [
				...host,
				...both ? [""] : [],
				...seen?.lines ?? []
			],
			trouble: seen?.trouble
		};
	};
}
function linesOf(root, locks) {
	if (locks.length === 0) return [`Nobody holds a lock in ${root}.`];
	return [
		...tableOf(COLUMNS$2, locks),
		"",
		summary(locks)
	];
}
const COLUMNS$2 = [
	{
		title: "LOCK",
		cell: ({ kind, id }) => kind === "slot" ? `slot ${shorten(id, 40)}` : kind
	},
	{
		title: "KEY",
		cell: ({ key, id }) => key === void 0 ? `(folder ${id})` : shorten(key)
	},
	{
		title: "STATE",
		cell: ({ state }) => state
	},
	{
		title: "FOR",
		cell: heldFor
	},
	{
		title: "HEARTBEAT",
		cell: heartbeat
	},
	{
		title: "WHO",
		cell: ({ who, trouble }) => who === void 0 ? `(${trouble ?? "not known"})` : describeWho(who)
	}
];
function heldFor({ heldMs, since }) {
	if (heldMs !== void 0) return formatDuration(heldMs);
	return since === void 0 ? "" : `since ${shorten(since, 40)} (its clock)`;
}
function heartbeat({ beatMs, silentMs }) {
	if (beatMs !== void 0) return `${formatDuration(beatMs)} ago`;
	return silentMs === void 0 || silentMs < 1e3 ? "" : `none for ${formatDuration(silentMs)}`;
}
function summary(locks) {
	const held = locks.filter(({ kind }) => kind !== "waits");
	const dead = held.filter(({ state }) => state === "dead").length;
	const count = `${held.length} ${held.length === 1 ? "lock" : "locks"} held`;
	if (dead === 0) return `${count}.`;
	return `${count}, ${dead} of them by the dead: the next job that needs one takes over, and so does build-once unlock.`;
}
// src/admin/list/watch.ts
const EVERY_MS = 2e3;
const REST = 5;
const HOME = "\x1B[H";
const END_OF_LINE = "\x1B[K";
const END_OF_SCREEN = "\x1B[J";
const CLEAR$1 = "\x1B[2J";
async function watchView(look, signal) {
	const out = process.stdout;
	out.write(CLEAR$1);
	while (!signal.aborted) {
		const spent = stopwatch();
		const { lines, trouble = "" } = await look(signal);
		if (signal.aborted) break;
		const [rows, columns] = [out.rows || 24, out.columns || 80];
		const frame = fitting([[...lines], broken(trouble, columns)].filter(({ length }) => length > 0).flatMap((part, index) => index === 0 ? part : ["", ...part]), rows - 1, columns).map((line) => `${line}${END_OF_LINE}\n`);
		out.write(`${HOME}${frame.join("")}${END_OF_SCREEN}`);
		await sleep(Math.max(EVERY_MS, REST * spent()), signal);
	}
}
function broken(text, columns) {
	return text.match(new RegExp(`\\S.{0,${columns - 1}}(?=\\s|$)|\\S{1,${columns}}`, "gu")) ?? [];
}
function fitting(lines, rows, columns) {
	const cut = (line) => [...line].slice(0, columns).join("");
	if (lines.length <= rows) return lines.map(cut);
	const foot = lines.slice(lines.lastIndexOf(""));
	const body = lines.slice(0, lines.length - foot.length);
	const shown = Math.max(rows - foot.length - 1, 1);
	const more = `… ${body.length - shown} more`;
	return [
		...body.slice(0, shown),
		more,
		...foot
	].slice(0, rows).map(cut);
}
// src/admin/list/list.ts
var list_exports = __exportAll({ list: () => list });
const SORTS = Object.keys(KEY_COLUMNS$1);
const list = {
	name: "list",
	summary: "lists what is in the shared cache, and who builds now",
	usage: `Lists what is in a shared cache: its keys, how large their builds are, who uses them, and what could be removed.

build-once list [--root DIR] [--sort COLUMN] [--reverse] [--watch | --json]
build-once list --locks [--root DIR] [--pool ADDRESS] [--watch | --json]

  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(", ")}
  --sort COLUMN  ${SORTS.join(", ")}: the largest, the oldest and what was not used for longest
                 come first. Keys that are equal in it stay in the order of their folders
  --reverse      the other way round; what is not known stays last
  --locks        instead: who builds which key, who has which build slot, and which claimed keys are waited for
  --pool ADDRESS
                 with --locks: also who has which lock and slot in this pool, redis://host:port/db; by default in the
                 one that BUILD_ONCE_POOL names. Its password is in BUILD_ONCE_POOL_PASSWORD
  --pool-env VAR, --pool-password-env VAR
                 name other variables that have them
  --watch        shows it anew every 2 s, until Ctrl-C; for terminals
  --json         prints one JSON object
  --help         this text

READERS are the jobs that use a build and are seen to live; +3? are three that were handed one in the last 6 h and run
elsewhere, where they cannot be seen. Replaced builds are older ones of a key, which stay while jobs may use them.
Unfinished ones are of attempts that are dead or at work. RECLAIMABLE is what no job uses. Nothing is changed, and no
lock is taken.

A lock whose holder is dead is opened by the next job that needs it, or by build-once unlock. In a pool, LEASE is for how
long a holder keeps a lock that it does not renew.

Example: build-once list --root /opt/ci-cache --sort size

Exit code: 0, 1 if the cache or the pool cannot be read, 2 for bad options, 130 if interrupted.
`,
	async run(args) {
		const options = readOptions(args, {
			root: {
				type: "string",
				multiple: true
			},
			sort: { type: "string" },
			reverse: { type: "boolean" },
			locks: { type: "boolean" },
			watch: { type: "boolean" },
			json: { type: "boolean" },
			...poolOptions
		});
		const { sort, reverse = false, locks = false, watch = false, json = false } = options;
		if (sort !== void 0) requireColumn(sort);
		if (locks && (sort !== void 0 || reverse)) throw new BadUsage("--sort and --reverse are for keys, not for --locks");
		if (!locks && asksForPool(options)) throw new BadUsage("--pool is for --locks: a pool keeps no builds");
		if (watch) requireTerminal(json);
		const signal = endSignal();
		const look = locks ? await locksOf(options) : keyView(rootOf(options), sort, reverse);
		if (watch) await watchView(look, signal);
		const isWhole = watch || await show(look, json, signal);
		if (signal.aborted) return 130;
		return isWhole ? 0 : 1;
	}
};
function rootOf({ root = [] }) {
	return rootsOf(root, 1)[0] ?? "";
}
function locksOf(places) {
	const pool = poolOf(places, process.env, process.env.BUILD_ONCE_POOL);
	return lockView(pool !== void 0 && places.root === void 0 && usualRoot() === void 0 ? void 0 : rootOf(places), pool);
}
async function show(look, json, signal) {
	const view = await look(signal);
	if (signal.aborted) return true;
	await writeOut(json ? view.json : ended$1(view.lines));
	if (view.trouble === void 0) return true;
	process.stderr.write(`${view.trouble}\n`);
	return false;
}
function* ended$1(lines) {
	for (const line of lines) yield `${line}\n`;
}
function requireColumn(sort) {
	if (SORTS.includes(sort)) return;
	const near = nearest(sort.toLowerCase(), SORTS);
	const hint = near === void 0 ? `columns: ${SORTS.join(", ")}` : `did you mean "${near}"?`;
	throw new BadUsage(`--sort: there is no column "${shorten(sort)}" (${hint})`);
}
function requireTerminal(json) {
	if (json) throw new BadUsage("--watch is for people, and --json for programs: call it with --json from time to time");
	if (process.stdout.isTTY === true) return;
	throw new BadUsage("--watch needs a terminal: without it, list prints what there is once");
}
// src/admin/prune/progress.ts
const PAUSE_MS = 100;
const CLEAR = "\r\x1B[K";
function progressOn(terminal) {
	if (!terminal.isTTY) return void 0;
	const show = (text) => void terminal.write(`${CLEAR}${text} …`);
	let shownAt = -Infinity;
	return {
		read: (keys) => {
			const now = performance.now();
			if (now - shownAt < PAUSE_MS) return;
			shownAt = now;
			show(`Reading: ${countOf(keys, "key")}`);
		},
		remove: ({ name, bytes }, until) => {
			const gone = `${countOf(until.removed.length)}, ${formatBytes(bytesOf(until))} gone`;
			show(`Removing ${shorten(name, 40)} (${formatBytes(bytes)}); ${gone}`);
		},
		end: () => void terminal.write(CLEAR)
	};
}
// src/admin/prune/prune.ts
var prune_exports = __exportAll({ prune: () => prune });
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
		const { root, json = false, "dry-run": dryRun = false, ...given } = readOptions(args, {
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
		const signal = endSignal();
		const { account, unmet } = await pruneRoot(place, limits, {
			dryRun,
			signal,
			progress: dryRun ? void 0 : progressOn(process.stderr)
		});
		tell$1(account, unmet, {
			root: place,
			dryRun,
			json
		});
		return signal.aborted ? 130 : 0;
	}
};
// src/admin/prune/remove.ts
var remove_exports = __exportAll({ remove: () => remove });
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
		const found = [];
		for await (const entry of eachKey(root)) {
			const { paths, manifest } = entry;
			const isMeant = manifest?.key === key && (scope === void 0 || manifest.scope === scope);
			if (paths.id === key || isMeant) found.push(entry);
		}
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
		tell$1(cleaner, void 0, {
			root,
			dryRun,
			json
		});
		if (signal.aborted) return 130;
		return gone ? 0 : 1;
	}
};
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
	remote = 0;
	remoteBytes = 0;
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
		if (event.source === "remote") {
			this.remote += 1;
			this.remoteBytes += bytes;
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
// src/admin/report/not-known.ts
const notKnown = [
	"A step that was killed, or could not write to the cache, left no event; a step with `enabled: false` writes none.",
	"A job that is still running is not in it: a step writes its event at its end.",
	"Events are kept for 30 days, and their times are those of the hosts that wrote them.",
	"Build time avoided is what the builds took that jobs were handed, less the time for which these waited. Without a cache, builds side by side might have taken longer.",
	"Bytes are the sizes of builds, not of what was read, copied or downloaded. A container image counts as 0.",
	"Who was waited for is not noted."
];
const KEY_TABLES = [
	{
		title: "Keys that saved most",
		figure: ({ avoidedMs }) => avoidedMs
	},
	{
		title: "Slowest to build",
		figure: ({ slowestMs }) => slowestMs
	},
	{
		title: "Most waited for",
		figure: ({ waitedMs }) => waitedMs
	}
];
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
		...KEY_TABLES.map(({ title, figure }, at) => keys(title, sums.top(10, figure), KEY_COLUMNS[at] ?? [])),
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
					title: "Held",
					right: true
				},
				{
					title: "Waited",
					right: true
				},
				{
					title: "Waits in all",
					right: true
				},
				{
					title: "Longest",
					right: true
				}
			],
			rows: [...sums.slots.values()].sort((a, b) => b.waitedMs - a.waitedMs).slice(0, 10).map((each) => [
				shorten(each.group, 100),
				number(each.asked),
				formatDuration(each.heldMs),
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
		["brought a build from a remote store", total.remote],
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
		["Size of what was handed out instead of built", formatBytes(total.handedBytes)],
		...total.remote > 0 ? [["Size of what came from a remote store", formatBytes(total.remoteBytes)]] : []
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
const KEY_COLUMNS = [
	[
		{
			title: "Avoided",
			of: ({ avoidedMs }) => formatDuration(avoidedMs)
		},
		HANDED,
		BUILDS,
		SIZE
	],
	[
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
	],
	[
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
	]
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
	return [...all].sort((a, b) => b.count - a.count).slice(0, 10);
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
	const longest = new Array(width).fill(-1);
	const cellAt = (timeMs) => Math.min(width - 1, Math.max(0, Math.floor((timeMs - startMs) / cellMs)));
	for (const { sign, fromMs, toMs } of steps.flatMap(stretches)) for (let cell = cellAt(fromMs); cell <= cellAt(toMs); cell++) {
		const left = startMs + cell * cellMs;
		const overlap = Math.min(toMs, left + cellMs) - Math.max(fromMs, left);
		if (overlap < 0 || overlap === 0 && fromMs < toMs || overlap <= (longest[cell] ?? 0)) continue;
		longest[cell] = overlap;
		cells[cell] = sign;
	}
	return cells.join("");
}
function stretches({ startMs, endMs, phases }) {
	const looking = {
		sign: SIGNS.looking,
		fromMs: startMs,
		toMs: phases[0]?.startMs ?? endMs
	};
	const others = phases.map((phase) => ({
		sign: SIGNS[phase.name],
		fromMs: phase.startMs,
		toMs: phase.startMs + phase.ms
	}));
	return startMs === looking.toMs && phases.length > 0 ? others : [looking, ...others];
}
// src/store/journal/read-event.ts
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
// src/admin/report/runs.ts
function runOf$1(runUrl) {
	const [, url, attempt] = /^(https?:\/\/.+\/actions\/runs\/\d+)(?:\/attempts\/(\d{1,6})|\/job\/\d+)?\/?$/.exec(runUrl) ?? [];
	if (url !== void 0) return {
		url,
		attempt: attempt === void 0 ? void 0 : Number(attempt)
	};
	const [page = ""] = runUrl.split("#");
	return page === "" ? void 0 : {
		url: page,
		attempt: void 0
	};
}
function isOfRun({ who: { runUrl } }, asked) {
	const run = runOf$1(runUrl);
	if (run === void 0) return false;
	if (/^\d+$/.test(asked)) return withoutQuery(run.url).endsWith(`/${asked}`);
	const wanted = runOf$1(asked);
	const isAttempt = wanted?.attempt === void 0 || run.attempt === void 0 || run.attempt === wanted.attempt;
	return withoutQuery(run.url) === withoutQuery(wanted?.url ?? "") && isAttempt;
}
function withoutQuery(url) {
	return url.replace(/\?by_index=1$/, "");
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
const KEPT_RUNS = 1e4;
var Runs = class {
	#runs = new Map();
	add(event) {
		const url = runOf$1(event.who.runUrl)?.url;
		if (url === void 0) return;
		let run = this.#runs.get(url);
		if (run === void 0) {
			this.#forgetOld();
			run = new Run(url);
			this.#runs.set(url, run);
		}
		run.add(event);
	}
	#forgetOld() {
		if (this.#runs.size < 2 * KEPT_RUNS) return;
		this.#runs = new Map(this.newest(KEPT_RUNS).map((run) => [run.url, run]));
	}
	newest(count) {
		return [...this.#runs.values()].sort((a, b) => b.newestMs - a.newestMs).slice(0, count);
	}
};
// src/admin/report/timeline.ts
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
function slotsOf({ group, asked, heldMs, waited, waitedMs, longestMs }) {
	return {
		group,
		asked,
		heldMs,
		waited,
		waitedMs,
		longestMs
	};
}
function time(ms) {
	return new Date(ms).toISOString();
}
// src/admin/report/timeline-text.ts
const [NARROWEST, WIDEST] = [20, 80];
const [JOB, TOLD] = [32, 44];
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
	return `${failed ? `failed (${ending})` : ending} ${shorten(key, 30)}`;
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
	const failures = largest(sums.failures, ({ count }) => count).map(({ reason, count }) => [{ reason }, count]);
	const slots = largest(sums.slots, ({ asked }) => asked);
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
		one("remote_steps", "Steps that brought a build from a remote store.", total.remote),
		one("remote_bytes", "Size of what came from a remote store.", total.remoteBytes),
		one("takeovers", "Locks of dead jobs that were taken over.", total.takeovers),
		{
			name: "slot_steps",
			help: "Steps that asked for a build slot.",
			samples: group(({ asked }) => asked)
		},
		{
			name: "slot_held_seconds",
			help: "Time for which build slots were held.",
			samples: group(({ heldMs }) => heldMs / 1e3)
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
function largest(all, figure) {
	return [...all.values()].sort((a, b) => figure(b) - figure(a)).slice(0, TOP);
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
	heldMs = 0;
	constructor(group) {
		this.group = group;
	}
	add(event) {
		const { slotWaitedMs, publishMs = 0 } = event;
		this.heldMs += (ownBuildMs(event) ?? 0) + publishMs;
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
function writeOutput(file, text) {
	const draft = join(dirname(file), `.${basename(file)}.${newToken()}.draft`);
	try {
		writeFileSync(draft, text, { flag: "wx" });
		rename(draft, file);
	} catch (error) {
		removeFile(draft);
		const why = messageOf(error);
		throw new OnceError("DELIVERY_FAILED", `${shorten(file, 1e3)} cannot be written: ${why}. Name another --output.`);
	}
}
// src/admin/report/report.ts
var report_exports = __exportAll({ report: () => report });
const FORMATS = {
	table: asTable,
	markdown: asMarkdown,
	json: asJson,
	html: async (report) => (await import("./admin-report-html-as-html.js")).asHtml(report),
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

\`markdown\` is for the summary of a scheduled job, \`html\` is one page that needs no network, \`prometheus\` for the textfile collector of node_exporter.

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
		const text = await form(found);
		if (output === void 0) process.stdout.write(text);
		else writeOutput(output, text);
		return 0;
	}
};
function unknownRun(run, sinceMs) {
	const since = minute(sinceMs);
	return new OnceError("MISSED", `No step of the run ${shorten(run, 300)} has left an event here since ${since} UTC. Write its whole address, or name an earlier --since.`);
}
const DEFAULT_MS = 2592e6;
function span(text) {
	const ms = days(text);
	if (ms > 0 && ms < Date.now()) return ms;
	throw new BadUsage(`--since "${text}" is no length of time such as 7d`);
}
// src/admin/unlock/opened.ts
function holderOf({ who, heldMs, since }) {
	const name = who === void 0 ? "a holder without a record" : describeWho(who);
	const started = heldMs === void 0 ? since && `since ${shorten(since, 40)}, by its clock` : `for ${formatDuration(heldMs)}`;
	return started ? `${name} (${started})` : name;
}
function livesOn(lock, seenBy) {
	return `${holderOf(lock)} holds it and lives (${seenBy}). Nothing was done. Cancel that job, or take the lock from it with --force`;
}
const INTERRUPTED_BEFORE = "interrupted, and nothing was done";
// src/admin/unlock/pool-opener.ts
var PoolOpener = class {
	#inspector;
	#force;
	#signal;
	constructor(inspector, force, signal) {
		this.#inspector = inspector;
		this.#force = force;
		this.#signal = signal;
	}
	async find(key) {
		const found = await this.#inspector.all(this.#signal);
		return {
			locks: rowsOf({
				...found,
				slots: new Map()
			}).filter((row) => row.id === key || row.key === key),
			isPart: found.isPart
		};
	}
	async unlock(lock) {
		const name = lock.key === void 0 ? lock.id : `"${shorten(lock.key)}"`;
		try {
			return {
				lock,
				name,
				...await (this.#force ? this.#rob(lock) : this.#watch(lock))
			};
		} catch (error) {
			return {
				lock,
				name,
				became: "left",
				why: `it cannot be opened: ${messageOf(error)}`
			};
		}
	}
	async #rob(lock) {
		if (!await this.#inspector.rob(lock.id, lock.token)) return ended(lock);
		return {
			became: "robbed",
			why: `taken from ${holderOf(lock)}, which finds its lock lost at its next renewal, ends its build, and publishes nothing of it for the pool`
		};
	}
	async #watch(lock) {
		let { leftMs } = lock;
		if (leftMs !== void 0) tellWatch$1(lock, leftMs);
		while (leftMs !== void 0) {
			await sleep(500, this.#signal);
			if (this.#signal.aborted) return {
				became: "left",
				why: INTERRUPTED_BEFORE
			};
			const now = await this.#inspector.inspect(lock.id);
			if (now?.token !== lock.token) return ended(lock);
			if (now.leftMs !== void 0 && now.leftMs > leftMs) return {
				became: "left",
				why: livesOn(lock, "it renews its lease")
			};
			leftMs = now.leftMs;
		}
		return {
			became: "left",
			why: "it has no end, as no lock of build-once has; the next job that asks for it gives it one. Open it with --force"
		};
	}
};
function ended(lock) {
	return {
		became: "opened",
		why: `${holderOf(lock)} has given it up, or its lease has ended`
	};
}
function tellWatch$1(lock, leftMs) {
	const line = `Watching for up to ${formatDuration(leftMs)} whether ${holderOf(lock)} renews its lease.\n`;
	process.stderr.write(line);
}
// src/admin/unlock/in-pool.ts
async function unlockInPool(key, place, { force, signal }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const inspector = _usingCtx$1.a(await openInspector(place));
		const { shown } = inspector;
		const opener = new PoolOpener(inspector, force, signal);
		const { locks, isPart } = await opener.find(key);
		if (locks.length === 0 && isPart) {
			process.stderr.write(`The pool ${shown} has too many keys to look at all: nobody was found to hold "${shorten(key)}".\n`);
			return;
		}
		const opened = [];
		for (const lock of locks) if (!signal.aborted) opened.push(await opener.unlock(lock));
		return {
			place: { pool: shown },
			opened
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
// src/admin/unlock/find.ts
async function findLocks(sight, key, signal) {
	const found = [];
	for (const id of keyIds(sight.root)) {
		if (signal.aborted) break;
		const rows = await keyLocks(sight, id);
		found.push(...rows.filter((row) => id === key || row.key === key));
	}
	return found;
}
function isKnown(root, key) {
	return keyIds(root).some((id) => id === key || manifestOf(entryPaths(root, id).manifest)?.key === key);
}
// src/admin/unlock/opener.ts
var Opener = class Opener {
	sight;
	#options;
	constructor(sight, options) {
		this.sight = sight;
		this.#options = options;
	}
	static async open(root, options) {
		const warn = (line) => void process.stderr.write(`${line}\n`);
		const sight = await openSight(root, {
			...silent,
			warn
		});
		shareWithGroup(root);
		return new Opener(sight, options);
	}
	async unlock(lock) {
		const name = nameOf(lock);
		try {
			return {
				lock,
				name,
				...await this.#unlock(lock)
			};
		} catch (error) {
			return {
				lock,
				name,
				became: "left",
				why: `it cannot be opened: ${messageOf(error)}`
			};
		}
	}
	async #unlock(lock) {
		const { token } = lock;
		const { scope, force } = this.#options;
		if (scope !== void 0 && lock.scope === void 0) return {
			became: "left",
			why: `its scope is written nowhere yet; if you mean it, name its folder: ${lock.id}`
		};
		if (token === void 0) return {
			became: "left",
			why: `it cannot be read (${lock.trouble}); call this as root`
		};
		if (lock.state !== "dead" && force) return this.#rob(lock, token);
		const state = lock.state === "dead" ? "dead" : await this.#judged(lock);
		if (state === "unsure") return {
			became: "left",
			why: INTERRUPTED_BEFORE
		};
		if (state === "gone") return {
			became: "opened",
			why: `${holderOf(lock)} has given it up itself`
		};
		if (state !== "dead") return {
			became: "left",
			why: livesOn(lock, SEEN[state])
		};
		const next = await this.#clear(lock) ? "another job has it by now" : "what its build left is cleared away, and the next job builds";
		return {
			became: "opened",
			why: `its holder, ${holderOf(lock)}, is dead; ${next}`
		};
	}
	async #rob(lock, token) {
		if (!await this.sight.keys.rob(lock.id, token)) return {
			became: "opened",
			why: `${holderOf(lock)} has given it up itself`
		};
		await this.#clear(lock);
		return {
			became: "robbed",
			why: `taken from ${holderOf(lock)}, which finds its lock lost at its next heartbeat, ends its build and publishes nothing of it`
		};
	}
	async #clear({ id, key = id }) {
		return (await pruneKey({
			paths: entryPaths(this.sight.root, id),
			key,
			who: whoOf(process.env),
			builds: []
		}, this.sight.keys, this.#options.signal)).locked;
	}
	async #judged(lock) {
		for (let looks = 0;; looks++) {
			if (this.#options.signal.aborted) return "unsure";
			const now = (await keyLocks(this.sight, lock.id)).find(({ token }) => token === lock.token);
			if (now === void 0) return "gone";
			if (now.state === "dead") return "dead";
			if (now.state === "running" || now.state === "alive") return "process";
			if (now.silentMs === 0) return "heartbeat";
			if (looks === 0) tellWatch(now);
			await sleep(500, this.#options.signal);
		}
	}
};
const SEEN = {
	process: "its process runs",
	heartbeat: "its heartbeat moves"
};
function tellWatch(lock) {
	const why = lock.state === "stopped" ? "is stopped" : "cannot be seen from here";
	const forMs = formatDuration(lock.limitMs ?? 0);
	process.stderr.write(`The process of ${holderOf(lock)} ${why}: watching its heartbeat for up to ${forMs}.\n`);
}
function nameOf({ key, scope, id }) {
	const name = key === void 0 ? id : `"${shorten(key)}"`;
	return scope === void 0 ? name : `${name} of ${shorten(scope, 40)}`;
}
// src/admin/unlock/in-root.ts
async function unlockInRoot(key, root, options) {
	const { scope, signal } = options;
	const opener = await Opener.open(root, options);
	const locks = await findLocks(opener.sight, key, signal);
	if (locks.length === 0 && !isKnown(root, key)) {
		process.stderr.write(`${shorten(root, 1e3)} has no key "${shorten(key)}", and nobody builds it. See build-once list\n`);
		return;
	}
	const opened = [];
	for (const lock of locks.filter((each) => scope === void 0 || [scope, void 0].includes(each.scope))) if (!signal.aborted) opened.push(await opener.unlock(lock));
	return {
		place: { root },
		opened
	};
}
// src/admin/unlock/unlock.ts
var unlock_exports = __exportAll({ unlock: () => unlock });
const unlock = {
	name: "unlock",
	summary: "opens the lock of a key whose holder is dead",
	usage: `Shows who holds the lock of a key, and opens it if that holder is dead. Jobs do so themselves when they need the key; this
is for one who does not want to wait for them, or who knows more than they can see.

build-once unlock KEY [--root DIR] [--scope SCOPE] [--force] [--json]
build-once unlock KEY --pool ADDRESS [--force] [--json]

  KEY            the key, or the name of its folder, which \`list --locks --json\` tells; all scopes and platforms of it
  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(", ")}
  --scope SCOPE  only in this scope. Before a first build is published, no scope is known: name the folder then
  --pool ADDRESS
                 instead of a host's lock: that of all hosts, in the pool redis://host:port/db. Its password is in
                 BUILD_ONCE_POOL_PASSWORD
  --pool-env VAR, --pool-password-env VAR
                 name other variables that have them
  --force        takes the lock also from a holder that lives: that one loses its build, and publishes nothing
  --json         prints one JSON object instead of lines
  --help         this text

Dead is a holder whose process is gone. Where that cannot be seen, its heartbeat is watched until it moves, or has stood
still for as long as jobs bear it (30 s, on network disks 2 m). Processes that a dead holder's build left are ended.
In a pool, a holder lives that renews its lease. The lease of one that does not ends while this waits.

Example: build-once unlock llvm-18.1.8 --root /opt/ci-cache

Exit code: 0 if nobody has the lock any more, 1 if a holder lives or the lock cannot be opened, 2 for bad options, 130 if
interrupted.
`,
	async run(args) {
		const { values, positionals } = readArguments(args, {
			root: {
				type: "string",
				multiple: true
			},
			scope: { type: "string" },
			force: { type: "boolean" },
			json: { type: "boolean" },
			...poolOptions
		}, ["KEY"]);
		const [key = ""] = positionals;
		const { scope, force = false, json = false } = values;
		const pool = poolOf(values, process.env, void 0);
		if (pool !== void 0) refuseWithPool(values);
		const [root = ""] = pool === void 0 ? rootsOf(values.root ?? [], 1) : [];
		const options = {
			force,
			scope,
			signal: endSignal()
		};
		const done = await (pool === void 0 ? unlockInRoot(key, root, options) : unlockInPool(key, pool, options));
		if (done === void 0) return 1;
		tell(key, done, json);
		if (options.signal.aborted) return 130;
		return done.opened.some(({ became }) => became === "left") ? 1 : 0;
	}
};
function refuseWithPool({ root, scope }) {
	if (root !== void 0) throw new BadUsage("--root and --pool are two locks: call it once for each");
	if (scope !== void 0) throw new BadUsage("--scope is not known in a pool: name the folder, which list --locks --json tells");
}
function tell(key, { place, opened }, json) {
	if (json) {
		const locks = opened.map(({ lock, became, why }) => ({
			...lock,
			became,
			why
		}));
		process.stdout.write(`${JSON.stringify({
			...place,
			key,
			locks
		}, null, 2)}\n`);
		return;
	}
	const lines = opened.map(({ became, name, why }) => `${became} ${name}: ${why}`);
	process.stdout.write(`${lines.length === 0 ? `Nobody holds "${shorten(key)}".` : lines.join("\n")}\n`);
}
export { carriedNames as A, renameFolder$1 as B, runPruneStep as C, noteWait as D, dropWait as E, publish$1 as F, flushTree as H, wasPublished as I, withdraw as L, renameBack as M, renameToOrigin as N, touchWait as O, openAttempt as P, dropDrafts as R, NETWORK as S, sweep as T, isClaim as U, flushBudget as V, list_exports as _, PHASES as a, doctor_exports as b, minute as c, sectionsOf as d, subjectOf as f, prune_exports as g, remove_exports as h, NAMES$2 as i, noteCarried as j, waitsOf as k, number as l, Figures as m, report_exports as n, KEY_TABLES as o, notKnown as p, timelinesOf as r, gapsOf as s, unlock_exports as t, percent as u, originOf as v, isPlainAddress as w, LOCAL as x, describeWho as y, revokeOthers as z };
