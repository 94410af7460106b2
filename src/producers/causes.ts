import { type StatsFs, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { formatBytes } from '../base/format.ts';
import type { Attempt } from './producer.ts';

/** Less than this is as good as nothing, in bytes. */
const NOTHING = 1024 * 1024;

/**
 * What probably made a command fail, as sentences: its output or the disks tell.
 * @param lines the end of its output
 */
export function causesOf(lines: readonly string[], { out, scratch }: Pick<Attempt, 'out' | 'scratch'>): string[] {
  const full = [...new Set([out, scratch, tmpdir()].flatMap(fullDisk))];
  return [...full, ...(lines.some(isCarriageReturn) ? [CARRIAGE_RETURN] : [])];
}

/** Nothing is said of a disk that nobody can ask now. */
function fullDisk(folder: string): string[] {
  try {
    return shortage(statfsSync(folder)).map((what) => `There are ${what} free on ${folder}: free some space.`);
  } catch {
    return [];
  }
}

function shortage({ bavail, bsize, files, ffree }: StatsFs): string[] {
  if (bavail * bsize < NOTHING) return [formatBytes(bavail * bsize)];
  // Some file systems count no files.
  return files > 0 && ffree === 0 ? ['0 files (inodes)'] : [];
}

/** What bash, sh and env say of a program or a word that ends with a carriage return. */
const RETURNS = [/\$?'[^']*\\r'/, /‘[^’]*\\r’/, /\^M\b/, /^\| : (?:not found|No such file)/];

function isCarriageReturn(line: string): boolean {
  return RETURNS.some((sign) => sign.test(line));
}

const CARRIAGE_RETURN =
  'A script has the line ends of Windows (CRLF), and the shell takes the carriage return for a part of each word: write `*.sh text eol=lf` into .gitattributes, and save the script anew.';
