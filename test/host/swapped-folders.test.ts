import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { removeTree } from '../../src/host/remove-tree.ts';
import { copyTree } from '../../src/store/tree/copy.ts';
import { digestTree } from '../../src/store/tree/digest.ts';
import { makeReadOnly, measureTree } from '../../src/store/tree/measure.ts';
import { tempDir } from '../harness/job/job.ts';

/** Swaps a folder of the tree for a link to the victim's home and back, as fast as it can. */
const SWAPPER = `
  const [tree, victim] = process.argv.slice(1);
  const fs = require('node:fs');
  process.stdout.write('ready');
  for (;;) {
    for (const name of ['10', '20', '30']) {
      try { fs.renameSync(tree + '/' + name, tree + '-aside'); fs.symlinkSync(victim, tree + '/' + name); } catch {}
      try { fs.unlinkSync(tree + '/' + name); } catch {}
      try { fs.renameSync(tree + '-aside', tree + '/' + name); } catch {}
    }
  }`;

function aTree(dir: string): string {
  const tree = join(dir, 'tree');
  for (let folder = 0; folder < 40; folder++) {
    mkdirSync(join(tree, `${folder}/deep`), { recursive: true });
    for (let file = 0; file < 10; file++) writeFileSync(join(tree, `${folder}/deep/${file}`), 'x');
    writeFileSync(join(tree, `${folder}/thesis`), 'x');
  }
  return tree;
}

function aVictim(dir: string): string {
  const victim = join(dir, 'home');
  mkdirSync(join(victim, 'deep'), { recursive: true });
  for (let file = 0; file < 10; file++) writeFileSync(join(victim, `deep/${file}`), 'years of work', { mode: 0o640 });
  writeFileSync(join(victim, 'thesis'), 'years of work', { mode: 0o640 });
  return victim;
}

/** Names, modes and contents. */
function stateOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stats = lstatSync(join(dir, name));
      return `${name} ${stats.mode.toString(8)} ${stats.isFile() ? readFileSync(join(dir, name), 'utf8') : ''}`;
    });
}

const works: Readonly<Record<string, (tree: string, dir: string) => Promise<unknown>>> = {
  deleted: (tree) => removeTree(tree),
  counted: (tree) => measureTree(tree),
  'made read-only': (tree) => makeReadOnly(tree),
  copied: (tree, dir) => copyTree(tree, join(dir, 'copy')),
  digested: (tree) => digestTree(tree),
};

describe.skipIf(process.platform !== 'linux')(
  'a folder that is swapped for a link leads nowhere while a tree is',
  () => {
    test.each(Object.keys(works))('%s', async (name) => {
      const dir = tempDir();
      const victim = aVictim(dir);
      const before = stateOf(victim);
      const tree = aTree(dir);
      const original = join(dir, 'original');
      cpSync(tree, original, { recursive: true });
      const swapper = spawn(process.execPath, ['-e', SWAPPER, tree, victim], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void swapper.kill('SIGKILL'));
      await once(swapper.stdout, 'data');
      for (let round = 0; round < 10; round++) {
        // What it comes to is open: names vanish and come back. What is outside the tree stays as it is.
        await works[name]?.(tree, dir).catch(() => {});
        expect(stateOf(victim)).toEqual(before);
        const copies = name === 'copied' ? contentsIn(join(dir, 'copy')) : [];
        expect(copies).not.toContain('years of work');
        rmSync(join(dir, 'copy'), { recursive: true, force: true });
        if (name !== 'deleted') continue;
        swapper.kill('SIGSTOP');
        restore(tree, original);
        swapper.kill('SIGCONT');
      }
    });
  },
);

/** Contents of the files of a tree; what links lead to is not in it. */
function contentsIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((name) => {
    const path = join(dir, name.name);
    return name.isDirectory() ? contentsIn(path) : name.isFile() ? readFileSync(path, 'utf8') : [];
  });
}

/** While the swapper stands still: all folders of the tree are there again. */
function restore(tree: string, original: string): void {
  rmSync(tree, { recursive: true, force: true });
  rmSync(`${tree}-aside`, { recursive: true, force: true });
  cpSync(original, tree, { recursive: true });
}
