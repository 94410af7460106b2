import { TOKEN_VARIABLE, WITHIN_VARIABLE } from '../../host/proc.ts';
import { withoutPrivate } from '../environment.ts';
import type { Attempt, Environment } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';

/** Would lead git to another repository, show the token in a trace, or are secrets that git has no use for. */
const DROPPED = new Set([
  ...[
    'GIT_DIR',
    'GIT_WORK_TREE',
    'GIT_COMMON_DIR',
    'GIT_INDEX_FILE',
    'GIT_PREFIX',
    'GIT_NAMESPACE',
    'GIT_SHALLOW_FILE',
  ],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE'],
  ...['GIT_DEFAULT_HASH', 'GIT_CONFIG_PARAMETERS', 'GIT_TRACE_REDACT', 'GITHUB_TOKEN', 'GH_TOKEN'],
]);

type Setting = readonly [name: string, value: string];

/** For every command of ours: nothing of the host runs in a build, stays behind after a command, or gets into a build. */
const ALWAYS: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.logAllRefUpdates', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['init.defaultBranch', 'main'],
  // Some network file systems show another owner than who made the folder; these commands run in new folders of ours.
  ['safe.directory', '*'],
  // A server that is at work says so every few seconds; one that says nothing for two minutes has gone.
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '120'],
];

const LFS: readonly Setting[] = [
  ['filter.lfs.clean', 'git-lfs clean -- %f'],
  ['filter.lfs.smudge', 'git-lfs smudge -- %f'],
  ['filter.lfs.process', 'git-lfs filter-process'],
  ['filter.lfs.required', 'true'],
];

/**
 * The environment of every git command: the job's, with our settings after its own. So the token is on no command line,
 * where others of this host would see it, and in no file; what the user set up (ssh, proxies, insteadOf) holds.
 */
export function gitEnvironment(spec: RepositorySpec, env: Environment): Environment {
  const kept = Object.entries(withoutPrivate(env)).filter(([name]) => !DROPPED.has(name));
  const first = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
  const settings = [...ALWAYS, ...(spec.lfs ? LFS : []), ...tokenSettings(spec)];
  const numbered = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, name],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(numbered),
    GIT_CONFIG_COUNT: `${first + settings.length}`,
    GIT_TERMINAL_PROMPT: '0',
    ...(spec.token === undefined ? {} : { GIT_ASKPASS: '' }),
    // Empty: a new repository gets no hooks, and nothing else of this host's template.
    GIT_TEMPLATE_DIR: '',
    // Where the host has the filters of LFS, a checkout would fetch without having been told to.
    ...(spec.lfs ? {} : { GIT_LFS_SKIP_SMUDGE: '1' }),
    // Messages are told apart by their words.
    LC_ALL: 'C',
  };
}

/** The same within an attempt, by whose token its processes are found. */
export function attemptEnvironment(spec: RepositorySpec, { env, token, within }: Attempt): Environment {
  return { ...gitEnvironment(spec, env), [TOKEN_VARIABLE]: token, [WITHIN_VARIABLE]: within.join(',') };
}

/**
 * The header is for the origin of `url` alone, submodules of that origin included. git would send it on to wherever that
 * origin redirects, hence no redirects; and where it is refused, no other login of this host is tried in its place.
 */
function tokenSettings({ url, token }: RepositorySpec): Setting[] {
  if (token === undefined || !/^https?:\/\//i.test(url)) return [];
  const { origin } = new URL(url);
  const login = Buffer.from(`x-access-token:${token}`).toString('base64');
  return [
    // Empty first: takes away what a runner's own settings would send beside it.
    [`http.${origin}/.extraheader`, ''],
    [`http.${origin}/.extraheader`, `AUTHORIZATION: basic ${login}`],
    [`http.${origin}/.followRedirects`, 'false'],
    [`credential.${origin}.helper`, ''],
  ];
}
