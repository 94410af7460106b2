import { shorten } from '../../base/format.ts';
import type { Env } from '../../step/inputs/read.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { rootsOf } from '../roots.ts';
import { countOf, readOptions } from '../usage.ts';
import { examine } from './examine.ts';
import { type Finding, linesOf, summaryOf } from './finding.ts';

const HELP = `Checks whether a folder is fit to be the shared cache: as a job would use it, with several processes, for a few seconds.

build-once doctor [--root DIR [--root DIR]] [options]

  --root DIR   the folder; by default what the action takes: ${ROOT_VARIABLES.join(', ')}.
               Given twice: two mounts of one disk, which are checked against each other
  --seconds N  how long processes contend for a lock (3); 0: they do not, which is quick
  --json       prints one JSON object instead of lines
  --help       this text

It makes a folder build-once/v1/.doctor-… in DIR, and removes it. Run it as the user of the runners.

Exit code: 0 nothing has to be changed, 1 something has, 2 bad options, 130 interrupted.
`;

const LONGEST_CHECK = 600;
const INTERRUPTED = 130;

/** The verb `doctor`. */
export async function doctor(args: readonly string[], env: Env): Promise<number> {
  const {
    root,
    seconds = '3',
    json = false,
    help = false,
  } = readOptions(args, {
    root: { type: 'string', multiple: true },
    seconds: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const contestMs = countOf('seconds', seconds, LONGEST_CHECK) * 1000;
  const roots = rootsOf(root ?? [], env, 2);
  const { signal } = endOfProcess();
  const found: Told[] = [];
  const onFinding = (given: string, finding: Finding) => {
    if (!json) process.stdout.write(headed(given, found.at(-1)?.root, linesOf(finding)));
    found.push({ root: given, ...finding });
  };
  await examine({ roots, contestMs, env, signal, onFinding });
  if (signal.aborted) return INTERRUPTED;
  const fit = !found.some(({ level }) => level === 'problem');
  process.stdout.write(
    json ? `${JSON.stringify({ roots, fit, findings: found }, null, 2)}\n` : `\n${summaryOf(found)}`,
  );
  return fit ? 0 : 1;
}

interface Told extends Finding {
  readonly root: string;
}

function headed(root: string, last: string | undefined, lines: string): string {
  return root === last ? lines : `${last === undefined ? '' : '\n'}${shorten(root, 300)}\n${lines}`;
}

/** What was made is removed before this process ends, however often it is told to. */
function endOfProcess(): AbortController {
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(name, () => end.abort());
  return end;
}
