/**
 * A process of a storm: does one step after the other with the keys of the moment, until its standard input ends or it
 * is killed. Or, told so, looks after the storm what is left. Says what happened, a line of JSON each (`storm-words.ts`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OnceError } from '../../../src/base/errors.ts';
import { monotonicMs } from '../../../src/base/wait.ts';
import type { Outcome } from '../../../src/recipe/outcome.ts';
import { entryPaths } from '../../../src/store/layout.ts';
import type { Witness } from './engine.ts';
import { Inside } from './inside.ts';
import { litter } from './remains.ts';
import { faultOf, type Inputs, someInputs, step } from './step.ts';
import { keysAt, type Last, type Orders, type Word } from './words.ts';

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const witness: Witness = {
  inside: new Inside(orders.root, orders.name, (meeting) => say({ what: 'met', ...meeting })),
  onClaimed: () => say({ what: 'claimed' }),
  onTakeover: (silent) => say({ what: 'took over', silent }),
};

/** To a pipe this is done when it returns, so that a process that is killed right after has said it. */
function say(word: Word): void {
  console.log(JSON.stringify(word));
}

async function takePart(): Promise<void> {
  let over = false;
  process.stdin.once('end', () => {
    over = true;
  });
  process.stdin.resume();
  say({ what: 'ready' });
  for (; !over; await nextTurn()) {
    const keys = keysAt(monotonicMs() - orders.since, orders);
    const key = keys[Math.floor(keys.length * Math.random())] ?? '';
    await tell(someInputs(key, orders.fault));
  }
}

async function tell(inputs: Inputs): Promise<Outcome | undefined> {
  const outcome = await step(orders, witness, inputs);
  const { error, result, path, manifest } = outcome;
  if (error?.code === 'BUILD_FAILED' || error?.code === 'SHARED_FAILURE') say({ what: 'failed build' });
  else if (error !== undefined) say({ what: 'error', why: `${inputs.key}: ${error.code}: ${error.message}` });
  else if (path === undefined || manifest === undefined)
    say({ what: 'error', why: `${inputs.key}: ${result}, no path` });
  else {
    const why = faultOf(path, manifest.build);
    if (why !== undefined) say({ what: 'torn', why });
    say({ what: 'step', result: result ?? '', build: `${outcome.id}/${manifest.build}` });
  }
  return outcome;
}

async function lookAfter({ keys, builds }: Last): Promise<void> {
  const before = litter(orders.root).length;
  const waitSeconds = 5 + (2 * (orders.staleMs ?? 0)) / 1000;
  for (const key of keys) {
    const run = 'echo "$BUILD_ONCE_TOKEN 1 1" > "$BUILD_ONCE_OUT/1"';
    const outcome = await step(orders, witness, { key, run, force: 'true', 'wait-timeout': `${waitSeconds}s` });
    // Nobody else is there: anything but a build of its own means that the key is stuck.
    if (outcome.result !== 'built') say({ what: 'wedged', why: `${key}: ${outcome.error?.message ?? outcome.result}` });
  }
  for (const build of builds) {
    const [id = '', token = ''] = build.split('/');
    const why = faultOf(join(entryPaths(orders.root, id).dir, token), token);
    if (why !== undefined) say({ what: 'torn', why: `later: ${why}` });
  }
  say({ what: 'litter', before, after: litter(orders.root) });
}

try {
  await (orders.last === undefined ? takePart() : lookAfter(JSON.parse(readFileSync(orders.last, 'utf8')) as Last));
} catch (error) {
  say({ what: 'error', why: error instanceof OnceError ? error.message : String((error as Error).stack) });
}
process.exit(0);
