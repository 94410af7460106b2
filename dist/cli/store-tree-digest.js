import { o as Pace, s as walk } from "./tree.js";
const { closeSync, constants, openSync, readSync, readlinkSync } = process.getBuiltinModule("fs");
const { createHash } = process.getBuiltinModule("crypto");
// src/store/tree/digest.ts
async function digestTree(dir, signal, part = {}) {
	const { skip = () => false, counts = () => true } = part;
	const hash = createHash("sha256");
	const reader = new FileReader(signal);
	const add = async (visited) => {
		if (!counts(visited)) return;
		const name = Buffer.from(visited.name, "latin1");
		const content = await contentOf(visited, reader);
		hash.update(typeOf(visited)).update(length(name)).update(name).update(length(content)).update(content);
	};
	const stop = () => {
		signal?.throwIfAborted();
		return false;
	};
	await walk(dir, add, {
		stop,
		skip,
		sorted: true
	});
	return hash.digest("hex");
}
function typeOf({ stats }) {
	return number(stats.mode & constants.S_IFMT | (stats.isFile() ? stats.mode & 73 : 0));
}
async function contentOf({ path, stats }, reader) {
	if (stats.isFile()) return reader.digest(path);
	return stats.isSymbolicLink() ? readlinkSync(path, "buffer") : Buffer.alloc(0);
}
function length(bytes) {
	return number(bytes.length);
}
function number(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
var FileReader = class {
	#signal;
	#buffer = Buffer.alloc(262144);
	#pace = new Pace();
	constructor(signal) {
		this.#signal = signal;
	}
	async digest(path) {
		const hash = createHash("sha256");
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			for (let read = this.#read(file); read > 0; read = this.#read(file)) {
				hash.update(this.#buffer.subarray(0, read));
				if (this.#pace.due) await this.#pace.rest();
				this.#signal?.throwIfAborted();
			}
		} finally {
			closeSync(file);
		}
		return hash.digest();
	}
	#read(file) {
		return readSync(file, this.#buffer, 0, this.#buffer.length, null);
	}
};
export { digestTree };
