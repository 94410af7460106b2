import { Dt as shorten, St as within, _ as fingerprintOf, kt as OnceError, wt as formatDuration } from "./main.js";
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
