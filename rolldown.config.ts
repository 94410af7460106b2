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

export default defineConfig({
  input: entries,
  platform: 'node',
  treeshake: { moduleSideEffects: (id) => !pure.test(id) },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    // No hashes: a file of dist/ keeps its name, and its history, when its content changes.
    entryFileNames: '[name].js',
    chunkFileNames: ({ name, facadeModuleId }) => `${ownName(facadeModuleId) ?? name}.js`,
  },
  plugins: [
    {
      name: 'dist-package-json',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
      },
    },
    thirdPartyNotices('THIRD_PARTY_NOTICES.txt'),
  ],
});
