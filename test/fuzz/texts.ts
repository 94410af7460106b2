import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { OnceError } from '../../src/base/errors.ts';
import { hasControls } from '../../src/base/format.ts';
import { FinalError } from '../../src/producers/url/http/trouble.ts';

/**
 * What may come from the disk, the network and the workflow, and what must hold of whatever reads it: it ends, it throws no
 * error that is not meant for a person, and what it takes can be shown.
 */
export interface Fuzzed {
  readonly name: string;
  readonly property: fc.IRawProperty<unknown>;
  /** Of the cases that others get, where each takes longer than theirs; 1 when undefined. */
  readonly share?: number;
}

export const TOKEN = '0123456789ab';
/** A root of the shared cache; its owner removes it. */
export const dir = mkdtempSync(join(tmpdir(), 'build-once-fuzz-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What is hard in texts: controls, commands, paths, halves of characters. */
export const hard = fc.constantFrom(
  TOKEN,
  '../../x',
  '::error::x',
  '\u001b[31m',
  '\u202egnp',
  '\n::stop-commands::x',
  '',
  '\ud800',
  '\0',
  '</td><script>x</script>',
  '"><img src=x onerror=x>',
  '\\"} 1\nx{y="',
);
export const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }), hard);
export const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
export const who = fc.record(
  Object.fromEntries(['repository', 'workflow', 'job', 'runUrl', 'runner', 'host'].map((name) => [name, value])),
  { requiredKeys: [] },
);

/** The bytes of a record: with the fields that it should have, some of them wrong, or of anything. */
export function recordWith(...names: readonly string[]): fc.Arbitrary<Buffer> {
  const fields = {
    token: fc.oneof(fc.constant(TOKEN), value),
    format: fc.oneof(fc.constant(1), value),
    who,
    builtBy: who,
  };
  const others = Object.fromEntries(names.map((name) => [name, value]));
  const whole = fc.record({ ...others, ...fields, asker: fc.record({ key: value, who }) }, { requiredKeys: [] });
  const json = whole.map((object) => Buffer.from(JSON.stringify(object)));
  return fc.oneof(
    json,
    fc.json().map((each) => Buffer.from(each)),
    fc.uint8Array({ maxLength: 300 }).map(Buffer.from),
  );
}

export function written(file: string, bytes: Uint8Array): string {
  writeFileSync(file, bytes);
  return file;
}

/** What `read` gives; undefined if it says to a person why it gives nothing. */
export function told<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof OnceError || error instanceof FinalError) return undefined;
    throw error;
  }
}

/** Whether none of the texts has a control character. */
export const shows = (...texts: readonly (string | undefined)[]) =>
  !texts.some((each) => each !== undefined && hasControls(each));
