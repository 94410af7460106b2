import { i as __toESM, r as __require, t as __commonJSMin } from "./rolldown-runtime.js";
import { Ot as sha256, m as isTagDigest } from "./run.js";
import { K as systemCode, V as OnceError, W as messageOf, q as unless } from "./command.js";
import { digestTree } from "./store-tree-digest.js";
const { lstatSync, readFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, join, resolve } = process.getBuiltinModule("path");
const newIgnore = __toESM(__commonJSMin(((exports, module) => {
	const path = __require("path");
	const factory = (options) => new IgnoreBase(options);
	factory.default = factory;
	module.exports = factory;
	function make_array(subject) {
		return Array.isArray(subject) ? subject : [subject];
	}
	const REGEX_TRAILING_PATH_SEP = path.sep === "\\" ? /(?<=.)\\$/ : /(?<=.)\/$/;
	const KEY_IGNORE = typeof Symbol !== "undefined" ? Symbol.for("dockerignore") : "dockerignore";
	function cleanPath(file) {
		return path.normalize(file).replace(REGEX_TRAILING_PATH_SEP, "");
	}
	function toSlash(file) {
		if (path.sep === "/") return file;
		return file.replace(/\\/g, "/");
	}
	function fromSlash(file) {
		if (path.sep === "/") return file;
		return file.replace(/\//g, path.sep);
	}
	var IgnoreBase = class {
		constructor({ ignorecase = true } = {}) {
			this._rules = [];
			this._ignorecase = ignorecase;
			this[KEY_IGNORE] = true;
			this._initCache();
		}
		_initCache() {
			this._cache = {};
		}
		add(pattern) {
			this._added = false;
			if (typeof pattern === "string") pattern = pattern.split(/\r?\n/g);
			make_array(pattern).forEach(this._addPattern, this);
			if (this._added) this._initCache();
			return this;
		}
		addPattern(pattern) {
			return this.add(pattern);
		}
		_addPattern(pattern) {
			if (pattern && pattern[KEY_IGNORE]) {
				this._rules = this._rules.concat(pattern._rules);
				this._added = true;
				return;
			}
			if (this._checkPattern(pattern)) {
				const rule = this._createRule(pattern.trim());
				if (rule !== null) {
					this._added = true;
					this._rules.push(rule);
				}
			}
		}
		_checkPattern(pattern) {
			return pattern && typeof pattern === "string" && pattern.indexOf("#") !== 0 && pattern.trim() !== "";
		}
		filter(paths) {
			return make_array(paths).filter((path) => this._filter(path));
		}
		createFilter() {
			return (path) => this._filter(path);
		}
		ignores(path) {
			return !this._filter(path);
		}
		_createRule(pattern) {
			const origin = pattern;
			let negative = false;
			if (pattern[0] === "!") {
				negative = true;
				pattern = pattern.substring(1).trim();
			}
			if (pattern.length > 0) {
				pattern = cleanPath(pattern);
				pattern = toSlash(pattern);
				if (pattern.length > 1 && pattern[0] === "/") pattern = pattern.slice(1);
			}
			if (negative) pattern = "!" + pattern;
			pattern = pattern.trim();
			if (pattern === "") return null;
			pattern = cleanPath(pattern);
			if (pattern[0] === "!") {
				if (pattern.length === 1) return null;
				negative = true;
				pattern = pattern.substring(1);
			} else negative = false;
			return {
				origin,
				pattern,
				dirs: pattern.split(path.sep),
				negative
			};
		}
		_filter(path) {
			if (!path) return false;
			if (path in this._cache) return this._cache[path];
			return this._cache[path] = this._test(path);
		}
		_test(file) {
			file = fromSlash(file);
			const parentPath = cleanPath(path.dirname(file));
			const parentPathDirs = parentPath.split(path.sep);
			let matched = false;
			this._rules.forEach((rule) => {
				let match = this._match(file, rule);
				if (!match && parentPath !== ".") {
					if (rule.dirs.includes("**")) for (let i = rule.dirs.filter((x) => x !== "**").length; i <= parentPathDirs.length; i++) match = match || this._match(parentPathDirs.slice(0, i).join(path.sep), rule);
					else if (rule.dirs.length <= parentPathDirs.length) match = this._match(parentPathDirs.slice(0, rule.dirs.length).join(path.sep), rule);
				}
				if (match) matched = !rule.negative;
			});
			return !matched;
		}
		_match(file, rule) {
			return this._compile(rule).regexp.test(file);
		}
		_compile(rule) {
			if (rule.regexp) return rule;
			let regStr = "^";
			let escapedSlash = path.sep === "\\" ? "\\\\" : path.sep;
			for (let i = 0; i < rule.pattern.length; i++) {
				const ch = rule.pattern[i];
				if (ch === "*") {
					if (rule.pattern[i + 1] === "*") {
						i++;
						if (rule.pattern[i + 1] === path.sep) i++;
						if (rule.pattern[i + 1] === void 0) regStr += ".*";
						else regStr += `(.*${escapedSlash})?`;
					} else regStr += `[^${escapedSlash}]*`;
				} else if (ch === "?") regStr += `[^${escapedSlash}]`;
				else if (ch === "." || ch === "$") regStr += `\\${ch}`;
				else if (ch === "\\") {
					if (path.sep === "\\") {
						regStr += escapedSlash;
						continue;
					}
					if (rule.pattern[i + 1] !== void 0) {
						regStr += "\\" + rule.pattern[i + 1];
						i++;
					} else regStr += "\\";
				} else regStr += ch;
			}
			regStr += "$";
			rule.regexp = new RegExp(regStr, this._ignorecase ? "i" : "");
			return rule;
		}
	};
}))(), 1).default;
async function recipeOf(image, how, { env, signal }) {
	const { buildArgs, labels, platforms, target = "", dockerfileAsWritten = "" } = how;
	const said = [
		labels,
		platforms,
		buildArgs.map((line) => line.includes("=") ? line : `${line}=${env[line] ?? ""}`)
	].map((lines) => sha256(...lines));
	return sha256(...said, target, dockerfileAsWritten, isTagDigest(image) ? "" : await contentsOf(how, signal));
}
async function contentsOf(how, signal) {
	if (isRemote(how)) return how.context;
	const { context, dockerfile = join(context, "Dockerfile") } = how;
	try {
		const text = readIfThere(dockerfile) ?? "";
		return sha256(text, await digestOf(context, dockerfile, signal));
	} catch (error) {
		if (systemCode(error) === void 0) throw error;
		throw unreadable(how, error);
	}
}
function isRemote({ context, contextAsWritten }) {
	return context === contextAsWritten && context !== resolve(context);
}
function unreadable({ contextAsWritten, context }, error) {
	return new OnceError("BAD_INPUT", `context: "${contextAsWritten}" (${context}) is looked at to find out whether the image is up to date, and cannot be read: ${messageOf(error)}. Check it out in an earlier step; or put hashFiles() of it into the tag of \`image\`, or a \`key\` beside it, and it is needed for builds only.`, { cause: error });
}
function digestOf(context, dockerfile, signal) {
	const lines = ignoreLines(context, dockerfile);
	const ignored = newIgnore({ ignorecase: false }).add(lines);
	const excepts = lines.some((line) => line.trim().startsWith("!"));
	const isOut = ({ name }) => name !== "" && (name === ".git" || ignored.ignores(name));
	return digestTree(context, signal, {
		skip: (visited) => isOut(visited) && !(visited.stats.isDirectory() && excepts && visited.name !== ".git"),
		counts: (visited) => !visited.stats.isDirectory() && !isOut(visited)
	});
}
function ignoreLines(context, dockerfile) {
	return (readIfThere(join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)) ?? readIfThere(join(context, ".dockerignore")) ?? "").split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
}
function readIfThere(file) {
	const stats = unless(["ENOENT", "ENOTDIR"], () => lstatSync(file));
	if (stats === void 0 || !(stats.isFile() || stats.isSymbolicLink())) return void 0;
	return unless([
		"ENOENT",
		"ENOTDIR",
		"EISDIR"
	], () => readFileSync(file, "latin1"));
}
export { recipeOf };
