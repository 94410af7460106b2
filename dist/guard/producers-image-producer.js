import { O as TOKEN_VARIABLE, U as formatDuration, _t as within, ct as OnceError, g as fingerprintOf, j as killProcessesOf, ot as newToken } from "./hot.js";
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
	const first = await within(answer, timeoutMs, signal);
	if (first !== void 0) return first;
	killProcessesOf(token);
	await within(answer.catch(() => {}), END_LIMIT_MS);
	signal.throwIfAborted();
	const asked = [program, args[0]].join(" ");
	throw new OnceError("BUILD_FAILED", `\`${asked}\` gave no answer within ${formatDuration(timeoutMs)}.`);
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
async function daemonOf(asking) {
	const answer = await docker([
		"info",
		"--format",
		DAEMON
	], asking);
	const daemon = answer.stdout.trim();
	if (answer.exitCode === 0 && daemon !== "") return daemon;
	const podman = await docker([
		"info",
		"--format",
		PODMAN
	], asking);
	if (podman.exitCode === 0) return podman.stdout.trim();
	const { stderr } = await docker([
		"image",
		"ls",
		"--quiet"
	], asking);
	throw unusable(stderr || answer.stderr, asking);
}
const MISSING = /no such image|image not known|failed to find image|no such object/i;
async function imageId(name, asking) {
	const answer = await docker([
		"image",
		"inspect",
		"--format",
		"{{.Id}}",
		name
	], asking);
	if (answer.exitCode === 0) return answer.stdout.trim().replace(/^(?!sha256:)/, "sha256:");
	if (MISSING.test(answer.stderr)) return void 0;
	throw unusable(answer.stderr, asking);
}
async function tag(image, name, asking) {
	const { exitCode, stderr } = await docker([
		"tag",
		image,
		name
	], asking);
	if (exitCode !== 0) throw unusable(stderr, asking);
}
async function untag(name, asking) {
	const { exitCode, stderr } = await docker(["rmi", name], asking);
	if (exitCode !== 0 && !MISSING.test(stderr)) throw unusable(stderr, asking);
}
async function tagsOf(repository, asking) {
	const { exitCode, stdout, stderr } = await docker([
		"image",
		"ls",
		"--filter",
		`reference=${repository}:*`,
		"--format",
		"{{.Repository}}:{{.Tag}}"
	], asking);
	if (exitCode !== 0) throw unusable(stderr, asking);
	return stdout.split(/\s+/).filter((name) => name.startsWith(`${repository}:`));
}
function docker(args, asking) {
	return probe("docker", args, asking);
}
function unusable(stderr, { env }) {
	const told = (stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !/^warning/i.test(line)).join(" ") || "it gave no reason").replace(/^Error: /i, "").replace(/[^.?!]$/, "$&.");
	return new OnceError("BAD_INPUT", `image: the container daemon cannot be used: ${told} ${adviceOn(told, env)}.`);
}
function adviceOn(said, { DOCKER_HOST }) {
	if (/permission denied/i.test(said)) return `Put the user ${userInfo().username} into the group that owns the socket (docker), and restart the runner`;
	if (!/cannot connect|connection refused|daemon running|dial unix|no such host/i.test(said)) return "Look at the log of the daemon";
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
	return {
		producer: {
			name: "image",
			spec: {
				...spec,
				daemon
			}
		},
		home: `${daemon} ${spec.image}`
	};
}
async function findImage({ image, daemon = "" }, surroundings, { images }) {
	const identity = await imageId(image, surroundings);
	if (identity === void 0) return void 0;
	if (images.mayAdopt(daemon, identity)) return {
		identity,
		seal: async () => images.record(daemon, identity)
	};
	surroundings.reporter.info(`The name ${image} stands for an image that was made for another key: it is made anew.`);
}
async function whyGone({ image }, { identity }, surroundings) {
	const there = await imageId(image, surroundings);
	if (there === identity) return void 0;
	if (there === void 0) return `the image ${image} is gone from the daemon`;
	return `the name ${image} stands for another image now (${there})`;
}
export { untag as i, imageProducer, tag as n, pinImage, tagsOf as r, imageId as t };
