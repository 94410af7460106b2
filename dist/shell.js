import { r as shorten } from "./format.js";
import { basename } from "node:path";
// src/producers/shell.ts
const WORDS = [
	"bash",
	"sh",
	"pwsh",
	"powershell",
	"cmd",
	"python"
];
const PLACE = "{0}";
const powershell = ["-command", `. '${PLACE}'`];
/** As the runner starts them; `python {0}` and so on can also be written out as templates. */
const known = {
	bash: {
		extension: ".sh",
		args: [
			"--noprofile",
			"--norc",
			"-eo",
			"pipefail",
			PLACE
		]
	},
	sh: {
		extension: ".sh",
		args: ["-e", PLACE]
	},
	pwsh: {
		extension: ".ps1",
		args: powershell
	},
	powershell: {
		extension: ".ps1",
		args: powershell
	},
	cmd: {
		extension: ".cmd",
		args: [
			"/D",
			"/E:ON",
			"/V:OFF",
			"/S",
			"/C",
			`"CALL "${PLACE}""`
		]
	},
	python: {
		extension: ".py",
		args: [PLACE]
	}
};
/** What is wrong with the input `shell`, as a sentence that says what to write instead; undefined: nothing. */
function shellProblem(shell) {
	if (isWord(shell)) return void 0;
	const shown = shorten(shell.trim());
	const [program, ...args] = splitWords(shell) ?? [];
	if (shown === "") return `shell: is blank; leave it out, or write one of ${WORDS.join(", ")}.`;
	if (shell.includes("\0")) return `shell: "${shown}" holds a NUL character; take it out.`;
	if (program === void 0) return `shell: "${shown}" has a quote that is not closed; close it.`;
	if (program.includes(PLACE)) return `shell: "${shown}" starts with ${PLACE}; name a program first: "bash ${PLACE}".`;
	if (args.some((arg) => arg.includes(PLACE))) return void 0;
	return `shell: "${shown}" is none of ${WORDS.join(", ")}; for a template, write ${PLACE} where the script file goes: "${shown} ${PLACE}".`;
}
/** The shell for an input that {@link shellProblem} has nothing against; undefined is what the runner uses by default. */
function shellFor(shell, host) {
	if (shell === void 0) return defaultShell(host);
	return isWord(shell) ? make(shell, known[shell].args, shell) : fromTemplate(splitWords(shell) ?? []);
}
function defaultShell({ windows, has }) {
	if (windows) return shellFor(has("pwsh") ? "pwsh" : "powershell", {
		windows,
		has
	});
	return make(has("bash") ? "bash" : "sh", known.sh.args, "sh");
}
function fromTemplate([program = "", ...args]) {
	return make(program, args, basename(program).replace(/\.exe$/i, ""));
}
function make(program, args, kind) {
	return {
		program,
		extension: isWord(kind) ? known[kind].extension : "",
		verbatim: kind === "cmd" && args === known.cmd.args,
		prepare: (script) => prepare(kind, script),
		argumentsFor: (path) => args.map((arg) => arg.replaceAll(PLACE, () => args === powershell ? quoted(path) : path))
	};
}
function prepare(kind, script) {
	if (kind === "cmd") return crlf(`@echo off\n${script}`);
	if (kind !== "pwsh" && kind !== "powershell") return script;
	return `$ErrorActionPreference = 'stop'\n${script}\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit \$LASTEXITCODE }`;
}
/** `cmd` misreads labels in files with bare line feeds. */
function crlf(text) {
	return text.replace(/\r?\n/g, "\r\n");
}
/** A single quote inside PowerShell's single quotes. */
function quoted(path) {
	return path.replaceAll("'", "''");
}
function isWord(shell) {
	return WORDS.includes(shell);
}
/** Words at blanks; single and double quotes keep blanks, and `\"` is a quote. undefined: a quote is not closed. */
function splitWords(text) {
	const part = /\\"|'[^']*'|"(?:\\"|[^"])*"|[^\s'"]/;
	const words = text.match(new RegExp(`(?:${part.source})+`, "g")) ?? [];
	return text.replace(new RegExp(part.source, "g"), "").trim() === "" ? words.map(unquote) : void 0;
}
function unquote(word) {
	return word.replace(/\\"|'([^']*)'|"((?:\\"|[^"])*)"/g, (whole, single, double) => {
		return whole === "\\\"" ? "\"" : single ?? double?.replaceAll("\\\"", "\"") ?? "";
	});
}
export { shellProblem as n, shellFor as t };
