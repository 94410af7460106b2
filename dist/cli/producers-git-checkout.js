import { I as formatDuration, V as OnceError, g as deadlineIn, x as stopwatch, z as shorten } from "./command.js";
import { P as WITHIN_VARIABLE } from "./run.js";
import { n as removeTreesIn, t as removeTree } from "./tree.js";
import { t as probe } from "./probe.js";
import { a as retryNetwork, i as nameOf, lookUp, n as failed, o as unknownRef, r as failureIn, requireGit, t as attemptEnvironment } from "./producers-git-look-up.js";
import { a as Tail, c as runTree } from "./commands.js";
import { n as isFullName, r as shortName, t as headOf } from "./producers-git-producer.js";
const { existsSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
const { readdir } = process.getBuiltinModule("fs/promises");
// src/producers/git/fetch.ts
const byTag = (fetching) => {
	const { tag = "" } = fetching.spec;
	return [
		...lean(fetching),
		"origin",
		`+refs/tags/${tag}:refs/tags/${tag}`
	];
};
const byName = (fetching, commit) => [
	...lean(fetching),
	"origin",
	commit
];
const byRef = (fetching) => [
	...lean(fetching),
	"origin",
	fetching.spec.ref
];
const everything = ({ spec, out }) => [
	...fetchWith(spec),
	...existsSync(join(out, ".git/shallow")) ? ["--unshallow"] : [],
	"origin",
	"+refs/heads/*:refs/remotes/origin/*",
	"+refs/tags/*:refs/tags/*"
];
function lean({ spec }) {
	return [...fetchWith(spec), ...spec.depth === Infinity ? [] : [`--depth=${spec.depth}`]];
}
function fetchWith({ filter }) {
	return [
		"fetch",
		...[
			"--progress",
			"--no-tags",
			"--no-recurse-submodules",
			"--no-write-fetch-head",
			"--no-auto-gc"
		],
		...filter === void 0 ? [] : [`--filter=${filter}`]
	];
}
async function fetchCommit(fetching, commit) {
	const steps = fetching.spec.depth === Infinity ? [everything, byName] : [
		byName,
		byRef,
		everything
	];
	if (fetching.spec.tag !== void 0 && fetching.spec.depth !== Infinity) steps.unshift(byTag);
	for (const step of steps) {
		if (step === everything && steps.length > 2) fetching.reporter.info("The server does not send that commit alone, so all branches and tags are fetched.");
		await fetch(fetching, step, commit);
		if (await resolve$1(fetching, commit)) return;
	}
	throw unknownRef(fetching.spec);
}
async function fetchShort(fetching) {
	await fetch(fetching, everything, "");
	const commit = await resolve$1(fetching, fetching.spec.ref);
	if (commit === void 0) throw unknownRef(fetching.spec);
	return commit;
}
async function fetch(fetching, step, commit) {
	const { git, spec } = fetching;
	const [command = "fetch", ...args] = step(fetching, commit);
	const failure = await git.try(command, ...args);
	if (failure !== void 0 && failure.trouble !== "refused") throw failed(failure, spec, command);
}
async function resolve$1({ git }, name) {
	const { exitCode, stdout } = await git.ask("rev-parse", "--verify", "--quiet", `${name}^{commit}`);
	return exitCode === 0 ? stdout.trim() : void 0;
}
// src/producers/git/lines.ts
const EVERY_MS = 5e3;
const LENGTH = 300;
var Lines = class {
	#print;
	#rest = "";
	#sinceProgress = stopwatch();
	constructor(print) {
		this.#print = print;
	}
	push(chunk) {
		const text = this.#rest + Buffer.from(chunk).toString("latin1");
		const whole = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
		this.#rest = text.slice(whole).slice(-300);
		for (const [line] of text.slice(0, whole).matchAll(/[^\r\n]*[\r\n]/g)) if (line.endsWith("\n")) this.#printLine(line);
		else this.#progress(line);
	}
	end() {
		this.#printLine(this.#rest);
		this.#rest = "";
	}
	#progress(line) {
		if (this.#sinceProgress() < EVERY_MS) return;
		this.#sinceProgress = stopwatch();
		this.#printLine(line);
	}
	#printLine(line) {
		const text = Buffer.from(line, "latin1").toString("utf8").trimEnd();
		if (text !== "") this.#print(`git: ${shorten(text, LENGTH)}`);
	}
};
// src/producers/git/git.ts
var Git = class {
	#spec;
	#attempt;
	#env;
	#limit;
	#killCurrent;
	constructor(spec, attempt) {
		this.#spec = spec;
		this.#attempt = attempt;
		this.#env = attemptEnvironment(spec, attempt);
		this.#limit = deadlineIn(attempt.timeoutMs);
	}
	leftMs() {
		return this.#limit.left();
	}
	async run(...args) {
		const failure = await this.try(...args);
		if (failure !== void 0) throw failed(failure, this.#spec, args[0]);
	}
	async try(...args) {
		return (await retryNetwork(this.#attempt, () => this.#once(args))).failure;
	}
	ask(...args) {
		return probe("git", [
			"-C",
			this.#attempt.out,
			...args
		], {
			env: this.#env,
			signal: this.#attempt.signal
		});
	}
	async #once(args) {
		const { out, token, signal, reporter } = this.#attempt;
		const onSpawn = (killAll) => this.#watch(killAll);
		const tail = new Tail();
		const lines = new Lines((line) => reporter.info(line));
		const onOutput = (chunk) => {
			tail.push(chunk);
			lines.push(chunk);
		};
		const command = {
			file: "git",
			args,
			cwd: out,
			env: this.#env
		};
		const ending = await runTree(command, {
			token,
			timeoutMs: this.#limit.left(),
			signal,
			onOutput,
			onSpawn
		});
		lines.end();
		signal.throwIfAborted();
		this.#refuseUnfinished(ending);
		if (ending.exitCode === 0) return { failure: void 0 };
		await this.#removeIncompletePacks();
		const failure = failureIn(tail.lines().join("\n"));
		return { failure: ending.killedBy === void 0 ? failure : {
			...failure,
			trouble: "other"
		} };
	}
	#watch(killAll) {
		if (this.#killCurrent === void 0) this.#attempt.onSpawn(() => this.#killCurrent?.());
		this.#killCurrent = killAll;
	}
	#refuseUnfinished({ stopped, stuck }) {
		const { reporter, timeoutMs } = this.#attempt;
		if (stuck.length > 0) reporter.warn(`git left processes that cannot be ended: pid ${stuck.join(", ")}.`);
		if (stopped === void 0) return;
		const limit = `\`build-timeout\`, ${formatDuration(timeoutMs)}`;
		throw new OnceError("BUILD_FAILED", `repository: fetching ${nameOf(this.#spec)} took longer than ${limit}.`);
	}
	async #removeIncompletePacks() {
		const dir = join(this.#attempt.out, ".git/objects/pack");
		const names = await readdir(dir).catch(() => []);
		await removeTreesIn(dir, names.filter((each) => each.startsWith("tmp_")));
	}
};
// src/producers/git/checkout.ts
async function checkOut(spec, attempt) {
	const { reporter } = attempt;
	attempt.signal.throwIfAborted();
	reporter.openGroup(`Fetching ${nameOf(spec)}`);
	try {
		return { identity: await checkOutCommit(spec, attempt) };
	} finally {
		reporter.closeGroup();
	}
}
async function checkOutCommit(spec, attempt) {
	const elapsed = stopwatch();
	const { out, env, signal, within, reporter } = attempt;
	const surroundings = {
		env: {
			...env,
			[WITHIN_VARIABLE]: within.join(",")
		},
		signal,
		reporter
	};
	const git = new Git(spec, attempt);
	await requireGit(surroundings);
	if (spec.lfs) await requireLfs(surroundings);
	const { commit: known, tag } = await pointedAt(spec, () => lookUp(spec, surroundings, git.leftMs()));
	await git.run("init", "--quiet", ...known?.length === 64 ? ["--object-format=sha256"] : []);
	await git.run("remote", "add", "--", "origin", spec.url);
	if (known === void 0) reporter.info(`"${spec.ref}" is a short commit, so all branches and tags are fetched.`);
	else await fetchCommit({
		git,
		spec: {
			...spec,
			tag
		},
		out,
		reporter
	}, known);
	const commit = known ?? await fetchShort({
		git,
		spec,
		out,
		reporter
	});
	if (spec.lfs) await git.run(...INSTALL_LFS);
	await git.run("checkout", "--progress", "--force", "--detach", commit);
	await updateSubmodules(spec, git, attempt);
	if (headOf(out) !== commit) throw new Error(`HEAD is ${headOf(out)}, expected ${commit}`);
	reporter.info(`Checked out ${shortName(commit)} in ${formatDuration(elapsed())}.`);
	return commit;
}
async function pointedAt({ ref, commit, tag }, ask) {
	if (commit !== void 0) return {
		commit,
		tag
	};
	return isFullName(ref) ? { commit: ref.toLowerCase() } : await ask() ?? {};
}
async function requireLfs(surroundings) {
	const { exitCode } = await probe("git", ["lfs", "version"], surroundings);
	if (exitCode === 0) return;
	throw new OnceError("BAD_INPUT", "lfs: git-lfs is not installed on this runner. Install it, or remove `lfs`.");
}
const INSTALL_LFS = [
	"lfs",
	"install",
	"--local",
	"--skip-repo"
];
async function updateSubmodules(spec, git, attempt) {
	const { submodules, depth, lfs } = spec;
	if (submodules === "false") return;
	const all = submodules === "recursive" ? ["--recursive"] : [];
	const shallow = depth === Infinity ? [] : [`--depth=${depth}`];
	const update = [
		"submodule",
		"update",
		"--init",
		"--progress",
		...all
	];
	const failure = await git.try(...update, ...shallow);
	if (failure !== void 0) {
		if (failure.trouble !== "refused" || shallow.length === 0) throw failed(failure, spec, "submodule");
		attempt.reporter.info("A server refuses to send a submodule without its history, so all of it is fetched.");
		await git.run("submodule", "deinit", "--all", "--force");
		await removeTree(join(attempt.out, ".git/modules"), attempt.signal);
		await git.run(...update);
	}
	if (lfs) await git.run("submodule", "foreach", "--quiet", ...all, `git ${INSTALL_LFS.join(" ")}`);
}
export { checkOut };
