import { chmodSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type InputOptions, type OutputOptions, type Plugin } from 'rolldown';
import { thirdPartyNotices } from './scripts/third-party-notices.ts';

// One line for each executable of the action: its name in dist/ and where it starts.
const entries = {
  main: 'src/entry/main.ts',
};
// The two steps around other steps, the end of the job, and who holds the key meanwhile. They share no file with the main
// action, so that nothing of them is read by a hit of it; files with what they share would run the main step if they did.
const guard = {
  claim: 'src/entry/claim.ts',
  'claim-post': 'src/entry/claim-post.ts',
  keeper: 'src/entry/keeper.ts',
  publish: 'src/entry/publish.ts',
};
// What people start is one file with all that it needs. It shares none with the action: so a hit never reads what only the
// command line has, and no file of the one can run the other.
const command = { cli: 'src/entry/cli.ts' };

// Packages whose files do nothing when they are merely imported, so that what we do not use of them is left out:
// of @actions/core this keeps 6 kB of 713 kB.
const pure = /[\\/]node_modules[\\/](@actions|undici|tunnel)[\\/]/;

const root = import.meta.dirname;

/** Modules of src/ by their paths. One that was moved or renamed is an error here, and not another chunk in silence. */
function modules(...names: readonly string[]): (id: string) => boolean {
  const files = names.map((name) => join(root, 'src', name));
  const gone = files.filter((file) => !existsSync(file));
  if (gone.length > 0) throw new Error(`rolldown.config.ts names files that do not exist: ${gone.join(', ')}`);
  return (id) => files.includes(id);
}

/** `lock-file-engine` for src/lock/file/engine.ts, so that files of one name in two folders do not meet in dist/. */
function ownName(moduleId: string | null): string | undefined {
  const path = relative(join(root, 'src'), moduleId ?? '').replaceAll('\\', '/');
  return path.startsWith('..') || !path.endsWith('.ts') ? undefined : path.slice(0, -3).replaceAll('/', '-');
}

type ModuleInfo = {
  readonly isEntry: boolean;
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
} | null;

type InfoOf = (id: string) => ModuleInfo;

/** Whether a module is a start, or a start reaches it by static imports alone. */
function isReached(id: string, infoOf: InfoOf, isStart: (id: string) => boolean, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  return isStart(id) || (infoOf(id)?.importers.some((each) => isReached(each, infoOf, isStart, seen)) ?? false);
}

// What every build needs although it is imported lazily, for a hit has no use for it.
const forBuilds = modules(
  'recipe/wait/contend.ts',
  'recipe/build/private-build.ts',
  'recipe/build/resume.ts',
  'lock/file/engine.ts',
  'lock/file/slots.ts',
  'producers/run.ts',
  'step/report/summary.ts',
);

// What walks through trees: for builds, for `copy-to` and for `verify`.
const forTrees = modules('host/walk.ts', 'host/remove-tree.ts', 'store/tree/measure.ts');

const forTools = modules('store/tool/link.ts');

// What runs the commands of users: for every build by `run`, and for hits with `check`.
const forCommands = modules('producers/check.ts');

// Parts of other producers that only their builds load: they may share what is in `cold`.
const fetching = modules('producers/image/build.ts', 'producers/url/producer.ts', 'producers/git/checkout.ts');

/**
 * Loading a file costs some 0.4 ms, so what is always needed together is one file: `hot` by every step, `tool` by every
 * step with that input, `commands` where a command runs, `cold` by every build. What some hits need stays out of `cold`,
 * which holds the lock library.
 */
function groupOf(id: string, infoOf: InfoOf): 'hot' | 'tool' | 'tree' | 'commands' | 'cold' | null {
  const isReachedFrom = (isStart: (id: string) => boolean) => isReached(id, infoOf, isStart);
  if (isReachedFrom((each) => infoOf(each)?.isEntry === true)) return 'hot';
  if (forTrees(id)) return 'tree';
  if (isReachedFrom(forTools)) return 'tool';
  if (isReachedFrom(forCommands) && !forCommands(id)) return 'commands';
  const isLazy = (each: string) => (infoOf(each)?.dynamicImporters.length ?? 0) > 0;
  if (isReachedFrom((each) => isLazy(each) && !forBuilds(each) && !fetching(each))) return null;
  return isReachedFrom(forBuilds) ? 'cold' : null;
}

/** Of several entries each has a file of its own, which begins what is in it: nothing else may be there. */
function groupOfGuard(id: string, infoOf: InfoOf): ReturnType<typeof groupOf> {
  return infoOf(id)?.isEntry === true ? null : groupOf(id, infoOf);
}

