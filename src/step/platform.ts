import { readFileSync } from 'node:fs';

/** What a step knows about its machine. A parameter, so that tests can choose another machine. */
export interface Facts {
  /** Name of the operating system as in Node: `linux`, `darwin`, `win32`. */
  readonly os: string;
  /** Processor architecture as in Node: `x64`, `arm64`. */
  readonly arch: string;
  /** The C library of this machine or container, `glibc` or `musl`; empty if unknown. Reads a file. */
  readonly libc: () => string;
  /** Absolute working directory. */
  readonly cwd: string;
}

/** The facts of this process. */
export function hostFacts(): Facts {
  return { os: process.platform, arch: process.arch, libc: () => libcOf(readMaps()), cwd: process.cwd() };
}

/** The platform of binaries built here, such as `linux-x64-glibc`, `linux-arm64-musl` or `darwin-arm64`. */
export function platformOf(facts: Facts, arch: string = facts.arch): string {
  const libc = facts.os === 'linux' ? facts.libc() : '';
  return [facts.os, arch, libc].filter((part) => part !== '').join('-');
}

/**
 * The C library among the mapped files of a process. The runner has a musl build of Node for musl containers, so the
 * library of this process is that of the job. `process.report` names it too, but is slower.
 */
export function libcOf(maps: string): string {
  if (/\/(?:ld-musl-|libc\.musl-)/.test(maps)) return 'musl';
  return /\/(?:libc\.so\.6|libc-\d[\d.]*\.so|ld-linux)/.test(maps) ? 'glibc' : '';
}

function readMaps(): string {
  try {
    return readFileSync('/proc/self/maps', 'latin1');
  } catch {
    return '';
  }
}
