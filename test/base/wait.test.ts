import { stat } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { sleep, within } from '../../src/base/wait.ts';

function warningsOfNode(): string[] {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  return warnings;
}

function never(): Promise<never> {
  return new Promise(() => {});
}

test('a time that is over when it is to be slept, as after the process was stopped, is none, and Node does not warn', async () => {
  const warnings = warningsOfNode();
  await sleep(-4509);
  expect(warnings).toEqual([]);
});

test('a sleep without an end lasts until its signal, and Node does not warn of its timer', async () => {
  const warnings = warningsOfNode();
  const end = new AbortController();
  const slept = sleep(Infinity, end.signal);
  expect(await within(slept, 20)).toBe('late');
  end.abort();
  await slept;
  expect(warnings).toEqual([]);
});

test('a sleep that is longer than the longest timer of Node is not one of 1 ms', async () => {
  const warnings = warningsOfNode();
  const end = new AbortController();
  onTestFinished(() => end.abort());
  expect(await within(sleep(2 ** 31, end.signal), 20)).toBe('late');
  expect(warnings).toEqual([]);
});

test('what comes within its time is handed on, a failure too', async () => {
  expect(await within(Promise.resolve('here'), 10_000)).toBe('here');
  expect(await within(Promise.resolve('here'), Infinity)).toBe('here');
  await expect(within(Promise.reject(new Error('broken')), 10_000)).rejects.toThrow('broken');
});

test('what takes longer than its time is late, and a failure after that ends no process', async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  expect(await within(promise, 5)).toBe('late');
  reject(new Error('too late to matter'));
  await new Promise(setImmediate);
});

test('an abort ends the wait at once, also one from before', async () => {
  const end = new AbortController();
  const waiting = within(never(), Infinity, end.signal);
  end.abort();
  expect(await waiting).toBe('late');
  expect(await within(never(), Infinity, end.signal)).toBe('late');
});

test('a result that came while this process was held up is not late', async () => {
  const answer = new Promise<string>((resolve) => stat('/', () => resolve('read')));
  const waiting = within(answer, 5);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  expect(await waiting).toBe('read');
});
