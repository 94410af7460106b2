import { G as OnceError, H as formatBytes, J as unless, K as messageOf, S as trashOf, U as formatDuration, W as shorten, _ as isTakenRight, b as publishedMark, c as openAttempt, d as destroyTakenRight, f as revoke, k as bootId, l as publish, m as buildDir, o as leaveLease, s as current, u as withdraw, v as isTrash, w as fileSystemOf, x as tokenIn, y as makeEntryDirs } from "./main.js";
import { n as missingParts, t as make } from "./make.js";
import { a as flushBudget, i as removeTree, n as makeReadOnly, o as flushTree, r as measureTree, t as digestTree } from "./tree.js";
import { a as toolPaths } from "./tool-place.js";
import { t as describeWho } from "./who.js";
const { existsSync, readdirSync, renameSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/unrecorded.ts
async function findUnrecorded(context, out) {
	if ((await context.acceptance.runCheck(out))?.passed) return {
		...made("check"),
		giveBack: () => {}
	};
	const { tool } = context.request;
	return tool?.adopt ? adopt(context, tool, out) : void 0;
}
async function adopt(context, tool, out) {
	const { adoptTool, giveBackTool, requireSettled } = await import("./store-tool-adopt.js");
	if (!requireSettled(tool)) return void 0;
	requireParts(context, tool);
	adoptTool(tool, out, context.paths.dir);
	return {
		...made("adopt"),
		giveBack: () => giveBackTool(tool, out)
	};
}
function requireParts({ request }, tool) {
	const { link: folder } = toolPaths(tool);
	const missing = missingParts(request.delivery, folder);
	if (missing.length === 0) return;
	throw new OnceError("LINK_TAKEN", `adopt: ${folder} lacks what \`add-path\` or \`export-env\` name: ${missing.join(", ")}. Correct the input, or delete that folder so that this step can build it.`);
}
function made(name) {
	return {
		producer: {
			name,
			fingerprint: ""
		},
		product: { identity: void 0 },
		buildMs: 0
	};
}
// src/attempt.ts
async function attempt(context, claim) {
	const { request, services, paths } = context;
	requireFreeSpace(request);
	const replaces = current(paths);
	const out = openAttempt(paths, claim.token);
	let there;
	try {
		if (replaces === void 0 && !request.policy.force) there = await findUnrecorded(context, out);
		const manifest = await finish(context, claim, out, there ?? await build(context, claim, out));
		const wanted = async () => await claim.confirm() && !services.signal.aborted;
		if (await publish(paths, manifest, replaces, wanted) === "published") return {
			manifest,
			path: out,
			found: there !== void 0
		};
	} catch (error) {
		putAway(context, claim, there);
		if (!services.signal.aborted && await isLost(claim)) return void 0;
		await leaveReason(context, claim, error);
		throw error;
	}
	putAway(context, claim, there);
}
function putAway({ paths }, { token }, there) {
	if (current(paths) !== token) there?.giveBack();
	withdraw(paths, token);
}
function build(context, claim, out) {
	const { token, lost } = claim;
	return make(context, {
		token,
		out,
		lost,
		onSpawn: (killAll) => claim.onExit(killAll)
	});
}
async function finish({ request, services, paths }, claim, out, made) {
	const { subject, policy } = request;
	const { signal } = services;
	const digest = policy.verify === "full" ? await digestTree(out, signal) : void 0;
	if (policy.readOnly) await makeReadOnly(out);
	const flushed = readdirSync(out).length === 0 ? void 0 : flushTree(out, flushBudget(made.buildMs), signal);
	const [size] = await Promise.all([measureTree(out, { signal }), flushed]);
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
		createdAt: new Date().toISOString(),
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
async function isLost(claim) {
	return claim.lost.aborted || !await claim.confirm().catch(() => true);
}
async function leaveReason({ services }, claim, error) {
	if (services.signal.aborted || !(error instanceof OnceError) || error.code !== "BUILD_FAILED") return;
	const { exitCode, message } = error;
	const failure = {
		reason: exitCode === void 0 ? message.replace(/\.$/, "") : `exit code ${exitCode}`,
		exitCode,
		who: services.who,
		at: new Date().toISOString()
	};
	await claim.fail(failure).catch(() => {});
}
// src/lock/engine.ts
function isClaim(answer) {
	return "confirm" in answer;
}
// src/shared-failures.ts
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
	static async since(engine, id, key, attempts) {
		const before = new Set((await engine.failures(id)).map((failure) => failure.token));
		return new SharedFailures(engine, id, key, attempts, before);
	}
	async check() {
		const fresh = (await this.#engine.failures(this.#id)).filter(({ token }) => !this.#before.has(token));
		if (fresh.length < this.#attempts) return;
		const newest = fresh.reduce((a, b) => b.at > a.at ? b : a);
		const times = fresh.length === 1 ? "once" : `${fresh.length} times`;
		throw new OnceError("SHARED_FAILURE", `"${shorten(this.#key)}" failed to build ${times} while this step waited, so it is not tried again. The newest: ${shorten(newest.reason, 300)}, by ${describeWho(newest.who)}. Its log tells why.`, { exitCode: newest.exitCode });
	}
};
// src/store/sweep.ts
async function sweep(paths, alive, signal) {
	const names = list(paths.dir).map(tokenIn);
	const traces = list(paths.holders).map((name) => tokenIn(name.slice(0, 12)));
	const scraps = list(paths.tmp);
	let swept = 0;
	for (const token of new Set([...names, ...traces])) {
		if (token === void 0 || await alive(token)) continue;
		if (sweepAttempt(paths, token)) swept += 1;
	}
	for (const scrap of scraps) if (!await alive(scrap.slice(0, 12))) discardScrap(paths, scrap);
	await emptyTrash(paths, signal);
	return swept;
}
function sweepAttempt(paths, token) {
	revoke(paths, token);
	if (existsSync(publishedMark(paths, token)) || current(paths) === token) return false;
	return unless(["ENOENT"], () => {
		renameSync(buildDir(paths, token), trashOf(paths, token));
		return true;
	}) ?? false;
}
function discardScrap(paths, scrap) {
	unless([
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST"
	], () => renameSync(join(paths.tmp, scrap), trashOf(paths, `tmp-${scrap}`)));
}
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
var WaitLog = class {
	#key;
	#reporter;
	#lastBuildMs;
	#lines = 0;
	#told;
	constructor(key, reporter, lastBuildMs) {
		this.#key = key;
		this.#reporter = reporter;
		this.#lastBuildMs = lastBuildMs;
	}
	note(holder, waitedMs) {
		const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
		if (waitedMs < due && holder.token === this.#told) return;
		if (waitedMs >= due) this.#lines += 1;
		this.#told = holder.token;
		const after = waitedMs < 1e3 ? "" : ` for ${formatDuration(waitedMs)}`;
		const last = this.#lastBuildMs();
		const usual = last === void 0 ? "" : ` The last build of this key took ${formatDuration(last)}.`;
		this.#reporter.info(`Waiting${after} for ${describeHolder(holder, waitedMs)}, which builds "${shorten(this.#key)}".${usual}`);
	}
};
function describeHolder(holder, watchedMs) {
	const who = holder.asker === void 0 ? "a holder whose record cannot be read" : describeWho(holder.asker.who);
	const facts = [holder.since === void 0 ? "" : `holding since ${shorten(holder.since)}`, watchedMs < 1e3 ? "" : `last heartbeat seen ${formatDuration(holder.silentMs)} ago`].filter(Boolean).join(", ");
	return facts === "" ? who : `${who} (${facts})`;
}
// src/contend.ts
const LOST_LIMIT = 3;
async function contend(context, engine) {
	const { request, paths } = context;
	if (request.policy.build) makeEntryDirs(paths);
	const watch = engine.watch(paths.id);
	try {
		return await takeTurns(context, engine, watch);
	} finally {
		await watch[Symbol.asyncDispose]();
	}
}
async function takeTurns(context, engine, watch) {
	const { request, services, paths, acceptance, tally } = context;
	const { key } = request.subject;
	const failures = await SharedFailures.since(engine, paths.id, key, request.policy.attempts);
	const log = new WaitLog(key, services.reporter, () => acceptance.lastBuildMs);
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
			contest.met = true;
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
async function lastLook(contest) {
	const found = await contest.context.acceptance.find();
	return found === void 0 ? { result: "missed" } : taken(contest, found);
}
async function hold(contest, claim) {
	const { context, failures } = contest;
	const { services } = context;
	try {
		services.reporter.debug(`lock ${context.paths.id}: claimed as ${claim.token}`);
		const found = await context.acceptance.find();
		if (found !== void 0) return taken(contest, found);
		await failures.check();
		if (services.lonely !== void 0) services.reporter.warn(services.lonely);
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
function timedOut({ request, services, paths, tally }, holder) {
	const { waitTimeoutMs, onTimeout } = request.policy;
	tally.stopWaiting();
	if (onTimeout === "build") {
		const limit = formatDuration(waitTimeoutMs);
		services.reporter.info(`The wait is over (wait-timeout ${limit}): this job builds for itself (on-timeout: build).`);
		return { result: "private" };
	}
	const waited = `${(tally.waitedMs / 1e3).toFixed(1)} s`;
	throw new OnceError("WAIT_TIMEOUT", `"${shorten(request.subject.key)}" was not there after waiting ${waited} (wait-timeout ${formatDuration(waitTimeoutMs)}) for ${describeHolder(holder, tally.waitedMs)}. Give it longer with \`wait-timeout\`, or let this job build for itself with \`on-timeout: build\`. The lock is ${paths.lock}.`);
}
export { contend };
