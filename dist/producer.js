import { hash } from "node:crypto";
// src/producers/producer.ts
/** sha256 over what a command is; the same on every runner. Asked on every hit, so it loads no producer. */
function fingerprintOf({ script, shell = "", workingDirectoryAsWritten }) {
	return hash("sha256", [
		script,
		shell,
		workingDirectoryAsWritten
	].join("\0"), "hex");
}
export { fingerprintOf as t };
