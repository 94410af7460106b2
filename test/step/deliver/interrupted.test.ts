import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atCall } from '../../harness/faults/kill-every-call.ts';
import { needs } from '../../harness/needs.ts';
import { deliverInProcess } from './process.ts';
import { at, give, scene, text } from './scene.ts';

needs('linux', 'signals and modes of Linux');

/** Delivers in a process that is killed at each of its calls in turn, until none is left; `check` runs after each. */
async function killAtEach(how: 'copyTo' | 'link', before: () => Promise<void> | void, check: () => Promise<void>) {
  for (let nth = 0; ; nth++) {
    rmSync(scene.workspace, { recursive: true });
    mkdirSync(scene.workspace);
    await before();
    const report = join(scene.dir, `call-${nth}`);
    const { nodeArgs = [], env = {} } = atCall({ below: scene.workspace, nth, signal: 'SIGKILL' }, report);
    const order = { workspace: scene.workspace, build: scene.build, [how]: at('copy') };
    const { output } = await deliverInProcess(order, { before: [...nodeArgs], env: env as Record<string, string> });
    if (!existsSync(report)) {
      expect(nth, output).toBeGreaterThan(5);
      return;
    }
    await check().catch((error) => {
      throw new Error(`killed at ${readFileSync(report, 'utf8')}`, { cause: error });
    });
  }
}

function expectOnlyTheCopy(): void {
  expect(text('copy/readme')).toBe('text');
  expect(readdirSync(at('copy'))).toEqual(['bin', 'link', 'readme']);
  expect(readdirSync(scene.workspace)).toEqual(['.copy.build-once', 'copy']);
  expect(readdirSync(at('.copy.build-once'))).toEqual(['.gitignore', expect.stringMatching(/^copy-/)]);
}

describe('a step that is killed at any of its calls', () => {
  test('leaves a whole copy or none, which the next step replaces, and what the user puts there stays', async () => {
    const before = async () => {
      await give({ copyTo: at('copy') });
      writeFileSync(at('copy/of-the-job-before'), '');
    };
    await killAtEach('copyTo', before, async () => {
      if (existsSync(at('copy'))) expect(text('copy/bin/tool')).toBe('tool');
      await give({ copyTo: at('copy') });
      expectOnlyTheCopy();
      rmSync(at('copy'), { recursive: true });
      mkdirSync(at('copy'));
      writeFileSync(at('copy/precious'), 'mine');
      await expect(give({ copyTo: at('copy') })).rejects.toThrow(/did not make/);
      expect(text('copy/precious')).toBe('mine');
    });
  });

  test('and a copy that becomes a link is one or the other, and becomes a copy again', async () => {
    await killAtEach(
      'link',
      () => give({ copyTo: at('copy') }),
      async () => {
        if (existsSync(at('copy'))) expect(text('copy/bin/tool')).toBe('tool');
        await give({ link: at('copy') });
        expect(lstatSync(at('copy')).isSymbolicLink()).toBe(true);
        await give({ copyTo: at('copy') });
        expectOnlyTheCopy();
      },
    );
  });
});

test('steps that copy to one path at one time all succeed, and leave one copy', async () => {
  const order = { workspace: scene.workspace, build: scene.build, copyTo: at('copy'), rounds: 100 };
  const ends = await Promise.all([1, 2, 3].map(() => deliverInProcess(order)));
  expect(ends).toEqual(ends.map(() => ({ code: 0, signal: null, output: '' })));
  await give({ copyTo: at('copy') });
  expectOnlyTheCopy();
});

test('a link that is swapped in while the build is copied is never followed', async () => {
  const secrets = join(scene.dir, 'secrets');
  const inner = join(scene.build, 'inner');
  for (const folder of [secrets, inner, `${inner}/deep`]) mkdirSync(folder);
  for (let i = 0; i < 200; i++) {
    writeFileSync(join(secrets, `f${i}`), 'secret');
    writeFileSync(join(inner, `f${i}`), 'public');
  }
  symlinkSync(secrets, join(scene.dir, 'way'));
  const swap = `
    const fs = require('node:fs'); const [inner, way] = process.argv.slice(1);
    const tell = () => fs.writeSync(1, 'x'); tell();
    for (;;) { fs.renameSync(inner, inner + '-aside'); fs.renameSync(way, inner); fs.renameSync(inner, way); fs.renameSync(inner + '-aside', inner);
      fs.renameSync(inner + '/f7', inner + '/f7-aside'); fs.symlinkSync(way + '/f7', inner + '/f7'); fs.unlinkSync(inner + '/f7'); fs.renameSync(inner + '/f7-aside', inner + '/f7'); }`;
  const { spawn } = await import('node:child_process');
  const enemy = spawn(process.execPath, ['-e', swap, inner, join(scene.dir, 'way')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve) => enemy.stdout.once('data', resolve));
    let refused = 0;
    for (let round = 0; round < 200 && (refused === 0 || round < 20); round++) {
      const error = await give({ copyTo: at('copy') }).then(
        () => undefined,
        (caught: Error) => caught,
      );
      if (error !== undefined) refused += 1;
      if (error !== undefined) expect(error.message).toMatch(/was replaced or removed while the build was copied/);
      // Not by readdir, which follows a link that was copied as the link that it is.
      const files = execFileSync('find', [scene.workspace, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n');
      for (const path of files.filter(Boolean)) expect(readFileSync(path, 'utf8'), path).not.toBe('secret');
    }
    expect(refused).toBeGreaterThan(0);
  } finally {
    enemy.kill('SIGKILL');
  }
});
