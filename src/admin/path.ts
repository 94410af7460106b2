import { unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { entryId, isEntryId, isIdOf, type Subject } from '../base/key.ts';
import { GONE, listFolder } from '../host/file-system.ts';
import { realPath } from '../step/inputs/paths.ts';
import { ROOT_VARIABLES } from '../step/inputs/root.ts';
import { hostFacts, platformOf } from '../step/platform.ts';
import { entryPaths, versionDir } from '../store/layout.ts';
import { type Manifest, readManifest } from '../store/manifest.ts';
import { userOf } from './handed-out.ts';
import { rootsOf } from './roots.ts';
import { surroundings } from './run/ci.ts';
import { carryOut, MISSED, readAs } from './run/perform.ts';
import { BadUsage, readArguments, type Verb } from './verb.ts';

/** Prints where a published build is. */
export const path: Verb = {
  name: 'path',
  summary: 'prints the path of a published build',
  usesStdout: false,
  usage: `Prints the path of the build that is published for a key. Nothing is built, and nothing is waited for.

build-once path KEY [--root DIR] [--scope SCOPE] [--pid PID] [--json]

  KEY            the key, or the name of its folder, which \`list --json\` tells
  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --scope SCOPE  only in this scope; by default in all of them
  --pid PID      the build stays for as long as this process lives ($$ is the shell); by default for 6 hours
  --json         prints the outputs of the action as one JSON object, not the path
  --help         this text

A build for another platform, or made where the cache has another path, is none for this machine. Images have no path.

Example: build-once path llvm-18.1.8 --root /opt/ci-cache

Exit code: 0 if there is one, 1 if something failed, 2 for bad options or if there are several, 3 if there is none.
`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        root: { type: 'string', multiple: true },
        scope: { type: 'string' },
        pid: { type: 'string' },
        json: { type: 'boolean' },
      },
      ['KEY'],
    );
    const [key = ''] = positionals;
    const { scope, json = false } = values;
    const user = userOf(values.pid);
    const root = realPath(rootsOf(values.root ?? [], 1)[0] ?? '');
    const { here, elsewhere } = buildsOf(key, root, scope);
    const [subject, other] = here;
    if (subject === undefined) return none(key, root, elsewhere);
    if (other !== undefined) throw new BadUsage(several(key, here));
    const { env } = process;
    const around = surroundings(env, process.cwd());
    const asked = { INPUT_KEY: subject.key, INPUT_ROOT: root, 'INPUT_LOOKUP-ONLY': 'true' };
    const request = { ...readAs(around, asked, withoutPool(env)), subject, notes: [] };
    return carryOut({ request, env, around, user, json, quiet: true });
  },
};

interface Found {
  /** Those that a step on this machine would be handed. */
  readonly here: readonly Subject[];
  /** The platforms of the others. */
  readonly elsewhere: readonly string[];
}

/** The published builds of a key. */
function buildsOf(key: string, root: string, scope: string | undefined): Found {
  const ids = listFolder(versionDir(root), GONE).filter((id) => isEntryId(id) && (id === key || isIdOf(id, key)));
  const here: Subject[] = [];
  const elsewhere: string[] = [];
  for (const id of ids) {
    const manifest = manifestOf(root, id);
    if (manifest === undefined || (id !== key && manifest.key !== key)) continue;
    if (scope !== undefined && manifest.scope !== scope) continue;
    const subject = subjectOf(manifest, root, id);
    if (subject === undefined) elsewhere.push(manifest.platform);
    else here.push(subject);
  }
  return { here, elsewhere };
}

function manifestOf(root: string, id: string): Manifest | undefined {
  const reading = unless(['EACCES', ...GONE], () => readManifest(entryPaths(root, id).manifest));
  return reading?.kind === 'whole' ? reading.manifest : undefined;
}

/** A subject that has this id here; undefined: it is for another platform, or for a cache at another path. */
function subjectOf({ key, scope }: Manifest, root: string, id: string): Subject | undefined {
  const platforms = [platformOf(hostFacts()), 'any'];
  return platforms
    .flatMap((platform) => [false, true].map((relocatable) => ({ key, scope, platform, relocatable, root })))
    .find((subject) => entryId(subject) === id);
}

function none(key: string, root: string, elsewhere: readonly string[]): number {
  const others = elsewhere.length === 0 ? '' : ` for this machine; there are some for ${elsewhere.join(', ')}`;
  process.stderr.write(
    `${shorten(root, 1000)} has no build of the key "${shorten(key)}"${others}. See build-once list\n`,
  );
  return MISSED;
}

function several(key: string, found: readonly Subject[]): string {
  const listed = found.map((subject) => `--scope ${JSON.stringify(shorten(subject.scope, 200))} (${entryId(subject)})`);
  return `the key "${shorten(key)}" has several builds: ${listed.join(', ')}. Add one of these, or write the name of its folder as the key`;
}

/** What a pool wants of its steps, such as to force them, is not about a look. */
function withoutPool(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^BUILD_ONCE_(?!SHARED$)/.test(name)));
}
