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
		signal.addEventListener("abort", late);
		child.once("error", () => resolve(false));
		child.once("exit", (code) => resolve(code === 0));
	});
}
export { removeApart };
