import { describe, expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { type Claim, isClaim, type LockEngine } from '../../src/lock/engine.ts';
import { ASKER } from './asker.ts';

/** Something where locks are kept, from a test's point of view. */
export interface Place {
  /** Another engine on the same locks, as another process would open it. */
  readonly open: () => LockEngine;
  /** Opens the lock of a holder without its knowing, as if it had been taken for dead. */
  readonly rob: (id: string, token: string) => Promise<void>;
}

const never = new AbortController().signal;

/** What every lock engine promises. `make` is called once a test, for a place that is empty. */
export function lockContract(name: string, make: () => Promise<Place>): void {
  describe(`${name}: what every lock engine promises`, () => {
    test('a free lock has no holder and is granted', async () => {
      const { engine } = await start(make);
      expect(await engine.holder('a')).toBeUndefined();
      const claim = await held(engine, 'a');
      expect(claim.lost.aborted).toBe(false);
      expect(await claim.confirm()).toBe(true);
    });

    test('a held one is not granted, and tells who has it', async () => {
      const { engine, other } = await start(make);
      const claim = await held(engine, 'a');
      const answer = await other.claim('a', ASKER);
      expect(isClaim(answer)).toBe(false);
      expect(answer).toMatchObject({ token: claim.token, asker: ASKER });
      expect(await other.holder('a')).toMatchObject({ token: claim.token, asker: ASKER });
    });

    test('it is not granted twice to one engine either', async () => {
      const { engine } = await start(make);
      const claim = await held(engine, 'a');
      expect(await engine.claim('a', ASKER)).toMatchObject({ token: claim.token, asker: ASKER });
    });

    test('of 20 that claim at once one gets it', async () => {
      const { place } = await start(make);
      const answers = await Promise.all(Array.from({ length: 20 }, () => place.open().claim('a', ASKER)));
      const claims = answers.filter(isClaim);
      expect(claims).toHaveLength(1);
      expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([claims[0]?.token]));
      await claims[0]?.[Symbol.asyncDispose]();
    });

    test('locks of different ids have nothing to do with each other', async () => {
      const { engine, other } = await start(make);
      const a = await held(engine, 'a');
      const b = await held(other, 'b');
      await a[Symbol.asyncDispose]();
      expect(await b.confirm()).toBe(true);
      expect(await engine.holder('a')).toBeUndefined();
      expect(await engine.holder('b')).toMatchObject({ token: b.token });
    });

    test('a released one is free, and the next holder has another token', async () => {
      const { engine, other } = await start(make);
      const first = await held(engine, 'a');
      await first[Symbol.asyncDispose]();
      expect(await other.holder('a')).toBeUndefined();
      expect((await held(other, 'a')).token).not.toBe(first.token);
    });

    test('a release may be asked for again, and does nothing to the next holder', async () => {
      const { engine, other } = await start(make);
      const first = await held(engine, 'a');
      await Promise.all([first[Symbol.asyncDispose](), first[Symbol.asyncDispose]()]);
      const second = await held(other, 'a');
      await first[Symbol.asyncDispose]();
      expect(await second.confirm()).toBe(true);
      expect(await engine.holder('a')).toMatchObject({ token: second.token });
    });

    test('one that was robbed knows when asked, is told soon, and its release removes nobody else', async () => {
      const { place, engine, other } = await start(make);
      const robbed = await held(engine, 'a');
      const lost = new Promise((resolve) => robbed.lost.addEventListener('abort', resolve));
      await place.rob('a', robbed.token);
      expect(await robbed.confirm()).toBe(false);
      const next = await held(other, 'a');
      await lost;
      expect(await robbed.confirm()).toBe(false);
      await robbed[Symbol.asyncDispose]();
      expect(await next.confirm()).toBe(true);
      expect(await engine.holder('a')).toMatchObject({ token: next.token });
    });

    test('the claim of a dead holder can be adopted: it is its own until somebody takes over, and its end frees the lock', async () => {
      const { place, engine, other } = await start(make);
      const dead = await held(engine, 'a');
      const adopted = other.adopt('a', dead.token);
      expect(adopted.token).toBe(dead.token);
      expect(await adopted.confirm()).toBe(true);
      await place.rob('a', dead.token);
      await dead[Symbol.asyncDispose]();
      expect(await adopted.confirm()).toBe(false);
      const next = await held(engine, 'a');
      await adopted[Symbol.asyncDispose]();
      expect(await next.confirm()).toBe(true);
    });

    test('where the lock is can be told to a person', async () => {
      const { engine } = await start(make);
      expect(engine.where('a')).not.toBe(engine.where('b'));
    });

    test('a holder is alive; one that released, and one that never was, are not', async () => {
      const { engine, other } = await start(make);
      const claim = await held(engine, 'a');
      expect(await other.alive('a', claim.token)).toBe(true);
      expect(await other.alive('a', '0123456789ab')).toBe(false);
      await claim[Symbol.asyncDispose]();
      expect(await other.alive('a', claim.token)).toBe(false);
    });

    test('who watches is woken by a release', async () => {
      const { engine, other } = await start(make);
      const claim = await held(engine, 'a');
      await using watch = other.watch('a');
      const woken = watch.next(never, 60_000);
      await claim[Symbol.asyncDispose]();
      await woken;
      expect(await other.holder('a')).toBeUndefined();
    });

    test('who watches comes back when its time is up, and at once when told to', async () => {
      const { engine, other } = await start(make);
      await held(engine, 'a');
      await using watch = other.watch('a');
      const since = stopwatch();
      await watch.next(never, 1);
      await watch.next(AbortSignal.abort(), 60_000);
      const abort = new AbortController();
      const told = watch.next(abort.signal, 60_000);
      abort.abort();
      await told;
      expect(since()).toBeLessThan(1000);
    });
  });
}

async function start(make: () => Promise<Place>) {
  const place = await make();
  return { place, engine: place.open(), other: place.open() };
}

/** Claims, and fails unless that was granted. Released when the test ends. */
export async function held(engine: LockEngine, id: string): Promise<Claim> {
  const answer = await engine.claim(id, ASKER);
  if (!isClaim(answer)) throw new Error(`held by ${answer.token}`);
  onTestFinished(() => answer[Symbol.asyncDispose]());
  return answer;
}
