import { availableParallelism, cpus, loadavg, release, type as system } from 'node:os';
import { fileSystemOf } from '../src/host/file-system.ts';

/** Where and when the figures were measured: without it they mean little. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly system: string;
  readonly fileSystem: string;
  /** Processes that wanted to run, on average over the last minute, when it began: noise. */
  readonly load: number;
}

export function machineAt(dir: string): Machine {
  return {
    date: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    system: `${system()} ${release()}`,
    fileSystem: fileSystemOf(dir).name,
    load: loadavg()[0] ?? 0,
  };
}
