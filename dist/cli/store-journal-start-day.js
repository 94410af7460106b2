import { l as inFolder, u as makeRealFolders } from "./tree.js";
import { at as journalDir, rt as dayOf } from "./run.js";
const { readdirSync, rmSync, rmdirSync } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
// src/store/journal/start-day.ts
const KEPT_DAYS = 30;
const DAY_MS = 864e5;
function startDay(root, day, write, now) {
	makeRealFolders(root, day);
	write();
	const oldest = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
	inFolder(journalDir(root), (journal) => {
		for (const name of readdirSync(journal)) if (/^\d{4}-\d\d-\d\d$/.test(name) && name < oldest) removeDay(join(journal, name));
	});
}
function removeDay(day) {
	inFolder(day, (folder) => {
		for (const name of readdirSync(folder)) if (/^[0-9a-f]{12}\.json$/.test(name)) rmSync(join(folder, name), { force: true });
	});
	rmdirSync(day);
}
export { startDay };
