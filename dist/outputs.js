// src/step/outputs.ts
/**
* What later steps of the job may read. A failed step has no `result` and no `cache-hit`, and of the rest what is known.
* `runUrl` is this step's own, for a private build that no manifest tells about.
*/
function outputsOf(outcome, runUrl = "") {
	const result = resultOf(outcome);
	return {
		result,
		reused: String(result === "reused"),
		waited: String(result === "waited"),
		built: String(result === "built"),
		"cache-hit": result === "" ? "" : String(result === "reused" || result === "waited"),
		path: outcome.path ?? "",
		key: outcome.key,
		identity: outcome.identity ?? outcome.manifest?.identity ?? "",
		"wait-seconds": seconds(outcome.waitedMs),
		"build-seconds": seconds(buildMsOf(outcome)),
		"saved-seconds": seconds(savedMsOf(outcome)),
		"built-by": result === "private" ? runUrl : outcome.manifest?.builtBy.runUrl ?? ""
	};
}
/** The result, empty for a step that failed, at whatever point. */
function resultOf(outcome) {
	return outcome.error === void 0 ? outcome.result ?? "" : "";
}
/** What building the artifact took, whoever built it. */
function buildMsOf(outcome) {
	return outcome.buildMs ?? outcome.manifest?.buildMs;
}
/** What the recorded build took, less what was waited for it; 0 for who built, undefined for who has nothing. */
function savedMsOf(outcome) {
	const result = resultOf(outcome);
	if (result === "built" || result === "private") return 0;
	if (result !== "reused" && result !== "waited") return void 0;
	const took = buildMsOf(outcome);
	return took === void 0 ? void 0 : Math.max(0, took - outcome.waitedMs);
}
function seconds(ms) {
	return ms === void 0 ? "" : String(Math.max(0, Math.round(ms)) / 1e3);
}
export { savedMsOf as i, outputsOf as n, resultOf as r, buildMsOf as t };
