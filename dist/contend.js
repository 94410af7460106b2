import "./rolldown-runtime.js";
import { o as unless, r as messageOf, t as OnceError } from "./errors.js";
import { a as openAttempt, n as leaveLease, o as publish, r as current, s as withdraw, t as fileSystemOf } from "./file-system.js";
import { n as formatDuration, r as shorten, t as formatBytes } from "./format.js";
import { r as bootId } from "./proc.js";
import { t as make } from "./make.js";
import { a as removeTree, i as measureTree, n as flushTree, r as makeReadOnly, t as digestTree } from "./tree.js";
import { t as describeWho } from "./who.js";
import { a as isTrash, i as isTakenRight, l as tokenIn, o as makeEntryDirs, s as publishedMark, t as buildDir, u as trashOf } from "./layout.js";
import { n as revoke, t as destroyTakenRight } from "./right.js";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
// src/attempt.ts
/**
* One attempt, holding the lock: makes the artifact in a folder of its own, at the path where it will stay, and publishes
* it. Whatever goes wrong, the folder is out of sight before the lock opens.
*
* @returns undefined when the lock or the race was lost: then nothing of ours is left
* @throws OnceError BUILD_FAILED (its reason is left for those who wait), NO_SPACE; the signal's reason when cancelled
*/
async function attempt(context, claim) {
	const { request, services, paths } = context;
	requireFreeSpace(request);
	const replaces = current(paths);
	const out = openAttempt(paths, claim.token);
	try {
		const there = replaces === void 0 && !request.policy.force && (await context.acceptance.runCheck(out))?.passed;
		const manifest = await finish(context, claim, out, there === true ? adopted : await make(context, {
			token: claim.token,
			out,
			lost: claim.lost,
			onSpawn: (killAll) => claim.onExit(killAll)
		}));
		if (await publish(paths, manifest, replaces, () => claim.confirm()) === "published") return {
			manifest,
			path: out,
			found: there === true
		};
	} catch (error) {
		withdraw(paths, claim.token);
		if (claim.lost.aborted && !services.signal.aborted) return void 0;
		await leaveReason(context, claim, error);
		throw error;
	}
	withdraw(paths, claim.token);
}
/** The check says that it is there although nobody recorded it: a thing that is no folder. */
const adopted = {
	producer: {
		name: "check",
		fingerprint: ""
	},
	product: { identity: void 0 },
	buildMs: 0
};
/** Everything that must be true before the rename: counted, digested, on disk, leased. */
async function finish({ request, services, paths }, claim, out, made) {
	const { subject, policy } = request;
	const size = await /* @__PURE__ */ measureTree(out);
	const digest = policy.verify === "full" ? await digestTree(out) : void 0;
	if (policy.readOnly) await /* @__PURE__ */ makeReadOnly(out);
	await /* @__PURE__ */ flushTree(out);
	leaveLease(paths, claim.token, services.worker, services.who);
	return {
		format: 1,
		key: subject.key,
		scope: subject.scope,
		build: claim.token,
		producer: made.producer.name,
		fingerprint: made.producer.fingerprint,
		identity: made.product.identity,
		...size,
		digest,
		buildMs: made.buildMs,
		createdAt: (/* @__PURE__ */ new Date()).toISOString(),
		path: out,
		platform: subject.platform,
		bootId: bootId(),
		builtBy: services.who
	};
}
function requireFreeSpace({ policy, subject }) {
	if (policy.needsFreeBytes === 0) return;
	const { freeBytes } = fileSystemOf(subject.root);
	if (freeBytes >= policy.needsFreeBytes) return;
	throw new OnceError("NO_SPACE", `needs-free: ${subject.root} has ${formatBytes(freeBytes)} free, and this build asks for ${formatBytes(policy.needsFreeBytes)}. Nothing was built. Free some space there, or name another \`root\`.`);
}
/** Only a failed build is a reason for others to give up; a cancelled or robbed one is not. */
async function leaveReason({ services }, claim, error) {
	if (services.signal.aborted || !(error instanceof OnceError) || error.code !== "BUILD_FAILED") return;
	const { exitCode, message } = error;
	const failure = {
		reason: exitCode === void 0 ? message : `exit code ${exitCode}`,
		exitCode,
		who: services.who,
		at: (/* @__PURE__ */ new Date()).toISOString()
	};
	await claim.fail(failure).catch(() => {});
}
// src/lock/engine.ts
/** Whether an answer of {@link LockEngine.claim} is a claim. */
function isClaim(answer) {
	return "confirm" in answer;
}
// src/shared-failures.ts
/**
* Counts the builds that failed since this step began. Each step counts for itself, so that a wave of jobs gives up
* together and one that comes later starts afresh.
*/
var SharedFailures = class SharedFailures {
	#engine;
	#id;
	#key;
	#attempts;
	#before;
	constructor(engine, id, key, attempts, before) {
		this.#engine = engine;
		this.#id = id;
		this.#key = key;
		this.#attempts = attempts;
		this.#before = before;
	}
	/** @param attempts how many new failures are too many */
	static async since(engine, id, key, attempts) {
		const before = new Set((await engine.failures(id)).map((failure) => failure.token));
		return new SharedFailures(engine, id, key, attempts, before);
	}
	/** @throws OnceError SHARED_FAILURE when there are too many, naming the newest one's reason and link. */
	async check() {
		const fresh = (await this.#engine.failures(this.#id)).filter(({ token }) => !this.#before.has(token));
		if (fresh.length < this.#attempts) return;
		const newest = fresh.reduce((a, b) => b.at > a.at ? b : a);
		const times = fresh.length === 1 ? "once" : `${fresh.length} times`;
		throw new OnceError("SHARED_FAILURE", `"${shorten(this.#key)}" failed to build ${times} while this step waited, so it is not tried again. The newest: ${newest.reason}, by ${describeWho(newest.who)}. Its log tells why.`, { exitCode: newest.exitCode });
	}
};
// src/store/sweep.ts
/**
* Clears away what dead attempts left for this key: rights, builds that were never published, private folders, trash.
* Called by a holder after its release, so that nobody waits for it.
*
* The order is what makes it safe: names first, then who is alive, then what is published. An attempt that shows up
* among the names had its holder record before; if the record is gone when it is asked for, the attempt has ended, and
* then its mark in `published/` is there when that is asked.
*
* @param alive whether an attempt may still be alive; asked by name, after the names were listed
* @returns how many builds were swept
*/
async function sweep(paths, alive, signal) {
	const names = list(paths.dir);
	const scraps = list(paths.tmp);
	let swept = 0;
	for (const token of new Set(names.map(tokenIn))) {
		if (token === void 0 || await alive(token)) continue;
		if (sweepAttempt(paths, token)) swept += 1;
	}
	for (const scrap of scraps) if (!await alive(scrap.slice(0, 12))) await removeTree(join(paths.tmp, scrap), signal);
	await emptyTrash(paths, signal);
	return swept;
}
/** First the right to publish, then the build: a stopped attempt that wakes up in between cannot publish a swept folder. */
function sweepAttempt(paths, token) {
	revoke(paths, token);
	if (existsSync(publishedMark(paths, token)) || current(paths) === token) return false;
	return unless(["ENOENT"], () => {
		renameSync(buildDir(paths, token), trashOf(paths, token));
		return true;
	}) ?? false;
}
/** Deletes what was renamed to trash, by this attempt or by ones that died meanwhile. */
async function emptyTrash(paths, signal) {
	for (const name of list(paths.dir).filter(isTrash)) {
		const token = tokenIn(name);
		if (isTakenRight(name) && token !== void 0) destroyTakenRight(paths, token);
		else await removeTree(join(paths.dir, name), signal);
	}
}
function list(dir) {
	return unless(["ENOENT", "ENOTDIR"], () => readdirSync(dir)) ?? [];
}
// src/wait-log.ts
const FIRST_LINES_MS = [
	0,
	3e4,
	6e4
];
const LATER_MS = 3e5;
/** Says who is waited for: at the start, after 30 s, after a minute, then every five; and at once when it is another. */
var WaitLog = class {
	#key;
	#reporter;
	#lastBuildMs;
	#lines = 0;
	#told;
	/** @param lastBuildMs what the last build of this key took, where that is known */
	constructor(key, reporter, lastBuildMs) {
		this.#key = key;
		this.#reporter = reporter;
		this.#lastBuildMs = lastBuildMs;
	}
	/** @param waitedMs how long this step has waited so far */
	note(holder, waitedMs) {
		const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
		if (waitedMs < due && holder.token === this.#told) return;
		if (waitedMs >= due) this.#lines += 1;
		this.#told = holder.token;
		const after = waitedMs < 1e3 ? "" : ` for ${formatDuration(waitedMs)}`;
		const last = this.#lastBuildMs();
		const usual = last === void 0 ? "" : ` The last build of this key took ${formatDuration(last)}.`;
		this.#reporter.info(`Waiting${after} for ${describeHolder(holder)}, which builds "${shorten(this.#key)}".${usual}`);
	}
};
/** Who it is, since when, and how fresh its heartbeat is. */
function describeHolder(holder) {
	return `${holder.asker === void 0 ? "a holder whose record cannot be read" : describeWho(holder.asker.who)} (${holder.since === void 0 ? "" : `holding since ${holder.since}, `}last heartbeat seen ${formatDuration(holder.silentMs)} ago)`;
}
// src/contend.ts
/** Losing the lock this often means that something is wrong with the disk, not with luck. */
const LOST_LIMIT = 3;
/**
* What a step does when nothing was there at its first look: claims the lock, or waits for a change, until there is a
* build it takes, or a reason to stop. Waiters wait for the artifact, not for the lock: every time they wake they look
* again without it, and only if the artifact is still missing and nobody alive holds the lock does one claim.
*/
async function contend(context, engine) {
	const { request, services, paths, acceptance, tally } = context;
	const { key } = request.subject;
	if (request.policy.build) makeEntryDirs(paths);
	await using watch = engine.watch(paths.id);
	const failures = await SharedFailures.since(engine, paths.id, key, request.policy.attempts);
	const log = new WaitLog(key, services.reporter, () => tally.lastBuildMs);
	const contest = {
		context,
		engine,
		failures,
		met: false
	};
	for (let losses = 0; losses < LOST_LIMIT;) {
		services.signal.throwIfAborted();
		const found = await acceptance.find();
		if (found !== void 0) return taken(contest, found);
		const answer = await approach(contest);
		if (answer === void 0) return lastLook(contest);
		if (isClaim(answer)) {
			tally.stopWaiting();
			const ending = await hold(contest, answer);
			if (ending !== void 0) return ending;
			losses += 1;
			continue;
		}
		contest.met = true;
		tally.startWaiting();
		log.note(answer, tally.waitedMs);
		const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
		if (leftMs <= 0) return timedOut(context, answer);
		await watch.next(services.signal, leftMs);
	}
	throw new OnceError("LOCK_LOST", `The lock of "${shorten(key)}" in ${paths.dir} was lost ${LOST_LIMIT} times while building, and nothing was published. The disk or its network does not let heartbeats through: see the kernel log of this host.`);
}
function taken({ met }, accepted) {
	return {
		result: met ? "waited" : "reused",
		accepted
	};
}
/** Who has the lock, or our claim; undefined when nobody has it and this step does not build. */
async function approach({ context, engine, failures }) {
	const { request, services, paths } = context;
	const holder = await engine.holder(paths.id);
	if (holder !== void 0) return holder;
	if (!request.policy.build) return void 0;
	await failures.check();
	return engine.claim(paths.id, {
		key: request.subject.key,
		who: services.who
	});
}
/** The holder may have published and gone between our look and our question who it is. */
async function lastLook(contest) {
	const found = await contest.context.acceptance.find();
	return found === void 0 ? { result: "missed" } : taken(contest, found);
}
/** Holding the lock: looks again, then builds. undefined: the lock or the race was lost, and it is worth another round. */
async function hold(contest, claim) {
	const { context, failures } = contest;
	const { services } = context;
	try {
		services.reporter.debug(`lock ${context.paths.id}: claimed as ${claim.token}`);
		const found = await context.acceptance.find();
		if (found !== void 0) return taken(contest, found);
		await failures.check();
		const made = await attempt(context, claim);
		if (made === void 0) return void 0;
		return made.found ? taken(contest, made) : {
			result: "built",
			accepted: made
		};
	} finally {
		await letGo(contest, claim);
	}
}
/** Releases, always; then clears away what the dead left, for which nobody waits any more. */
async function letGo({ context, engine }, claim) {
	const { services, paths } = context;
	try {
		await claim[Symbol.asyncDispose]();
		services.reporter.debug(`lock ${paths.id}: released`);
		const swept = await sweep(paths, (token) => engine.alive(paths.id, token), services.hurry);
		if (swept > 0) services.reporter.info(`Swept ${swept === 1 ? "a build" : `${swept} builds`} that died unfinished.`);
	} catch (error) {
		services.reporter.warn(`Cleaning up in ${paths.dir} failed: ${messageOf(error)}. The next build tries again.`);
	}
}
function timedOut({ request, paths, tally }, holder) {
	const { waitTimeoutMs, onTimeout } = request.policy;
	if (onTimeout === "build") return { result: "private" };
	tally.stopWaiting();
	const waited = `${(tally.waitedMs / 1e3).toFixed(1)} s`;
	throw new OnceError("WAIT_TIMEOUT", `"${shorten(request.subject.key)}" was not there after waiting ${waited} (wait-timeout ${formatDuration(waitTimeoutMs)}) for ${describeHolder(holder)}. Give it longer with \`wait-timeout\`, or let this job build for itself with \`on-timeout: build\`. The lock is ${paths.lock}.`);
}
export { contend };
