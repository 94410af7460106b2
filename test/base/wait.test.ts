import { expect, onTestFinished, test } from 'vitest';
import { sleep } from '../../src/base/wait.ts';

test('a time that is over when it is to be slept, as after the process was stopped, is none, and Node does not warn', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  await sleep(-4509);
  expect(warnings).toEqual([]);
});
