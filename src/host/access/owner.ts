import { closeSync, fstatSync, openSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { OnceError, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';

/** Whose a file or a folder is. */
export type Owner = Pick<Stats, 'uid' | 'gid'>;

/** A shared root, and whether its group shares it (`shared: group`). */
export interface Sharing {
  readonly root: string;
  readonly groupShared: boolean;
}

/**
 * What this step takes or builds in has to be its own user's or root's, with `shared: group` the group's of the root. It
 * costs no call where it is this user's or root's. Windows has no such owners.
 * @throws OnceError ROOT_UNUSABLE if it is another user's
 */
export function refuseForeign(path: string, owner: Owner, { root, groupShared }: Sharing): void {
  const own = process.geteuid?.();
  if (own === undefined || owner.uid === own || owner.uid === 0) return;
  const above = unless(['ENOENT', 'ENOTDIR'], () => statSync(root));
  if (groupShared && above?.gid === owner.gid) return;
  // Root in a container works in a cache that belongs to the user of the host's runners.
  if (own === 0 && above?.uid === owner.uid) return;
  if (writtenAs(root) === owner.uid) return;
  const group = groupShared ? ` and group ${owner.gid}, which is not the group of ${root}` : '';
  throw new OnceError(
    'ROOT_UNUSABLE',
    `${path} belongs to user ${owner.uid}${group}, and this step runs as user ${own}. It is not used: whoever owns it may put anything there. Runners of several users need a root that is a folder of their group (chmod g+rws), and no \`shared: user\`. Otherwise name a \`root\` of this user, or delete that.`,
  );
}

/** The user whose files this process makes there: a file server may give all of them to one user. undefined: it makes none. */
function writtenAs(root: string): number | undefined {
  const file = join(root, `.owner-${newToken()}`);
  try {
    const handle = openSync(file, 'wx');
    try {
      return fstatSync(handle).uid;
    } finally {
      closeSync(handle);
      unlinkSync(file);
    }
  } catch {
    return undefined;
  }
}
