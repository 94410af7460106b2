import { hash, randomBytes } from "node:crypto";
// src/base/key.ts
const SLUG_LENGTH = 20;
const DIGEST_LENGTH = 20;
/**
* The folder name of a subject: a readable slug, then 80 bits of sha256 over the exact bytes.
* Keys that differ in any byte, in case or in Unicode form get different names, also on file systems that fold them.
*/
function entryId(subject) {
	const { scope, platform, root, relocatable, key } = subject;
	const digest = hash("sha256", [
		scope,
		platform,
		relocatable ? "" : root,
		key
	].join("\0"), "hex");
	return `${slug(key)}-${digest.slice(0, DIGEST_LENGTH)}`;
}
function slug(key) {
	return key.slice(0, 200).toLowerCase().replace(/[^a-z0-9.]+/g, "-").slice(0, SLUG_LENGTH).replace(/^[-.]+|[-.]+$/g, "") || "key";
}
/** A name for one attempt: 12 hex digits of randomness; exclusive only by the `mkdir` of it. */
function newToken() {
	return randomBytes(6).toString("hex");
}
/** Whether a name is a token. */
function isToken(name) {
	return /^[0-9a-f]{12}$/.test(name);
}
export { isToken as n, newToken as r, entryId as t };
