import { I as formatDuration, S as within, V as OnceError } from "./command.js";
import { Dt as newToken, I as killProcessesOf, N as TOKEN_VARIABLE } from "./run.js";
import { l as searchPath, o as findProgram, s as withoutPrivate } from "./commands.js";
// src/producers/probe.ts
const LIMIT_MS = 3e4;
const END_LIMIT_MS = 1e3;
async function probe(program, args, { env, signal }, { timeoutMs = LIMIT_MS } = {}) {
	signal.throwIfAborted();
	const file = requireProgram(program, env);
	const token = newToken();
	const { getExecOutput } = await import("./exec.js");
	const answer = getExecOutput(`"${file}"`, [...args], {
		silent: true,
		ignoreReturnCode: true,
		env: definedOf({
			...withoutPrivate(env),
			[TOKEN_VARIABLE]: token
		})
	});
	const result = await within(answer, timeoutMs, signal);
	if (result !== "late") return result;
	killProcessesOf(token);
	const ended = answer.catch(() => {});
	await within(ended, END_LIMIT_MS);
	signal.throwIfAborted();
	const command = [program, args[0]].join(" ");
	throw new OnceError("BUILD_FAILED", `\`${command}\` gave no answer within ${formatDuration(timeoutMs)}.`);
}
function requireProgram(program, env) {
	const file = findProgram(program, env);
	if (file !== void 0) return file;
	throw new OnceError("BAD_INPUT", `The program "${program}" is not on this runner: it was not found on PATH (${searchPath(env) ?? "unset"}). Install it, or add its folder to PATH in an earlier step.`);
}
function definedOf(env) {
	return Object.fromEntries(Object.entries(env).filter((pair) => pair[1] !== void 0));
}
export { probe as t };
