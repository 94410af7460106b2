import { a as PRODUCERS, c as eachLine, d as withoutControls, l as number, o as problem, s as workingDirectory, t as inputs, u as refuse, ut as hasControls } from "./main.js";
// src/step/fetching/readers.ts
function url(text) {
	const shown = withoutLogin(text);
	if (hasControls(text)) refuse(shown, "contains control characters", "Write it without them, in one line");
	if (/\s/.test(text)) refuse(shown, "contains blanks", "Write them as %20");
	if (!URL.canParse(text)) refuse(shown, "is not a URL", "Write it in full, with https://");
	const { protocol, username, password } = new URL(text);
	if (!["https:", "http:"].includes(protocol)) refuse(shown, "is neither an https nor an http URL", "Write one that starts with https://");
	if (username !== "" || password !== "") refuse("", "holds a user or a password, which other jobs would be shown", "Use the input headers");
	return text;
}
function withoutLogin(text) {
	return text.replace(/[?#].*/s, "").replace(/^([a-z+]*:?\/*)[^/]*@/is, "$1");
}
function token(text) {
	if (!hasControls(text)) return text;
	return refuse("", "contains control characters", "Write it without them, in one line");
}
function digest(text) {
	const plain = text.toLowerCase().replace(/^sha256:/, "");
	if (/^[0-9a-f]{64}$/.test(plain)) return plain;
	return refuse(text, "is not a sha256, which has 64 hex digits", "Write what `sha256sum FILE` prints first");
}
function headerLines(text) {
	return eachLine(text, (line) => {
		const at = line.indexOf(":");
		const name = line.slice(0, Math.max(at, 0)).trim();
		const value = line.slice(at + 1).trim();
		if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) refuse("", "has a line that is no header", "Write `Name: value`, for example `Accept: application/octet-stream`");
		if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) refuse(name, "has a value with characters that no header can hold", "Write it in ASCII, in one line");
		return {
			name,
			value
		};
	});
}
function repository(text) {
	withoutControls(text);
	if (/\s/.test(text) || text.startsWith("-")) refuse(text, "is no repository", "Write owner/name, or a URL to clone");
	if (/^[a-z+]+:\/\/[^/]*@/i.test(text) && !/^ssh:\/\/[^/:@]*@/i.test(text)) refuse("", "holds a user or a password, which other jobs would be shown", "Use the input token");
	if (/^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(text) || text.startsWith("/") || /^[\w.-]+\/[\w.-]+$/.test(text)) return text;
	return refuse(withoutLogin(text), "is neither owner/name nor a URL", "Write for example actions/checkout, or https://…");
}
function imageContext(text) {
	withoutControls(text);
	if (/^https?:\/\/[^/]*@/i.test(text)) refuse("", "holds a user or a password, which everybody on the host would be shown", "Check the context out before");
	return text;
}
function ref(text) {
	withoutControls(text);
	if (/[\s~^:?*[\\]|\.\.|@\{|^[-/]|\/$|\.lock$/.test(text)) refuse(text, "is no name that git has for a branch, a tag or a commit", "Write for example main, v1.2.0 or a commit");
	return text;
}
function submodules(text) {
	const word = text.toLowerCase();
	if (word === "false" || word === "true" || word === "recursive") return word;
	return refuse(text, "is not a word this input knows", "Allowed: true, false, recursive");
}
function filter(text) {
	if (/^(?:blob:none|blob:limit=\d+[kmg]?|tree:\d+)$/.test(text)) return text;
	return refuse(text, "is not a filter of git", "Write blob:none, tree:0 or blob:limit=1m");
}
function depth(text) {
	return number(text) || Infinity;
}
const PART = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const IMAGE = new RegExp(`^(?:[a-z0-9][a-z0-9.-]*(?::\\d+)?/)?${PART}(?:/${PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`, "i");
function image(text) {
	withoutControls(text);
	if (text.endsWith(":")) refuse(text, "has an empty tag", "Write one; hashFiles() is empty where no file matches its pattern");
	if (!IMAGE.test(text)) refuse(text, "is no name of an image", "Write name:tag, for example registry.example/team/base:42");
	if (/[A-Z]/.test(text.replace(/[:@][^/]*$/, ""))) refuse(text, "has capital letters, which names of images have not", `Write ${text.toLowerCase()}`);
	return /[:@][^/]*$/.test(text) ? text : `${text}:latest`;
}
function buildArgLines(text) {
	return eachLine(text, (line) => {
		if (/^[A-Za-z_]\w*(?:=.*)?$/.test(line)) return line;
		return refuse("", "has a line that is no build argument", "Write NAME=value, one a line");
	});
}
// src/step/fetching/rules.ts
function queryNeedsKey(read) {
	if (read.text("key") !== "" || !read.values.url?.includes("?")) return void 0;
	return problem(read, "key", "is missing, and this url, which has a query that may hold a secret or change, is no key", "Write key, for example the name and version of what is fetched");
}
function oneProducer(read) {
	const [first, second] = PRODUCERS.filter((name) => read.text(name) !== "");
	if (first === void 0 || second === void 0 || first === "run" && second === "image") return void 0;
	return problem(read, second, `was given with ${first}`, "Write one of the two");
}
const optionsOf = {
	url: [
		"sha256",
		"strip",
		"headers"
	],
	repository: [
		"ref",
		"update",
		"submodules",
		"lfs",
		"filter",
		"depth",
		"token"
	],
	image: [
		"context",
		"dockerfile",
		"build-args",
		"target"
	]
};
const OPTIONS = Object.entries(optionsOf).flatMap(([producer, options]) => options.map((option) => [producer, option]));
function withoutProducer(read, producer, option) {
	const { fallback } = inputs[option];
	if (read.text(producer) !== "" || ["", fallback].includes(read.text(option))) return void 0;
	return problem(read, option, `was given without ${producer}`, `Write ${producer} too, or drop it`);
}
function imageFromOne(read) {
	if (read.text("image") === "" || read.text("run") === "") return void 0;
	const option = optionsOf.image.find((name) => read.text(name) !== "");
	if (option === void 0) return void 0;
	return problem(read, option, "was given with run", "Let run build the image, or drop it");
}
function digestIsPulled(read) {
	if (!read.text("image").includes("@")) return void 0;
	const how = ["run", "context"].find((name) => read.text(name) !== "");
	if (how === void 0) return void 0;
	const wrong = `names a digest, which ${how} cannot be made to build`;
	return problem(read, "image", wrong, "Write name:tag, or drop the other input, so that it is pulled");
}
const fetchingRules = [
	queryNeedsKey,
	oneProducer,
	...OPTIONS.map(([producer, option]) => (read) => withoutProducer(read, producer, option)),
	imageFromOne,
	digestIsPulled
];
// src/step/fetching/specs.ts
function fetcherOf(values, command, env, context) {
	const { url, repository, image } = values;
	if (url !== void 0) return {
		name: "url",
		spec: urlOf(values, url)
	};
	if (repository !== void 0) return {
		name: "repository",
		spec: repositoryOf(values, repository, env)
	};
	if (image === void 0) return void 0;
	return {
		name: "image",
		spec: {
			image,
			daemon: void 0,
			how: imageSource(values, command, context)
		}
	};
}
function keyOf(producer) {
	switch (producer?.name) {
		case "url": return joined(producer.spec.url, [["sha256", producer.spec.sha256], ["strip", producer.spec.strip || void 0]]);
		case "repository": {
			const { url, ref, submodules, lfs, filter, depth } = producer.spec;
			return joined(`${url}@${ref}`, [
				["submodules", submodules === "false" ? void 0 : submodules],
				["lfs", lfs || void 0],
				["filter", filter],
				["depth", depth === Infinity ? "all" : depth === 1 ? void 0 : depth]
			]);
		}
		case "image": return producer.spec.image;
		default: return "";
	}
}
function joined(what, options) {
	return [what, ...options.filter(([, value]) => value !== void 0).map(([name, value]) => `${name}=${value}`)].join(" ");
}
function urlOf(values, url) {
	return {
		url,
		sha256: values.sha256,
		strip: values.strip,
		headers: values.headers,
		maxUnpackedBytes: values["max-unpacked"],
		maxRatio: values["max-ratio"]
	};
}
function repositoryOf(values, repository, env) {
	const server = (env.GITHUB_SERVER_URL || "https://github.com").replace(/\/$/, "");
	const url = /^[\w.-]+\/[\w.-]+$/.test(repository) ? `${server}/${repository}` : repository;
	const own = url.startsWith(`${server}/`) ? env["INPUT_JOB-TOKEN"] : void 0;
	return {
		url,
		ref: values.ref,
		commit: void 0,
		update: values.update,
		submodules: values.submodules,
		lfs: values.lfs,
		filter: values.filter,
		depth: values.depth,
		token: values.token ?? (own || void 0)
	};
}
function imageSource(values, command, place) {
	if (command !== void 0) return {
		kind: "run",
		command
	};
	const { context, dockerfile, target } = values;
	if (context === void 0) return { kind: "pull" };
	const folder = isRemote(context) ? void 0 : workingDirectory(context, place);
	const file = dockerfile === void 0 || folder === void 0 ? void 0 : workingDirectory(dockerfile, place);
	return {
		kind: "build",
		context: folder?.absolute ?? context,
		contextAsWritten: folder?.portable ?? context,
		dockerfile: file?.absolute ?? dockerfile,
		dockerfileAsWritten: file?.portable ?? dockerfile,
		buildArgs: values["build-args"],
		target
	};
}
function isRemote(context) {
	return /^(?:https?|git|ssh):\/\/|^git@/.test(context);
}
export { buildArgLines, depth, digest, fetcherOf, fetchingRules, filter, headerLines, image, imageContext, keyOf, ref, repository, submodules, token, url };
