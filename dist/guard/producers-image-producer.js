import { Ft as within, R as TOKEN_VARIABLE, V as killProcessesOf, nt as formatDuration, w as saysAll, wt as OnceError, x as fingerprintOf, xt as newToken } from "./hot.js";
import { a as withoutPrivate, i as findProgram, s as searchPath } from "./commands.js";
const { userInfo } = process.getBuiltinModule("os");
// src/producers/probe.ts
const LIMIT_MS = 3e4;
const END_LIMIT_MS = 1e3;
async function probe(program, args, { env, signal }, { timeoutMs = LIMIT_MS } = {}) {
	signal.throwIfAborted();
	const file = requireProgram(program, env);
	const token = newToken();
	const { getExecOutput } = await import("./exec.js");
	const answer = getExecOutput(`"${file}"`, [...args], {
		silent: true,
		ignoreReturnCode: true,
		env: definedOf({
			...withoutPrivate(env),
			[TOKEN_VARIABLE]: token
		})
	});
	const result = await within(answer, timeoutMs, signal);
	if (result !== "late") return result;
	killProcessesOf(token);
	const ended = answer.catch(() => {});
	await within(ended, END_LIMIT_MS);
	signal.throwIfAborted();
	const command = [program, args[0]].join(" ");
	throw new OnceError("BUILD_FAILED", `\`${command}\` gave no answer within ${formatDuration(timeoutMs)}.`);
}
function requireProgram(program, env) {
	const file = findProgram(program, env);
	if (file !== void 0) return file;
	throw new OnceError("BAD_INPUT", `The program "${program}" is not on this runner: it was not found on PATH (${searchPath(env) ?? "unset"}). Install it, or add its folder to PATH in an earlier step.`);
}
function definedOf(env) {
	return Object.fromEntries(Object.entries(env).filter((pair) => pair[1] !== void 0));
}
// src/producers/image/docker.ts
const DAEMON = "{{if eq .ProductLicense \"Apache-2.0\"}}podman{{else}}docker {{.ID}}{{end}} {{.Name}} {{.DockerRootDir}}";
const PODMAN = "podman {{.Host.Hostname}} {{.Store.GraphRoot}}";
async function daemonOf(caller) {
	const answer = await docker([
		"info",
		"--format",
		DAEMON
	], caller);
	const daemon = answer.stdout.trim();
	if (answer.exitCode === 0 && daemon !== "") return daemon;
	const podman = await docker([
		"info",
		"--format",
		PODMAN
	], caller);
	if (podman.exitCode === 0) return podman.stdout.trim();
	const { stderr } = await docker([
		"image",
		"ls",
		"--quiet"
	], caller);
	throw unusable(stderr || answer.stderr, caller);
}
const MISSING = /no such image|image not known|failed to find image|no such object/i;
async function imageId(name, caller) {
	const answer = await docker([
		"image",
		"inspect",
		"--format",
		"{{.Id}}",
		name
	], caller);
	if (answer.exitCode === 0) return answer.stdout.trim().replace(/^(?!sha256:)/, "sha256:");
	if (MISSING.test(answer.stderr)) return void 0;
	throw unusable(answer.stderr, caller);
}
async function tag(image, name, caller) {
	const { exitCode, stderr } = await docker([
		"tag",
		image,
		name
	], caller);
	if (exitCode !== 0) throw unusable(stderr, caller);
}
async function untag(name, caller) {
	const { exitCode, stderr } = await docker(["rmi", name], caller);
	if (exitCode !== 0 && !MISSING.test(stderr)) throw unusable(stderr, caller);
}
async function tagsOf(repository, caller) {
	const { exitCode, stdout, stderr } = await docker([
		"image",
		"ls",
		"--filter",
		`reference=${repository}:*`,
		"--format",
		"{{.Repository}}:{{.Tag}}"
	], caller);
	if (exitCode !== 0) throw unusable(stderr, caller);
	return stdout.split(/\s+/).filter((name) => name.startsWith(`${repository}:`));
}
function docker(args, caller) {
	return probe("docker", args, caller);
}
function unusable(stderr, { env }) {
	const reason = (stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !/^warning/i.test(line)).join(" ") || "it gave no reason").replace(/^Error: /i, "").replace(/[^.?!]$/, "$&.");
	return new OnceError("BAD_INPUT", `image: the container daemon cannot be used: ${reason} ${adviceOn(reason, env)}.`);
}
function adviceOn(reason, { DOCKER_HOST }) {
	if (/permission denied/i.test(reason)) return `Put the user ${userInfo().username} into the group that owns the socket (docker), and restart the runner`;
	if (!/cannot connect|connection refused|daemon running|dial unix|no such host/i.test(reason)) return "Check the daemon's log";
	return `Start the daemon on this host${DOCKER_HOST ? ", or correct DOCKER_HOST" : "; in a container job, mount /var/run/docker.sock"}`;
}
// src/producers/image/producer.ts
function imageProducer(spec) {
	return {
		name: "image",
		fingerprint: fingerprintOf({
			name: "image",
			spec
		}),
		produce: async (attempt) => (await import("./producers-image-build.js")).buildImage(spec, attempt),
		findMade: (surroundings, entry) => findImage(spec, surroundings, entry),
		whyStale: (published, surroundings) => whyGone(spec, published, surroundings)
	};
}
async function pinImage(spec, surroundings) {
	const daemon = await daemonOf(surroundings);
	const how = await resolved(spec, surroundings);
	return {
		producer: {
			name: "image",
			spec: {
				...spec,
				daemon,
				how
			}
		},
		home: `${daemon} ${spec.image}`
	};
}
async function resolved({ image, how }, surroundings) {
	if (how.kind !== "build" || saysAll({
		image,
		how
	})) return how;
	const { recipeOf } = await import("./producers-image-recipe.js");
	return {
		...how,
		recipe: await recipeOf(image, how, surroundings)
	};
}
async function findImage(spec, surroundings, { images }) {
	const { image, daemon = "" } = spec;
	if (!saysAll(spec)) return void 0;
	const identity = await imageId(image, surroundings);
	if (identity === void 0) return void 0;
	if (images.mayAdopt(daemon, identity)) return {
		identity,
		seal: async () => images.record(daemon, identity)
	};
	surroundings.reporter.info(`The name ${image} stands for an image that was built for another key. It is built again.`);
}
async function whyGone({ image }, { identity }, surroundings) {
	const there = await imageId(image, surroundings);
	if (there === identity) return void 0;
	if (there === void 0) return `the image ${image} is gone from the daemon`;
	return `the name ${image} stands for another image now (${there})`;
}
export { untag as i, imageProducer, tag as n, pinImage, tagsOf as r, imageId as t };
