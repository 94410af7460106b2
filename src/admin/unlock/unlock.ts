import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { poolOf, poolOptions } from '../pool/options.ts';
import { rootsOf } from '../roots.ts';
import { BadUsage, readArguments, type Verb } from '../verb.ts';
import { unlockInPool } from './in-pool.ts';
import { unlockInRoot } from './in-root.ts';
import type { Done } from './opened.ts';

/** Opens the lock of one key. */
export const unlock: Verb = {
  name: 'unlock',
  summary: 'opens the lock of a key whose holder is dead',
  usage: `Shows who holds the lock of a key, and opens it if that holder is dead. Jobs do so themselves when they need the key; this
is for one who does not want to wait for them, or who knows more than they can see.

build-once unlock KEY [--root DIR] [--scope SCOPE] [--force] [--json]
build-once unlock KEY --pool ADDRESS [--force] [--json]

  KEY            the key, or the name of its folder, which \`list --locks --json\` tells; all scopes and platforms of it
  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --scope SCOPE  only in this scope. Before a first build is published, no scope is known: name the folder then
  --pool ADDRESS
                 instead of a host's lock: that of all hosts, in the pool redis://host:port/db. Its password is in
                 BUILD_ONCE_POOL_PASSWORD
  --pool-env VAR, --pool-password-env VAR
                 name other variables that have them
  --force        takes the lock also from a holder that lives: that one loses its build, and publishes nothing
  --json         prints one JSON object instead of lines
  --help         this text

Dead is a holder whose process is gone. Where that cannot be seen, its heartbeat is watched until it moves, or has stood
still for as long as jobs bear it (30 s, on network disks 2 m). Processes that a dead holder's build left are ended.
In a pool, a holder lives that renews its lease. The lease of one that does not ends while this waits.

Example: build-once unlock llvm-18.1.8 --root /opt/ci-cache

Exit code: 0 if nobody has the lock any more, 1 if a holder lives or the lock cannot be opened, 2 for bad options, 130 if
interrupted.
`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        root: { type: 'string', multiple: true },
        scope: { type: 'string' },
        force: { type: 'boolean' },
        json: { type: 'boolean' },
        ...poolOptions,
      },
      ['KEY'],
    );
    const [key = ''] = positionals;
    const { scope, force = false, json = false } = values;
    // Only a pool that is named: to take a lock from all hosts is another thing than from one.
    const pool = poolOf(values, process.env, undefined);
    if (pool !== undefined) refuseWithPool(values);
    const [root = ''] = pool === undefined ? rootsOf(values.root ?? [], 1) : [];
    const options = { force, scope, signal: endSignal() };
    const done = await (pool === undefined ? unlockInRoot(key, root, options) : unlockInPool(key, pool, options));
    if (done === undefined) return 1;
    tell(key, done, json);
    if (options.signal.aborted) return INTERRUPTED;
    return done.opened.some(({ became }) => became === 'left') ? 1 : 0;
  },
};

/** @throws BadUsage */
function refuseWithPool({
  root,
  scope,
}: {
  readonly root?: readonly string[] | undefined;
  readonly scope?: string | undefined;
}): void {
  if (root !== undefined) throw new BadUsage('--root and --pool are two locks: call it once for each');
  if (scope !== undefined)
    throw new BadUsage('--scope is not known in a pool: name the folder, which list --locks --json tells');
}

function tell(key: string, { place, opened }: Done, json: boolean): void {
  if (json) {
    const locks = opened.map(({ lock, became, why }) => ({ ...lock, became, why }));
    process.stdout.write(`${JSON.stringify({ ...place, key, locks }, null, 2)}\n`);
    return;
  }
  const lines = opened.map(({ became, name, why }) => `${became} ${name}: ${why}`);
  process.stdout.write(`${lines.length === 0 ? `Nobody holds "${shorten(key)}".` : lines.join('\n')}\n`);
}
