import { lt as formatDuration, tt as newToken } from "./main.js";
import { n as runCommand, t as Tail } from "./commands.js";
// src/producers/check.ts
const LIMIT_MS = 3e4;
async function runCheck(spec, options) {
	const { timeoutMs = LIMIT_MS, reporter } = options;
	const tail = new Tail();
	const onOutput = (chunk) => tail.push(chunk);
	const { ending } = await runCommand(spec, {
		...options,
		timeoutMs,
		token: newToken(),
		onOutput
	});
	options.signal.throwIfAborted();
	const why = reason(ending, timeoutMs);
	for (const line of tail.lines()) reporter.debug(line);
	reporter.debug(`The check ${why}; processes it left running: ${ending.leftBehind}.`);
	return {
		passed: ending.exitCode === 0 && ending.stopped === void 0,
		why
	};
}
function reason(ending, timeoutMs) {
	if (ending.stopped !== void 0) return `took longer than ${formatDuration(timeoutMs)}`;
	if (ending.killedBy !== void 0) return `was killed by ${ending.killedBy}`;
	return `ended with exit code ${ending.exitCode}`;
}
export { runCheck };
