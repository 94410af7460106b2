import { E as fingerprintOf, J as formatDuration, X as OnceError, Y as shorten } from "./main.js";
import { t as runCommand } from "./command.js";
import { t as Tail } from "./tail.js";
const { constants } = process.getBuiltinModule("os");
// src/producers/run.ts
function runProducer(spec) {
	return {
		name: "run",
		fingerprint: fingerprintOf({
			name: "run",
			spec
		}),
		produce: (attempt) => produce(spec, attempt)
	};
}
async function produce(spec, attempt) {
	const { identity } = await logged(`Building ${shorten(attempt.key)}`, attempt, (onOutput) => runCommand(spec, {
		...attempt,
		onOutput
	}));
	return { identity };
}
async function logged(title, attempt, run) {
	attempt.signal.throwIfAborted();
	const tail = new Tail();
	const result = await inGroup(title, attempt, tail, run);
	warnOfRest(result.ending, attempt);
	attempt.signal.throwIfAborted();
	const error = failureOf(result, attempt);
	if (error === void 0) return result;
	if (!succeeded(result.ending)) repeat(tail, attempt);
	throw error;
}
async function inGroup(title, { reporter }, tail, action) {
	reporter.openGroup(title);
	try {
		return await action((chunk) => {
			tail.push(chunk);
			reporter.output(chunk);
		});
	} finally {
		if (!tail.endsLine) reporter.output(Buffer.from("\n"));
		reporter.closeGroup();
	}
}
function repeat(tail, { reporter }) {
	const lines = tail.lines();
	if (lines.length === 0) return;
	reporter.info("The last lines of the build:");
	for (const line of lines) reporter.info(line);
}
function warnOfRest({ leftBehind, stuck }, { key, reporter }) {
	const build = `The build of "${shorten(key)}"`;
	if (stuck.length > 0) reporter.warn(`${build} left processes that cannot be ended: pid ${stuck.join(", ")}.`);
	if (stuck.length > 0 || leftBehind === 0) return;
	const some = leftBehind === 1 ? "a process" : `${leftBehind} processes`;
	reporter.warn(`${build} left ${some} running. They were ended, since nothing may change a build that others use: let the script wait for what it starts, and stop its daemons.`);
}
function succeeded({ exitCode, stopped }) {
	return exitCode === 0 && stopped === void 0;
}
function failureOf({ ending, exported }, { key, timeoutMs }) {
	const build = `The build of "${shorten(key)}"`;
	if (!succeeded(ending)) {
		const exitCode = ending.stopped === void 0 ? exitCodeOf(ending) : void 0;
		return new OnceError("BUILD_FAILED", `${build} ${whyFailed(ending, timeoutMs)}.`, { exitCode });
	}
	if (ending.stuck.length > 0) return new OnceError("BUILD_FAILED", `${build} left processes that cannot be ended, another user's perhaps (sudo), and may write on: let the script stop them.`);
	if (exported.length === 0) return void 0;
	return new OnceError("BUILD_FAILED", [`${build} used what reaches one job only.`, ...exported.map(advice)].join(" "));
}
function whyFailed(ending, timeoutMs) {
	if (ending.stopped !== void 0) return `took longer than build-timeout (${formatDuration(timeoutMs)})`;
	if (ending.killedBy !== void 0) return `was killed by ${ending.killedBy}${hints[ending.killedBy] ?? ""}`;
	return `failed with exit code ${ending.exitCode}${hints[`${ending.exitCode}`] ?? ""}`;
}
const outOfMemory = " (as the kernel does when memory runs out)";
const hints = {
	SIGKILL: outOfMemory,
	126: " (a command that may not be executed)",
	127: " (a command that was not found)",
	137: outOfMemory
};
function exitCodeOf({ exitCode, killedBy }) {
	return exitCode ?? (killedBy && 128 + constants.signals[killedBy]);
}
const instead = {
	GITHUB_ENV: "set variables with the input `export-env`",
	GITHUB_PATH: "put folders on PATH with the input `add-path`",
	GITHUB_OUTPUT: "say what it is in the file $BUILD_ONCE_IDENTITY, which becomes the output `identity` of this step"
};
function advice(file) {
	return `It wrote to ${file}, which the jobs that reuse the build would never see: ${instead[file]}.`;
}
export { logged, runProducer };
