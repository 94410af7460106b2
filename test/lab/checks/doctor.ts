import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Check, demand } from './check.ts';

const CLI = join(import.meta.dirname, '../../../dist/cli.js');

interface Told {
  readonly fit: boolean;
  readonly findings: readonly { readonly level: string; readonly about: string; readonly what: string }[];
}

/** The doctor finds the disk fit, and knows that other hosts may share it. */
export const doctor: Check = {
  name: 'doctor',
  async run({ sides }) {
    const roots = sides.flatMap(({ root }) => ['--root', root]);
    const child = spawn(process.execPath, [CLI, 'doctor', ...roots, '--json']);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    demand(out.startsWith('{'), `it told nothing: ${err}`);
    const { fit, findings } = JSON.parse(out) as Told;
    demand(
      fit && child.exitCode === 0,
      `exit code ${child.exitCode}: ${told(findings, ({ level }) => level !== 'ok')}`,
    );
    const disks = findings.filter(({ about }) => about === 'disk');
    demand(disks.length === 2 && disks.every(({ what }) => what.includes('a network file system')), told(disks));
    return told(findings, ({ about, level }) => level === 'note' || ['disk', 'publishing', 'lock'].includes(about));
  },
};

function told(findings: Told['findings'], which: (finding: Told['findings'][number]) => boolean = () => true): string {
  return findings
    .filter(which)
    .map(({ level, about, what }) => `${level} ${about}: ${what}`)
    .join(' | ');
}
