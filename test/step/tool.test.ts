import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { find } from '@actions/tool-cache';
import { describe, expect, test, vi } from 'vitest';
import { versionDir } from '../../src/store/layout.ts';
import { atCall } from '../harness/faults/kill-every-call.ts';
import { Entry } from '../harness/job/entry.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { allEnded, builderOf, startTogether, times } from '../harness/job/together.ts';
import { builds as buildsBelow, litter, published } from '../harness/storm/remains.ts';

type Inputs = Readonly<Record<string, string>>;

/** A tool cache that all jobs share, and steps that want one tool in it. */
class Place {
  readonly root = realpathSync(tempDir());
  readonly builds = ledger();
  readonly inputs: Inputs = {
    key: 'llvm-18.1.8',
    tool: 'llvm',
    version: '18.1.8',
    run: `${this.builds.note}\necho ours > "$BUILD_ONCE_OUT/clang"`,
  };

  get folder(): string {
    return join(this.root, 'llvm/18.1.8');
  }

  get link(): string {
    return join(this.folder, arch());
  }

  get marker(): string {
    return `${this.link}.complete`;
  }

  step(more: Inputs = {}) {
    return runJob({ root: this.root, inputs: { ...this.inputs, ...more } });
  }

  /** What another action has put there: a folder, and how many seconds ago it marked it as whole. */
  foreign(markedAgo: number | undefined): void {
    mkdirSync(this.link, { recursive: true });
    writeFileSync(join(this.link, 'clang'), 'theirs\n');
    if (markedAgo === undefined) return;
    writeFileSync(this.marker, '');
    const then = Date.now() / 1000 - markedAgo;
    utimesSync(this.marker, then, then);
  }

  /** Where the real `find()` finds it; empty: nowhere. */
  found(version = '18.1.8', architecture = arch()): string {
    vi.stubEnv('RUNNER_TOOL_CACHE', this.root);
    const muted = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const path = find('llvm', version, architecture);
    muted.mockRestore();
    vi.unstubAllEnvs();
    return path;
  }
}

function errorOf({ log }: Job): string {
  return /^::error::(.*)$/m.exec(log)?.[1] ?? '';
}

