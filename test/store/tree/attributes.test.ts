import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, mountSpace, needsMounts } from '../../harness/disks/mounts.ts';
import { tempDir } from '../../harness/job/job.ts';
import { OTHER_USER } from '../../harness/lock/client.ts';

const COPY = join(import.meta.dirname, '../../../src/store/tree/copy.ts');
const isRoot = process.getuid?.() === 0;

/** A tree that is for a group, a place for its copy where that group may write, and the home of somebody. */
function scene() {
  const dir = tempDir();
  const [tree, shared, home] = [join(dir, 'tree'), join(dir, 'shared'), join(dir, 'home')];
  mkdirSync(join(tree, 'bin'), { recursive: true });
  writeFileSync(join(tree, 'bin/tool'), 'x');
  mkdirSync(shared);
  mkdirSync(home);
  writeFileSync(join(home, 'thesis'), 'years of work');
  for (const folder of [dir, shared, tree, join(tree, 'bin')]) {
    if (isRoot) chownSync(folder, 0, 65534);
    chmodSync(folder, 0o2775);
  }
  return { dir, tree, shared, home, copy: join(shared, 'copy') };
}

/** Copies the tree, with something happening right before `cp` starts. Returns what was said on standard error. */
async function copied({ dir, tree, copy }: ReturnType<typeof scene>, before: string): Promise<string> {
  copyFileSync('/bin/cp', join(dir, 'real-cp'));
  writeFileSync(join(dir, 'cp'), `#!/bin/sh\n${before}\nexec '${join(dir, 'real-cp')}' "$@"\n`, { mode: 0o755 });
  const { wrapper } = await mountSpace(`mount --bind '${join(dir, 'cp')}' /bin/cp`);
  const program = `import { copyTree } from '${COPY}'; await copyTree('${tree}', '${copy}');`;
  const [file = '', ...args] = [...wrapper, process.execPath, '--input-type=module', '-e', program];
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  expect(status === 0, stderr).toBe(stderr === '');
  return stderr;
}

const swap = (name: string, home: string) => `mv '${name}' '${name}-aside'; ln -s '${home}' '${name}'`;

describe.skipIf(!canMount)(`attributes are copied by names, by cp${needsMounts}`, () => {
  test('and a folder of the tree that is swapped for a link before it gives the copy no names of others', async () => {
    const at = scene();
    const said = await copied(at, swap(join(at.tree, 'bin'), at.home));
    expect(said).toContain('REPLACED');
  });

  test('and pipes, which are not copied, leave a folder its time', async () => {
    const at = scene();
    spawnSync('mkfifo', [join(at.tree, 'bin/pipe')]);
    spawnSync('touch', ['-d', '@1000000000', join(at.tree, 'bin')]);
    expect(await copied(at, '')).toBe('');
    expect(readdirSync(join(at.copy, 'bin'))).toEqual(['tool']);
    expect(spawnSync('stat', ['-c', '%Y', join(at.copy, 'bin')], { encoding: 'utf8' }).stdout).toBe('1000000000\n');
  });

  // Only root may become another user.
  test.skipIf(!isRoot)('and nobody else can lead it out of the copy', async () => {
    const at = scene();
    symlinkSync('tool', join(at.tree, 'bin/other-name'));
    const enemy = `${swap(join(at.copy, 'bin'), at.home)}; ${swap(at.copy, at.home)}`;
    expect(await copied(at, `${OTHER_USER.join(' ')} sh -c "${enemy}" 2> /dev/null`)).toBe('');
    expect(readdirSync(at.home)).toEqual(['thesis']);
    expect(readdirSync(at.shared).sort()).toEqual(['copy', 'copy-aside']);
    expect(readdirSync(join(at.shared, 'copy-aside/bin')).sort()).toEqual(['other-name', 'tool']);
  });
});
