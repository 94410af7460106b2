import { readFileSync } from 'node:fs';

/** What a step knows about its machine, handed in so that tests can be on another one. */
export interface Facts {
  /** Name of the operating system as Node has it: `linux`, `darwin`, `win32`. */
  readonly os: string;
  /** Processor architecture as Node has it: `x64`, `arm64`. */
  readonly arch: string;
  /** The C library of this machine or container, `glibc` or `musl`; empty where unknown. Costs a file read. */
  readonly libc: () => string;
  /** Absolute working directory. */
  readonly cwd: string;
}

/** The facts of this process. */
export function hostFacts(): Facts {
  return { os: process.platform, arch: process.arch, libc: () => libcOf(readMaps()), cwd: process.cwd() };
}

/** Such as `linux-x64-glibc`, `linux-arm64-musl` or `darwin-arm64`: what can run the binaries that a build makes here. */
export function platformOf(facts: Facts, arch: string = facts.arch): string {
  const libc = facts.os === 'linux' ? facts.libc() : '';
  return [facts.os, arch, libc].filter((part) => part !== '').join('-');
}

/**
 * The C library among a process's mapped files. The runner brings a musl build of Node for musl containers, so ours
 * is that of the job. `process.report` would tell too, but collects all it knows first.
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
