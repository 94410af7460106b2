import { V as OnceError, z as shorten } from "./command.js";
import { N as TOKEN_VARIABLE, p as isSecretOption } from "./run.js";
import { c as runTree, n as runScript, s as withoutPrivate, t as runLogged } from "./commands.js";
import { waitForSteps } from "./producers-steps.js";
import { i as untag, n as tag, r as tagsOf, t as imageId } from "./producers-image-producer.js";
// src/producers/image/build.ts
const TEMPORARY = "build-once.tmp";
const DISCARD_MS = 3e4;
const CANCELLED_DISCARD_MS = 2e3;
async function buildImage(spec, attempt) {
	attempt.signal.throwIfAborted();
	await removeStale(attempt);
	if (spec.how.kind === "pull") return pull(spec, attempt);
	if (spec.how.kind === "steps") return takeFromSteps(spec, attempt);
	const temporary = `${repositoryOf(attempt)}:${attempt.token}`;
	const discard = () => removeName(temporary, attempt);
	try {
		await make(spec, temporary, attempt);
		const identity = await imageId(temporary, attempt) ?? fail(spec.how, temporary, attempt);
		return {
			identity,
			discard,
			seal: () => seal(spec, temporary, identity, attempt)
		};
	} catch (error) {
		await discard();
		throw error;
	}
}
async function pull(spec, attempt) {
	const { image } = spec;
	await docker(`Pulling ${image}`, ["pull", image], {}, attempt, `Pulling "${shorten(image)}"`);
	const identity = await imageId(image, attempt);
	if (identity !== void 0) return {
		identity,
		seal: async () => record(spec, identity, attempt)
	};
	throw new OnceError("BUILD_FAILED", `The image ${image} was pulled, but the daemon no longer has it. Find out what removes images on this host.`);
}
async function takeFromSteps(spec, attempt) {
	await waitForSteps(attempt);
	const identity = await imageId(spec.image, attempt);
	if (identity !== void 0) return {
		identity,
		seal: async () => record(spec, identity, attempt)
	};
	throw new OnceError("BUILD_FAILED", `The daemon has no image ${spec.image}: the steps between claim and publish are to leave one of that name (docker/build-push-action: load: true).`);
}
async function make({ image, how }, temporary, attempt) {
	if (how.kind === "run") {
		const env = {
			...attempt.env,
			BUILD_ONCE_IMAGE: temporary
		};
		await runScript(how.command, {
			...attempt,
			env
		});
	}
	if (how.kind === "build") {
		const { args, env } = buildArguments(how, attempt.env);
		await docker(`Building ${shorten(image)}`, [
			"build",
			"--tag",
			temporary,
			...args,
			how.context
		], env, attempt);
	}
}
const GITHUB_CACHE = [
	"ACTIONS_RUNTIME_TOKEN",
	"ACTIONS_RESULTS_URL",
	"ACTIONS_CACHE_URL",
	"ACTIONS_CACHE_SERVICE_V2"
];
const OBEYED = /^(?:DOCKER_|BUILDKIT_|BUILDX_|BUILDAH_|BUILD_ONCE_|CONTAINERS?_|REGISTRY_AUTH_|STORAGE_|XDG_|SSH_|SSL_|LD_|GODEBUG$|HOME$|PATH$|PATHEXT$|TMPDIR$|USER(?:PROFILE)?$|SYSTEMROOT$)|_PROXY$/i;
function buildArguments(how, job) {
	const { dockerfile, target, buildArgs, cacheFrom, cacheTo, platforms, pull, labels } = how;
	const secrets = secretArguments(how.secrets);
	const pairs = buildArgs.map((line) => {
		const [name = ""] = line.split("=", 1);
		return [name, line];
	});
	const hidden = pairs.filter(([name, line]) => line !== name && !OBEYED.test(name));
	return {
		args: [
			...dockerfile === void 0 ? [] : ["--file", dockerfile],
			...target === void 0 ? [] : ["--target", target],
			...pairs.flatMap(([name, line]) => ["--build-arg", OBEYED.test(name) ? line : name]),
			...secrets.args,
			...cacheFrom.flatMap((each) => ["--cache-from", each]),
			...cacheTo.flatMap((each) => ["--cache-to", each]),
			...platforms.length === 0 ? [] : ["--platform", platforms.join(",")],
			...pull ? ["--pull"] : [],
			...labels.flatMap((each) => ["--label", each])
		],
		env: {
			...Object.fromEntries(hidden.map(([name, line]) => [name, line.slice(name.length + 1)])),
			...secrets.env,
			...[...cacheFrom, ...cacheTo].some((each) => each.includes("type=gha")) ? only(job, GITHUB_CACHE) : {}
		}
	};
}
function only(env, names) {
	return Object.fromEntries(names.map((name) => [name, env[name]]));
}
function secretArguments(lines) {
	const env = {};
	return {
		args: lines.flatMap((line, index) => {
			if (isSecretOption(line)) return ["--secret", line];
			const [name = ""] = line.split("=", 1);
			const variable = `BUILD_ONCE_SECRET_${index}`;
			env[variable] = line.slice(name.length + 1);
			return ["--secret", `id=${name},env=${variable}`];
		}),
		env
	};
}
async function docker(title, args, more, attempt, what) {
	const env = {
		...withoutPrivate(attempt.env),
		...more,
		[TOKEN_VARIABLE]: attempt.token
	};
	const command = {
		file: "docker",
		args,
		cwd: attempt.scratch,
		env
	};
	const run = async (onOutput) => {
		return {
			ending: await runTree(command, {
				...attempt,
				onOutput
			}),
			identity: void 0,
			exported: []
		};
	};
	await runLogged(title, attempt, run, what);
}
function fail({ kind }, temporary, { key }) {
	const name = `The build of "${shorten(key)}" succeeded, but`;
	throw new OnceError("BUILD_FAILED", kind === "run" ? `${name} there is no image with the name in $BUILD_ONCE_IMAGE. Let the script leave one: docker build -t "$BUILD_ONCE_IMAGE" .` : `${name} the daemon has no ${temporary}. If another builder than the daemon's own is the default, as docker/setup-buildx-action makes it, give this step one that loads its images: docker buildx use default.`);
}
async function seal(spec, temporary, identity, attempt) {
	try {
		await new Promise(setImmediate);
		attempt.signal.throwIfAborted();
		record(spec, identity, attempt);
		await tag(temporary, spec.image, attempt);
	} finally {
		await removeName(temporary, attempt);
	}
}
function record({ daemon = "" }, identity, { entry }) {
	entry?.images.record(daemon, identity);
}
function repositoryOf({ entry }) {
	return `${TEMPORARY}/${entry === void 0 ? "private" : entry.id.slice(-20)}`;
}
async function removeStale(attempt) {
	if (attempt.entry === void 0) return;
	for (const name of await tagsOf(repositoryOf(attempt), attempt)) {
		await untag(name, attempt);
		attempt.reporter.info(`Removed the image ${name}, left by a build that died.`);
	}
}
async function removeName(name, { env, signal }) {
	const limit = AbortSignal.timeout(signal.aborted ? CANCELLED_DISCARD_MS : DISCARD_MS);
	await untag(name, {
		env,
		signal: limit
	}).catch(() => {});
}
export { buildImage };
