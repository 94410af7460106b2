import { B as HELD_OPEN, F as formatBytes, I as formatDuration, K as systemCode, V as OnceError, W as messageOf, q as unless, x as stopwatch, z as shorten } from "./command.js";
import { n as removeTreesIn } from "./tree.js";
import { N as TOKEN_VARIABLE, O as readManifest, et as asFields, it as parseFields, k as writeManifest, nt as isShowable, tt as isCount, u as withScratch } from "./run.js";
import { A as carriedNames, M as renameBack, N as renameToOrigin, j as noteCarried } from "./verbs.js";
import { c as runTree } from "./commands.js";
const { existsSync, readFileSync, readdirSync, writeFileSync } = process.getBuiltinModule("fs");
const { basename, join } = process.getBuiltinModule("path");
// src/remote/standstill.ts
const PATIENCE = {
	ms: 12e4,
	leastBytes: 1e6
};
const START_MS = 6e4;
const PHASES = {
	pack: () => "it was packed",
	ask: (server) => `${server} was asked for it`,
	send: (server) => `it was sent to ${server}`,
	fetch: (server) => `it was fetched from ${server}`,
	unpack: () => "it was unpacked"
};
var Standstill = class {
	#patience;
	#over = new AbortController();
	#timer;
	#phase;
	#server = "";
	#before = 0;
	#bytes = 0;
	constructor(patience) {
		this.#patience = patience;
		this.#wait(START_MS);
	}
	get signal() {
		return this.#over.signal;
	}
	get why() {
		if (this.#phase === void 0) return `its process did not start within ${formatDuration(START_MS)}`;
		const bytes = this.#bytes - this.#before;
		const moved = bytes === 0 ? "nothing" : `only ${formatBytes(bytes)}`;
		const doing = PHASES[this.#phase](this.#server || "the server");
		return `${moved} moved for ${formatDuration(this.#patience.ms)} while ${doing}`;
	}
	hear(line) {
		const [, phase = "", local, bytes = "0", server = ""] = /^(\w+) (?:(local)|(\d+)) (.*)$/.exec(line) ?? [];
		if (!isPhase(phase)) return;
		if (local === void 0) this.#bytes = Number(bytes);
		if (phase !== this.#phase || local !== void 0 || this.#bytes - this.#before >= this.#patience.leastBytes) {
			this.#wait(this.#patience.ms);
			this.#before = this.#bytes;
		}
		this.#phase = phase;
		this.#server = shorten(server);
	}
	close() {
		clearTimeout(this.#timer);
		this.#timer = void 0;
	}
	#wait(ms) {
		clearTimeout(this.#timer);
		const timer = setTimeout(() => setImmediate(() => this.#timer === timer && this.#over.abort()), ms);
		this.#timer = timer;
	}
};
function isPhase(word) {
	return Object.hasOwn(PHASES, word);
}
// src/remote/transfer/order.ts
const files = {
	order: "order.json",
	answer: "answer.json",
	manifest: "manifest.json",
	pack: "build-once.pack"
};
const USED_NAME = "it may work only in the path where it was built, and something is there, or was before: a path is used only once";
function readAnswer(value) {
	const { kind, bytes, digest, why } = asFields(value) ?? {};
	if (kind === "absent") return { kind };
	if (kind === "done") return isCount(bytes) && isShowable(digest) ? {
		kind,
		bytes,
		digest
	} : void 0;
	if (kind === "refused" || kind === "failed") return isShowable(why) ? {
		kind,
		why
	} : void 0;
}
function prefixOf(id) {
	return `${id}-`;
}
function nameOf(id, token, digest) {
	return `${prefixOf(id)}${token}-${digest}`;
}
// src/remote/transfer-log.ts
const LINE = 300;
const MOST_HELD = 65536;
const COMMAND = /^::([a-z-]+)(?: [^:]*)?::(.*)$/;
var TransferLog = class {
	#reporter;
	#onProgress;
	#decoder = new TextDecoder();
	#held = "";
	#last = "";
	#trouble = "";
	constructor(reporter, onProgress) {
		this.#reporter = reporter;
		this.#onProgress = onProgress;
	}
	get last() {
		return this.#last === "" ? "" : `: ${this.#last}`;
	}
	get trouble() {
		return this.#trouble === "" ? "" : `: ${this.#trouble}`;
	}
	add(chunk) {
		const lines = (this.#held + this.#decoder.decode(chunk, { stream: true })).split("\n");
		this.#held = (lines.pop() ?? "").slice(0, MOST_HELD);
		for (const line of lines) this.#tell(line.trimEnd());
	}
	end() {
		this.#tell(this.#held.trimEnd());
		this.#held = "";
	}
	#tell(line) {
		if (line === "") return;
		if (line.startsWith("::progress::")) {
			this.#onProgress(line.slice(12));
			return;
		}
		const [, command, text = line] = COMMAND.exec(line) ?? [];
		const shown = shorten(text, LINE);
		const isTrouble = command === "warning" || command === "error";
		if (isTrouble) this.#trouble = shown.replace(/\.$/, "");
		if (text.startsWith("[command]")) this.#reporter.debug(`remote: ${shown}`);
		else if (command === void 0 || isTrouble) this.#reporter.info(`remote: ${shown}`);
		if (command === void 0 || isTrouble) this.#last = shown;
	}
};
// src/remote/carrier.ts
const PART_MINUTES = "360";
async function carry(order, surroundings, how) {
	try {
		return await carriedOut(order, surroundings, how);
	} catch (error) {
		surroundings.signal.throwIfAborted();
		return {
			kind: "failed",
			why: messageOf(error).replace(/\.$/, "")
		};
	}
}
async function carriedOut(order, { scratch, env, signal, reporter }, { token, manifest, patience, onExit }) {
	if (manifest !== void 0) writeFileSync(join(scratch, files.manifest), manifest, { flag: "wx" });
	writeFileSync(join(scratch, files.order), JSON.stringify(order), { flag: "wx" });
	const command = {
		file: process.execPath,
		args: [program(), scratch],
		cwd: scratch,
		env: {
			...env,
			GITHUB_WORKSPACE: scratch,
			RUNNER_TEMP: scratch,
			SEGMENT_DOWNLOAD_TIMEOUT_MINS: env.SEGMENT_DOWNLOAD_TIMEOUT_MINS || PART_MINUTES,
			TAR_OPTIONS: `--transform=s|.*|${files.pack}|`,
			NODE_OPTIONS: void 0,
			[TOKEN_VARIABLE]: token
		}
	};
	const standstill = new Standstill(patience);
	const log = new TransferLog(reporter, (line) => standstill.hear(line));
	const end = await runTree(command, {
		token,
		timeoutMs: Infinity,
		signal: AbortSignal.any([signal, standstill.signal]),
		onOutput: (chunk) => log.add(chunk),
		onSpawn: onExit
	}).finally(() => standstill.close());
	log.end();
	signal.throwIfAborted();
	if (end.stopped !== void 0) return {
		kind: "failed",
		why: standstill.why
	};
	const answer = answerIn(scratch);
	if (answer === void 0) return {
		kind: "failed",
		why: `the transfer ended with ${end.killedBy ?? `exit code ${end.exitCode}`}${log.last}`
	};
	return withTrouble(answer, order, log.trouble);
}
function withTrouble(answer, { kind }, trouble) {
	if (trouble === "") return answer;
	if ("why" in answer) return {
		...answer,
		why: answer.why + trouble
	};
	if (kind === "save") return {
		kind: "failed",
		why: `the server did not take it${trouble}`
	};
	return answer.kind === "absent" ? {
		kind: "failed",
		why: `its server does not answer as it should${trouble}`
	} : answer;
}
function answerIn(scratch) {
	const file = join(scratch, files.answer);
	return existsSync(file) ? readAnswer(parseFields(readFileSync(file, "utf8"))) : void 0;
}
function program() {
	const places = [
		"carry/carry.js",
		"../carry/carry.js",
		"../entry/carry.ts"
	].map((each) => join(import.meta.dirname, each));
	const found = places.find((each) => existsSync(each));
	if (found !== void 0) return found;
	const name = basename(places[0] ?? "");
	throw new OnceError("INTERNAL", `${shorten(import.meta.dirname, 500)} lacks ${name}. Use the whole dist folder of the action.`);
}
// src/remote/settle.ts
async function settle(search, manifest, out) {
	const { request, entry, whyUnfit, whyNotTaken } = search;
	const { paths } = entry;
	const own = basename(out);
	if (request.subject.relocatable) {
		const why = await whyNotTaken(manifest, out);
		return why === void 0 ? { build: own } : { why };
	}
	const { build, path } = manifest;
	const place = entry.folderOf(build);
	if (path !== place) return { why: `it may contain its path, and was built in ${shorten(path)}` };
	const unfit = whyUnfit(manifest);
	if (unfit !== void 0) return { why: unfit };
	const unnamed = whyUnnamed(paths, own, build);
	if (unnamed !== void 0) return { why: unnamed };
	let isTaken = false;
	try {
		const why = await whyNotTaken(manifest, place);
		isTaken = why === void 0;
		return why === void 0 ? { build } : { why };
	} finally {
		if (!isTaken) unless(["ENOENT"], () => renameBack(paths, own, build));
	}
}
function whyUnnamed(paths, own, origin) {
	try {
		return renameToOrigin(paths, own, origin) ? void 0 : USED_NAME;
	} catch (error) {
		if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
		return `it cannot be given the name that it had (${messageOf(error)})`;
	}
}
// src/remote/source.ts
const ELSEWHERE = ["image", "check"];
var ActionsCache = class {
	name = "remote";
	#mayWrite;
	#patience;
	#isUsable;
	#restored;
	constructor(mode, patience = PATIENCE) {
		this.#mayWrite = mode === "read-write";
		this.#patience = patience;
	}
	async find(search, out) {
		const { services, request, entry, turn } = search;
		if (turn?.kind === "build" || !this.#usable(search)) return void 0;
		const bound = !request.subject.relocatable;
		const used = bound ? carriedNames(entry.paths) : [];
		if (turn !== void 0 && used.includes(turn.pointer.token)) {
			services.reporter.info(`"${shorten(request.subject.key)}" is not restored: ${USED_NAME}.`);
			return;
		}
		const { key, scope, platform } = request.subject;
		const { groupShared } = request.policy;
		const elapsed = stopwatch();
		const found = await withScratch(services, async (surroundings) => {
			const name = turn && nameOf(entry.id, turn.pointer.token, turn.pointer.digest);
			const answer = await carry({
				kind: "restore",
				id: entry.id,
				name,
				used,
				out,
				wanted: {
					key,
					scope,
					platform
				},
				bound,
				groupShared
			}, surroundings, {
				token: basename(out),
				patience: this.#patience,
				onExit: services.onExit
			});
			this.#isUsable = answer.kind !== "failed";
			return taken(search, out, answer, join(surroundings.scratch, files.manifest));
		});
		if (found === void 0) {
			await removeTreesIn(out, readdirSync(out));
			return;
		}
		const { manifest, bytes, build } = found;
		services.reporter.info(`Restored "${shorten(key)}" from the Actions cache: ${formatBytes(bytes)} in ${formatDuration(elapsed())}${builder(manifest.builtBy)}.`);
		this.#restored = build;
		const { producer: name, fingerprint, identity, buildMs, builtBy } = manifest;
		return {
			build,
			producer: {
				name,
				fingerprint
			},
			product: { identity },
			buildMs,
			builtBy,
			origin: "remote",
			giveBack: () => {}
		};
	}
	async published(search, manifest, out) {
		const { services, request, entry } = search;
		const isElsewhere = ELSEWHERE.includes(manifest.producer) || readdirSync(out).length === 0;
		if (!this.#mayWrite || this.#restored === manifest.build || isElsewhere || !this.#usable(search)) return;
		const bound = !request.subject.relocatable;
		if (bound) noteCarried(entry.paths, manifest.build);
		const elapsed = stopwatch();
		const order = {
			kind: "save",
			id: entry.id,
			token: manifest.build,
			tree: out,
			bound
		};
		const how = {
			token: manifest.build,
			manifest: writeManifest(manifest),
			patience: this.#patience,
			onExit: services.onExit
		};
		const answer = await withScratch(services, (surroundings) => carry(order, surroundings, how));
		if (answer.kind !== "done") throw new Error(`it is not saved in the Actions cache${reasonOf(answer)}.`);
		await this.#point(search, {
			token: manifest.build,
			digest: answer.digest
		});
		services.reporter.info(`Saved "${shorten(manifest.key)}" in the Actions cache: ${formatBytes(answer.bytes)} in ${formatDuration(elapsed())}.`);
	}
	async #point({ turn, services }, pointer) {
		if (turn?.kind !== "build" || await turn.publish(pointer)) return;
		services.reporter.info("remote: the pool was not told of it, because its lock was lost meanwhile.");
	}
	#usable({ services }) {
		if (this.#isUsable !== void 0) return this.#isUsable;
		const why = whyUnavailable(services.env);
		if (why !== void 0) services.reporter.warn(`remote: the Actions cache is not used: ${why}`);
		this.#isUsable = why === void 0;
		return this.#isUsable;
	}
};
function whyUnavailable({ ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL }) {
	if (ACTIONS_CACHE_URL || ACTIONS_RESULTS_URL) return void 0;
	return "the runner names no cache service (ACTIONS_RESULTS_URL or ACTIONS_CACHE_URL). Only steps with `uses:` are told of it. This host builds for itself.";
}
async function taken(search, out, answer, description) {
	const { request, services } = search;
	const { reporter } = services;
	const refuse = (why) => void reporter.warn(`remote: what is in the Actions cache is not taken: ${why}. It is built.`);
	if (answer.kind === "absent") reporter.info(`"${shorten(request.subject.key)}" is not in the Actions cache.`);
	else if (answer.kind === "refused") refuse(answer.why);
	else if (answer.kind === "failed") reporter.warn(`remote: the Actions cache is not used by this step: ${answer.why}.`);
	if (answer.kind !== "done") return void 0;
	const reading = readManifest(description);
	if (reading.kind !== "whole") return refuse("its manifest cannot be read");
	const { manifest } = reading;
	const settled = await settle(search, manifest, out);
	return "why" in settled ? refuse(settled.why) : {
		manifest,
		bytes: answer.bytes,
		build: settled.build
	};
}
function reasonOf(answer) {
	return "why" in answer ? `: ${answer.why}` : "";
}
function builder({ repository, job, host }) {
	const names = [repository, job].filter(Boolean).join(", ");
	return names === "" && host === "" ? "" : `, built by ${shorten(names || "a job")} on ${shorten(host || "another host")}`;
}
export { ActionsCache };
