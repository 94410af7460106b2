import { V as OnceError, _ as jitter, b as sleep, z as shorten } from "./command.js";
import { N as TOKEN_VARIABLE, P as WITHIN_VARIABLE, a as withPlainAddresses } from "./run.js";
import { t as probe } from "./probe.js";
import { s as withoutPrivate } from "./commands.js";
// src/producers/git/trouble.ts
const patterns = [
	["refused", /not our ref|does not allow request for unadvertised|couldn't find remote ref|no such remote ref|not support shallow/i],
	["login", /authentication failed|could not read (?:username|password)|prompts disabled|error: 40[13]\b|permission denied|access denied:|host key verification/i],
	["moved", /error: 30\d\b/i],
	["missing", /repository .*not found|error: 4(?:04|10)\b|not appear to be a git repo|does not exist|not exported/i],
	["network", /could not resolve|failed to connect|couldn't connect|unable to connect|connection (?:refused|reset|timed out|closed|was)|early eof|hung up|unexpected disconnect|rpc failed|error: (?:408|429|5\d\d)\b|timed out|too slow|empty reply|transfer closed|recv failure|send failure|still expected|invalid index-pack|network is unreachable|no route to host|temporary failure/i]
];
function failureIn(output) {
	const trouble = patterns.find(([, pattern]) => pattern.test(output))?.[0] ?? "other";
	const line = output.split(/[\r\n]+/).map((line) => line.replace(/^\| /, "").trim()).findLast((each) => /^(?:fatal|error):/.test(each)) ?? "";
	return {
		trouble,
		line: shorten(withPlainAddresses(line), 200)
	};
}
function nameOf({ url }) {
	return shorten(url.replace(/[?#].*/, ""));
}
const PAUSES_MS = [1e3, 3e3];
async function retryNetwork({ signal, reporter }, action) {
	for (const pause of PAUSES_MS) {
		const result = await action();
		if (result.failure?.trouble !== "network") return result;
		reporter.info(`The server cannot be reached, or closed the connection. Next try in ${pause / 1e3} s.`);
		await sleep(jitter(pause), signal);
		signal.throwIfAborted();
	}
	return action();
}
function failed(failure, spec, command) {
	return new OnceError("BUILD_FAILED", `${sentence(failure, spec, command)}.`);
}
function sentence({ trouble, line }, spec, command) {
	const why = line === "" ? "; git says no more" : `; git says "${line}"`;
	const name = nameOf(spec);
	switch (trouble) {
		case "login": return spec.token === void 0 ? `repository: ${name} asks for a login (some servers also do so for a repository that does not exist). Check the name, or set \`token\` to one that may read it` : `token: ${name} rejects it. Check that it is still valid and may read this repository`;
		case "missing": return `repository: ${name} does not exist, or is hidden from this login. Check the name, and that \`token\` may read it`;
		case "moved": return `repository: ${name} redirects to another address, where the token is not sent. Write the new address`;
		case "network": return `repository: ${name} cannot be reached, or closes the connection; it was tried 3 times${why}. Check the server, and the network and the proxy of this runner`;
		default: return `repository: \`git ${command}\` of ${name} failed${why}`;
	}
}
function unknownRef(spec) {
	const what = spec.ref === "HEAD" ? `repository: ${nameOf(spec)} has no default branch, or no commit yet. Name a branch, a tag or a commit as \`ref\`` : `ref: "${shorten(spec.ref)}" is not a branch, tag or commit of ${nameOf(spec)}. Check the spelling, and that it was pushed`;
	return new OnceError("BUILD_FAILED", `${what}.`);
}
// src/producers/git/settings.ts
const DROPPED = new Set([
	...[
		"GIT_DIR",
		"GIT_WORK_TREE",
		"GIT_COMMON_DIR",
		"GIT_INDEX_FILE",
		"GIT_PREFIX",
		"GIT_NAMESPACE",
		"GIT_SHALLOW_FILE"
	],
	...[
		"GIT_OBJECT_DIRECTORY",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_GRAFT_FILE",
		"GIT_REPLACE_REF_BASE"
	],
	...[
		"GIT_DEFAULT_HASH",
		"GIT_CONFIG_PARAMETERS",
		"GIT_TRACE_REDACT",
		"GITHUB_TOKEN",
		"GH_TOKEN"
	]
]);
const ALWAYS = [
	["core.hooksPath", "/dev/null"],
	["core.fsmonitor", "false"],
	["core.logAllRefUpdates", "false"],
	["gc.auto", "0"],
	["maintenance.auto", "false"],
	["advice.detachedHead", "false"],
	["init.defaultBranch", "main"],
	["safe.directory", "*"],
	["http.lowSpeedLimit", "1"],
	["http.lowSpeedTime", "120"]
];
const LFS = [
	["filter.lfs.clean", "git-lfs clean -- %f"],
	["filter.lfs.smudge", "git-lfs smudge -- %f"],
	["filter.lfs.process", "git-lfs filter-process"],
	["filter.lfs.required", "true"]
];
function gitEnvironment(spec, env) {
	const kept = Object.entries(withoutPrivate(env)).filter(([name]) => !DROPPED.has(name));
	const first = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
	const settings = [
		...ALWAYS,
		...spec.lfs ? LFS : [],
		...tokenSettings(spec, env)
	];
	const numbered = settings.flatMap(([name, value], index) => [[`GIT_CONFIG_KEY_${first + index}`, name], [`GIT_CONFIG_VALUE_${first + index}`, value]]);
	return {
		...Object.fromEntries(kept),
		...Object.fromEntries(numbered),
		GIT_CONFIG_COUNT: `${first + settings.length}`,
		GIT_TERMINAL_PROMPT: "0",
		...spec.token === void 0 ? {} : { GIT_ASKPASS: "" },
		GIT_TEMPLATE_DIR: "",
		...spec.lfs ? {} : { GIT_LFS_SKIP_SMUDGE: "1" },
		LC_ALL: "C"
	};
}
function attemptEnvironment(spec, { env, token, within }) {
	return {
		...gitEnvironment(spec, env),
		[TOKEN_VARIABLE]: token,
		[WITHIN_VARIABLE]: within.join(",")
	};
}
function tokenSettings({ url, token }, env) {
	if (token === void 0 || !/^https?:\/\//i.test(url)) return [];
	const { origin, hostname } = new URL(url);
	const login = Buffer.from(`x-access-token:${token}`).toString("base64");
	return [
		[`http.${origin}/.extraheader`, ""],
		[`http.${origin}/.extraheader`, `AUTHORIZATION: basic ${login}`],
		[`http.${origin}/.followRedirects`, "false"],
		[`credential.${origin}.helper`, ""],
		...(env.SSH_AUTH_SOCK ? [] : [`git@${hostname}:`, `ssh://git@${hostname}/`]).map((address) => [`url.${origin}/.insteadOf`, address])
	];
}
// src/producers/git/look-up.ts
const LIMIT_MS = 6e4;
async function lookUp(spec, { env, signal, reporter }, limitMs = LIMIT_MS) {
	const surroundings = {
		env: gitEnvironment(spec, env),
		signal,
		reporter
	};
	await requireGit(surroundings);
	const names = namesFor(spec.ref);
	const timeoutMs = Math.min(limitMs, LIMIT_MS);
	const answer = await retryNetwork(surroundings, async () => {
		const probed = await probe("git", [
			"ls-remote",
			"--",
			spec.url,
			...names
		], surroundings, { timeoutMs });
		return {
			...probed,
			failure: probed.exitCode === 0 ? void 0 : failureIn(probed.stderr)
		};
	});
	if (answer.failure !== void 0) {
		for (const line of answer.stderr.trim().split(/[\r\n]+/)) reporter.info(`git: ${withPlainAddresses(line)}`);
		throw failed(answer.failure, spec, "ls-remote");
	}
	const found = foundIn(answer, names);
	if (found === void 0 && !/^[0-9a-f]{4,64}$/i.test(spec.ref)) throw unknownRef(spec);
	return found;
}
function namesFor(ref) {
	return (ref === "HEAD" || ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`]).flatMap((name) => name.startsWith("refs/tags/") ? [`${name}^{}`, name] : [name]);
}
function foundIn({ stdout }, names) {
	const lines = stdout.split("\n").map((line) => line.split("	", 2));
	for (const name of names) {
		const commit = lines.find(([, each]) => each === name)?.[0];
		if (commit !== void 0) return {
			commit,
			tag: /^refs\/tags\/(.+?)(?:\^\{\})?$/.exec(name)?.[1]
		};
	}
}
const OLDEST = [2, 31];
async function requireGit(surroundings) {
	const { stdout } = await probe("git", ["version"], surroundings);
	const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout)?.slice(1) ?? []).map(Number);
	if (major > OLDEST[0] || major === OLDEST[0] && minor >= OLDEST[1]) return;
	const found = stdout.trim() || "another program";
	throw new OnceError("BAD_INPUT", `repository: ${found} is too old here: install git ${OLDEST.join(".")} or newer.`);
}
export { retryNetwork as a, nameOf as i, lookUp, failed as n, unknownRef as o, failureIn as r, requireGit, attemptEnvironment as t };
