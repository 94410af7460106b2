import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { rootsOf } from '../roots.ts';
import { readCount, readOptions, type Verb } from '../verb.ts';
import { serve } from './contender.ts';
import { examine } from './examine.ts';
import { type Finding, linesOf, summaryOf } from './finding.ts';
import { CONTENDER } from './protocol.ts';

/** Checks whether a folder is fit to be the shared cache. */
export const doctor: Verb = {
  name: 'doctor',
  summary: 'checks whether a folder is fit to be the shared cache',
  usage: `Checks whether a folder is fit to be the shared cache. Several processes use it for a few seconds as jobs do.

build-once doctor [--root DIR [--root DIR]] [options]

  --root DIR   the folder. Default: the value of the first of these variables that is set:
               ${ROOT_VARIABLES.join(', ')}.
               Given twice: two mounts of one disk, which are checked against each other
  --seconds N  for how long processes contend for a lock (default 3). 0 skips that check
  --json       prints one JSON object instead of lines
  --help       prints this text

The command makes a folder build-once/v1/.doctor-… in DIR, and removes it. Run it as the user of the runners.

Example: build-once doctor --root /opt/ci-cache

Exit code: 0 if nothing has to be changed, 1 if something has, 2 for bad options, 130 if interrupted.
`,
  run: ([first, ...rest]) => (first === CONTENDER ? serve(rest) : check(first === undefined ? [] : [first, ...rest])),
};

const MAX_SECONDS = 600;

async function check(args: readonly string[]): Promise<number> {
  const {
    root = [],
    seconds = '3',
    json = false,
  } = readOptions(args, {
    root: { type: 'string', multiple: true },
    seconds: { type: 'string' },
    json: { type: 'boolean' },
  });
  const contestMs = readCount('seconds', seconds, MAX_SECONDS) * 1000;
  const roots = rootsOf(root, 2);
  const signal = endSignal();
  const findings: (Finding & { readonly root: string })[] = [];
  const onFinding = (about: string, finding: Finding) => {
    if (!json) process.stdout.write(`${headingOf(about, findings.at(-1)?.root)}${linesOf(finding)}`);
    findings.push({ root: about, ...finding });
  };
  await examine({ roots, contestMs, signal, onFinding });
  if (signal.aborted) return INTERRUPTED;
  const fit = !findings.some(({ level }) => level === 'problem');
  process.stdout.write(json ? `${JSON.stringify({ roots, fit, findings }, null, 2)}\n` : `\n${summaryOf(findings)}`);
  return fit ? 0 : 1;
}

/** The line above the first finding about a root. */
function headingOf(root: string, last: string | undefined): string {
  if (root === last) return '';
  return `${last === undefined ? '' : '\n'}${shorten(root, 300)}\n`;
}
