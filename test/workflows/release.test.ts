import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'vitest';
import { tempDir } from '../harness/job/job.ts';
import { read } from '../harness/markdown.ts';
import { type Files, Pool, type Run, workflowTest } from './pool.ts';

const WORKFLOW = '.github/workflows/release.yml';
const { version } = JSON.parse(read('package.json')) as { readonly version: string };
const TAG = `v${version}`;
const MAJOR = `v${version.split('.')[0]}`;

/** What the workflow needs of this repository; of dist/, some files. */
const repository: Files = {
  'package.json': read('package.json'),
  'CHANGELOG.md': read('CHANGELOG.md'),
  '.ci/run': read('.ci/run'),
  '.ci/failures.js': read('.ci/failures.js'),
  'dist/main.js': 'a',
  'dist/guard/claim.js': 'b',
  'dist/action.txt': 'c',
  'test/workflows/one.test.ts': '',
};

/** Stand-ins of programs: each notes how it was called. */
const programs: Readonly<Record<string, string>> = {
  sudo: 'exec "$@"',
  'dpkg-query': 'printf installed',
  npm: 'echo "npm $*" >> "$CALLS"; exit "$NPM_ENDS_WITH"',
  gh: `echo "gh $*" >> "$CALLS"
case "$*" in
  "release create "*) cp "\${@: -1}" "$CALLS.notes" ;;
  *matching-refs*) printf 'refs/tags/%s\\n' $TAGS ;;
  *"/ref/tags/$MAJOR "*) [[ " $TAGS " == *" $MAJOR "* ]] ;;
esac`,
};

/** An action in the place of one of GitHub's, which notes its inputs and the files that a pattern among them finds. */
const stand = `const { appendFileSync, globSync } = require('node:fs');
const pattern = process.env['INPUT_SUBJECT-PATH'];
const files = pattern && globSync(pattern).sort();
appendFileSync(process.env.CALLS, pattern ? 'attest ' + files + '\\n' : 'setup-node ' + process.env['INPUT_NODE-VERSION'] + '\\n');
`;

interface Options {
  readonly tag?: string;
  /** Those of the repository. */
  readonly tags?: readonly string[];
  readonly files?: Files;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a push of a tag made the workflow do. */
async function release({ tag = TAG, tags = [tag], files = {}, env = {} }: Options = {}) {
  const dir = tempDir();
  const calls = join(dir, 'calls');
  mkdirSync(join(dir, 'bin'));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(dir, 'bin', name), `#!/usr/bin/env bash\n${body}\n`);
    chmodSync(join(dir, 'bin', name), 0o755);
  }
  const action = join(dir, 'action');
  mkdirSync(action);
  const inputs = '{ subject-path: {}, node-version: {}, package-manager-cache: {} }';
  const yml = `name: a\ndescription: b\ninputs: ${inputs}\nruns: { using: node24, main: main.js }\n`;
  writeFileSync(join(action, 'action.yml'), yml);
  writeFileSync(join(action, 'main.js'), stand);
  const event = join(dir, 'event.json');
  writeFileSync(event, JSON.stringify({ ref: `refs/tags/${tag}` }));
  const theirs = [...read(WORKFLOW).matchAll(/uses: (actions\/(?!checkout@)[\w-]+@[0-9a-f]{40})/g)].map(
    ([, name]) => name,
  );
  const run = await new Pool({ ...repository, ...files }).run(read(WORKFLOW), {
    env: {
      PATH: [join(dir, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
      CALLS: calls,
      TAGS: tags.join(' '),
      MAJOR,
      NPM_ENDS_WITH: '0',
      ...env,
    },
    more: [
      `--eventpath=${event}`,
      '--platform=ubuntu-24.04=-self-hosted',
      ...new Set(theirs.map((name) => `--local-repository=${name}=${action}`)),
    ],
  });
  const told = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const lines = told(calls).trimEnd().split('\n');
  return {
    run,
    lines,
    github: lines.filter((line) => /^(?:gh (?:api|release)|attest) /.test(line)),
    notes: told(`${calls}.notes`),
  };
}

function expectEnd(run: Run, code: number): void {
  expect(run.code, run.log).toBe(code);
}

workflowTest(
  'the tag of this version is checked, attested and released, and the tag of its major version is made',
  async () => {
    const { run, lines, github, notes } = await release({ tags: ['v0.0.1', TAG] });
    expectEnd(run, 0);
    const scripts = lines.filter((line) => line.startsWith('npm ')).map((line) => line.split(' -- ')[0]);
    const stages = ['test', 'test:workflows', 'lint', 'types', 'dist:check', 'lint:workflows'];
    expect(scripts).toEqual(['npm ci', ...stages.map((name) => `npm run ${name}`)]);
    const [attested, created, listed, asked, made, ...others] = github;
    expect(attested).toBe('attest dist/guard/claim.js,dist/main.js');
    expect(created).toMatch(new RegExp(`^gh release create ${TAG} --verify-tag --title ${TAG} --notes-file \\S+$`));
    expect([listed, asked].map((line) => line?.split(' ').at(-2))).toEqual([
      '--jq',
      `repos/octo/app/git/ref/tags/${MAJOR}`,
    ]);
    expect(made).toMatch(
      new RegExp(`^gh api --method POST repos/octo/app/git/refs -f ref=refs/tags/${MAJOR} -f sha=[0-9a-f]{40} `),
    );
    expect(others).toEqual([]);
    const [, section = ''] = read('CHANGELOG.md').split(`\n## ${version}\n`);
    expect(notes).toBe(section.slice(0, section.indexOf('\n## ') + 1));
    expect(notes.length).toBeGreaterThan(200);
  },
);

workflowTest('the tag of the major version moves to the newest release, and to no older one', async () => {
  const [{ run, github }, older] = await Promise.all([
    release({ tags: [MAJOR, 'v0.0.1', TAG] }),
    release({ tags: [MAJOR, TAG, `${MAJOR}.99.0`] }),
  ]);
  expectEnd(run, 0);
  expect(github.at(-1)).toMatch(
    new RegExp(`^gh api --method PATCH repos/octo/app/git/refs/tags/${MAJOR} -f sha=[0-9a-f]{40} -F force=true `),
  );
  expectEnd(older.run, 0);
  expect(older.run.log).toContain(`${MAJOR} stays where it is: ${MAJOR}.99.0 is newer than ${TAG}.`);
  expect(older.github.filter((line) => line.includes('--method'))).toEqual([]);
});

workflowTest('nothing is released of another version, without its changes, or where a check fails', async () => {
  const tries: readonly [Options, failing: string][] = [
    [{ tag: `${MAJOR}.98.0` }, '2'],
    [{ files: { 'CHANGELOG.md': '# Changes\n\n## Unreleased\n' } }, '2'],
    [{ env: { NPM_ENDS_WITH: '1' } }, '3'],
  ];
  const all = await Promise.all(tries.map(async ([options, failing]) => ({ failing, ...(await release(options)) })));
  for (const { run, github, failing } of all) {
    expectEnd(run, 1);
    expect(run.job('check').step(failing).result, run.log).toBe('failure');
    expect(github).toEqual([]);
  }
});
