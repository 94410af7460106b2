import { K as listFolder, X as removeFile, at as dayOf, st as journalDir } from "./run.js";
import { f as whileInFolder, o as Pace, u as makeRealFolders } from "./tree.js";
const { rmdirSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/store/journal/start-day.ts
const KEPT_DAYS = 30;
const DAY_MS = 864e5;
async function startDay(root, day, write, now) {
	makeRealFolders(root, day);
	write();
	const oldest = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
	await whileInFolder(journalDir(root), async (journal) => {
		for (const name of listFolder(journal)) if (/^\d{4}-\d\d-\d\d$/.test(name) && name < oldest) await removeDay(join(journal, name));
	});
}
async function removeDay(day) {
	await whileInFolder(day, async (folder) => {
		const pace = new Pace();
		for (const name of listFolder(folder)) {
			if (/^[0-9a-f]{12}\.json$/.test(name)) removeFile(join(folder, name));
			if (pace.due) await pace.rest();
		}
	});
	rmdirSync(day);
}
export { startDay };
