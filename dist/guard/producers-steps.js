import { Ft as within, it as shorten, nt as formatDuration, wt as OnceError, x as fingerprintOf } from "./hot.js";
// src/producers/steps.ts
function stepsProducer() {
	return {
		name: "steps",
		fingerprint: fingerprintOf({
			name: "steps",
			spec: {}
		}),
		produce: (attempt) => waitForSteps(attempt)
	};
}
async function waitForSteps({ key, steps, signal, timeoutMs }) {
	if (steps === void 0) throw new OnceError("BAD_INPUT", `Nothing builds "${shorten(key)}" here: use \`claim\`.`);
	const made = await within(steps(), timeoutMs, signal);
	if (made !== "late") return made;
	signal.throwIfAborted();
	throw new OnceError("BUILD_FAILED", `"${shorten(key)}" was not published within claim-limit (${formatDuration(timeoutMs)}) of its claim, and its build was removed. The steps hang, or need more time: then raise \`claim-limit\`.`);
}
export { stepsProducer, waitForSteps };
