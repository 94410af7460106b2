import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Hosts, resultOf } from '../harness/hosts.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { codeBlocks, DEPLOYING } from '../harness/markdown.ts';
import { needsRedis } from '../harness/servers/redis.ts';

const isRoot = process.geteuid?.() === 0;
const noRoot = isRoot ? '' : ' (skipped: needs root)';
const [SEVERAL = '', ALONE = '', ARC = '', COMPOSE = ''] = codeBlocks(DEPLOYING, 'yaml');
const USER = 1001;

type Variables = Readonly<Record<string, string>>;

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
  readonly runcmd: readonly string[];
}

/** Does what a cloud-config says below a folder instead of `/`, and returns the variables of each runner. */
function boot(text: string, runners: readonly string[]): Variables[] {
  const top = tempDir();
  const moved = (path: string) => path.replaceAll(/(?<![\w.])\/(?=etc\/|opt\/)/g, `${top}/`);
  const { write_files: files, runcmd } = parse(text) as CloudConfig;
  for (const runner of runners) mkdirSync(join(top, runner), { recursive: true });
  for (const { path, content } of files) {
    mkdirSync(dirname(moved(path)), { recursive: true });
    writeFileSync(moved(path), content);
  }
  // The tests have no such user.
  const script = runcmd.map((line) => moved(line).replace(' -o runner -g runner', '')).join('\n');
  const { status, stderr } = spawnSync('sh', ['-ec', script], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return runners.map((runner) => variablesIn(moved(readFileSync(join(top, runner, '.env'), 'utf8'))));
}

function variablesIn(text: string): Variables {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Two jobs, each of a runner with these variables: what both say of one key. */
async function resultsOf(variables: readonly Variables[]): Promise<string[]> {
  const results: string[] = [];
  for (const env of variables) {
    // A runner's own tool cache, which the variables replace.
    const job = await runJob({ root: tempDir(), inputs: { key: 'sdk', run: 'echo x > "$BUILD_ONCE_OUT/x"' }, env });
    expect(job.end.code, job.log).toBe(0);
    results.push(job.outputs.result ?? '');
  }
  return results;
}

test('cloud-init for several runners of a host: what one has built, the other reuses', async () => {
  const variables = boot(SEVERAL, ['opt/actions-runner-1', 'opt/actions-runner-2']);
  expect(await resultsOf(variables)).toEqual(['built', 'reused']);
});

test.skipIf(needsRedis !== '')(
  `cloud-init for machines that share no disk: what one has built, the other restores${needsRedis}`,
  async () => {
    const hosts = await Hosts.start();
    const told: string[] = [];
    for (let machine = 0; machine < 2; machine++) {
      const [variables = {}] = boot(ALONE, ['opt/actions-runner']);
      expect(variables.BUILD_ONCE_POOL).toBe('redis://redis.internal:6379/0');
      const env = { ...hosts.cache.env('v2'), ...variables, BUILD_ONCE_POOL: hosts.redis.url };
      const inputs = { key: 'sdk', run: 'echo x > "$BUILD_ONCE_OUT/x"', relocatable: 'true' };
      const job = await runJob({ root: tempDir(), inputs, env });
      expect(job.end.code, job.log).toBe(0);
      told.push(resultOf(job));
    }
    expect(told).toEqual(['built build', 'reused remote']);
  },
);

interface Named {
  readonly name: string;
}

interface Values {
  readonly template: {
    readonly spec: {
      readonly securityContext: { readonly fsGroup: number };
      readonly containers: readonly {
        readonly env: readonly (Named & { readonly value: string })[];
        readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
      }[];
      readonly volumes: readonly Named[];
    };
  };
}

test('values of the Actions Runner Controller: pods share what is built in the volume', async () => {
  const { spec } = (parse(ARC) as Values).template;
  const [{ env, volumeMounts } = { env: [], volumeMounts: [] }] = spec.containers;
  expect(volumeMounts.map(({ name }) => name)).toEqual(spec.volumes.map(({ name }) => name));
  // What Kubernetes makes of a volume for a group.
  const volume = tempDir();
  if (isRoot) spawnSync('chgrp', [`${spec.securityContext.fsGroup}`, volume]);
  chmodSync(volume, 0o2775);
  const inVolume = ({ name, value }: Named & { readonly value: string }): [string, string] => [
    name,
    volumeMounts.some(({ mountPath }) => mountPath === value) ? volume : value,
  ];
  const variables = Object.fromEntries(env.map(inVolume));
  expect(await resultsOf([variables, variables])).toEqual(['built', 'reused']);
  expect(readdirSync(volume)).toEqual(['build-once']);
});

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly command?: string; readonly environment?: Variables; readonly volumes: readonly string[] }>
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}

test.skipIf(!isRoot)(
  `docker-compose: the volume is given to the user of the runners, who share it${noRoot}`,
  async () => {
    const { services, volumes } = parse(COMPOSE) as Compose;
    const { 'ci-cache': first, runner } = services;
    const [[name, mount] = []] = (runner?.volumes ?? []).map((each) => each.split(':'));
    expect([first?.volumes, Object.keys(volumes)]).toEqual([runner?.volumes, [name]]);
    const volume = join(tempDir(), 'volume');
    const moved = (text = '') => text.replaceAll(mount ?? '', volume);
    expect(spawnSync('sh', ['-ec', moved(first?.command)]).status).toBe(0);
    expect(statSync(volume).uid).toBe(USER);
    const variables = Object.fromEntries(
      Object.entries(runner?.environment ?? {}).map(([variable, value]) => [variable, moved(value)]),
    );
    expect(await resultsOf([variables, variables])).toEqual(['built', 'reused']);
  },
);
