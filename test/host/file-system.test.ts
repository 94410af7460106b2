import { expect, test } from 'vitest';
import { kindOf } from '../../src/host/file-system.ts';

test.each([
  ['linux', 0xef53, '/cache', 'ext4', 'one host'],
  ['linux', 0x6969, '/cache', 'NFS', 'hosts'],
  ['linux', 0x65735546, '/cache', 'FUSE', 'hosts'],
  ['linux', 0x01021994, '/cache', 'tmpfs', 'nobody'],
  ['linux', 0x19830326, '/cache', 'BeeGFS', 'hosts'],
  ['linux', 0xca451a4e, '/cache', 'bcachefs', 'one host'],
  ['linux', 0x12345, '/cache', '0x12345', 'hosts'],
  ['darwin', 0x1a, '/Users/runner/cache', 'APFS', 'one host'],
  ['darwin', 2, '/Volumes/cache', '0x2', 'hosts'],
  ['win32', 0, 'C:\\cache', 'a local disk', 'one host'],
  ['win32', 0, '\\\\server\\share\\cache', 'a network share', 'hosts'],
] as const)('on %s, number 0x%x at %s is %s, for %s', (os, magic, folder, name, who) => {
  const { network, fleeting, ...rest } = kindOf(magic, folder, os);
  expect([rest, network ? 'hosts' : fleeting ? 'nobody' : 'one host']).toEqual([{ name }, who]);
});
