import fc from 'fast-check';
import { hasControls } from '../../src/base/format.ts';
import { partsOf } from '../../src/producers/url/http/refusal.ts';
import { statusError, waitFor } from '../../src/producers/url/http/trouble.ts';
import { recordsIn } from '../../src/producers/url/tar/pax.ts';
import { TarReader } from '../../src/producers/url/tar/reader.ts';

import { type Fuzzed, text, told } from './texts.ts';

const header = fc
  .record({
    name: fc.uint8Array({ maxLength: 100 }),
    size: fc.oneof(fc.nat(4000), fc.nat()),
    type: fc.constantFrom(...'0125xgLKSV37\0'),
    body: fc.uint8Array({ maxLength: 700 }),
    isWhole: fc.boolean(),
  })
  .map(({ name, size, type, body, isWhole }) => {
    const block = Buffer.alloc(512);
    block.set(name);
    block.write('0000644\0', 100);
    block.write(`${(isWhole ? body.length : size).toString(8).padStart(11, '0')}\0`, 124);
    block.write(`${type}ustar\x0000`, 156, 'latin1');
    block.write('        ', 148);
    block.write(
      `${block
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return Buffer.concat([block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  });
const paxRecord = fc
  .record({
    name: fc.constantFrom('path', 'linkpath', 'size', 'mtime', 'x'),
    data: text,
    off: fc.integer({ min: -2, max: 2 }),
  })
  .map(({ name, data, off }) => {
    const body = Buffer.from(` ${name}=${data}\n`);
    const length = body.length + String(body.length + 2).length;
    return Buffer.concat([Buffer.from(String(length + (Math.abs(off) === 2 ? off : 0))), body]);
  });

export const fromAServer: readonly Fuzzed[] = [
  {
    name: 'a tar archive',
    property: fc.property(
      fc.array(fc.oneof(header, fc.uint8Array({ maxLength: 600 })), { maxLength: 5 }),
      fc.nat(2000),
      (parts, cut) => {
        const archive = Buffer.concat(parts);
        const names: string[] = [];
        told(() => {
          const reader = new TarReader(({ name }) => void names.push(...partsOf(name)));
          reader.write(archive.subarray(0, cut));
          reader.write(archive.subarray(cut));
          reader.end();
        });
        return names.every((name) => name !== '..' && !name.includes('/') && !hasControls(name));
      },
    ),
  },
  {
    name: 'records of an extended header',
    property: fc.property(
      fc.array(fc.oneof(paxRecord, fc.uint8Array({ maxLength: 40 })), { maxLength: 5 }),
      (parts) => {
        told(() => recordsIn(Buffer.concat(parts)));
      },
    ),
  },
  {
    name: 'headers of an answer',
    property: fc.property(fc.integer({ min: 100, max: 999 }), text, text, (status, after, date) => {
      const ms = waitFor(after, date);
      return (
        statusError(status, after, date) instanceof Error && (ms === undefined || (Number.isFinite(ms) && ms >= 0))
      );
    }),
  },
];
