import { defineConfig } from 'rolldown';
import { thirdPartyNotices } from './scripts/third-party-notices.ts';

// One line for each executable: its name in dist/ and where it starts.
const entries = {
  main: 'src/entry/main.ts',
};

// Packages whose files do nothing when they are merely imported, so that what we do not use of them is left out:
// of @actions/core this keeps 6 kB of 713 kB.
const pure = /[\\/]node_modules[\\/](@actions|undici|tunnel)[\\/]/;

/** `lock-file` for src/lock/file.ts, so that files of one name in two folders do not meet in dist/. */
function ownName(moduleId: string | null): string | undefined {
  return /^.*[\\/]src[\\/](.+)\.ts$/.exec(moduleId ?? '')?.[1]?.replaceAll(/[\\/]/g, '-');
}

type ModuleInfo = { readonly isEntry: boolean; readonly importers: readonly string[] } | null;

/** Whether an entry reaches the module by static imports alone. */
function isAlwaysLoaded(id: string, infoOf: (id: string) => ModuleInfo, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const info = infoOf(id);
  return info?.isEntry === true || (info?.importers.some((each) => isAlwaysLoaded(each, infoOf, seen)) ?? false);
}

export default defineConfig({
  input: entries,
  platform: 'node',
  // A package that is not installed would be left out of dist/, which then starts nowhere else.
  onLog(level, log, handle) {
    handle(log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log);
  },
  treeshake: { moduleSideEffects: (id) => !pure.test(id) },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    // No hashes: a file of dist/ keeps its name, and its history, when its content changes.
    entryFileNames: '[name].js',
    chunkFileNames: ({ name, facadeModuleId }) => `${ownName(facadeModuleId) ?? name}.js`,
    // Loading a module costs some 0.3 ms: what an entry always needs is one file, and only what it may need is others.
    // Comments are a third of the code that a hit has to read, and src/ has them.
    comments: false,
    codeSplitting: {
      groups: [
        {
          debugName: 'hot',
          name: (id, context) => (isAlwaysLoaded(id, (each) => context.getModuleInfo(each)) ? 'hot' : null),
        },
      ],
    },
  },
  plugins: [
    {
      name: 'lean-builtins',
      // An ES import of a builtin makes a namespace of all its exports, which for `fs` loads its promises too: 2 ms.
      renderChunk: (code) =>
        code
          .replace(/^import "\.\/rolldown-runtime\.js";\n/m, '')
          .replace(/^import \* as (\w+) from "(?:node:)?(\w+)";$/gm, 'const $1 = process.getBuiltinModule("$2");')
          .replace(/^import \{([^}]+)\} from "node:(\w+(?:\/\w+)?)";$/gm, (_all, names: string, from: string) => {
            return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("${from}");`;
          }),
    },
    {
      name: 'dist-package-json',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
      },
    },
    thirdPartyNotices('THIRD_PARTY_NOTICES.txt'),
  ],
});
