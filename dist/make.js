import { B as sleep, G as OnceError, V as stopwatch, W as shorten, a as withinOf } from "./main.js";
const { existsSync, mkdtempSync, rmSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/parts.ts
function missingParts({ addPath, exportEnv }, buildDir) {
	return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}
// src/producers/table.ts
async function loadProducer(run) {
	if (run === void 0) throw new OnceError("BAD_INPUT", "Nothing says how to build: give `run`.");
	const { runProducer } = await import("./producers-run.js");
	return runProducer(run);
}
// src/make.ts
async function make(context, place) {
	const { request, services, paths, tally } = context;
	const { token, out, onSpawn } = place;
	const producer = await loadProducer(request.run);
	const signal = place.lost === void 0 ? services.signal : AbortSignal.any([services.signal, place.lost]);
	const scratch = mkdtempSync(join(services.temp, "build-once-"));
	const elapsed = stopwatch();
	try {
		const building = producer.produce({
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
		});
		let product;
		try {
			product = await untilGivenUp(building, signal);
		} finally {
			tally.buildMs = Math.round(elapsed());
		}
		tally.identity = product.identity;
		await requireWhole(context, out);
		return {
			producer,
			product,
			buildMs: tally.buildMs
		};
	} finally {
		rmSync(scratch, {
			recursive: true,
			force: true
		});
	}
}
const END_LIMIT_MS = 5e3;
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
export { missingParts as n, make as t };
