import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ended, gate, Step, said } from '../step.ts';

/** Milliseconds from the publish to each waiter's outputs, sorted. */
export async function ourQueue(dir: string, waiters: number): Promise<number[]> {
  const cache = join(dir, 'cache');
  mkdirSync(cache, { recursive: true });
  const door = gate(dir);
  const inputs = { key: 'wake', run: `echo started; ${door.wait}`, 'allow-empty': 'true' };
  const builder = new Step(cache, 'builder', inputs).start();
  await said(builder, '\nstarted');
  const steps = Array.from({ length: waiters }, (_, index) => new Step(cache, `waiter-${index}`, inputs));
  const children = steps.map((step) => step.start());
  await Promise.all(children.map((child) => said(child, 'Waiting')));
  door.open();
  await Promise.all([builder, ...children].map(ended));
  const published = publishedAt(cache);
  return steps.map((step) => step.answeredAt - published).sort((a, b) => a - b);
}

/** The time of the publish: a rename sets the ctime of the folder that it moves. */
function publishedAt(cache: string): number {
  const versions = join(cache, 'build-once', 'v1');
  const [id = ''] = readdirSync(versions).filter((name) => !name.startsWith('.'));
  return statSync(join(versions, id, 'entry')).ctimeMs;
}
