import { chmodSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type InputOptions, type OutputOptions, type Plugin } from 'rolldown';
import { thirdPartyNotices } from './scripts/third-party-notices.ts';

// One line for each executable of the action: its name in dist/ and where it starts.
const entries = {
  main: 'src/entry/main.ts',
};
// The steps `claim` and `publish`, the post step of `claim`, and the keeper. They share no file with the main action: a hit
// of it then reads nothing of theirs, and none of them loads main.js, which would run the main step.
const guard = {
  claim: 'src/entry/claim.ts',
  'claim-post': 'src/entry/claim-post.ts',
  keeper: 'src/entry/keeper.ts',
  publish: 'src/entry/publish.ts',
};
// The command line, and the action `prune`, which is a verb of it. They share no file with the main action, so that neither
// loads code of the other.
const command = { cli: 'src/entry/cli.ts', 'cli/prune': 'src/entry/prune.ts' };
// The process that carries builds to and from a remote store, with the package for that: 1.5 MB.
const carry = { carry: 'src/entry/carry.ts' };

// Packages whose files do nothing when they are only imported, so that the bundle leaves out what we do not use: of
// @actions/core it keeps 6 kB of 713 kB.
const pure = /[\\/]node_modules[\\/](@actions|undici|tunnel)[\\/]/;

const root = import.meta.dirname;

/** Selects modules by their paths in src/. A path that does not exist is an error, so that a moved file is noticed. */
function modules(...names: readonly string[]): (id: string) => boolean {
  const files = names.map((name) => join(root, 'src', name));
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`rolldown.config.ts names files that do not exist: ${missing.join(', ')}`);
  return (id) => files.includes(id);
}

/** `lock-file-engine` for src/lock/file/engine.ts, since dist/ has one folder for files of equal names. */
function ownName(moduleId: string | null): string | undefined {
  const path = relative(join(root, 'src'), moduleId ?? '').replaceAll('\\', '/');
  return path.startsWith('..') || !path.endsWith('.ts') ? undefined : path.slice(0, -3).replaceAll('/', '-');
}

/** What builds load although they import it lazily. A hit needs none of it. */
const forBuilds = modules(
  'recipe/wait/contend.ts',
  'recipe/build/private-build.ts',
  'recipe/build/resume.ts',
  'lock/file/engine.ts',
  // Of commands alone; it is the engine, so it lies beside it.
  'lock/file/inspector.ts',
  'lock/file/slots.ts',
  'step/report/summary.ts',
);

// Walking through trees, for builds, `copy-to` and `verify`.
const forTrees = modules('host/folder.ts', 'host/walk.ts', 'host/remove-tree.ts', 'store/tree/measure.ts');

// The verbs that hand out builds: who calls them waits for that.
const forRuns = modules('admin/run/run.ts', 'admin/path.ts');
const loadsVerbs = modules('admin/command.ts');
const isCommandLine = modules('entry/cli.ts');
// A pool uses them too, which is loaded lazily; every build loads them anyway.
const withBuilds = modules('base/watch.ts', 'lock/asker.ts', 'lock/pool-engine.ts', 'store/failures.ts');
// The same of the remote store. Verbs that remove builds share them.
const forRights = modules('host/rename-folder.ts', 'store/carried.ts', 'store/publish/right.ts');

const forTools = modules('store/tool/link.ts');
const forCommands = modules('producers/run.ts', 'producers/check.ts');

type InfoOf = (id: string) => {
  readonly isEntry: boolean;
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
} | null;

/**
 * The file of dist/ that a module is put into: `hot` is what every step loads, `tool` what every step with that input
 * loads, `tree` what walks through folders, `commands` what runs a command of the user, `cold` what every build loads.
 * Other modules that are imported lazily, and what they share, get files of their own, so that no hit loads `cold` with the
 * lock library in it.
 *
 * Loading a file takes some 0.4 ms. In CPU time, a hit takes 5 % more without `hot`, a hit with `tool` 5 % more without
 * that group, and a build of nothing 3 % more without `commands` and 2 % more without `cold`.
 */
function groupOf(id: string, infoOf: InfoOf): 'hot' | 'tree' | 'tool' | 'commands' | 'cold' | null {
  const isFor = (isStart: (id: string) => boolean) => isLoadedBy(isStart, id, infoOf);
  if (isFor((each) => infoOf(each)?.isEntry === true)) return 'hot';
  if (forTrees(id)) return 'tree';
  if (withBuilds(id) || forRights(id)) return 'cold';
  if (isFor(forTools)) return 'tool';
  if (isFor(forCommands)) return 'commands';
  const isLazy = (each: string) => (infoOf(each)?.dynamicImporters.length ?? 0) > 0;
  return isFor(forBuilds) && !isFor((each) => isLazy(each) && !forBuilds(each)) ? 'cold' : null;
}

/** Whether such a module is `id`, or imports it statically, directly or by way of others. */
function isLoadedBy(isStart: (id: string) => boolean, id: string, infoOf: InfoOf, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  if (isStart(id)) return true;
  return infoOf(id)?.importers.some((importer) => isLoadedBy(isStart, importer, infoOf, seen)) ?? false;
}

/** @param name the file of dist/ for a module; null where the bundler chooses */
function chunks(name: (id: string, infoOf: InfoOf) => string | null): NonNullable<OutputOptions['codeSplitting']> {
  return {
    groups: [{ debugName: 'by need', name: (id, context) => name(id, (each) => context.getModuleInfo(each)) }],
    includeDependenciesRecursively: false,
  };
}

