import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import type { CatalogEntry } from '../../store/catalog.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { eachKey } from '../read-catalog.ts';
import { rootsOf } from '../roots.ts';
import { readArguments, type Verb } from '../verb.ts';
import { candidatesOf } from './candidates.ts';
import { Cleaner } from './cleaner.ts';
import { tell } from './tell.ts';

/** Removes one key. */
export const remove: Verb = {
  name: 'remove',
  summary: 'removes the builds of one key',
  usage: `Removes the builds of one key, in all scopes and for all platforms, however old they are. Jobs may run meanwhile.

build-once remove KEY [--root DIR] [--scope SCOPE] [--dry-run] [--json]

  KEY            the key, or the name of its folder, which \`list --json\` tells
  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --scope SCOPE  only in this scope
  --dry-run      says what would be removed, and removes nothing
  --json         prints one JSON object instead of lines
  --help         this text

A build that a job uses stays, and so does a key that a job builds now.

Example: build-once remove llvm-18.1.8 --root /opt/ci-cache

Exit code: 0 if all builds of the key are gone, 1 if there are none or some stay, 2 for bad options, 130 if interrupted.
`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        root: { type: 'string', multiple: true },
        scope: { type: 'string' },
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
      },
      ['KEY'],
    );
    const [key = ''] = positionals;
    const { scope, json = false, 'dry-run': dryRun = false } = values;
    const [root = ''] = rootsOf(values.root ?? [], 1);
    const found: CatalogEntry[] = [];
    for await (const entry of eachKey(root)) {
      const { paths, manifest } = entry;
      const isMeant = manifest?.key === key && (scope === undefined || manifest.scope === scope);
      if (paths.id === key || isMeant) found.push(entry);
    }
    if (found.length === 0) {
      process.stderr.write(`${shorten(root, 1000)} has no build of the key "${shorten(key)}". See build-once list\n`);
      return 1;
    }
    const signal = endSignal();
    const options = { dryRun, nowMs: Date.now(), signal };
    const cleaner = await Cleaner.open(root, options);
    let gone = true;
    for (const entry of found) {
      const { paths, manifest } = entry;
      const name = manifest === undefined ? paths.id : `${manifest.key} of ${manifest.scope}`;
      const builds = [
        ...(await candidatesOf(entry, 'published', options)),
        ...(await candidatesOf(entry, 'replaced', options)),
      ];
      gone = (await cleaner.remove(paths, name, builds, 'removed by its key')) && gone;
    }
    tell(cleaner, undefined, { root, dryRun, json });
    if (signal.aborted) return INTERRUPTED;
    return gone ? 0 : 1;
  },
};
