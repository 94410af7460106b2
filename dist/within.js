import { t as OnceError } from "./errors.js";
import { r as shorten } from "./format.js";
import "./proc.js";
// src/within.ts
/** `<id>/<token>` of the attempts that a step with this environment runs inside of, outermost first. */
function withinOf(env) {
	return (env["BUILD_ONCE_WITHIN"] ?? "").split(",").filter((each) => each !== "");
}
/**
* A build that asks for the key it is itself building would wait for itself for ever.
* @throws OnceError NESTED_SAME_KEY
*/
function refuseOwnKey(env, id, key) {
	if (!withinOf(env).some((each) => each.startsWith(`${id}/`))) return;
	throw new OnceError("NESTED_SAME_KEY", `The build of "${shorten(key)}" asks for "${shorten(key)}" itself, and would wait for itself for ever. Give the inner step another \`key\`, or take it out of the script.`);
}
export { withinOf as n, refuseOwnKey as t };
