import { Dt as shorten, Nt as unless, kt as OnceError } from "./main.js";
const { lstatSync, readdirSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/producers/left-nothing.ts
const SHOWN_NAMES = 5;
const TICK_MS = 20;
const OUT = "BUILD_ONCE_OUT";
function leftNothing(spec, { key, out }, startedAt) {
	return new OnceError("BUILD_FAILED", [
		`The build of "${shorten(key)}" succeeded, but left nothing in $BUILD_ONCE_OUT (${out}), so other jobs would get an empty folder.`,
		otherPlace(spec, startedAt),
		"If the build is no folder, write `check`; if it is meant to be empty, write `allow-empty: true`."
	].join(" "));
}
function otherPlace({ script, argv, workingDirectory }, startedAt) {
	const misspelt = misspeltIn(script);
	if (misspelt !== void 0) return `The script says ${shorten(misspelt)}, which is not set: write ${OUT}.`;
	const changed = changedIn(workingDirectory, startedAt);
	const where = changed.length === 0 ? `The script ran in ${workingDirectory}` : `The script ran in ${workingDirectory}, and these changed there meanwhile: ${changed.join(", ")}`;
	const named = script.includes(OUT) ? "" : `, and does not name ${OUT}`;
	if (argv !== void 0) return `${where}${named}. ${FOR_COMMANDS}`;
	return `${where}${named}: let it install into "$${OUT}", or copy the result there at its end.`;
}
const FOR_COMMANDS = `A command finds the folder in its environment; where an argument has to name it, write --run '… "$${OUT}"' instead.`;
function misspeltIn(script) {
	return (script.match(/\bBUILDS?_?ONCE_?(?:OUT|DIR|PATH|FOLDER)\w*/gi) ?? []).find((word) => word !== OUT);
}
function changedIn(folder, since) {
	const changed = (unless(["ENOENT", "EACCES"], () => readdirSync(folder)) ?? []).filter((name) => {
		const stats = unless(["ENOENT", "EACCES"], () => lstatSync(join(folder, name)));
		return stats !== void 0 && stats.mtimeMs >= since - TICK_MS;
	});
	const shown = changed.slice(0, SHOWN_NAMES).map((name) => shorten(name));
	return changed.length > SHOWN_NAMES ? [...shown, "…"] : shown;
}
export { leftNothing };
