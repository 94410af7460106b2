import { availableParallelism, cpus, loadavg, release, type as system } from 'node:os';
import { fileSystemOf } from '../src/host/file-system.ts';

/** Where and when the figures were measured. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly system: string;
  readonly fileSystem: string;
  /** The load average of the last minute at the start. A high load makes the figures noisy. */
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
