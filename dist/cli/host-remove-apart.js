const { spawn } = process.getBuiltinModule("child_process");
// src/host/remove-apart.ts
function removeApart(folder, names, signal) {
	return new Promise((resolve) => {
		const paths = names.map((name) => `./${name}`);
		const child = spawn("/bin/rm", [
			"-rf",
			"--one-file-system",
			"--",
			...paths
		], {
			cwd: folder,
			stdio: "ignore"
		});
		const late = () => {
			child.unref();
			resolve(false);
		};
		if (signal.aborted) late();
		const done = (areGone) => {
			signal.removeEventListener("abort", late);
			resolve(areGone);
		};
		signal.addEventListener("abort", late);
		child.once("error", () => done(false));
		child.once("exit", (code) => done(code === 0));
	});
}
export { removeApart };
