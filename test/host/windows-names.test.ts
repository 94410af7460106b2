import { expect, test } from 'vitest';
import { existsOnWindows, nameOnWindows } from '../../src/host/windows-names.ts';

const cannotBe = [
  ...['a:b', 'C:', 'a\\b', 'a*', 'a?', '"a"', '<a>', 'a|b', 'dir/a:b'],
  ...['a.', 'a ', 'dir./a', 'dir /a', 'dir/a. .'],
  ...['con', 'NUL', 'aux.txt', 'dir/nul.tar.gz', 'prn/a', 'com1', 'LPT9.log', 'com0', 'com¹', 'lpt³.x', 'nul .txt'],
  ...['CONIN$', 'conout$.txt'],
];
test.each(cannotBe)('Windows cannot have "%s"', (path) => {
  expect(existsOnWindows(path)).toBe(false);
});

const canBe = [
  ...['a', 'a.b', '.a', '..a', 'a b', 'dir/.config/a', 'ä', '日本'],
  ...['console', 'icon', 'nulled.txt', 'auxiliary/a', 'com', 'com10', 'lpt', 'a.con', 'my-nul', 'CONIN'],
];
test.each(canBe)('Windows can have "%s"', (path) => {
  expect(existsOnWindows(path)).toBe(true);
});

test.each([
  ['tool.exe', 'tool.exe'],
  ['a*b?.zip', 'a_b_.zip'],
  ['a"<>|', 'a____'],
  ['tool.', 'tool_'],
  ['tool. .', 'tool_'],
  ['nul', '_nul'],
  ['con.json', '_con.json'],
])('a file that a URL calls "%s" is called "%s" on Windows', (name, wanted) => {
  expect(nameOnWindows(name)).toBe(wanted);
  expect(existsOnWindows(nameOnWindows(name))).toBe(true);
});
