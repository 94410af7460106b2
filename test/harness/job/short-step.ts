/**
 * A step as the action runs it, but with locks that go stale after 2 s, and that may stop itself (SIGSTOP) right
 * before it publishes: TEST_STOP=confirming before it asks whether the lock is still its own, TEST_STOP=confirmed when
 * it was told yes. TEST_STOP=deaf: it never hears that it lost the lock. Prints what it comes to as one line of JSON.
 */

import { type Claim, isClaim } from '../../../src/lock/engine.ts';
import { FileEngine } from '../../../src/lock/file/engine.ts';
import { FileSlots } from '../../../src/lock/file/slots.ts';
import { once } from '../../../src/recipe/once.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { tempOf, whoOf, workerOf } from '../../../src/step/job.ts';
import { beginLifetime } from '../../../src/step/lifetime.ts';
import { hostFacts } from '../../../src/step/platform.ts';
import { runnerReporter } from '../../../src/step/report/reporter.ts';
import { entryPaths, slotsDir } from '../../../src/store/layout.ts';

class StoppingEngine extends FileEngine {
  override async claim(...args: Parameters<FileEngine['claim']>): ReturnType<FileEngine['claim']> {
    const answer = await super.claim(...args);
    if (isClaim(answer)) stopAtConfirm(answer);
    return answer;
  }
}

function stopAtConfirm(claim: Claim): void {
  if (process.env.TEST_STOP === 'deaf') Object.defineProperty(claim, 'lost', { value: new AbortController().signal });
  const confirm = claim.confirm.bind(claim);
  const stopIf = (when: string) => {
    if (process.env.TEST_STOP !== when) return;
    delete process.env.TEST_STOP;
    process.kill(process.pid, 'SIGSTOP');
  };
  claim.confirm = async () => {
    stopIf('confirming');
    const answer = await confirm();
    if (answer) stopIf('confirmed');
    return answer;
  };
}

const env = process.env;
const request = readRequest(env, hostFacts());
const { root } = request.subject;
const reporter = runnerReporter(true);
const { signal, cleanupDeadline } = beginLifetime();
const common = { above: root, network: false, heartbeatMs: 1000, staleMs: 2000, reporter };
const openEngine = async () =>
  new StoppingEngine({
    ...common,
    folderOf: (id) => entryPaths(root, id).dir,
  });
const { result, error, manifest, path } = await once(request, {
  who: whoOf(env),
  worker: workerOf(env, process.ppid),
  reporter,
  signal,
  cleanupDeadline,
  onExit: (end) => process.on('exit', end),
  env,
  temp: tempOf(env),
  unsharedReason: undefined,
  openEngine,
  openSlots: async (group, count) => new FileSlots({ ...common, group: slotsDir(root, group), count }, StoppingEngine),
});
console.log(JSON.stringify({ result, code: error?.code, error: error?.message, build: manifest?.build, path }));
process.exit(0);
