import { a as systemCode } from "./errors.js";
import { setTimeout } from "node:timers/promises";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
// src/base/wait.ts
/** Sleeps `ms`, or less if `signal` aborts; never throws. */
async function sleep(ms, signal) {
	await setTimeout(ms, void 0, signal ? { signal } : {}).catch(() => {});
}
/** `ms` give or take a fifth, so that many waiters do not move in step. */
function jitter(ms) {
	return ms * (.8 + .4 * Math.random());
}
/** A deadline `ms` from now; Infinity means never. */
function deadlineIn(ms) {
	const end = performance.now() + ms;
	return { left: () => end - performance.now() };
}
/** Milliseconds since this call, on the monotonic clock. */
function stopwatch() {
	const start = performance.now();
	return () => performance.now() - start;
}
// src/base/proc.ts
/** What the kernel says about processes. Where there is no /proc (macOS, Windows) the answers are undefined or empty. */
/** Random id of this boot of the kernel; empty where unknown. Containers of one host share it. */
function bootId() {
	return read("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}
/** Name of this process's pid namespace, such as `pid:[4026531836]`; empty where unknown. */
function pidNamespace() {
	try {
		return readlinkSync("/proc/self/ns/pid");
	} catch {
		return "";
	}
}
/** State of a process of this pid namespace; undefined when it is gone, hidden, or there is no /proc. */
function processState(pid) {
	const text = read(`/proc/${pid}/stat`);
	if (text === void 0) return void 0;
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	return {
		startTime: Number(fields[19]),
		zombie: fields[0] === "Z" || fields[0] === "X"
	};
}
/** Whether signal 0 reaches `pid`: `gone` is certain, `there` may be another process with the same pid, `unknown` is another user's. */
function probe(pid) {
	try {
		process.kill(pid, 0);
		return "there";
	} catch (error) {
		return systemCode(error) === "ESRCH" ? "gone" : "unknown";
	}
}
/** Variables through which a build's processes can be found, whatever group or session they moved to. */
const TOKEN_VARIABLE = "BUILD_ONCE_TOKEN";
/** Comma-separated `<id>/<token>` of all attempts a process runs inside of. */
const WITHIN_VARIABLE = "BUILD_ONCE_WITHIN";
/** Living processes, this one excepted, that were started by the attempt `token` or by an attempt inside of it. */
function processesOf(token) {
	return pids().filter((pid) => pid !== process.pid && isOf(pid, token) && processState(pid)?.zombie === false);
}
/** Sends `signal` to every process of the attempt `token`; returns how many there were. */
function signalProcessesOf(token, signal) {
	const found = processesOf(token);
	for (const pid of found) try {
		process.kill(pid, signal);
	} catch {}
	return found.length;
}
function pids() {
	try {
		return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
	} catch {
		return [];
	}
}
function isOf(pid, token) {
	const environ = read(`/proc/${pid}/environ`);
	if (environ === void 0 || !environ.includes(token)) return false;
	return environ.split("\0").some((line) => line === `BUILD_ONCE_TOKEN=${token}` || line.startsWith(`BUILD_ONCE_WITHIN=`) && line.includes(token));
}
function read(file) {
	try {
		return readFileSync(file, "latin1");
	} catch {
		return;
	}
}
export { probe as a, signalProcessesOf as c, sleep as d, stopwatch as f, pidNamespace as i, deadlineIn as l, WITHIN_VARIABLE as n, processState as o, bootId as r, processesOf as s, TOKEN_VARIABLE as t, jitter as u };
