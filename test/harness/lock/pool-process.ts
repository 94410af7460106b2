/** A process that uses an engine of a pool as it is told on standard input: a verb a line, one line of JSON for an answer. */
import { createInterface } from 'node:readline';
import { type Claim, isClaim } from '../../../src/lock/engine.ts';
import { parseAddress } from '../../../src/lock/redis/address.ts';
import { RedisEngine } from '../../../src/lock/redis/engine.ts';
import { RedisServer } from '../../../src/lock/redis/server.ts';
import { ASKER, reporterTo } from '../../lock/asker.ts';

const { root, leaseMs } = JSON.parse(process.argv[2] ?? '{}') as { readonly root: string; readonly leaseMs: number };
const lines: string[] = [];
const reporter = reporterTo((line) => lines.push(line));
const server = new RedisServer({ address: parseAddress(root), commandMs: 1000, reporter });
const engine = new RedisEngine({ server, leaseMs, reporter });
let claim: Claim | undefined;

const verbs: Readonly<Record<string, (argument: string) => Promise<unknown>>> = {
  async claim(id) {
    const answer = await engine.claim(id, ASKER);
    if (isClaim(answer)) claim = answer;
    return { held: isClaim(answer), token: answer.token };
  },
  confirm: async () => claim?.confirm(),
  lost: async () => claim?.lost.aborted,
  lines: async () => lines,
  async exit() {
    claim?.onExit(() => console.log('"the build has ended"'));
    process.exit(0);
  },
  // Ends nothing: what is open then must not keep the process alive.
  async leave(id) {
    const watch = engine.watch(id);
    await watch.next(AbortSignal.timeout(5000), 5000);
    input.close();
    process.stdin.unref();
  },
};

const input = createInterface(process.stdin);
for await (const line of input) {
  const [verb = '', argument = ''] = line.split(' ');
  console.log(JSON.stringify((await verbs[verb]?.(argument)) ?? null));
}
