/**
 * Loaded into a process before its program (`--import`): its wall clock is off by as many milliseconds as the file named
 * by TEST_CLOCK says, which may change at any time. Only `Date` is: the monotonic clock and timers are what they are.
 */
import { readFileSync } from 'node:fs';

const file = process.env.TEST_CLOCK ?? '';
const RealDate = Date;
const now = () => RealDate.now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, asked) => Reflect.construct(target, args.length === 0 ? [now()] : args, asked),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
