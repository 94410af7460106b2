import { statfsSync } from 'node:fs';
import { formatBytes, formatDuration } from '../../base/format.ts';
import { BadValue, duration, size } from '../../step/inputs/values.ts';
import { BadUsage } from '../verb.ts';

/** What a cache may keep. Sizes in bytes, times in ms. */
export interface Limits {
  readonly maxBytes: number | undefined;
  readonly maxAgeMs: number | undefined;
  readonly unusedMs: number | undefined;
  /** Of the disk that has `root`. */
  readonly minFree: ((root: string) => number) | undefined;
  /** Whether a key stays whatever the other limits say. */
  readonly keeps: (key: string) => boolean;
  /** Builds younger than this stay too. */
  readonly graceMs: number;
}

/** The options that {@link limitsOf} reads. */
export const LIMIT_OPTIONS = {
  'max-size': { type: 'string' },
  'max-age': { type: 'string' },
  unused: { type: 'string' },
  'min-free': { type: 'string' },
  keep: { type: 'string', multiple: true },
  grace: { type: 'string' },
} as const;

type Given = { readonly [name in Exclude<keyof typeof LIMIT_OPTIONS, 'keep'>]?: string | undefined } & {
  readonly keep?: string[];
};

/** @throws BadUsage */
export function limitsOf(given: Given): Limits {
  return {
    maxBytes: value('max-size', given['max-size'], size),
    maxAgeMs: value('max-age', given['max-age'], days),
    unusedMs: value('unused', given.unused, days),
    minFree: value('min-free', given['min-free'], free),
    keeps: matcher(given.keep ?? []),
    graceMs: value('grace', given.grace ?? '1h', days) ?? 0,
  };
}

/**
 * Reads the text of an option; undefined if it is not given.
 * @throws BadUsage that names the option
 */
export function value<T>(name: string, text: string | undefined, read: (text: string) => T): T | undefined {
  try {
    return text === undefined ? undefined : read(text);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new BadUsage(`--${name}: ${error.message.replace(/\.$/, '')}`);
  }
}

/** Milliseconds of `30d` or `12h`. No timer waits for these, so there may be more days than a timer can wait. */
export function days(text: string): number {
  const [, count] = /^(\d{1,5})d$/i.exec(text) ?? [];
  return count === undefined ? duration(text) : Number(count) * 86_400_000;
}

function free(text: string): (root: string) => number {
  const [, percent] = /^(\d{1,2}(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent === undefined) {
    const bytes = size(text);
    return () => bytes;
  }
  return (root) => {
    const { blocks, bsize } = statfsSync(root);
    return Math.ceil((blocks * bsize * Number(percent)) / 100);
  };
}

/** `*` stands for any characters, `/` among them, and `?` for one. */
export function matcher(globs: readonly string[]): (text: string) => boolean {
  const patterns = globs.map((glob) => {
    const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's');
  });
  return (text) => patterns.some((pattern) => pattern.test(text));
}

/** What a build is measured by. `total`: of all builds that are left, `free`: of the disk; in bytes. */
export interface Measures {
  readonly nowMs: number;
  readonly total: number;
  readonly free: number;
  readonly wantedFree: number;
}

/** Why a published build has to go; undefined: it may stay. */
export function reasonToGo(
  build: { readonly publishedMs: number; readonly usedMs: number },
  limits: Limits,
  { nowMs, total, free: bytes, wantedFree }: Measures,
): string | undefined {
  const [age, idle] = [nowMs - build.publishedMs, nowMs - build.usedMs];
  if (limits.maxAgeMs !== undefined && age > limits.maxAgeMs) return `built ${formatDuration(age)} ago`;
  if (limits.unusedMs !== undefined && idle > limits.unusedMs) return `not used for ${formatDuration(idle)}`;
  if (limits.maxBytes !== undefined && total > limits.maxBytes) return `the builds have ${formatBytes(total)}`;
  return bytes < wantedFree ? `the disk has ${formatBytes(bytes)} free` : undefined;
}
