import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { rootsOf } from '../roots.ts';
import { readArguments, type Verb } from '../verb.ts';
import { findLocks, isKnown } from './find.ts';
import { type Opened, Opener } from './opener.ts';

/** Opens the lock of one key. */
export const unlock: Verb = {
  name: 'unlock',
  summary: 'opens the lock of a key whose holder is dead',
  usage: `Shows who holds the lock of a key, and opens it if that holder is dead. Jobs do so themselves when they need the key; this
is for one who does not want to wait for them, or who knows more than they can see.

build-once unlock KEY [--root DIR] [--scope SCOPE] [--force] [--json]

  KEY            the key, or the name of its folder, which \`list --locks --json\` tells; all scopes and platforms of it
  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --scope SCOPE  only in this scope. Before a first build is published, no scope is known: name the folder then
  --force        takes the lock also from a holder that lives: that one loses its build, and publishes nothing
  --json         prints one JSON object instead of lines
  --help         this text

Dead is a holder whose process is gone. Where that cannot be seen, its heartbeat is watched until it moves, or has stood
still for as long as jobs bear it (30 s, on network disks 2 m). Processes that a dead holder's build left are ended.

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
      },
      ['KEY'],
    );
    const [key = ''] = positionals;
    const { scope, force = false, json = false } = values;
    const [root = ''] = rootsOf(values.root ?? [], 1);
    const signal = endSignal();
    const opener = await Opener.open(root, { force, scope, signal });
    const locks = await findLocks(opener.sight, key, signal);
    if (locks.length === 0 && !isKnown(root, key)) {
      process.stderr.write(
        `${shorten(root, 1000)} has no key "${shorten(key)}", and nobody builds it. See build-once list\n`,
      );
      return 1;
    }
    const opened: Opened[] = [];
    for (const lock of locks.filter((each) => scope === undefined || [scope, undefined].includes(each.scope))) {
      if (!signal.aborted) opened.push(await opener.unlock(lock));
    }
    tell(key, opened, json ? root : undefined);
    if (signal.aborted) return INTERRUPTED;
    return opened.some(({ became }) => became === 'left') ? 1 : 0;
  },
};

/** @param root as JSON; undefined: as lines */
function tell(key: string, opened: readonly Opened[], root: string | undefined): void {
  if (root !== undefined) {
    const locks = opened.map(({ lock, became, why }) => ({ ...lock, became, why }));
    process.stdout.write(`${JSON.stringify({ root, key, locks }, null, 2)}\n`);
    return;
  }
  const lines = opened.map(({ became, name, why }) => `${became} ${name}: ${why}`);
  process.stdout.write(`${lines.length === 0 ? `Nobody holds "${shorten(key)}".` : lines.join('\n')}\n`);
}
