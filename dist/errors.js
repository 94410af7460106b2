// src/base/errors.ts
/** An error meant to be read by a person: the message says what was wrong, the value, where, and what to do. */
var OnceError = class extends Error {
	code;
	/** Exit code of the build script, where there was one. */
	exitCode;
	constructor(code, message, options = {}) {
		super(message, { cause: options.cause });
		this.name = "OnceError";
		this.code = code;
		this.exitCode = options.exitCode;
	}
};
/** The `code` of a system error (`ENOENT`), or `ESTALE` for errno 116, which Node has no name for; else undefined. */
function systemCode(error) {
	if (!(error instanceof Error)) return void 0;
	const { code, errno } = error;
	return errno === -116 ? "ESTALE" : code;
}
/** What an error has to say, in one line. */
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}
/** Runs `action`; a system error with one of `codes` gives undefined instead. */
function unless(codes, action) {
	try {
		return action();
	} catch (error) {
		if (codes.includes(systemCode(error) ?? "")) return void 0;
		throw error;
	}
}
const explanations = {
	EACCES: "this user may not write there; give the runner user (or its group, with `shared: group`) write access",
	EPERM: "this user may not do that there; check the owner of the folder",
	EROFS: "it is on a read-only file system; mount it writable, or name another `root`",
	ENOSPC: "the disk is full; free some space, or name another `root`",
	EDQUOT: "the disk quota is used up; free some space, or name another `root`",
	ENOTDIR: "a part of that path is a file, not a folder; name a folder as `root`",
	EEXIST: "there is a file where a folder is needed; name a folder as `root`",
	ENOENT: "it went away while this step was running; mount it again, and run the job again",
	EIO: "the disk or the network file system reports an I/O error; see the kernel log of this host",
	ESTALE: "the network file system was remounted or removed; mount it again, and run the job again"
};
/** Whether `error` is one that says something about the shared folder itself, so that {@link rootError} can explain it. */
function isRootTrouble(error) {
	return (systemCode(error) ?? "") in explanations;
}
/** A file-system error, told so that it names the path and what to do. */
function rootError(error, root) {
	const code = systemCode(error) ?? "error";
	const path = error.path ?? root;
	const full = code === "ENOSPC" || code === "EDQUOT";
	const told = `${path.startsWith(root) ? `The shared cache at ${root} cannot be used: ${code} at ${path}` : `${path}: ${code}`}: ${explanations[code] ?? messageOf(error)}.`;
	return new OnceError(full ? "NO_SPACE" : "ROOT_UNUSABLE", told, { cause: error });
}
export { systemCode as a, rootError as i, isRootTrouble as n, unless as o, messageOf as r, OnceError as t };
