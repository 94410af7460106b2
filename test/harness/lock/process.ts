/** A process that uses a lock engine as it is told on standard input: a verb a line, one line of JSON for an answer. */
import { createInterface } from 'node:readline';
import { processState } from '../../../src/host/proc.ts';
import { type Claim, isClaim } from '../../../src/lock/engine.ts';
import { ASKER } from '../../lock/asker.ts';
import { type EngineOptions, ID, openEngine } from '../../lock/file/an-engine.ts';

const { root, ...options } = JSON.parse(process.argv[2] ?? '{}') as EngineOptions & { readonly root: string };
// Tests let different users share a folder.
process.umask(0);
const lines: string[] = [];
const engine = openEngine(root, { ...options, onLine: (line) => lines.push(line) });
let claim: Claim | undefined;

const verbs: Readonly<Record<string, (argument: string) => Promise<unknown>>> = {
  async claim() {
    const answer = await engine.claim(ID, ASKER);
    if (isClaim(answer)) claim = answer;
    return { held: isClaim(answer), token: answer.token };
  },
  holder: async () => (await engine.holder(ID))?.token ?? null,
  alive: (token) => engine.alive(ID, token),
  confirm: async () => claim?.confirm(),
  lost: async () => claim?.lost.aborted,
  release: async () => void (await claim?.[Symbol.asyncDispose]()),
  lines: async () => lines,
  state: async (pid) => processState(Number(pid)) ?? null,
};

for await (const line of createInterface(process.stdin)) {
  const [verb = '', argument = ''] = line.split(' ');
  console.log(JSON.stringify((await verbs[verb]?.(argument)) ?? null));
}
