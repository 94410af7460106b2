import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tempDir } from '../harness/job/job.ts';
import { tarOf } from '../harness/servers/an-archive.ts';
import { flakyServer } from '../harness/servers/flaky-server.ts';
import { Repository } from '../harness/servers/git-repository.ts';
import { HttpGitServer } from '../harness/servers/git-server.ts';
import { redisPrograms, TestRedis } from '../harness/servers/redis.ts';
import { tinyProgram } from '../harness/servers/tiny-program.ts';
import type { Around, Step } from './blocks.ts';
import type { Files } from './pool.ts';

// What each YAML block of the documents needs to run, by the heading it stands below. A block without is an error.

export interface Recipe extends Around {
  /** It builds or runs images. */
  readonly docker?: boolean;
  /** It makes no artifact, and says this in a pool that has one. */
  readonly says?: string;
  /** Sets up what it needs from elsewhere, and says what is replaced in it for that. */
  readonly prepare?: () => Promise<Prepared>;
}

export interface Prepared {
  /** Must all be in the block. */
  readonly instead?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export const recipes: Readonly<Record<string, Recipe>> = {
  'build-once': {},
  'Quick start': { prepare: async () => ({ instead: { 'sleep 20': 'sleep 2' } }) },
  'A toolchain': {
    after: [
      { run: 'zlib-flags | grep -x "$ZLIB_ROOT/include"' },
      { run: 'test -f "$PKG_CONFIG_PATH/zlib.pc" && test "$PKG_CONFIG_PATH" = "$ZLIB_ROOT/lib/pkgconfig"' },
    ],
  },
  'A tool that other actions find': {
    after: [{ run: 'test -f "$RUNNER_TOOL_CACHE/protoc/29.3.0/$(node -p process.arch).complete"' }],
  },
  'A Python virtual environment': {
    after: [{ run: 'test "$(python -c "import sys; print(sys.prefix)")" -ef "$VIRTUAL_ENV"' }],
  },
  node_modules: {
    after: [{ run: 'test "$(readlink node_modules)" = .deps/node_modules && test -f .deps/package-lock.json' }],
  },
  'An archive': { prepare: archive },
  'A dataset': { prepare: dataset, after: [{ run: 'test -f data/corpus/corpus.txt' }] },
  'A plugin checkout': { prepare: plugin, after: [{ run: 'test -f plugins/tpm/tpm' }] },
  'A container image': { docker: true },
  'Images in layers': {
    docker: true,
    after: [
      {
        run: `docker image inspect --format '{{len .RootFS.Layers}}' "team/instance:\${{ hashFiles('docker/**') }}" | grep -x 3`,
      },
    ],
  },
  // Twice on one host: between two it is tried in remote.test.ts.
  'Hosts that share no disk': { after: [{ run: 'test -f .deps/package-lock.json' }] },
  'Hosts without a shared disk': { prepare: pool, after: [{ run: 'test -f .deps/package-lock.json' }] },
  'A shared NFS or EFS volume': {
    prepare: async () => ({ instead: { '/mnt/ci-cache': tempDir(), '20GB': '1MB' } }),
  },
  'Bound the builds': {},
  'A limit for the wait': {},
  'Any steps': {},
  'Jobs that reuse, but never build': {},
  'In a scheduled workflow': { says: '0 builds removed, 0 B.' },
  'Opt out in some jobs': {},
};

/** Makes everything that is asked of it, in the folder that DESTDIR says. */
const MAKE = `#!/bin/sh
for word; do case $word in DESTDIR=*) out=\${word#DESTDIR=} ;; esac; done
mkdir -p "$out/bin"
printf '#!/bin/sh\\necho made\\n' > "$out/bin/sdk"
chmod +x "$out/bin/sdk"
`;

/** Looks where the real one would. */
const PKG_CONFIG = '#!/bin/sh\ntest -f "$PKG_CONFIG_PATH/$2.pc"\n';

/** Passes where the virtual environment is the one of the step before. */
const PYTEST = `#!/bin/sh
case $(command -v python) in */build-once/v1/venv-*) exit 0 ;; esac
exit 1
`;

/** A script that installs one program into the folder that is its argument number `at`. */
const installs = (program: string, at: number, more = '') => `#!/bin/sh
set -e
out=$${at}
mkdir -p "$out/bin"
cat > "$out/bin/${program}" <<end
#!/bin/sh
echo "$out/include"
end
chmod +x "$out/bin/${program}"
${more}`;

/** The repository in which all blocks run: small things by the names of the large ones. */
export const REPOSITORY: Files = {
  'stand-ins/make': MAKE,
  'stand-ins/pkg-config': PKG_CONFIG,
  'stand-ins/pytest': PYTEST,
  'ci/build-llvm.sh': installs('clang', 1),
  'ci/build-zlib.sh': installs('zlib-flags', 1, 'mkdir -p "$out/lib/pkgconfig"; echo > "$out/lib/pkgconfig/zlib.pc"\n'),
  'ci/fetch-protoc.sh': installs('protoc', 2),
  'requirements.txt': '# nothing\n',
  'package.json': '{ "name": "app", "version": "1.0.0", "scripts": { "test": "true" } }\n',
  'package-lock.json': '{ "name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": { "": {} } }\n',
  'plugins/Makefile': '# the stand-in of make asks for none\n',
  'sdk/Makefile': '# the stand-in of make asks for none\n',
  'docker/make': tinyProgram() ?? '#!/no/such/processor\n',
  'docker/Dockerfile': 'FROM scratch\nARG PYTHON\nARG MIRROR\nLABEL python=$PYTHON\nCOPY make /bin/make\n',
  'docker/base/Dockerfile': 'FROM scratch\nCOPY Dockerfile /base\n',
  'docker/env/Dockerfile': 'ARG BASE\nFROM $BASE\nCOPY Dockerfile /env\n',
  'docker/instance/Dockerfile': 'ARG ENV\nFROM $ENV\nCOPY Dockerfile /instance\n',
};

/** What comes before the steps of a block. */
export const FIRST: readonly Step[] = [
  { uses: 'actions/checkout@v4' },
  { run: 'echo "$PWD/stand-ins" >> "$GITHUB_PATH"' },
];

/** Makes an artifact. */
export function llvm(): Step {
  const key = `llvm-18.1.8-\${{ hashFiles('ci/build-llvm.sh') }}`;
  return { uses: 'build-once/build-once@v1', with: { key, run: './ci/build-llvm.sh "$BUILD_ONCE_OUT"' } };
}

async function archive(): Promise<Prepared> {
  const program = { path: 'package/bin/esbuild', content: '#!/bin/sh\necho 0.25.12\n', mode: 0o755 };
  const content = gzipSync(tarOf(program));
  const server = await flakyServer(content);
  return {
    instead: {
      'https://registry.npmjs.org/@esbuild/linux-x64/-/linux-x64-0.25.12.tgz': server.url('esbuild.tgz'),
      f7efc127658a108dcda9d4210b01804ee8f5d6b3acbd6d63f20aa51d3b50bd5f: createHash('sha256')
        .update(content)
        .digest('hex'),
    },
  };
}

async function dataset(): Promise<Prepared> {
  const server = await flakyServer(gzipSync(tarOf({ path: 'corpus.txt', content: 'words' })));
  return { instead: { 'https://data.example/': server.url(''), '40GB': '1MB' } };
}

/** The block stays as it is: a setting of the host leads to another server. */
async function plugin(): Promise<Prepared> {
  const server = await new HttpGitServer().open();
  new Repository(server.projects, 'tmux-plugins/tpm').commit({ tpm: 'a plugin manager' }, 'master');
  const settings = join(tempDir(), 'gitconfig');
  writeFileSync(settings, `[url "${server.url}/"]\n\tinsteadOf = https://github.com/\n`);
  return { env: { GIT_CONFIG_GLOBAL: settings } };
}

/** Where there is no Redis, the step warns and builds. */
async function pool(): Promise<Prepared> {
  const [program] = redisPrograms;
  if (program === undefined) return {};
  const server = await TestRedis.start(program);
  server.settle();
  return { instead: { 'redis://redis.internal:6379/0': server.url } };
}
