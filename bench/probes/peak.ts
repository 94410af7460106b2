/** Loaded into a process before its entry (`--import`): writes its peak memory, in bytes, to the file in BENCH_REPORT. */
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  // Not from getrusage: there a child begins with the peak of its parent.
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  writeFileSync(process.env.BENCH_REPORT ?? '', `${Number(kib) * 1024}`);
});
