import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLI } from '../../harness/job/cli.ts';
import { tempDir } from '../../harness/job/job.ts';
import { blocksBelow, OTHER_CI } from '../../harness/markdown.ts';
import { dockerForTests } from '../../harness/servers/docker-daemon.ts';
import { systems } from './systems.ts';

// Runs what docs/other-ci.md shows as the system would that it is for: with its variables, and its way to run a script. The
// folder of the cache is replaced, and the program is found on PATH.

const { daemon, why } = await dockerForTests();

afterAll(() => daemon?.stop());

type Variables = Readonly<Record<string, string>>;

function blocksOf(heading: string): string[] {
  return blocksBelow(OTHER_CI, `### ${heading}`);
}

function blockOf(heading: string): string {
  const [block = '', ...more] = blocksOf(heading);
  expect(more).toEqual([]);
  return block;
}

/** What the system of this name sets. */
function variablesOf(name: string): Variables {
  return systems.find((system) => system.name === name)?.env ?? {};
}

/** What a command printed. */
interface Told {
  readonly out: string;
  readonly err: string;
}

/** A checkout on an agent, with the stand-in of a script that builds a compiler. */
class Agent {
  readonly root = tempDir();
  readonly folder = tempDir();
  readonly home = tempDir();
  readonly #bin = tempDir();

  constructor() {
    symlinkSync(CLI, join(this.#bin, 'build-once'));
    const installs = 'mkdir "$1/bin"; printf "#!/bin/sh\\necho clang 18\\n" > "$1/bin/clang"; chmod +x "$1/bin/clang"';
    this.write('ci/build-llvm.sh', `#!/bin/sh\n${installs}\n`);
  }

  /** Makes an executable file of the checkout. */
  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text, { mode: 0o755 });
  }

