import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { ledger } from '../harness/job/job.ts';
import { tarOf } from '../harness/servers/an-archive.ts';
import { flakyServer } from '../harness/servers/flaky-server.ts';
import { Repository } from '../harness/servers/git-repository.ts';
import { HttpGitServer } from '../harness/servers/git-server.ts';
import { litter } from '../harness/storm/remains.ts';
import { both } from './engines.ts';
import { Pool, workflow, workflowTest } from './pool.ts';

workflowTest(
  'steps between claim and publish are the build, once; what a job forgets to publish its post releases',
  async (engine) => {
    const pool = new Pool({}, engine);
    const built = ledger();

    const run = await pool.run(workflow('claimed.yml'), { env: { LEDGER: built.file } });

    expect(run.code, run.log).toBe(0);
    const [first, second] = [run.job('first'), run.job('second')];
    expect(first.step('sdk').outputs.result).toBe('claimed');
    expect(first.step('published').outputs).toMatchObject({ result: 'built', identity: '1.2.3' });
    if (engine.tellsSummaries) expect(first.step('published').summary).toContain('<code>sdk</code> | built |');
    expect(second.step('sdk').outputs.result).toBe('reused');
    expect(second.step('make').result).toBeUndefined();
    expect(second.step('published').outputs).toMatchObject({ result: 'reused', identity: '1.2.3' });
    for (const job of [first, second]) {
      expect(job.step('use').log).toBe('made by first\n');
      expect(job.step('sdk', 'Post')).toMatchObject({ result: 'success', log: '' });
    }
    expect(built.lines()).toHaveLength(1);

    expect(run.job('forgets').step('docs', 'Post').all).toMatch(
      /"docs" was (?:claimed and )?not published: .*\ba publish step is missing\./,
    );
    const remembers = run.job('remembers');
    expect(remembers.step('docs').outputs.result).toBe('claimed');
    expect(remembers.step('empty').log).toBe('');
    expect(remembers.step('published').outputs.result).toBe('built');
    expect(litter(pool.root)).toEqual([]);
  },
  { on: both },
);

workflowTest('an archive and a repository are fetched by the first job and reused by the second', async () => {
  const pool = new Pool({});
  const program = { path: 'thing-1.0/bin/from-archive', content: '#!/bin/sh\necho unpacked\n', mode: 0o755 };
  const archive = gzipSync(tarOf(program));
  const web = await flakyServer(archive);
  const git = await new HttpGitServer().open();
  const commit = new Repository(git.projects, 'one.git').commit({ 'plugin.txt': 'a plugin\n' });
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const vars = { URL: web.url('thing-1.0.tgz'), SHA256: sha256, REPOSITORY: `${git.url}/one.git` };

  const run = await pool.run(workflow('fetched.yml'), { vars });

  expect(run.code, run.log).toBe(0);
  for (const [name, result] of Object.entries({ first: 'built', second: 'reused' })) {
    const job = run.job(name);
    expect(job.step('archive').outputs).toMatchObject({ result, identity: `sha256:${sha256}` });
    expect(job.step('run').log).toBe('unpacked\n');
    expect(job.step('plugin').outputs).toMatchObject({ result, identity: commit });
    expect(job.step('read').log).toBe(`a plugin\n${commit}\n`);
  }
  expect(web.seen).toHaveLength(1);
  expect(git.fetches).toBe(1);
});

const LIBRARY = join(import.meta.dirname, '../../node_modules/@actions/tool-cache/lib/tool-cache.js');

workflowTest('a tool is found by @actions/tool-cache in later steps and later jobs', async () => {
  const find = [
    `import { find } from ${JSON.stringify(pathToFileURL(LIBRARY).href)};`,
    "import { readFileSync } from 'node:fs';",
    'const path = find(process.argv[2], process.argv[3]);',
    "console.log('found', path && readFileSync(path + '/protoc', 'utf8'));",
  ];
  const pool = new Pool({ 'find.mjs': find.join('\n') });

  const run = await pool.run(workflow('tool.yml'));

  expect(run.code, run.log).toBe(0);
  expect(run.job('builds').step('tool').outputs.result).toBe('built');
  expect(run.job('builds').step('found').log).toContain('found protoc\n');
  expect(run.job('finds').step('found').log).toContain('found protoc\n');
  expect(run.job('finds').step('missing').log).toContain('found \n');
});

const TOOLCHAIN = `
name: toolchain
description: The toolchain of all our repositories.
inputs:
  # Not named as an input of ours: Gitea hands the inputs of a composite action to the actions in it.
  release:
    description: Which one.
    required: true
outputs:
  path:
    description: Where it is.
    value: \${{ steps.published.outputs.path }}
  cache-hit:
    description: Whether it was there.
    value: \${{ steps.tool.outputs.cache-hit }}
runs:
  using: composite
  steps:
    - uses: build-once/build-once@v1
      id: tool
      with:
        key: toolchain-\${{ inputs.release }}
        run: echo "\${{ inputs.release }}" > "$BUILD_ONCE_OUT/version"
    - uses: build-once/build-once/claim@v1
      id: claim
      with:
        key: extras-\${{ inputs.release }}
    - if: steps.claim.outputs.result == 'claimed'
      shell: bash
      run: cp "\${{ steps.tool.outputs.path }}/version" "\${{ steps.claim.outputs.path }}"
    - uses: build-once/build-once/publish@v1
      id: published
      with:
        claim: \${{ steps.claim.outputs.claim }}
    - uses: build-once/build-once/claim@v1
      id: forgotten
      with:
        key: forgotten-\${{ inputs.release }}
    # For act, which takes the outputs of an action that is the last step for those of the composite one.
    - shell: bash
      run: echo ready
`;

workflowTest(
  'a composite action uses ours, and its outputs lead later steps and jobs',
  async (engine) => {
    const pool = new Pool({ '.github/actions/toolchain/action.yml': TOOLCHAIN }, engine);

    const run = await pool.run(workflow('nested.yml'));

    expect(run.code, run.log).toBe(0);
    const [builds, reuses] = [run.job('builds'), run.job('reuses')];
    expect(builds.step('toolchain/tool').outputs.result).toBe('built');
    expect(reuses.step('toolchain/tool').outputs.result).toBe('reused');
    expect(builds.step('fresh').log).toBe(`built in ${builds.step('toolchain').outputs.path}\n`);
    expect(reuses.step('fresh').result).toBeUndefined();
    for (const job of [builds, reuses]) {
      expect(job.step('use').log).toBe('7\n');
      // The second finds the first one's claim given back, although neither publishes it.
      expect(job.step('toolchain/forgotten').outputs.result).toBe('claimed');
      expect(job.step('toolchain/forgotten', 'Post').all).toContain('"forgotten-7" was');
    }
    expect(run.job('compares').step('hit').log).toBe('false, then true\n');
    expect(litter(pool.root)).toEqual([]);
  },
  { on: both },
);
