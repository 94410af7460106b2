import { $ as unless, D as TOKEN_VARIABLE, X as OnceError, Y as shorten, i as shellFor } from "./main.js";
import { n as runTree } from "./tail.js";
import { n as withoutPrivate, t as findProgram } from "./environment.js";
const { closeSync, mkdtempSync, openSync, readSync, statSync, writeFileSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/producers/command.ts
const RUNNER_FILES = [
	"GITHUB_ENV",
	"GITHUB_PATH",
	"GITHUB_OUTPUT"
];
const IDENTITY_LENGTH = 200;
const windows = process.platform === "win32";
async function runCommand(spec, options) {
	options.signal.throwIfAborted();
	requireFolder(spec);
	const own = mkdtempSync(join(options.scratch, "run-"));
	const env = buildEnvironment(options, own);
	const shell = shellFor(spec.shell, {
		windows,
		has: (program) => findProgram(program, options.env) !== void 0
	});
	const script = join(own, `script${shell.extension}`);
	writeFileSync(script, shell.prepare(spec.script), { mode: 384 });
	const { program: file, verbatim } = shell;
	const command = {
		file,
		verbatim,
		args: shell.argumentsFor(script),
		cwd: spec.workingDirectory,
		env
	};
	return {
		ending: await runTree(command, options),
		identity: readIdentity(own),
		exported: RUNNER_FILES.filter((name) => sizeOf(join(own, name)) > 0)
	};
}
function requireFolder({ workingDirectory, workingDirectoryAsWritten }) {
	if (unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => statSync(workingDirectory))?.isDirectory()) return;
	throw new OnceError("BAD_INPUT", `working-directory: "${shorten(workingDirectoryAsWritten)}" is no folder here (${workingDirectory}). Check it out or create it in an earlier step, or name another one.`);
}
function buildEnvironment(options, own) {
	const { env, key, out, token, within } = options;
	return {
		...withoutPrivate(env),
		...Object.fromEntries(RUNNER_FILES.map((name) => [name, emptyFile(own, name)])),
		BUILD_ONCE_OUT: out,
		BUILD_ONCE_KEY: key,
		BUILD_ONCE_IDENTITY: emptyFile(own, "identity"),
		[TOKEN_VARIABLE]: token,
		...within && { ["BUILD_ONCE_WITHIN"]: within.join(",") }
	};
}
function emptyFile(folder, name) {
	const file = join(folder, name);
	writeFileSync(file, "");
	return file;
}
function sizeOf(file) {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
function readIdentity(own) {
	const file = join(own, "identity");
	if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void 0;
	return [...(readStart(file, 1600).split(/\r\n|\r|\n/, 1)[0] ?? "").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "").trim()].slice(0, IDENTITY_LENGTH).join("") || void 0;
}
function readStart(file, bytes) {
	const descriptor = openSync(file, "r");
	try {
		const buffer = Buffer.alloc(bytes);
		return buffer.toString("utf8", 0, readSync(descriptor, buffer));
	} finally {
		closeSync(descriptor);
	}
}
export { runCommand as t };
