/** Loaded into a process before its entry (`--import`). Writes its peak memory, in bytes, to the file in BENCH_REPORT. */
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  // The peak of getrusage would include that of the parent.
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  writeFileSync(process.env.BENCH_REPORT ?? '', `${Number(kib) * 1024}`);
});
