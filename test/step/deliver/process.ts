/**
 * A process that delivers one build, several times if it is told to. Told what by its argument, see {@link Order}.
 * Prints its warnings. Ends with 1 and the error's message where it fails.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { deliver } from '../../../src/step/deliver/deliver.ts';

export interface Order {
  readonly workspace: string;
  readonly build: string;
  readonly copyTo?: string;
  readonly link?: string;
  readonly rounds?: number;
  readonly umask?: number;
}

/** Starts one; `before` are the arguments of Node, `as` a command line that starts it. */
export async function deliverInProcess(
  order: Order,
  { as = [], before = [], env = {} }: { as?: readonly string[]; before?: string[]; env?: Record<string, string> } = {},
): Promise<{ code: number | null; signal: string | null; output: string }> {
  const line = [...as, process.execPath, ...before, fileURLToPath(import.meta.url), JSON.stringify(order)];
  const [program = '', ...rest] = line;
  const child = spawn(program, rest, { env: { ...process.env, ...env }, cwd: '/' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [code, signal] = await once(child, 'close');
  return { code, signal, output };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { workspace, build, copyTo, link, rounds = 1, umask } = JSON.parse(process.argv[2] ?? '') as Order;
  if (umask !== undefined) process.umask(umask);
  const delivery = { workspace, copyTo, link, addPath: [], exportEnv: [] };
  const runner = { addPath: () => {}, exportVariable: () => {} };
  const reporter = { warn: (text: string) => console.log(`warning: ${text}`) };
  try {
    for (let round = 0; round < rounds; round++)
      await deliver(delivery, { path: build, key: 'the-key', token: '0123456789ab' }, runner, reporter);
  } catch (error) {
    console.log(String(error));
    process.exitCode = 1;
  }
}
