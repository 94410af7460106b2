import { a as systemCode, o as unless, t as OnceError } from "./errors.js";
import { i as pidNamespace, o as processState, r as bootId } from "./proc.js";
import { n as isToken } from "./key.js";
import { c as rightDir, s as publishedMark, t as buildDir, u as trashOf } from "./layout.js";
import { n as revoke } from "./right.js";
import { hash } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostname } from "node:os";
/**
* Reads a manifest's text. Unknown fields are fine; text that is no manifest is damaged and may be healed under the lock.
* @throws OnceError NEWER_FORMAT for a format this version does not know: never rebuilt over.
*/
function readManifest(text, file) {
	const value = parse(text);
	if (typeof value !== "object" || value === null) return { kind: "damaged" };
	const { format } = value;
	if (typeof format === "number" && format > 1) throw new OnceError("NEWER_FORMAT", `${file} has format ${format}, and this version of build-once knows up to 1. Use the newer version in this workflow too, or give it a \`root\` of its own.`);
	return isManifest(value) ? {
		kind: "whole",
		manifest: value
	} : { kind: "damaged" };
}
/** The text of a manifest. */
function writeManifest(manifest) {
	return `${JSON.stringify(manifest, null, 2)}\n`;
}
function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
const strings = [
	"key",
	"scope",
	"build",
	"producer",
	"fingerprint",
	"createdAt",
	"path",
	"platform",
	"bootId"
];
function isManifest(value) {
	const fields = value;
	return fields.format === 1 && strings.every((name) => typeof fields[name] === "string") && typeof fields.buildMs === "number" && typeof fields.builtBy === "object" && fields.builtBy !== null;
}
// src/store/entry.ts
const ABSENT = ["ENOENT", "ENOTDIR"];
/**
* Looks for a published build, without a lock. A hit costs an open and an lstat.
*
* NFS clients remember "no such file": after a publish through another mount, plain opens missed it for 28.5 s.
* A listing of the parent ends that, so every "no" is asked again after one.
*
* @throws OnceError KEY_COLLISION when the entry belongs to another key; NEWER_FORMAT.
*/
function look(paths, subject) {
	const text = readFresh(paths);
	if (text === void 0) return { kind: "missing" };
	const reading = readManifest(text, paths.manifest);
	if (reading.kind === "damaged") return {
		kind: "damaged",
		why: `${paths.manifest} is not a whole manifest`
	};
	const { manifest } = reading;
	if (manifest.key !== subject.key || manifest.scope !== subject.scope) throw collision(paths, subject, manifest);
	const path = buildDir(paths, manifest.build);
	if (!isToken(manifest.build) || !isFolder(paths, manifest.build)) return {
		kind: "damaged",
		why: `its build folder ${path} is gone`
	};
	return {
		kind: "present",
		manifest,
		path
	};
}
function readFresh(paths) {
	const read = () => unless(ABSENT, () => readFileSync(paths.manifest, "utf8"));
	const text = read();
	if (text !== void 0) return text;
	return list(paths.dir).includes("entry") ? read() : void 0;
}
function isFolder(paths, token) {
	const stat = () => unless(ABSENT, () => lstatSync(buildDir(paths, token)));
	return (stat() ?? (list(paths.dir).includes(token) ? stat() : void 0))?.isDirectory() === true;
}
function list(dir) {
	return unless(ABSENT, () => readdirSync(dir)) ?? [];
}
function collision(paths, wanted, found) {
	return new OnceError("KEY_COLLISION", `${paths.dir} holds the key ${JSON.stringify(found.key)} of scope ${JSON.stringify(found.scope)}, not ${JSON.stringify(wanted.key)} of ${JSON.stringify(wanted.scope)}. Nothing was touched. Change the key in any way.`);
}
/**
* Starts an attempt: its right to publish first, then its build folder, each made once and never again,
* so that whoever takes the right away can be sure that the build will never be published.
*/
function openAttempt(paths, token) {
	mkdirSync(rightDir(paths, token));
	const out = buildDir(paths, token);
	mkdirSync(out);
	return out;
}
/**
* Publishes `manifest.build`. One rename decides: of `entry.<token>` onto a missing `entry`, or, where an entry is to be
* replaced, of the manifest in it. A build that lost its right finds its name gone and publishes nothing.
*
* The manifest is written before the mark in `published/`: an attempt that died with its manifest still in
* `entry.<token>` is then known never to have published, mark or not.
*
* @param replaces what {@link current} said when the lock was taken and the entry was not good enough; undefined: first wins
* @param stillOurs asked right before the rename
*/
async function publish(paths, manifest, replaces, stillOurs) {
	const right = rightDir(paths, manifest.build);
	const own = join(right, "manifest.json");
	try {
		writeDurably(own, writeManifest(manifest));
		writeFileSync(publishedMark(paths, manifest.build), "");
		if (!await stillOurs()) return "lost";
		if (replaces === void 0) renameOnto(right, paths);
		else if (current(paths) === replaces) renameOver(own, paths, right);
		else return "lost";
	} catch (error) {
		return settle(error, paths, manifest.build);
	}
	syncDir(paths.entry);
	syncDir(paths.dir);
	return "published";
}
/** Windows refuses to rename onto an empty folder, which POSIX replaces. */
function renameOnto(right, paths) {
	if (process.platform === "win32") unless([
		"ENOENT",
		"ENOTEMPTY",
		"EPERM"
	], () => rmdirSync(paths.entry));
	renameSync(right, paths.entry);
}
function renameOver(own, paths, right) {
	renameSync(own, paths.manifest);
	unless([
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST"
	], () => rmdirSync(right));
}
/** The build that the entry names, `damaged`, or undefined when there is none. */
function current(paths) {
	const text = readFresh(paths);
	if (text === void 0) return void 0;
	const reading = readManifest(text, paths.manifest);
	return reading.kind === "whole" ? reading.manifest.build : "damaged";
}
/** A call may have succeeded although its answer was lost (NFS replays it and says ENOENT): what is there decides. */
function settle(error, paths, token) {
	if (current(paths) === token) return "published";
	if ([
		"EEXIST",
		"ENOTEMPTY",
		"ENOENT",
		"EPERM",
		"ESTALE"
	].includes(systemCode(error) ?? "")) return "lost";
	throw error;
}
function writeDurably(file, text) {
	const handle = openSync(file, "wx");
	try {
		writeFileSync(handle, text);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}
/** Makes renames in `dir` last. Some file systems and Windows refuse to sync a folder; the rename is then theirs to keep. */
function syncDir(dir) {
	try {
		const handle = openSync(dir, "r");
		try {
			fsyncSync(handle);
		} finally {
			closeSync(handle);
		}
	} catch {}
}
/** Takes an attempt of our own out of sight: its right, its mark and its folder, by renames. Deleting comes later. */
function withdraw(paths, token) {
	if (current(paths) === token) return;
	revoke(paths, token);
	rmSync(publishedMark(paths, token), { force: true });
	unless(ABSENT, () => renameSync(buildDir(paths, token), trashOf(paths, token)));
}
// src/store/reader.ts
/**
* Says that this job may be using a build, so that nobody prunes it. Leave the lease first, then look again: a pruner
* moves the manifest away first and reads the leases after, so one of the two sees the other.
*
* @returns false where it could not be written: a cache mounted read-only is never pruned through that mount either
*/
function leaveLease(paths, build, worker, who) {
	const startTime = processState(worker.pid)?.startTime;
	const facts = {
		bootId: bootId(),
		pidNamespace: pidNamespace(),
		workerPid: worker.pid,
		workerStartTime: startTime
	};
	const job = hash("sha256", [
		worker.job,
		who.host,
		...Object.values(facts)
	].join("\0"), "hex").slice(0, 12);
	const reader = {
		format: 1,
		build,
		who,
		...facts,
		host: hostname(),
		since: (/* @__PURE__ */ new Date()).toISOString()
	};
	const write = () => writeFileSync(join(paths.readers, `${build}.${job}.json`), `${JSON.stringify(reader)}\n`);
	try {
		write();
		return true;
	} catch (error) {
		if (systemCode(error) !== "ENOENT") return false;
	}
	try {
		mkdirSync(paths.readers, { recursive: true });
		write();
		return true;
	} catch {
		return false;
	}
}
// src/base/file-system.ts
/** Magic numbers of statfs(2). FUSE counts as network: MooseFS, s3fs, sshfs and GlusterFS are mounted through it. */
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
	1397113167: "AFS"
};
const local = {
	61267: "ext4",
	1481003842: "XFS",
	2435016766: "Btrfs",
	801189825: "ZFS",
	4076150800: "F2FS",
	26: "APFS"
};
const fleeting = {
	16914836: "tmpfs",
	2240043254: "ramfs",
	2035054128: "overlay"
};
/** What `folder` is on. Throws the system's error when it does not exist. */
function fileSystemOf(folder) {
	const { type, bavail, bsize } = statfsSync(folder);
	const magic = type >>> 0;
	return {
		name: networked[magic] ?? local[magic] ?? fleeting[magic] ?? `0x${magic.toString(16)}`,
		network: magic in networked,
		fleeting: magic in fleeting,
		freeBytes: bavail * bsize
	};
}
export { openAttempt as a, look as i, leaveLease as n, publish as o, current as r, withdraw as s, fileSystemOf as t };
