import { TOKEN_VARIABLE, WITHIN_VARIABLE } from '../../host/proc.ts';
import { withoutPrivate } from '../environment.ts';
import type { Attempt, Environment } from '../producer.ts';
import type { RepositorySpec } from '../spec.ts';

/** Variables that would make git use another repository or show the token in a trace, and secrets that git does not need. */
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

/** For every command: no hook or daemon of the host runs, nothing keeps running, and no setting of the host gets in. */
const ALWAYS: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.logAllRefUpdates', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['init.defaultBranch', 'main'],
  // Some network file systems report a wrong owner. These commands run only in new folders of our own.
  ['safe.directory', '*'],
  // A busy server sends progress every few seconds, so two minutes of silence mean that it is gone.
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
 * The environment of every git command: the job's, with our settings added after its own. The token is thus on no command
 * line, where other users of the host could read it, and in no file. What the user set up (ssh, proxies, insteadOf) holds.
 */
export function gitEnvironment(spec: RepositorySpec, env: Environment): Environment {
  const kept = Object.entries(withoutPrivate(env)).filter(([name]) => !DROPPED.has(name));
  const first = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
  const settings = [...ALWAYS, ...(spec.lfs ? LFS : []), ...tokenSettings(spec, env)];
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
    // Empty, so that a new repository gets no hooks and no other files of the host's template.
    GIT_TEMPLATE_DIR: '',
    // If the host has LFS filters, a checkout would otherwise fetch LFS files although `lfs` is off.
    ...(spec.lfs ? {} : { GIT_LFS_SKIP_SMUDGE: '1' }),
    // Failures are recognised by their English messages.
    LC_ALL: 'C',
  };
}

/** {@link gitEnvironment} with the token of an attempt, by which its processes are found. */
export function attemptEnvironment(spec: RepositorySpec, { env, token, within }: Attempt): Environment {
  return { ...gitEnvironment(spec, env), [TOKEN_VARIABLE]: token, [WITHIN_VARIABLE]: within.join(',') };
}

/**
 * Sends the token to the origin of `url` alone, including submodules of that origin. Redirects are off, because git would
 * send the header on to their target. If the token is rejected, no other login of the host is tried.
 */
function tokenSettings({ url, token }: RepositorySpec, env: Environment): Setting[] {
  if (token === undefined || !/^https?:\/\//i.test(url)) return [];
  const { origin, hostname } = new URL(url);
  const login = Buffer.from(`x-access-token:${token}`).toString('base64');
  return [
    // The empty value first: it removes headers that the runner's own settings would add.
    [`http.${origin}/.extraheader`, ''],
    [`http.${origin}/.extraheader`, `AUTHORIZATION: basic ${login}`],
    [`http.${origin}/.followRedirects`, 'false'],
    [`credential.${origin}.helper`, ''],
    // Submodules that are written as ssh addresses of that server. Who has an agent with keys has them for these.
    ...(env.SSH_AUTH_SOCK ? [] : [`git@${hostname}:`, `ssh://git@${hostname}/`]).map(
      (address): Setting => [`url.${origin}/.insteadOf`, address],
    ),
  ];
}
