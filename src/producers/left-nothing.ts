import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OnceError, unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Attempt } from './producer.ts';
import type { CommandSpec } from './spec.ts';

const SHOWN_NAMES = 5;
/** Longest step of a clock by which a file system stamps its files. */
const TICK_MS = 20;
const OUT = 'BUILD_ONCE_OUT';

/**
 * The error of a script that succeeded and left nothing in its folder, with where it may have written instead.
 * @param startedAt when the script was started, in ms since the epoch
 */
export function leftNothing(spec: CommandSpec, { key, out }: Attempt, startedAt: number): OnceError {
  return new OnceError(
    'BUILD_FAILED',
    [
      `The build of "${shorten(key)}" succeeded, but left nothing in $BUILD_ONCE_OUT (${out}), so other jobs would get an empty folder.`,
      otherPlace(spec, startedAt),
      'If the build is no folder, write `check`; if it is meant to be empty, write `allow-empty: true`.',
    ].join(' '),
  );
}

function otherPlace({ script, argv, workingDirectory }: CommandSpec, startedAt: number): string {
  const misspelt = misspeltIn(script);
  if (misspelt !== undefined) return `The script says ${shorten(misspelt)}, which is not set: write ${OUT}.`;
  const changed = changedIn(workingDirectory, startedAt);
  const where =
    changed.length === 0
      ? `The script ran in ${workingDirectory}`
      : `The script ran in ${workingDirectory}, and these changed there meanwhile: ${changed.join(', ')}`;
  const named = script.includes(OUT) ? '' : `, and does not name ${OUT}`;
  if (argv !== undefined) return `${where}${named}. ${FOR_COMMANDS}`;
  return `${where}${named}: let it install into "$${OUT}", or copy the result there at its end.`;
}

/** In an argument, the shell that started us has replaced the variable, by nothing. */
const FOR_COMMANDS = `A command finds the folder in its environment; where an argument has to name it, write --run '… "$${OUT}"' instead.`;

/** A variable that was meant to be ours. */
function misspeltIn(script: string): string | undefined {
  const words = script.match(/\bBUILDS?_?ONCE_?(?:OUT|DIR|PATH|FOLDER)\w*/gi) ?? [];
  return words.find((word) => word !== OUT);
}

/** What is new or changed right below a folder. Only a hint: what is deeper does not change it, and others may write there too. */
function changedIn(folder: string, since: number): string[] {
  const names = unless(['ENOENT', 'EACCES'], () => readdirSync(folder)) ?? [];
  const changed = names.filter((name) => {
    const stats = unless(['ENOENT', 'EACCES'], () => lstatSync(join(folder, name)));
    return stats !== undefined && stats.mtimeMs >= since - TICK_MS;
  });
  const shown = changed.slice(0, SHOWN_NAMES).map((name) => shorten(name));
  return changed.length > SHOWN_NAMES ? [...shown, '…'] : shown;
}
