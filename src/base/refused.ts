import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Set-group-id and writable for the group. */
const FOR_GROUP = 0o2020;

/**
 * Why this user is refused at a path of the shared cache: whose what is there is, its mode, and the command that mends it.
 * Continues a sentence, without its full stop.
 */
export function whyRefused(path: string, root: string): string {
  const uid = process.geteuid?.();
  const found = nearest(path);
  if (uid === undefined || found === undefined)
    return 'this user may not write there; give the runner user write access';
  const { stats, at } = found;
  const owner = `${at} is of user ${stats.uid} and group ${stats.gid}, mode ${(stats.mode & 0o7777).toString(8)}`;
  const what = stats.uid === uid ? `let its owner write there (chmod u+rwx ${at})` : remedy(root, uid);
  return `${owner}, and this step runs as user ${uid}; ${what}`;
}

/** What refuses: the name itself if it may not be read, else the nearest folder that is there. */
function nearest(path: string): { readonly at: string; readonly stats: Stats } | undefined {
  const stats = look(path);
  const parent = dirname(path);
  if (stats !== undefined && (stats.isDirectory() || !isReadable(path) || parent === path)) return { at: path, stats };
  return parent === path ? undefined : nearest(parent);
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function remedy(root: string, uid: number): string {
  const stats = look(root);
  if (stats === undefined || (stats.mode & FOR_GROUP) !== FOR_GROUP) {
    return `give the root to that user (sudo chown -R ${uid} ${root}), or to a group of all who use it (${giving('GROUP', root)})`;
  }
  const isMember = process.getegid?.() === stats.gid || process.getgroups?.().includes(stats.gid) === true;
  return isMember
    ? `that was made without \`shared: group\`; give it to the group of the root (${giving(`${stats.gid}`, root)})`
    : `the root is for group ${stats.gid}, which that user is not in (sudo usermod -aG ${stats.gid} "$(id -nu ${uid})", then restart the runner)`;
}

function giving(group: string, root: string): string {
  return `sudo chgrp -R ${group} ${root} && sudo chmod -R g+rwX ${root} && sudo find ${root} -type d -exec chmod g+s {} +`;
}
