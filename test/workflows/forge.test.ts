import { expect } from 'vitest';
import { parse } from 'yaml';
import { tempDir } from '../harness/job/job.ts';
import { blocksBelow, OTHER_CI, UNRELEASED } from '../harness/markdown.ts';
import { litter } from '../harness/storm/remains.ts';
import { gitea } from './engines.ts';
import { Pool, workflowTest } from './pool.ts';
import { REPOSITORY } from './recipes.ts';

const ROOT = '/mnt/ci-cache';
const [settings = '', workflow = ''] = blocksBelow(OTHER_CI, '### The action in Forgejo and Gitea');

workflowTest(
  'the settings of a runner and the workflow that the documents show: built once, then reused, in the folder they name',
  async () => {
    const root = tempDir();
    const { envs } = (parse(settings) as { readonly runner: { readonly envs: Readonly<Record<string, string>> } })
      .runner;
    expect(envs).toMatchObject({ BUILD_ONCE_ROOT: ROOT });
    const more = [
      '--platform=shared-disk=-self-hosted',
      // As its runner hands them to the engine.
      ...Object.entries(envs).map(([name, value]) => `--env=${name}=${value.replace(ROOT, root)}`),
    ];
    const pool = new Pool(REPOSITORY, gitea);
    expect(workflow).toContain(`https://github.com/build-once/build-once@${UNRELEASED}`);
    for (const result of ['built', 'reused']) {
      const run = await pool.run(workflow, { more });
      expect(run.code, run.log).toBe(0);
      const job = run.job('test');
      expect(job.step('llvm').outputs).toMatchObject({ result, path: expect.stringContaining(`${root}/build-once/`) });
      expect(job.step('2').log).toContain(job.step('llvm').outputs.path);
    }
    expect(litter(root)).toEqual([]);
  },
  { on: [gitea] },
);
