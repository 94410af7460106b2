import { d as fingerprintOf, lt as shorten, nt as sleep, ot as formatDuration, ut as OnceError } from "./main.js";
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
	if (steps === void 0) throw new OnceError("BAD_INPUT", `Nothing makes "${shorten(key)}" here: use \`claim\`.`);
	const over = new AbortController();
	const ends = AbortSignal.any([signal, over.signal]);
	const limit = sleep(timeoutMs === Infinity ? LONGEST_TIMER_MS : timeoutMs, ends).then(() => {
		signal.throwIfAborted();
		throw new OnceError("BUILD_FAILED", `"${shorten(key)}" was not published within claim-limit (${formatDuration(timeoutMs)}) of its claim, and its build was removed. The steps hang, or need more time: then raise \`claim-limit\`.`);
	});
	try {
		return await Promise.race([steps(), limit]);
	} finally {
		limit.catch(() => {});
		over.abort();
	}
}
const LONGEST_TIMER_MS = 2 ** 31 - 1;
export { stepsProducer, waitForSteps };
