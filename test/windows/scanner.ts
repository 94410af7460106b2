import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A virus scanner of Windows: each file below a folder, once it is seen, is held open for so many ms, in a way that lets
 * nobody delete, rename or open it. Real ones mostly let others read. Prints how many it has held when its stdin ends.
 *
 *     node test/windows/scanner.ts FOLDER MS
 */
const [folder = '', ms = ''] = process.argv.slice(2);
/** What libuv calls UV_FS_O_EXLOCK: on Windows the file is shared with nobody. */
const EXCLUSIVE = 0x10000000;

const seen = new Set<string>();
let held = 0;
let over = false;
process.stdin.on('end', () => {
  over = true;
});
process.stdin.resume();
console.log('scanning');
while (!over) {
  for (const { parentPath, name } of files()) void hold(join(parentPath, name));
  await sleep(5);
}
console.log(`held ${held}`);
process.exit(0);

function files() {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  } catch {
    // Folders come and go.
    return [];
  }
}

async function hold(file: string): Promise<void> {
  if (seen.has(file)) return;
  seen.add(file);
  try {
    const handle = openSync(file, constants.O_RDONLY | EXCLUSIVE);
    held++;
    await sleep(Number(ms));
    closeSync(handle);
  } catch {
    // It is gone, or somebody has it open.
  }
}