test('find() of @actions/tool-cache finds what was published with tool and version', async () => {
  const place = new Place();
  expect(place.found()).toBe('');
  const built = await place.step();
  expect(built.outputs.result, built.log).toBe('built');
  for (const wanted of ['18.1.8', '18.x', '>=18.1']) {
    expect(place.found(wanted)).toBe(place.link);
    expect(realpathSync(place.found(wanted))).toBe(built.outputs.path);
  }
  expect(readFileSync(join(place.found(), 'clang'), 'utf8')).toBe('ours\n');
  expect((await place.step()).outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
  expect(readdirSync(place.folder).sort()).toEqual([arch(), `${arch()}.complete`]);
});

test('it finds a tool for another architecture under that one only', async () => {
  const place = new Place();
  const other = arch() === 'arm64' ? 'x64' : 'arm64';
  const built = await place.step({ arch: other });
  expect(place.found()).toBe('');
  expect(realpathSync(place.found('18.1.8', other))).toBe(built.outputs.path);
});

test('the tool is shared by all repositories', async () => {
  const place = new Place();
  const built = await place.step();
  const { root, inputs } = place;
  const other = await runJob({ root, inputs, env: { GITHUB_REPOSITORY: 'somebody/else' } });
  expect(other.outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
});

test('a missing link or marker, and a link that leads nowhere, are repaired by the next step, which reuses', async () => {
  const place = new Place();
  const built = await place.step();
  const damages: readonly (() => void)[] = [
    () => unlinkSync(place.link),
    () => unlinkSync(place.marker),
    () => rmSync(join(place.root, 'llvm'), { recursive: true }),
    () => {
      unlinkSync(place.link);
      symlinkSync(join(place.root, 'gone'), place.link);
    },
  ];
  for (const damage of damages) {
    damage();
    expect((await place.step()).outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
    expect(realpathSync(place.found())).toBe(built.outputs.path);
  }
});

test('a step that waited finds it linked too, and a forced build moves the link', async () => {
  const place = new Place();
  const { wait, open } = gate();
  const { root } = place;
  const inputs = { ...place.inputs, run: `${wait}\n${place.inputs.run}` };
  const jobs = times(3, { root, inputs }).map(startJob);
  await builderOf(jobs);
  open();
  expect(await allEnded(jobs)).toEqual(times(3, { code: 0, signal: null }));
  const [first] = jobs;
  expect(realpathSync(place.found())).toBe(first?.outputs.path);
  const forced = await place.step({ force: 'true' });
  expect(forced.outputs.result).toBe('built');
  expect(realpathSync(place.found())).toBe(forced.outputs.path);
  expect(existsSync(first?.outputs.path ?? '')).toBe(true);
});

test('two keys that want one link: the second is told whose it is, before anything is built', async () => {
  const place = new Place();
  const built = await place.step();
  const other = await place.step({ key: 'llvm with assertions' });
  expect(other.end.code).toBe(1);
  expect(errorOf(other)).toContain(
    'belongs to the key "llvm-18.1.8", and this step wants it for "llvm with assertions"',
  );
  expect(errorOf(other)).toContain('another `version` or `arch`');
  expect(place.builds.lines()).toHaveLength(1);
  expect(realpathSync(place.found())).toBe(built.outputs.path);
  expect((await place.step()).outputs.result).toBe('reused');
});

test('8 jobs at once with two keys for one link: one key has it, whole, and all steps of the other are told', async () => {
  const place = new Place();
  const { root, inputs } = place;
  const keys = ['one', 'two'];
  const jobs = await startTogether(
    times(4, keys)
      .flat()
      .map((key) => ({ root, inputs: { ...inputs, key } })),
  );
  await allEnded(jobs);
  const winner = realpathSync(place.found());
  const failed = jobs.filter((job) => job.outputs.result === '');
  expect(failed).toHaveLength(4);
  const others = jobs.filter((job) => !failed.includes(job));
  const [owner] = new Set(others.map((job) => job.outputs.key));
  expect(others.map((job) => [job.outputs.key, job.outputs.path])).toEqual(times(4, [owner, winner]));
  for (const job of failed) expect(errorOf(job)).toContain(`belongs to the key "${owner}"`);
  expect(readFileSync(join(winner, 'clang'), 'utf8')).toBe('ours\n');
});

describe('what another action has put there', () => {
  test('is refused before anything is built, and the message says how to take it over', async () => {
    const place = new Place();
    place.foreign(600);
    const job = await place.step();
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(`${place.link} is a folder that another action, or a person, put there`);
    expect(errorOf(job)).toContain('adopt: true');
    expect(place.builds.lines()).toEqual([]);
    expect(readFileSync(join(place.link, 'clang'), 'utf8')).toBe('theirs\n');
    expect(published(place.root)).toEqual([]);
  });

  test('is refused where it is a file, or a link to somewhere else', async () => {
    const place = new Place();
    mkdirSync(place.folder, { recursive: true });
    writeFileSync(place.link, '');
    expect(errorOf(await place.step({ adopt: 'true' }))).toContain(`${place.link} is a file`);
    unlinkSync(place.link);
    symlinkSync(place.root, place.link);
    expect(errorOf(await place.step({ adopt: 'true' }))).toContain('that build-once did not make');
    expect(readlinkSync(place.link)).toBe(place.root);
    expect(place.builds.lines()).toEqual([]);
  });

  test('is taken over with adopt: true once its marker is a minute old; the step says reused', async () => {
    const place = new Place();
    place.foreign(90);
    const job = await place.step({ adopt: 'true' });
    expect(job.outputs, job.log).toMatchObject({ result: 'reused', 'cache-hit': 'true', built: 'false' });
    expect(place.builds.lines()).toEqual([]);
    // It is a build now; the old path, and find(), lead to it.
    expect(lstatSync(place.link).isSymbolicLink()).toBe(true);
    expect(realpathSync(place.link)).toBe(job.outputs.path);
    expect(realpathSync(place.found())).toBe(job.outputs.path);
    expect(readFileSync(join(place.link, 'clang'), 'utf8')).toBe('theirs\n');
    const entry = new Entry(place.root);
    expect(entry.manifest).toMatchObject({
      producer: 'adopt',
      files: 1,
      bytes: 7,
      build: job.outputs.path?.slice(-12),
    });
    for (const adopt of ['true', 'false']) {
      expect((await place.step({ adopt })).outputs).toMatchObject({ result: 'reused', path: job.outputs.path });
    }
    expect(litter(place.root)).toEqual([]);
  });

  test('is taken over once when 8 jobs want to', async () => {
    const place = new Place();
    place.foreign(90);
    const { root } = place;
    const jobs = await startTogether(times(8, { root, inputs: { ...place.inputs, adopt: 'true' } }));
    expect(await allEnded(jobs)).toEqual(times(8, { code: 0, signal: null }));
    expect(new Set(jobs.map((job) => job.outputs.path))).toEqual(new Set([realpathSync(place.found())]));
    expect(place.builds.lines()).toEqual([]);
    expect(buildsBelow(root)).toHaveLength(1);
    expect(litter(root)).toEqual([]);
  });

  test.each([
    ['too fresh', 5, 'its marker is not a minute old'],
    ['unmarked', undefined, 'it has no marker'],
  ])('is not taken over while it is %s, and nothing is built', async (_state, markedAgo, why) => {
    const place = new Place();
    place.foreign(markedAgo);
    const job = await place.step({ adopt: 'true' });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(why);
    expect(place.builds.lines()).toEqual([]);
    expect(readFileSync(join(place.link, 'clang'), 'utf8')).toBe('theirs\n');
    expect(lstatSync(place.link).isDirectory()).toBe(true);
    expect(buildsBelow(place.root)).toEqual([]);
    expect(litter(place.root)).toEqual([]);
  });

  test('is given back when the step is cancelled before it is published', async () => {
    const place = new Place();
    place.foreign(90);
    const { root } = place;
    const report = join(tempDir(), 'call');
    const plan = { below: root, nth: 0, match: '^renameSync llvm/.*/[.]build-once-', signal: 'SIGTERM' } as const;
    const job = await runJob({ root, inputs: { ...place.inputs, adopt: 'true' }, ...atCall(plan, report) });
    expect(job.end.code, job.log).toBe(130);
    expect(existsSync(report)).toBe(true);
    expect(lstatSync(place.link).isDirectory()).toBe(true);
    expect(place.found()).toBe(place.link);
    expect(litter(root)).toEqual([]);
    expect((await place.step({ adopt: 'true' })).outputs.result).toBe('reused');
    expect(readFileSync(join(place.link, 'clang'), 'utf8')).toBe('theirs\n');
  });

  test('without it, adopt: true builds as usual', async () => {
    const place = new Place();
    expect((await place.step({ adopt: 'true' })).outputs.result).toBe('built');
    expect(place.found()).toBe(place.link);
  });
});

test('a tool cache of its own beside the root is linked with an absolute path', async () => {
  const place = new Place();
  const root = realpathSync(tempDir());
  const job = await place.step({ root });
  expect(job.outputs.path?.startsWith(versionDir(root))).toBe(true);
  expect(readlinkSync(place.link)).toBe(job.outputs.path);
  expect(realpathSync(place.found())).toBe(job.outputs.path);
});
