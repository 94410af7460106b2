import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputBundle, Plugin } from 'rolldown';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: readonly string[];
}

/**
 * A rolldown plugin that writes the licences of all packages whose code is in a bundle. It collects over all bundles that
 * use the plugin, if they are written into one folder one after the other.
 */
export function thirdPartyNotices(fileName: string): Plugin {
  const folders = new Set<string>();
  return {
    name: 'third-party-notices',
    generateBundle(_options, bundle) {
      addPackageFolders(bundle, folders);
      this.emitFile({ type: 'asset', fileName, source: notices(packagesIn(folders)) });
    },
  };
}

function addPackageFolders(bundle: OutputBundle, folders: Set<string>): void {
  for (const file of Object.values(bundle)) {
    if (file.type !== 'chunk') continue;
    for (const [id, module] of Object.entries(file.modules)) {
      const folder = packageFolder(id);
      if (folder !== undefined && module.renderedLength > 0) folders.add(folder);
    }
  }
}

function packagesIn(folders: ReadonlySet<string>): Package[] {
  // A version of a package that is installed in two places is named once.
  const packages = new Map([...folders].map(readPackage).map((p) => [`${p.name}@${p.version}`, p]));
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, p]) => p);
}

/** The package folder `…/node_modules/@scope/name` of a module; undefined for our own files and rolldown's runtime. */
function packageFolder(moduleId: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(moduleId)?.[0];
}

function readPackage(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return { name, version, license: license ?? 'unknown', texts };
}

function notices(packages: readonly Package[]): string {
  const intro = 'The files in this folder contain code of these packages:\n';
  const sections = packages.map(({ name, version, license, texts }) => {
    const text = texts.length > 0 ? texts.join('\n\n') : 'The package comes without a licence text.';
    return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
  });
  return [intro, ...sections].join('\n');
}
