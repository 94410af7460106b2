import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Job, runJob, tempDir } from '../../harness/job/job.ts';
import { needsPodman, Podman } from '../../harness/servers/podman.ts';
import { keyFolders, litter } from '../../harness/storm/remains.ts';

const IMAGE = 'acme/app:1';
const noClient = needsPodman || (spawnSync('docker', ['--version']).error ? ' (skipped: no docker command line)' : '');

function contextOf(): string {
  const context = tempDir();
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\nARG SECRET\nENV TOLD=$SECRET\n');
  return context;
}

const inputs = () => ({ image: IMAGE, context: contextOf(), 'build-args': 'SECRET=word' });

async function step(
  root: string,
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<Job> {
  const ran = await runJob({ root, inputs: given, env });
  expect(ran.end.code, ran.log).toBe(0);
  return ran;
}

function expectImage(podman: Podman, { outputs, log }: Job, result: string): void {
  expect(outputs.result, log).toBe(result);
  expect(outputs.identity).toBe(`sha256:${podman.run('image', 'inspect', '--format', '{{.Id}}', IMAGE)}`);
  expect(podman.run('image', 'inspect', '--format', '{{.Config.Env}}', IMAGE)).toContain('TOLD=word');
  expect(podman.run('image', 'ls')).not.toContain('build-once.tmp');
}

describe.skipIf(needsPodman)(`with podman for docker${needsPodman}`, () => {
  test('an image is built, reused, and built again when it is gone', async () => {
    const [root, podman, given] = [tempDir(), new Podman(), inputs()];
    expectImage(podman, await step(root, given, podman.env), 'built');
    expectImage(podman, await step(root, given, podman.env), 'reused');
    podman.run('rmi', IMAGE);
    const again = await step(root, given, podman.env);
    expectImage(podman, again, 'built');
    expect(again.log).toContain('is gone from the daemon');
    expect([...litter(root), ...keyFolders(root).slice(1)]).toEqual([]);
  });

  test('an image that somebody else built is reused', async () => {
    const [root, podman, given] = [tempDir(), new Podman(), inputs()];
    podman.run('build', '--tag', IMAGE, '--build-arg', 'SECRET=word', contextOf());
    expectImage(podman, await step(root, { key: 'env', ...given }, podman.env), 'reused');
  });
});

describe.skipIf(noClient)(`with podman behind docker${noClient}`, () => {
  test('which names itself anew each time, an image has one entry, also for podman itself', async () => {
    const [root, podman, given] = [tempDir(), new Podman(), inputs()];
    const behind = await podman.serve();
    expectImage(podman, await step(root, given, behind), 'built');
    expectImage(podman, await step(root, given, behind), 'reused');
    expectImage(podman, await step(root, given, podman.env), 'reused');
    expect(keyFolders(root)).toHaveLength(1);
  });
});