const onlyMain = modules('producers/run.ts', 'producers/url/producer.ts', 'producers/git/producer.ts');

/** Leaves out producers that only the main action uses. */
const withoutProducers: Plugin = {
  name: 'without-producers',
  resolveId(source, importer = '') {
    const isImported = source.startsWith('.') && onlyMain(join(importer, '..', source));
    return isImported && producerTable(importer) ? { id: 'nothing', external: false } : null;
  },
  load: (id) => (id === 'nothing' ? 'export {};' : null),
};

const producerTable = modules('producers/table.ts');

/**
 * Replaces ES imports of builtins. Such an import makes a namespace of all exports of the builtin, and for `fs` that loads
 * its promises too. Without this plugin a hit takes 10 % more CPU time.
 */
const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  renderChunk: (code) =>
    code
      .replace(/^import "\.\/rolldown-runtime\.js";\n/m, '')
      .replace(/^import \* as (\w+) from "(?:node:)?(\w+)";$/gm, 'const $1 = process.getBuiltinModule("$2");')
      .replace(/^import \{([^}]+)\} from "node:(\w+(?:\/\w+)?)";$/gm, (_all, names: string, from: string) => {
        return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("${from}");`;
      }),
};

/**
 * Replaces `createRequire`, which the bundler calls at the start of the main file for CommonJS packages. They require only
 * builtins, since everything else is in the bundle. Without this plugin a hit takes 3 % more CPU time.
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

/**
 * Leaves out the package `debug`, by which others log what they send where a job sets DEBUG for something else: the Redis
 * client its password.
 */
const withoutDebug: Plugin = {
  name: 'without-debug',
  resolveId: (source) => (source === 'debug' ? { id: 'no-debug.cjs', external: false } : null),
  load: (id) => (id === 'no-debug.cjs' ? silentDebug : null),
};

const silentDebug = `
const create = () => Object.assign(() => {}, { enabled: false, destroy() {} });
module.exports = create;
create.default = create;
`;

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

/** The same plugin for all builds, since they write one file. */
const notices = thirdPartyNotices('THIRD_PARTY_NOTICES.txt');

const input: InputOptions = {
  platform: 'node',
  // `includeDependenciesRecursively: false` requires it.
  preserveEntrySignatures: 'allow-extension',
  // A package that is not installed would otherwise be left out of dist/, which then does not start elsewhere.
  onLog(level, log, handle) {
    handle(log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log);
  },
  // proper-lockfile uses it only if it is given no `fs`, and we always give one. It is 24 kB.
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
  // Comments would be a third of the code that a hit reads. They are in src/.
  comments: false,
} satisfies OutputOptions;

/**
 * The file of dist/cli/ that a module is put into: `command` is what every call loads, `run` what a hit does beside, `verbs`
 * all that other verbs need.
 */
function commandGroupOf(id: string, infoOf: InfoOf): string | null {
  if (isLoadedBy(isCommandLine, id, infoOf)) return 'command';
  if (isLoadedBy(forRuns, id, infoOf)) return 'run';
  const isVerb = (each: string) => {
    const { isEntry, dynamicImporters } = infoOf(each) ?? { isEntry: false, dynamicImporters: [] };
    return isEntry || dynamicImporters.some(loadsVerbs);
  };
  if (forRights(id)) return 'verbs';
  const group = groupOf(id, (each) => withoutEntries(infoOf(each)));
  return group ?? (isLoadedBy(isVerb, id, infoOf) ? 'verbs' : null);
}

/** What other verbs share with a build is not put where every verb has to load it. */
function withoutEntries(info: ReturnType<InfoOf>): ReturnType<InfoOf> {
  return info && { isEntry: false, importers: info.importers, dynamicImporters: info.dynamicImporters };
}

export default defineConfig([
  {
    ...input,
    input: entries,
    output: {
      ...output,
      cleanDir: true,
      codeSplitting: chunks(groupOf),
    },
    plugins: [withoutDebug, leanRequire, leanBuiltins, packageJson, notices],
  },
  {
    ...input,
    input: guard,
    output: {
      ...output,
      entryFileNames: 'guard/[name].js',
      chunkFileNames: (chunk) => `guard/${output.chunkFileNames(chunk)}`,
      // An entry gets a file of its own and no other module in it, since loading that file runs the step.
      codeSplitting: chunks((id, infoOf) => (infoOf(id)?.isEntry === true ? null : groupOf(id, infoOf))),
    },
    plugins: [withoutDebug, withoutProducers, leanRequire, leanBuiltins, notices],
  },
  {
    ...input,
    input: carry,
    output: {
      ...output,
      entryFileNames: 'carry/[name].js',
      chunkFileNames: (chunk) => `carry/${output.chunkFileNames(chunk)}`,
    },
    plugins: [withoutDebug, leanRequire, notices],
  },
  {
    ...input,
    input: command,
    // The command line may run on Node 20, which does not know `await using`.
    transform: { target: 'node20' },
    output: {
      ...output,
      chunkFileNames: (chunk) => `cli/${output.chunkFileNames(chunk)}`,
      codeSplitting: chunks((id, infoOf) => (infoOf(id)?.isEntry === true ? null : commandGroupOf(id, infoOf))),
    },
    plugins: [withoutDebug, leanRequire, leanBuiltins, executable, notices],
  },
]);
