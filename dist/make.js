import { t as OnceError } from "./errors.js";
import { r as shorten } from "./format.js";
import { d as sleep, f as stopwatch } from "./proc.js";
import { n as withinOf } from "./within.js";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
// src/parts.ts
/** What `add-path` and `export-env` name and a build does not have. */
function missingParts({ addPath, exportEnv }, buildDir) {
	return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}
// src/producers/table.ts
/**
* The producer for what a step asks for; loaded only to build.
* @throws OnceError BAD_INPUT when nothing says how to build
*/
async function loadProducer(run) {
	if (run === void 0) throw new OnceError("BAD_INPUT", "Nothing says how to build: give `run`.");
	const { runProducer } = await import("./producers-run.js");
	return runProducer(run);
}
// src/make.ts
/**
* Makes the artifact in `place.out`, and makes sure that it is what this step is going to hand out.
* @throws OnceError BUILD_FAILED; the reason of whichever signal ended it
*/
async function make(context, place) {
	const { request, services, paths, tally } = context;
	const { token, out, onSpawn } = place;
	const producer = await loadProducer(request.run);
	const signal = place.lost === void 0 ? services.signal : AbortSignal.any([services.signal, place.lost]);
	const scratch = await mkdtemp(join(services.temp, "build-once-"));
	const elapsed = stopwatch();
	try {
		const product = await untilGivenUp(producer.produce({
			key: request.subject.key,
			token,
			within: [...withinOf(services.env), `${paths.id}/${token}`],
			out,
			scratch,
			env: services.env,
			timeoutMs: request.policy.buildTimeoutMs,
			signal,
			reporter: services.reporter,
			onSpawn
		}), signal);
		tally.buildMs = Math.round(elapsed());
		tally.identity = product.identity;
		await requireWhole(context, out);
		return {
			producer,
			product,
			buildMs: tally.buildMs
		};
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
/** Longest time, in ms, that a build may take to end after it was told to. */
const END_LIMIT_MS = 5e3;
/** A process that cannot be killed (a hung disk) must not keep the lock: what it still writes is never published. */
async function untilGivenUp(building, signal) {
	const over = new AbortController();
	const givenUp = new Promise((_resolve, reject) => {
		const giveUp = () => void sleep(END_LIMIT_MS, over.signal).then(() => reject(signal.reason));
		if (signal.aborted) giveUp();
		else signal.addEventListener("abort", giveUp, {
			once: true,
			signal: over.signal
		});
	});
	try {
		return await Promise.race([building, givenUp]);
	} finally {
		over.abort();
	}
}
/** A build that lacks what every job is going to be given is a failed build; it is not published. */
async function requireWhole({ request, acceptance }, out) {
	const name = `The build of "${shorten(request.subject.key)}" ended well, but`;
	const missing = missingParts(request.delivery, out);
	if (missing.length > 0) {
		const list = missing.join(", ");
		throw new OnceError("BUILD_FAILED", `${name} $BUILD_ONCE_OUT lacks what \`add-path\` or \`export-env\` name: ${list}. Let the script put it there, or correct the input.`);
	}
	const verdict = await acceptance.runCheck(out);
	if (verdict?.passed === false) throw new OnceError("BUILD_FAILED", `${name} its check ${verdict.why}. Correct the script or \`check\`.`);
}
export { make as t };
