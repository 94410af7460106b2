import { parseArgs } from 'node:util';
import { runInGuest } from './guest.ts';
import { missing } from './missing.ts';

const HELP = `Runs a command in a guest which serves a disk by NFSv4.2 and mounts it as two clients, with two caches: /mnt/a and /mnt/b.
Its folder is this checkout, as it is now. The guest is made once, in BUILD_ONCE_LAB_CACHE or ~/.cache/build-once-lab.

node test/lab/nfs/run.ts [options] -- COMMAND

  --limit SECONDS   longest time for the command (600)
  --mount OPTIONS   more options for both mounts, such as lookupcache=none
`;

const { values, positionals } = parseArgs({
  options: { limit: { type: 'string', default: '600' }, mount: { type: 'string', default: '' } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  process.stderr.write(HELP);
  process.exit(2);
}
const lacking = missing();
if (lacking !== undefined) {
  process.stderr.write(`This lab needs ${lacking}.\n`);
  process.exit(2);
}
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end.abort());
process.exitCode = await runInGuest({
  command: positionals.join(' '),
  limitS: Number(values.limit),
  mountOptions: values.mount,
  output: process.stdout,
  onPhase: (line) => process.stderr.write(`${line}\n`),
  signal: end.signal,
});
