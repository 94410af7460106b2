import "./rolldown-runtime.js";
import { a as systemCode, i as rootError, n as isRootTrouble, o as unless, r as messageOf, t as OnceError } from "./errors.js";
import { r as shorten, t as formatBytes } from "./format.js";
import { f as stopwatch, r as bootId } from "./proc.js";
import { r as newToken, t as entryId } from "./key.js";
import { t as fingerprintOf } from "./producer.js";
import { i as look, n as leaveLease, r as current, t as fileSystemOf } from "./file-system.js";
import { d as versionDir, r as entryPaths } from "./layout.js";
import { t as refuseOwnKey } from "./within.js";
import { n as shellProblem } from "./shell.js";
import { n as outputsOf, r as resultOf } from "./outputs.js";
import * as os from "os";
import * as crypto from "crypto";
import * as fs from "fs";
import * as path from "path";
import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, posix, resolve, sep, win32 } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
// node_modules/@actions/core/lib/utils.js
/**
* Sanitizes an input into a string so it can be passed into issueCommand safely
* @param input input to sanitize into a string
*/
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
/**
*
* @param annotationProperties
* @returns The command properties to send with the actual annotation command
* See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
*/
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}
// node_modules/@actions/core/lib/command.js
/**
* Issues a command to the GitHub Actions runner
*
* @param command - The command name to issue
* @param properties - Additional properties for the command (key-value pairs)
* @param message - The message to include with the command
* @remarks
* This function outputs a specially formatted string to stdout that the Actions
* runner interprets as a command. These commands can control workflow behavior,
* set outputs, create annotations, mask values, and more.
*
* Command Format:
*   ::name key=value,key=value::message
*
* @example
* ```typescript
* // Issue a warning annotation
* issueCommand('warning', {}, 'This is a warning message');
* // Output: ::warning::This is a warning message
*
* // Set an environment variable
* issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
* // Output: ::set-env name=MY_VAR::some value
*
* // Add a secret mask
* issueCommand('add-mask', {}, 'secretValue123');
* // Output: ::add-mask::secretValue123
* ```
*
* @internal
* This is an internal utility function that powers the public API functions
* such as setSecret, warning, error, and exportVariable.
*/
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + os.EOL);
}
function issue(name, message = "") {
	issueCommand(name, {}, message);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}
// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!fs.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	fs.appendFileSync(filePath, `${toCommandValue(message)}${os.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${os.EOL}${convertedValue}${os.EOL}${delimiter}`;
}
/**
* The code to exit an action
*/
var ExitCode;
(function(ExitCode) {
	/**
	* A code indicating that the action was successful
	*/
	ExitCode[ExitCode["Success"] = 0] = "Success";
	/**
	* A code indicating that the action was a failure
	*/
	ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
/**
* Sets env variable for this action and future actions in the job
* @param name the name of the variable to set
* @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
*/
function exportVariable(name, val) {
	const convertedVal = toCommandValue(val);
	process.env[name] = convertedVal;
	if (process.env["GITHUB_ENV"] || "") return issueFileCommand("ENV", prepareKeyValueMessage(name, val));
	issueCommand("set-env", { name }, convertedVal);
}
/**
* Prepends inputPath to the PATH (for this action and future actions)
* @param inputPath
*/
function addPath(inputPath) {
	if (process.env["GITHUB_PATH"] || "") issueFileCommand("PATH", inputPath);
	else issueCommand("add-path", {}, inputPath);
	process.env["PATH"] = `${inputPath}${path.delimiter}${process.env["PATH"]}`;
}
/**
* Sets the value of an output.
*
* @param     name     name of the output to set
* @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
*/
function setOutput(name, value) {
	if (process.env["GITHUB_OUTPUT"] || "") return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
	process.stdout.write(os.EOL);
	issueCommand("set-output", { name }, toCommandValue(value));
}
/**
* Sets the action status to failed.
* When the action exits it will be with an exit code of 1
* @param message add error issue message
*/
function setFailed(message) {
	process.exitCode = ExitCode.Failure;
	error(message);
}
/**
* Writes debug message to user log
* @param message debug message
*/
function debug(message) {
	issueCommand("debug", {}, message);
}
/**
* Adds an error issue
* @param message error issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function error(message, properties = {}) {
	issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Adds a warning issue
* @param message warning issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function warning(message, properties = {}) {
	issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Adds a notice issue
* @param message notice issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function notice(message, properties = {}) {
	issueCommand("notice", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Writes info to log with console.log.
* @param message info message
*/
function info(message) {
	process.stdout.write(message + os.EOL);
}
/**
* Begin an output group.
*
* Output until the next `groupEnd` will be foldable in this group
*
* @param name The name of the output group
*/
function startGroup(name) {
	issue("group", name);
}
/**
* End an output group.
*/
function endGroup() {
	issue("endgroup");
}
// src/journal/journal.ts
const KEPT_DAYS = 30;
const DAY_MS = 864e5;
/**
* Notes a step in the shared cache. The journal is for people: a cache that is full or may only be read goes without.
* @param folder the version's folder below the shared root
*/
function noteEvent(folder, event, now = /* @__PURE__ */ new Date()) {
	const day = join(folder, ".journal", dayOf(now));
	const text = `${JSON.stringify({
		format: 1,
		at: now.toISOString(),
		...event
	})}\n`;
	const write = () => writeFileSync(join(day, `${newToken()}.json`), text, { flag: "wx" });
	try {
		write();
	} catch (error) {
		if (systemCode(error) !== "ENOENT") return;
		startDay(folder, day, write, now);
	}
}
/** The first step of a day makes its folder, and removes those that nobody reads any more. */
function startDay(folder, day, write, now) {
	try {
		mkdirSync(day, { recursive: true });
		write();
		const oldest = dayOf(/* @__PURE__ */ new Date(now.getTime() - KEPT_DAYS * DAY_MS));
		const journal = join(folder, ".journal");
		const old = readdirSync(journal).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name) && name < oldest);
		for (const name of old) rmSync(join(journal, name), {
			recursive: true,
			force: true
		});
	} catch {}
}
function dayOf(time) {
	return time.toISOString().slice(0, 10);
}
// src/acceptance.ts
/**
* Which published builds are good enough for this step. Each build is judged once; one that is refused stays refused,
* so that a step which rebuilds (`force`, self-heal) takes any other build, and eight forced jobs build once.
*/
var Acceptance = class {
	#request;
	#services;
	#paths;
	#refused = /* @__PURE__ */ new Set();
	#taken = /* @__PURE__ */ new Set();
	#first = true;
	constructor(request, services, paths) {
		this.#request = request;
		this.#services = services;
		this.#paths = paths;
	}
	/** Looks, and judges what is there; undefined: nothing this step takes. */
	async find() {
		const found = look(this.#paths, this.#request.subject);
		const first = this.#first;
		this.#first = false;
		if (found.kind !== "present") {
			if (found.kind === "damaged" && first) this.#say(`${found.why}: it is built again.`);
			return;
		}
		if (first && this.#request.policy.force) this.#refused.add(found.manifest.build);
		return await this.#takes(found) ? found : void 0;
	}
	async #takes(found) {
		const { build } = found.manifest;
		if (this.#refused.has(build)) return false;
		if (this.#taken.has(build)) return true;
		const why = await this.#changed(found.manifest) ?? await this.#damage(found) ?? await this.#failsCheck(found);
		if (why !== void 0) this.#say(`The published build ${build} is not taken: ${why}.`);
		(why === void 0 ? this.#taken : this.#refused).add(build);
		return why === void 0;
	}
	/** `on-change`: was it built from another script than this step's? */
	async #changed(manifest) {
		const { run, policy, subject } = this.#request;
		if (run === void 0 || manifest.producer !== "run" || fingerprintOf(run) === manifest.fingerprint) return void 0;
		const told = `the script of this step is not the one that ${JSON.stringify(subject.key)} was built from`;
		if (policy.onChange === "rebuild") return told;
		const advice = "Put what changed into `key` (for example hashFiles of the script), or set `on-change: rebuild`";
		if (policy.onChange === "fail") throw new OnceError("SCRIPT_CHANGED", `on-change: ${told}. ${advice}.`);
		this.#services.reporter.warn(`${told}; it is reused all the same. ${advice}.`);
	}
	/** Sizes after a reboot, and whatever `verify` asks for. */
	async #damage({ manifest }) {
		const { verify } = this.#request.policy;
		const boot = bootId();
		const store = verify === "off" && manifest.bootId === boot ? void 0 : await import("./store-verify.js");
		const rebooted = store?.awaitsBootCheck(this.#paths, manifest, boot) ?? false;
		if (store === void 0 || verify === "off" && !rebooted) return void 0;
		const verdict = await store.verifyBuild(this.#paths, manifest, verify === "off" ? "quick" : verify);
		if (verdict.why === void 0 && rebooted) store.markBootChecked(this.#paths, manifest, boot);
		if (verdict.note !== void 0 && verify !== "off") this.#services.reporter.notice(`verify: ${verdict.note}.`);
		return verdict.why;
	}
	async #failsCheck({ path }) {
		const verdict = await this.runCheck(path);
		return verdict === void 0 || verdict.passed ? void 0 : `its check says that it is not there (${verdict.why})`;
	}
	/** Runs the `check` of this step, if it has one, on the build in `out`. */
	async runCheck(out) {
		const { check, subject } = this.#request;
		if (check === void 0) return void 0;
		const { runCheck } = await import("./producers-check.js");
		const { env, signal, reporter, temp } = this.#services;
		const scratch = await mkdtemp(join(temp, "build-once-check-"));
		try {
			return await runCheck(check, {
				env,
				key: subject.key,
				out,
				scratch,
				signal,
				reporter
			});
		} finally {
			await rm(scratch, {
				recursive: true,
				force: true
			});
		}
	}
	#say(line) {
		if (this.#request.policy.lookupOnly) this.#services.reporter.info(line);
		else this.#services.reporter.warn(line);
	}
};
// src/tally.ts
/** What is known so far about a step; read at its end, also when that is a failure. */
var Tally = class {
	/** Milliseconds that building took, whoever did it. */
	buildMs;
	/** Milliseconds that the last build of this key took, before this step. */
	lastBuildMs;
	identity;
	#waitedMs = 0;
	#waiting;
	/** Milliseconds spent waiting for others so far. */
	get waitedMs() {
		return this.#waitedMs + (this.#waiting?.() ?? 0);
	}
	startWaiting() {
		this.#waiting ??= stopwatch();
	}
	stopWaiting() {
		this.#waitedMs = this.waitedMs;
		this.#waiting = void 0;
	}
};
// src/once.ts
/**
* Exactly one of all the steps that want an artifact makes it; the others get what that one made. The recipe of
* DESIGN section 2: look; claim the lock or wait for a change; holding, look again; build; publish; release.
*
* Never throws for what a user can do something about: that is the outcome's `error`.
*/
async function once(request, services) {
	const paths = entryPaths(request.subject.root, entryId(request.subject));
	const context = {
		request,
		services,
		paths,
		tally: new Tally(),
		acceptance: new Acceptance(request, services, paths)
	};
	try {
		return await follow$1(context);
	} catch (error) {
		return outcomeOf(context, { error: explained(error, request, services) });
	}
}
async function follow$1(context) {
	const { request, services, paths, acceptance } = context;
	const { policy } = request;
	refuseOwnKey(services.env, paths.id, request.subject.key);
	services.signal.throwIfAborted();
	if (!request.enabled) return privately(context);
	const there = await acceptance.find();
	if (there !== void 0 && await lease(context, there)) return handOut(context, "reused", there);
	if (policy.lookupOnly) return outcomeOf(context, { result: "missed" });
	const { contend } = await import("./contend.js");
	await using engine = await services.openEngine();
	for (;;) {
		const { result, accepted } = await contend(context, engine);
		if (result === "private") return privately(context);
		if (accepted === void 0) return outcomeOf(context, { result });
		if (result === "built" || await lease(context, accepted)) return handOut(context, result, accepted);
	}
}
/**
* Says that this job uses the build, then looks whether it is still the published one: a pruner moves the manifest away
* before it reads the leases, so either it sees ours, or we see that the build is on its way out and go on without it.
*/
async function lease({ services, paths }, { manifest }) {
	leaveLease(paths, manifest.build, services.worker, services.who);
	return current(paths) === manifest.build;
}
/** Where the step keeps nothing shared: no look, no lock, no manifest. */
async function privately(context) {
	const { buildPrivately } = await import("./private-build.js");
	return outcomeOf(context, {
		result: "private",
		path: await buildPrivately(context)
	});
}
function handOut(context, result, { manifest, path }) {
	return outcomeOf(context, {
		result,
		manifest,
		path,
		identity: manifest.identity,
		buildMs: manifest.buildMs
	});
}
/** What is known so far, and what is given. */
function outcomeOf({ request, paths, tally }, known) {
	return {
		key: request.subject.key,
		id: paths.id,
		result: void 0,
		error: void 0,
		path: void 0,
		manifest: void 0,
		identity: tally.identity,
		buildMs: tally.buildMs,
		...known,
		waitedMs: tally.waitedMs
	};
}
/** Errors as a person can use them: whatever failed because the step was told to end is a cancellation. */
function explained(error, { subject }, { signal }) {
	if (signal.aborted) return signal.reason;
	if (error instanceof OnceError) return error;
	if (isRootTrouble(error)) return rootError(error, subject.root);
	throw error;
}
// src/step/cache-place.ts
const SHARE = "Set RUNNER_TOOL_CACHE (in the `.env` file of every runner of this host) or `root` to a folder that they share";
/** Looks at the root, or at the nearest folder above it that exists. */
function cachePlace(root, env) {
	const fileSystem = fileSystemAt(root);
	const lonely = whyLonely(root, fileSystem, env);
	const sharing = lonely === void 0 ? fileSystem.network ? "shared by hosts" : "shared on this host" : "not shared";
	return {
		fileSystem,
		line: `Shared cache: ${root} (${fileSystem.name}, ${sharing}, ${formatBytes(fileSystem.freeBytes)} free)`,
		lonely
	};
}
function fileSystemAt(folder) {
	return unless(["ENOENT", "ENOTDIR"], () => fileSystemOf(folder)) ?? fileSystemAt(dirname(folder));
}
function whyLonely(root, fileSystem, env) {
	const work = workFolder(env);
	if (work !== void 0 && join(root, sep).startsWith(join(work, sep))) return `The cache ${root} lies in this runner's own work folder, so no other runner reuses its builds. ${SHARE}.`;
	if (!fileSystem.fleeting) return void 0;
	return `The cache ${root} is on ${fileSystem.name}, which goes away with this machine or container. Mount a volume of the host there, or name one as \`root\`.`;
}
/** The runner's `_work`: what holds its `_temp`. */
function workFolder({ RUNNER_TEMP }) {
	return RUNNER_TEMP && basename(RUNNER_TEMP) === "_temp" ? dirname(RUNNER_TEMP) : void 0;
}
// src/step/context.ts
/** Who this step is, in words that may be shown to every other job. */
function whoOf(env) {
	const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB, RUNNER_NAME } = env;
	return {
		repository: GITHUB_REPOSITORY ?? "",
		workflow: GITHUB_WORKFLOW ?? "",
		job: GITHUB_JOB ?? "",
		runUrl: runUrlOf(env),
		runner: RUNNER_NAME ?? "",
		host: hostname()
	};
}
/** The job's own page where the runner tells it (`job.check_run_id`), else the run's. */
function runUrlOf(env) {
	const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
	if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return "";
	const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
	const checkRun = env["INPUT_CHECK-RUN-ID"];
	if (checkRun) return `${run}/job/${checkRun}`;
	return GITHUB_RUN_ATTEMPT ? `${run}/attempts/${GITHUB_RUN_ATTEMPT}` : run;
}
/** The process whose life is the job's: the runner starts an action as its worker's child. */
function workerOf(env, parentPid) {
	const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, RUNNER_NAME, RUNNER_TRACKING_ID } = env;
	return {
		pid: parentPid,
		job: [
			GITHUB_RUN_ID,
			GITHUB_RUN_ATTEMPT,
			GITHUB_JOB,
			RUNNER_NAME,
			RUNNER_TRACKING_ID
		].join("\0")
	};
}
/** The job's private folder, emptied by the runner. */
function tempOf(env) {
	return env.RUNNER_TEMP || tmpdir();
}
// src/step/deliver.ts
async function deliver(_d, _b, _r) {}
// src/step/engine.ts
/** The lock of a shared folder; its code is loaded here, for only a miss needs it. */
async function openFileEngine(root, network, reporter) {
	const [{ FileEngine }, { revoke }] = await Promise.all([import("./lock-file.js"), import("./store-right.js")]);
	return new FileEngine({
		folders: (id) => entryPaths(root, id),
		network,
		reporter,
		revoke: (id, token) => revoke(entryPaths(root, id), token)
	});
}
// src/step/words.ts
/** Thrown by the readers of single values and collected by the reader of all inputs; never leaves `step/`. */
var BadValue = class extends Error {
	faults;
	constructor(faults) {
		super(faults.map((fault) => fault.wrong).join("; "));
		this.faults = faults;
	}
};
/** Refuses a value. */
function refuse(value, wrong, instead) {
	throw new BadValue([{
		value,
		wrong,
		instead
	}]);
}
/** Reads every non-blank line of `text`; the faults of all lines are reported together. */
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
/** Refuses what no path or name can hold, or what would forge a line where it is printed. */
function withoutControls(text) {
	if (/\p{Cc}/u.test(text)) refuse(text, "contains control characters", "Write it without them, in one line");
	return text;
}
function boolean(text) {
	const word = text.toLowerCase();
	if (word === "true" || word === "false") return word === "true";
	return refuse(text, "is neither true nor false", "Write true or false");
}
/** A reader that takes exactly one of `allowed`. */
function oneOf(...allowed) {
	return (text) => {
		const found = allowed.find((word) => word === text);
		if (found !== void 0) return found;
		const near = nearest(text.toLowerCase(), allowed);
		return refuse(text, "is not a word this input knows", `${near === void 0 ? "" : `Did you mean \`${near}\`? `}Allowed: ${allowed.join(", ")}`);
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
/** Levenshtein distance. */
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
/** A whole number from 1. */
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
/** Milliseconds of `90s`, `1h30m`, `500ms`, `2d` or `0`; Infinity for `none`. */
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
/** A duration that may be unlimited but not zero. */
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
/** Bytes of `500MB`, `10GB` (decimal), `2GiB` (binary), or of a plain whole number. */
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
// src/step/paths.ts
function pathOf(context) {
	return context.os === "win32" ? win32 : posix;
}
function isAbsoluteAnywhere(path) {
	return posix.isAbsolute(path) || win32.isAbsolute(path) || /^[A-Za-z]:/.test(path);
}
function climbs(path) {
	return [posix, win32].some(({ normalize }) => /^\.\.(?:[\\/]|$)/.test(normalize(path)));
}
/** A path below the build (`.` is the build), normalised. Links inside the build are the deliverer's concern. */
function belowBuild(text, context, shown = text) {
	withoutControls(text);
	if (isAbsoluteAnywhere(text)) refuse(shown, "is an absolute path", "Write a path relative to the build folder, for example bin");
	if (climbs(text)) refuse(shown, "leaves the build folder", "Write a path inside it, for example bin");
	return pathOf(context).normalize(text).replace(/(?<=.)[\\/]$/, "");
}
/** Lines of folders below the build. */
function pathLines(text, context) {
	return eachLine(text, (line) => {
		if (/[:;]/.test(line) && !/^[A-Za-z]:[\\/]/.test(line)) refuse(line, "contains a separator of PATH", "Write one folder a line, without `:` and `;`");
		return belowBuild(line, context);
	});
}
const OWNED = /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|BUILD_ONCE_)/;
/** Lines `NAME=path below the build`. */
function exportLines(text, context) {
	const seen = /* @__PURE__ */ new Set();
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
/** An absolute path inside the workspace, from a relative one or one that is absolute and inside it already. */
function belowWorkspace(text, context) {
	withoutControls(text);
	const path = pathOf(context);
	const below = path.relative(context.workspace, path.resolve(context.workspace, text));
	if (below === "") refuse(text, "is the workspace itself", "Write a path inside it, for example deps/toolchain");
	if (isAbsoluteAnywhere(below) || climbs(below)) refuse(text, "leaves the workspace", "Write a path relative to GITHUB_WORKSPACE, for example deps/toolchain");
	return path.join(context.workspace, below);
}
/** Where a command runs, and a name of that place that is equal on every runner where there can be one. */
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
/** Whether one of two absolute paths is inside the other. */
function nested(a, b, context) {
	const path = pathOf(context);
	return [path.relative(a, b), path.relative(b, a)].some((way) => !path.isAbsolute(way) && !climbs(way));
}
/** An absolute path as it was written. */
function absolutePath(text, context) {
	withoutControls(text);
	if (!pathOf(context).isAbsolute(text)) refuse(text, "is not an absolute path", "Write one that starts at the root, for example /opt/ci-cache");
	return text;
}
/**
* The real path of `path`, links resolved. What does not exist yet, or cannot be looked into, keeps its name below the
* real path of what does: so the jobs before and after its creation agree, and whoever creates it says what fails.
*/
function realPath(path) {
	const full = resolve(path);
	try {
		return realpathSync.native(full);
	} catch {
		const parent = dirname(full);
		return parent === full ? full : join(realPath(parent), basename(full));
	}
}
// src/step/platform.ts
/** The facts of this process. */
function hostFacts() {
	return {
		os: process.platform,
		arch: process.arch,
		libc: () => libcOf(readMaps()),
		cwd: process.cwd()
	};
}
/** Such as `linux-x64-glibc`, `linux-arm64-musl` or `darwin-arm64`: what can run the binaries that a build makes here. */
function platformOf(facts, arch = facts.arch) {
	const libc = facts.os === "linux" ? facts.libc() : "";
	return [
		facts.os,
		arch,
		libc
	].filter((part) => part !== "").join("-");
}
/**
* The C library among a process's mapped files. The runner brings a musl build of Node for musl containers, so ours
* is that of the job. `process.report` would tell too, but collects all it knows first.
*/
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
// src/step/rules.ts
const rules = [
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
	toolIsShared,
	linkOrCopy
];
/** What is wrong with inputs that are fine each, but not together. */
function problemsBetween(read, context) {
	return rules.map((rule) => rule(read, context)).filter((problem) => problem !== void 0);
}
/** The input that keeps this step from building, as it would be written. */
function neverBuilds({ values }) {
	if (values["lookup-only"] === true) return "lookup-only: true";
	return values.build === false ? "build: false" : void 0;
}
function problem(read, name, wrong, instead) {
	return {
		name,
		value: read.text(name) === "" ? void 0 : read.text(name),
		wrong,
		instead
	};
}
function hasRun(read) {
	return read.text("run") !== "";
}
function nothingBuilds(read) {
	const unread = !("build" in read.values) || !("lookup-only" in read.values);
	if (hasRun(read) || unread || neverBuilds(read) !== void 0) return void 0;
	return problem(read, "run", "is missing: nothing here builds", "Write the command that builds, or build: false to reuse what other jobs build");
}
function privateNeedsRun(read) {
	if (read.values.enabled !== false || hasRun(read) || neverBuilds(read) === void 0) return void 0;
	return problem(read, "enabled", "asks for a private build, and there is no run that builds", "Write run, or enabled: true");
}
function privateBuilds(read) {
	const never = neverBuilds(read);
	if (read.values.enabled !== false || !hasRun(read) || never === void 0) return void 0;
	return problem(read, "enabled", `asks for a private build, and ${never} for none`, "Write one of the two");
}
function timeoutNeedsRun(read) {
	if (read.values["on-timeout"] !== "build" || hasRun(read) || neverBuilds(read) === void 0) return void 0;
	return problem(read, "on-timeout", "asks for a build, and there is no run that builds", "Write run, or on-timeout: fail");
}
function timeoutBuilds(read) {
	const never = neverBuilds(read);
	if (read.values["on-timeout"] !== "build" || !hasRun(read) || never === void 0) return void 0;
	return problem(read, "on-timeout", `asks for a build, and ${never} for none`, "Write on-timeout: fail, or drop the other");
}
function forceBuilds(read) {
	const never = neverBuilds(read);
	if (read.values.force !== true || never === void 0) return void 0;
	return problem(read, "force", `asks for a new build, and ${never} for none`, "Write one of the two");
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
function toolIsShared(read) {
	const scope = read.text("scope");
	if (read.text("tool") === "" || scope === "" || scope === "shared") return void 0;
	return problem(read, "scope", "was given with tool, whose place in the tool cache is for all repositories", "Write scope: shared, or drop it");
}
function linkOrCopy(read, context) {
	const { link, "copy-to": copy } = read.values;
	if (link === void 0 || copy === void 0 || !nested(link, copy, context)) return void 0;
	return problem(read, "copy-to", `and link ${read.text("link")} are one place, or one is inside the other`, "Write two separate paths");
}
// src/step/tool.ts
/** A name that becomes one folder of the tool cache: a tool or an architecture. */
function folderName(text) {
	if (/[\\/]/.test(text)) refuse(text, "contains a path separator", "Write a plain name, for example llvm");
	if (text.includes("..") || text === ".") refuse(text, "is a way to another folder", "Write a plain name, for example llvm");
	if (/[\s\p{Cc}]/u.test(text)) refuse(text, "contains blanks or control characters", "Write it without them, for example llvm");
	if (/[:*?"<>|]/.test(text)) refuse(text, "contains a character that Windows has no file names with", "Write letters, digits, - and _");
	if (text.length > 100) refuse(text, "is longer than 100 characters", "Write a shorter name");
	if (text.toLowerCase() === "build-once") refuse(text, "is the folder of build-once itself", "Write the name of the tool");
	return text;
}
const NUMBER = "(?:0|[1-9]\\d{0,15})";
const WORD = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${WORD}(?:\\.${WORD})*)?$`);
/** A semantic version as `@actions/tool-cache` looks for it: no leading `v`, no build metadata. */
function version(text) {
	const plain = text.replace(/^v/, "");
	if (plain.length <= 100 && SEMVER.test(plain)) return plain;
	const [stem = "", ...metadata] = plain.split("+");
	if (metadata.length > 0 && SEMVER.test(stem)) return refuse(text, "has build metadata, which tool-cache drops when it looks", `Write ${stem}`);
	return refuse(text, "is not a semantic version", `Write ${threeNumbers(plain) ?? "three numbers, for example 18.1.8"}`);
}
/** `18.1` as `18.1.0`, `2024.01.02` as `2024.1.2`; undefined for other texts. */
function threeNumbers(text) {
	if (!/^\d{1,15}(?:\.\d{1,15}){0,2}$/.test(text)) return void 0;
	const [major, minor = "0", patch = "0"] = text.split(".");
	return [
		major,
		minor,
		patch
	].map(Number).join(".");
}
// src/step/table.ts
function input(fallback, read) {
	return {
		fallback,
		read,
		verbatim: false
	};
}
function optional(read) {
	return input("", (text, context) => text === "" ? void 0 : read(text, context));
}
function verbatim(read) {
	return {
		fallback: "",
		read,
		verbatim: true
	};
}
const script = verbatim((text) => text === "" ? void 0 : text);
/** Every input of the action: at once the parser, the type and, with `action.yml`, the documentation. */
const inputs = {
	key: verbatim(readKey),
	run: script,
	shell: optional(readShell),
	"working-directory": input("", withoutControls),
	check: script,
	tool: optional(folderName),
	version: optional(version),
	arch: optional(folderName),
	adopt: input("false", boolean),
	root: optional(absolutePath),
	scope: optional(readScope),
	platform: input("auto", oneOf("auto", "any")),
	relocatable: input("false", boolean),
	shared: optional(oneOf("group")),
	"wait-timeout": input("6h", duration),
	"on-timeout": input("fail", oneOf("fail", "build")),
	"build-timeout": input("none", limit),
	attempts: input("2", count),
	force: input("false", boolean),
	build: input("true", boolean),
	"lookup-only": input("false", boolean),
	"fail-on-cache-miss": input("false", boolean),
	verify: input("off", oneOf("off", "quick", "full")),
	"needs-free": optional(size),
	"on-change": input("warn", oneOf("warn", "rebuild", "fail")),
	"read-only": input("false", boolean),
	enabled: input("true", boolean),
	summary: input("auto", oneOf("auto", "always", "never")),
	link: optional(belowWorkspace),
	"copy-to": optional(belowWorkspace),
	"add-path": input("", pathLines),
	"export-env": input("", exportLines)
};
const inputNames = Object.keys(inputs);
function readKey(text) {
	if (text === "") refuse(text, "is missing", "Write what makes the artifact the one you want, for example llvm-18.1.8");
	if (text.includes("\0")) refuse(text, "contains a NUL character", "Write it without; every other character is fine");
	return text;
}
function readScope(text) {
	withoutControls(text);
	if (text.length > 200) refuse(text, "is longer than 200 characters", "Write a shorter name, for example team-compilers");
	return text;
}
function readShell(text) {
	withoutControls(text);
	const problem = shellProblem(text);
	if (problem === void 0) return text;
	if (text.length > 200) refuse(text, "is no shell", "Write bash, sh, pwsh, python, or a template such as `bash -el {0}`");
	return refuse(text, problem, "");
}
// src/step/inputs.ts
/**
* What the environment asks for, complete and valid. Reads nothing else, apart from resolving links in the root's path.
* @throws OnceError BAD_INPUT that names everything that is wrong, not only the first.
*/
function readRequest(env, facts) {
	const { GITHUB_WORKSPACE: workspace = "" } = env;
	const context = {
		os: facts.os,
		workspace: resolve(facts.cwd, workspace)
	};
	const problems = [];
	const values = readValues(env, context, problems);
	problems.push(...problemsBetween({
		values,
		text: (name) => given(env, name).trim()
	}, context));
	const root = values.root ?? rootOf(env, values, problems);
	if (problems.length > 0) throw badInput(problems);
	return requestOf(values, env, facts, context, realPath(root));
}
function given(env, name) {
	return env[`INPUT_${name.toUpperCase()}`] ?? "";
}
function readValues(env, context, problems) {
	const values = {};
	for (const name of inputNames) {
		const { fallback, read, verbatim } = inputs[name];
		const text = given(env, name);
		const trimmed = text.trim();
		try {
			values[name] = read(trimmed === "" ? fallback : verbatim ? text : trimmed, context);
		} catch (error) {
			if (!(error instanceof BadValue)) throw error;
			problems.push(...error.faults.map((fault) => ({
				name,
				...fault
			})));
		}
	}
	return values;
}
const CACHE_VARIABLES = [
	"RUNNER_TOOL_CACHE",
	"RUNNER_TOOLSDIRECTORY",
	"AGENT_TOOLSDIRECTORY"
];
const ROOT_VARIABLES = ["BUILD_ONCE_ROOT", ...CACHE_VARIABLES];
function rootOf(env, values, problems) {
	if (!("root" in values)) return "";
	const variable = ROOT_VARIABLES.find((name) => env[name]);
	const value = variable === void 0 ? void 0 : env[variable];
	const instead = "Set RUNNER_TOOL_CACHE to a folder that all runners of the host share, or write an absolute path as root";
	if (variable === void 0 || value === void 0) {
		problems.push({
			name: "root",
			value: void 0,
			wrong: `is missing, and none of ${ROOT_VARIABLES.join(", ")} is set`,
			instead
		});
		return "";
	}
	if (!isAbsolute(value)) problems.push({
		name: variable,
		value,
		wrong: "is not an absolute path",
		instead
	});
	return value;
}
function requestOf(values, env, facts, context, root) {
	const tool = toolOf(values, env, facts, root);
	const { GITHUB_REPOSITORY: repository = "" } = env;
	return {
		enabled: values.enabled,
		subject: {
			key: values.key,
			scope: values.scope ?? (tool === void 0 ? repository || "local" : "shared"),
			platform: values.platform === "any" ? "any" : platformOf(facts, values.arch),
			relocatable: values.relocatable,
			root
		},
		run: commandOf(values.run, values, context),
		check: commandOf(values.check, values, context),
		tool,
		policy: policyOf(values),
		delivery: {
			workspace: context.workspace,
			link: values.link,
			copyTo: values["copy-to"],
			addPath: values["add-path"],
			exportEnv: values["export-env"]
		},
		summary: values.summary
	};
}
function policyOf(values) {
	return {
		build: values.build,
		lookupOnly: values["lookup-only"],
		failOnMiss: values["fail-on-cache-miss"],
		force: values.force,
		verify: values.verify,
		onChange: values["on-change"],
		waitTimeoutMs: values["wait-timeout"],
		onTimeout: values["on-timeout"],
		buildTimeoutMs: values["build-timeout"],
		attempts: values.attempts,
		needsFreeBytes: values["needs-free"] ?? 0,
		readOnly: values["read-only"],
		groupShared: values.shared === "group"
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
function toolOf(values, env, facts, root) {
	const { tool: name, version, arch = facts.arch, adopt } = values;
	if (name === void 0 || version === void 0) return void 0;
	const variable = CACHE_VARIABLES.find((each) => env[each]);
	const toolCache = variable === void 0 ? void 0 : env[variable];
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
	const head = problems.length === 1 ? "One thing in the inputs" : `${problems.length} things in the inputs`;
	return new OnceError("BAD_INPUT", `${head} of this step cannot be used:\n${lines.join("\n")}`);
}
function lineOf({ name, value, wrong, instead }) {
	if (instead === "") return `- ${shorten(wrong, 600)}`;
	return `- ${value === void 0 || value === "" ? name : `${name} "${shorten(value, 120)}"`} ${shorten(wrong, 300)}. ${instead}.`;
}
// src/step/lifetime.ts
/** The runner's own limit is 7.5 s from its first signal to the next. */
const HURRY_AFTER_MS = 5800;
const EXIT_AFTER_MS = 6600;
const SIGNALS = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP",
	"SIGQUIT"
];
/**
* Listens for the end. The listeners stay until the process exits: the lock library ends the process on a signal that
* nobody else listens to, and a second signal must not cut short what the first one started.
*/
function beginLifetime() {
	const end = new AbortController();
	const hurry = new AbortController();
	const begin = (why) => {
		if (end.signal.aborted) return;
		setTimeout(() => hurry.abort(), HURRY_AFTER_MS).unref();
		setTimeout(() => process.exit(exitCodeOf(why)), EXIT_AFTER_MS).unref();
		end.abort(why);
	};
	for (const name of SIGNALS) process.on(name, () => begin(cancelled(name)));
	process.on("uncaughtException", (error) => begin(internal(error)));
	process.on("unhandledRejection", (error) => begin(internal(error)));
	return {
		signal: end.signal,
		hurry: hurry.signal
	};
}
/** The process's exit code for an error: the script's own where one failed. */
function exitCodeOf(error) {
	if (error.code === "CANCELLED") return 130;
	return error.code === "BUILD_FAILED" && error.exitCode ? error.exitCode : 1;
}
function cancelled(signal) {
	return new OnceError("CANCELLED", `Cancelled by ${signal}: nothing was published, and what this step held is free again.`);
}
/** An error that is our fault, told as such. */
function internal(error) {
	const where = error instanceof Error ? error.stack?.split("\n")[1]?.trim() ?? "" : "";
	return new OnceError("INTERNAL", `build-once itself failed: ${messageOf(error)} ${where}. Nothing was published. Please report this line.`, { cause: error });
}
// src/step/reporter.ts
/** Annotations a runner shows of one type and step; what comes after them goes to the log as plain lines. */
const ANNOTATION_LIMIT = 10;
/** Longer ones are cut by GitHub without a word. */
const ANNOTATION_LENGTH = 4e3;
/** Reports the way a runner reads it: lines, commands and groups on standard output. */
function runnerReporter() {
	return {
		debug,
		info,
		notice: annotate(notice, "Notice"),
		warn: annotate(warning, "Warning"),
		output: (chunk) => void process.stdout.write(chunk),
		openGroup: startGroup,
		closeGroup: endGroup
	};
}
function annotate(issue, word) {
	let left = ANNOTATION_LIMIT;
	return (line) => {
		if (left-- > 0) issue(line.slice(0, ANNOTATION_LENGTH));
		else info(`${word}: ${line}`);
	};
}
// src/step/step.ts
/** The whole step: inputs, the recipe, what then, outputs and summary, and the one place where a failure is told. */
async function runStep() {
	const env = process.env;
	const lifetime = beginLifetime();
	try {
		const error = await follow(readRequest(env, hostFacts()), env, lifetime);
		process.exit(error === void 0 ? 0 : exitCodeOf(error));
	} catch (caught) {
		const error = caught instanceof OnceError ? caught : internal(caught);
		setFailed(error.message);
		process.exit(exitCodeOf(error));
	}
}
/** Returns the error that the step failed with, told already. */
async function follow(request, env, lifetime) {
	const elapsed = stopwatch();
	const place = cachePlace(request.subject.root, env);
	if (request.policy.groupShared) process.umask(2);
	const services = servicesOf(request, env, lifetime, place);
	if (request.enabled) services.reporter.info(place.line);
	const outcome = await deliverTo(request, await once(request, services));
	tellOutcome(outcome, request, services, place);
	for (const [name, value] of Object.entries(outputsOf(outcome, services.who.runUrl))) setOutput(name, value);
	await writeSummary(outcome, request, env);
	if (request.enabled) note(outcome, request, services, elapsed());
	if (outcome.error !== void 0) setFailed(outcome.error.message);
	return outcome.error;
}
function servicesOf(request, env, lifetime, place) {
	const reporter = runnerReporter();
	return {
		who: whoOf(env),
		worker: workerOf(env, process.ppid),
		reporter,
		signal: lifetime.signal,
		hurry: lifetime.hurry,
		onExit: (end) => process.on("exit", end),
		env,
		temp: tempOf(env),
		openEngine: () => openFileEngine(request.subject.root, place.fileSystem.network, reporter)
	};
}
/** Applied in every job, not only in the one that built; a step that only looks applies nothing. */
async function deliverTo(request, outcome) {
	const { path, key, error } = outcome;
	if (error !== void 0) return outcome;
	if (outcome.result === "missed" && request.policy.failOnMiss) return {
		...outcome,
		error: missed(key)
	};
	if (path === void 0 || request.policy.lookupOnly) return outcome;
	try {
		await /* @__PURE__ */ deliver(request.delivery, {
			path,
			key,
			token: outcome.manifest?.build ?? ""
		}, {
			addPath,
			exportVariable
		});
		return outcome;
	} catch (caught) {
		return {
			...outcome,
			error: caught instanceof OnceError ? caught : internal(caught)
		};
	}
}
function missed(key) {
	return new OnceError("MISSED", `fail-on-cache-miss: "${shorten(key)}" is not in the cache. Run a step that builds it first, or take \`fail-on-cache-miss\` away.`);
}
function tellOutcome(outcome, { subject }, { reporter }, place) {
	const { result, path, identity } = outcome;
	if (outcome.error !== void 0 || result === void 0) return;
	const name = `"${shorten(subject.key)}"`;
	const what = identity === void 0 ? "" : ` (${identity})`;
	reporter.info(path === void 0 ? `${name}: ${result}` : `${name}: ${result}${what}, ${path}`);
	if (place.lonely !== void 0 && result === "built") reporter.warn(place.lonely);
}
async function writeSummary(outcome, request, env) {
	const { GITHUB_STEP_SUMMARY: file } = env;
	const plain = resultOf(outcome) === "reused" && request.summary === "auto";
	if (!file || plain || request.summary === "never") return;
	const [{ appendFileSync }, { summaryOf }] = await Promise.all([import("node:fs"), import("./step-summary.js")]);
	appendFileSync(file, summaryOf(outcome, request.summary));
}
function note(outcome, { subject }, { who }, stepMs) {
	noteEvent(versionDir(subject.root), {
		key: subject.key,
		scope: subject.scope,
		id: outcome.id,
		result: resultOf(outcome),
		error: outcome.error?.code,
		build: outcome.manifest?.build,
		waitedMs: Math.round(outcome.waitedMs),
		buildMs: outcome.buildMs,
		bytes: outcome.manifest?.bytes,
		stepMs: Math.round(stepMs),
		who
	});
}
// src/entry/main.ts
await runStep();
export {};
