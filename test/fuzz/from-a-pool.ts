import fc from 'fast-check';
import { OnceError } from '../../src/base/errors.ts';
import { isToken } from '../../src/base/key.ts';
import { parseAddress } from '../../src/lock/redis/address.ts';
import { holderOf } from '../../src/lock/redis/holder.ts';
import { heldBy } from '../../src/lock/redis/keys.ts';
import { pointerIn } from '../../src/remote/pool/pointers.ts';
import { PATIENCE, Standstill } from '../../src/remote/standstill.ts';
import { digestIn, readAnswer } from '../../src/remote/transfer/order.ts';
import { TransferLog } from '../../src/remote/transfer-log.ts';
import { parseFailure } from '../../src/store/failures.ts';

import { type Fuzzed, recordWith, shows, TOKEN, text } from './texts.ts';

export const fromAPool: readonly Fuzzed[] = [
  {
    name: 'what the server of a pool says',
    property: fc.property(
      fc.oneof(
        text,
        recordWith('since', 'origin', 'leaseMs', 'reason').map((bytes) => bytes.toString()),
      ),
      fc.nat(),
      (said, number) => {
        const { asker, since, heldMs, silentMs } = holderOf(TOKEN, number, `${number} ${said}`, number, 45_000);
        const pointer = pointerIn(said);
        const failure = parseFailure(said, TOKEN);
        const shown = shows(since, asker?.who.job, failure?.reason) && silentMs >= 0 && (heldMs ?? 0) >= 0;
        return shown && (pointer === undefined || isToken(pointer.token));
      },
    ),
  },
  {
    name: 'the name of a key on the server of a pool',
    property: fc.property(
      text,
      fc.constantFrom('', 'slots:'),
      fc.constantFrom('lock', 'holders', 'tickets', 'published'),
      (name, slots, end) => {
        const found = heldBy(`build-once:v1:{${slots}${name}}:${end}`);
        return heldBy(name) === undefined && (found === undefined || shows('id' in found ? found.id : found.group));
      },
    ),
  },
  {
    name: 'an address of a pool',
    property: fc.property(
      fc.constantFrom('redis://', 'rediss://', 'http://', ''),
      text,
      text,
      (scheme, before, after) => {
        const secret = 'pa55word';
        try {
          return shows(parseAddress(`${scheme}${before}:${secret}@${after}`).shown);
        } catch (error) {
          return error instanceof OnceError && !error.message.includes(secret) && shows(error.message);
        }
      },
    ),
  },
  {
    name: 'what a transfer prints and answers',
    property: fc.property(
      fc.array(fc.oneof(text, fc.constantFrom('::warning::', '::add-mask::', '::progress::send 1 ', '\n')), {
        maxLength: 8,
      }),
      (parts) => {
        const lines: string[] = [];
        const line = (each: string) => void lines.push(each);
        const nothing = () => {};
        const standstill = new Standstill(PATIENCE);
        const reporter = {
          ...{ debug: line, info: line, notice: line, warn: line },
          ...{ output: nothing, openGroup: nothing, closeGroup: nothing },
        };
        const log = new TransferLog(reporter, (each) => standstill.hear(each));
        for (const part of parts) log.add(Buffer.from(part));
        log.end();
        standstill.close();
        const answer = readAnswer({ kind: 'failed', why: parts.join('') });
        const why = answer !== undefined && 'why' in answer ? answer.why : undefined;
        return shows(...lines, standstill.why, why, digestIn(parts.join(''), 'sdk-0123456789abcdef0123'));
      },
    ),
  },
];