const onlyMain = modules('producers/run.ts', 'producers/url/producer.ts', 'producers/git/producer.ts');

/** What the main action alone makes, which the steps around other steps never load. */
const withoutProducers: Plugin = {
  name: 'without-producers',
  resolveId(source, importer = '') {
    const isImported = source.startsWith('.') && onlyMain(join(importer, '..', source));
    return isImported && producerTable(importer) ? { id: 'nothing', external: false } : null;
  },
  load: (id) => (id === 'nothing' ? 'export {};' : null),
};

const producerTable = modules('producers/table.ts');

const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  // An ES import of a builtin makes a namespace of all its exports, which for `fs` loads its promises too: 2 ms.
  renderChunk: (code) =>
    code
      .replace(/^import "\.\/rolldown-runtime\.js";\n/m, '')
      .replace(/^import \* as (\w+) from "(?:node:)?(\w+)";$/gm, 'const $1 = process.getBuiltinModule("$2");')
      .replace(/^import \{([^}]+)\} from "node:(\w+(?:\/\w+)?)";$/gm, (_all, names: string, from: string) => {
        return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("${from}");`;
      }),
};

/**
 * Packages that are no ES modules ask for builtins alone: others would be in the bundle. So none needs `createRequire`, which
 * the bundler makes as the main file starts, for a hit too: with the part of Node that it loads a twentieth of its time.
 */
const leanRequire: Plugin = {
  name: 'lean-require',
  renderChunk: (code) =>
    code
      .replace(/^import \{ createRequire \} from "node:module";\n/m, '')
      .replace(
        /^var __require = .*\bcreateRequire\(import\.meta\.url\).*$/m,
        'var __require = process.getBuiltinModule;',
      ),
};

const packageJson: Plugin = {
  name: 'dist-package-json',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
  },
};

const executable: Plugin = {
  name: 'executable',
  writeBundle({ dir = '.' }, files) {
    for (const [name, file] of Object.entries(files)) {
      if (file.type === 'chunk' && file.code.startsWith('#!')) chmodSync(join(dir, name), 0o755);
    }
  },
};

/** One for both builds, since both write the same file. */
const notices = thirdPartyNotices('THIRD_PARTY_NOTICES.txt');

const input: InputOptions = {
  platform: 'node',
  // What `includeDependenciesRecursively: false` below asks for.
  preserveEntrySignatures: 'allow-extension',
  // A package that is not installed would be left out of dist/, which then starts nowhere else.
  onLog(level, log, handle) {
    handle(log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log);
  },
  // proper-lockfile wants it only where nobody hands in an `fs`, which we always do; it is 24 kB that a claim would read.
  resolve: { alias: { 'graceful-fs': 'node:fs' } },
  treeshake: { moduleSideEffects: (id) => !pure.test(id) },
};

const output = {
  dir: 'dist',
  format: 'esm',
  // No hashes: a file of dist/ keeps its name, and its history, when its content changes.
  entryFileNames: '[name].js',
  chunkFileNames: ({ name, facadeModuleId }: { readonly name: string; readonly facadeModuleId: string | null }) =>
    `${ownName(facadeModuleId) ?? name}.js`,
  // Comments are a third of the code that a hit has to read, and src/ has them.
  comments: false,
} satisfies OutputOptions;

export default defineConfig([
  {
    ...input,
    input: entries,
    output: {
      ...output,
      cleanDir: true,
      codeSplitting: {
        groups: [{ debugName: 'by need', name: (id, context) => groupOf(id, (each) => context.getModuleInfo(each)) }],
        includeDependenciesRecursively: false,
      },
    },
    plugins: [leanRequire, leanBuiltins, packageJson, notices],
  },
  {
    ...input,
    input: guard,
    output: {
      ...output,
      entryFileNames: 'guard/[name].js',
      chunkFileNames: (chunk) => `guard/${output.chunkFileNames(chunk)}`,
      codeSplitting: {
        groups: [
          { debugName: 'by need', name: (id, context) => groupOfGuard(id, (each) => context.getModuleInfo(each)) },
        ],
        includeDependenciesRecursively: false,
      },
    },
    plugins: [withoutProducers, leanRequire, leanBuiltins, notices],
  },
  {
    ...input,
    input: command,
    // People may have an older Node, which knows no `await using`.
    transform: { target: 'node20' },
    output: { ...output, codeSplitting: false },
    plugins: [leanRequire, leanBuiltins, executable, notices],
  },
]);
