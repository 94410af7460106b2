import { expect, test } from 'vitest';
import { plainAddress, withPlainAddresses } from '../../src/base/redact.ts';

test.each([
  ['https://u:SECRET@h/x', 'https://h/x'],
  ['x://u:SECRET@h', 'x://h'],
  ['x1+y.z-a://SECRET@h', 'x1+y.z-a://h'],
  ['https://u:SEC@RET@h/x', 'https://h/x'],
  ['https://u:SEC/RET@h/x', 'https://h/x'],
  ['u:SECRET@h:x', 'h:x'],
  ['https:/u:SECRET@h', 'https:/h'],
  ['htps//u:SECRET@h', 'htps//h'],
  ['SEC/RET@h', 'h'],
  ['https://h/x?key=SECRET', 'https://h/x'],
  ['https://h/x#SECRET', 'https://h/x'],
  ['https://h/x?a\nSECRET', 'https://h/x'],
  ['owner/name', 'owner/name'],
])('of an address %s only %s is shown', (address, shown) => {
  expect(plainAddress(address)).toBe(shown);
});

test.each([
  ["fatal: unable to access 'https://u:SECRET@h/p.git?k=SECRET': x", "fatal: unable to access 'https://h/p.git': x"],
  ['fatal: x1://SECRET@h/p#SECRET is no good', 'fatal: x1://h/p is no good'],
  ['fatal: u:SECRET@h:p', 'fatal: h:p'],
  ['git@h:p: Permission denied (publickey).', 'git@h:p: Permission denied (publickey).'],
  ['error: pathspec a@b did not match', 'error: pathspec a@b did not match'],
])('of a line %s only %s is shown', (line, shown) => {
  expect(withPlainAddresses(line)).toBe(shown);
});