  get path(): string {
    return [this.#bin, dirname(process.execPath), '/usr/bin:/bin'].join(':');
  }

  /** The text of a block, with the folder of the cache. */
  here(text: string): string {
    return text.replaceAll('/mnt/ci-cache', this.root);
  }

  /** Runs a script, by a shell as the system starts it. It has to succeed. */
  async run(script: string, env: Variables, shell = 'bash -eo pipefail -c'): Promise<Told> {
    const [program = '', ...args] = shell.split(' ');
    const child = spawn(program, [...args, script], {
      cwd: this.folder,
      env: { PATH: this.path, HOME: this.home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    expect((await ended)[0], err).toBe(0);
    return { out, err };
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

/** The first time it builds, and the second time it reuses; both times the compiler is there. */
async function expectOnce(run: () => Promise<Told>): Promise<void> {
  const [first, second] = [await run(), await run()];
  expect(first.err).toMatch(/^"llvm-.*": built, /m);
  expect(second.err).toMatch(/^"llvm-.*": reused, /m);
  for (const { out } of [first, second]) expect(out).toBe('clang 18\n');
}

test('GitLab', async () => {
  const agent = new Agent();
  const { test: job } = parse(agent.here(blockOf('GitLab'))) as {
    readonly test: { readonly variables: Variables; readonly script: readonly string[] };
  };
  await expectOnce(() => agent.run(job.script.join('\n'), { ...variablesOf('GitLab'), ...job.variables }));
});

interface Pipeline {
  readonly env: Variables;
  readonly steps: readonly [{ readonly command: string; readonly plugins?: readonly Record<string, Variables>[] }];
}

/** A pipeline as an agent gets it: at its upload `$$` becomes `$`, and `$` alone would be replaced. */
function pipelineOf(text: string): Pipeline {
  expect(text.replaceAll('$$', '')).not.toContain('$');
  return parse(text.split('$$').join('$')) as Pipeline;
}

test('Buildkite', async () => {
  const agent = new Agent();
  const { env, steps } = pipelineOf(agent.here(blockOf('Buildkite')));
  await expectOnce(() => agent.run(steps[0].command, { ...variablesOf('Buildkite'), ...env }, '/bin/bash -e -c'));
});

test('a plugin for Buildkite', async () => {
  const agent = new Agent();
  const [hook = '', pipeline = ''] = blocksOf('A plugin for Buildkite');
  const { env, steps } = pipelineOf(agent.here(pipeline));
  const [[name = '', given = {}] = []] = Object.entries(steps[0].plugins?.[0] ?? {});
  const plugin = name.replace(/^.*\/|#.*$/g, '');
  // As an agent names the settings of a plugin.
  const settings = Object.entries(given).map(([key, value]) => {
    return [`BUILDKITE_PLUGIN_${plugin}_${key}`.toUpperCase().replaceAll('-', '_'), value];
  });
  agent.write('pre-command', hook);
  const variables = { ...variablesOf('Buildkite'), ...env, ...Object.fromEntries(settings) };
  await expectOnce(() => agent.run(`. ./pre-command\n${steps[0].command}`, variables, '/bin/bash -e -c'));
});

test('Jenkins', async () => {
  const agent = new Agent();
  const text = agent.here(blockOf('Jenkins'));
  const env = { ...variablesOf('Jenkins'), BUILD_ONCE_ROOT: /BUILD_ONCE_ROOT = '(.*)'/.exec(text)?.[1] ?? '' };
  const [asks = '', uses = ''] = Array.from(text.matchAll(/'''([\s\S]*?)'''/g), ([, script = '']) => script);
  await expectOnce(async () => {
    const { out, err } = await agent.run(asks, env, 'sh -xe -c');
    const used = await agent.run(uses, { ...env, LLVM: out.trim() }, 'sh -xe -c');
    return { out: used.out, err };
  });
});

test.each(['Forgejo', 'Gitea'])('%s', async (name) => {
  const agent = new Agent();
  const workflow = parse(agent.here(blockOf('Forgejo and Gitea'))) as {
    readonly jobs: { readonly test: { readonly env: Variables; readonly steps: readonly { readonly run?: string }[] } };
  };
  const { env, steps } = workflow.jobs.test;
  const [asks = '', uses = ''] = steps.flatMap(({ run = [] }) => run);
  await expectOnce(async () => {
    const variables = { ...variablesOf(name), ...env, GITHUB_PATH: join(agent.home, 'path') };
    const { err } = await agent.run(asks, variables);
    const added = readFileSync(variables.GITHUB_PATH, 'utf8').trim().split('\n').at(-1);
    const { out } = await agent.run(uses, { ...variables, PATH: `${added}:${agent.path}` });
    return { out, err };
  });
});

test('cron', async () => {
  const agent = new Agent();
  const lines = agent.here(blockOf('Cron')).replaceAll('/srv/app', agent.folder).trim().split('\n');
  const [path = '', root = '', build = '', prune = ''] = lines;
  const env = {
    PATH: `${agent.path}:${path.replace('PATH=', '')}`,
    BUILD_ONCE_ROOT: root.replace('BUILD_ONCE_ROOT=', ''),
  };
  const command = (line: string) => line.replace(/^(?:\S+ ){5}/, '').replaceAll('\\%', '%');
  const cron = (script: string) => agent.run(script, env, '/bin/sh -c');
  await expectOnce(async () => {
    // What it prints, cron would send as a mail.
    expect(await cron(command(build))).toEqual({ out: '', err: '' });
    const { out } = await cron('"$(cat llvm.path)/bin/clang"');
    return { out, err: readFileSync(join(agent.folder, 'llvm.log'), 'utf8') };
  });
  expect((await cron(command(prune))).out).toBe('0 builds removed, 0 B.\n');
});

test('a laptop', async () => {
  const agent = new Agent();
  await expectOnce(() => agent.run(blockOf('A laptop'), {}, 'sh -c'));
});

test.skipIf(daemon === undefined)(`an image pipeline${why}`, async () => {
  const agent = new Agent();
  const names = ['one', 'two', 'three', 'four'];
  agent.write('docker/base/Dockerfile', 'FROM scratch\nCOPY Dockerfile /base\n');
  agent.write('docker/env/Dockerfile', 'ARG BASE\nFROM $BASE\nCOPY Dockerfile /env\n');
  for (const name of names) {
    agent.write(`docker/${name}/Dockerfile`, `ARG ENV\nFROM $ENV\nCOPY Dockerfile /${name}\n`);
  }
  agent.write('ci/instance-image.sh', blockOf('An image pipeline'));
  execFileSync('git', ['init', '-q'], { cwd: agent.folder });
  execFileSync('git', ['add', '--all'], { cwd: agent.folder });
  const env = { BUILD_ONCE_ROOT: agent.root, ...daemon?.env };
  const worker = (name: string) => agent.run(`./ci/instance-image.sh ${name}`, env);

  const all = await Promise.all(names.map(worker));
  const built = all.flatMap(({ err }) => Array.from(err.matchAll(/^"team\/(\w+):.*": built/gm), ([, name]) => name));
  expect(built.sort()).toEqual(['base', 'env', ...names].sort());
  const ids = all.map(({ out }) => out.trim().split('\n'));
  for (const [base, layered, instance = ''] of ids) {
    expect([base, layered]).toEqual(ids[0]?.slice(0, 2));
    expect(daemon?.docker('image', 'inspect', '--format', '{{len .RootFS.Layers}}', instance)).toBe('3');
  }
  expect((await worker('one')).err.match(/": reused/g)).toHaveLength(3);
});
