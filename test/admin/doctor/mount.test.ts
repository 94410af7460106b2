import { expect, test } from 'vitest';
import { judgeMount, mountOf } from '../../../src/admin/doctor/mount.ts';

/** A line of `/proc/self/mountinfo`. */
function line(point: string, type: string, options: string, own = 'rw,relatime'): string {
  return `36 28 0:31 / ${point} ${own} shared:1 master:2 - ${type} server:/export ${options}\n`;
}

const root = line('/', 'ext4', 'rw');

/** `level: first word` of what is said about a mount with these options. */
function judge(type: string, options: string, own?: string): string[] {
  const mount = mountOf('/cache/x', `${root}${line('/cache', type, options, own)}`);
  if (mount === undefined) throw new Error('no mount');
  return judgeMount(mount).map(({ level, what }) => `${level} ${what.split(/[:,]? /)[0]}`);
}

test('a path belongs to the longest mount point above it, and of equal ones to the last', () => {
  const list = [
    root,
    line('/srv', 'xfs', 'rw'),
    line('/srv/a', 'tmpfs', 'rw'),
    line('/srv/a', 'nfs4', 'rw,vers=4.2,hard'),
    line('/srv/b\\040c\\134d', 'zfs', 'rw'),
    'nonsense',
  ].join('');
  const typeAt = (path: string) => mountOf(path, list)?.type;
  expect(['/srv/a', '/srv/a/x', '/srv/ab', '/srv', '/home', '/srv/b c\\d/e'].map(typeAt)).toEqual([
    'nfs4',
    'nfs4',
    'xfs',
    'xfs',
    'ext4',
    'zfs',
  ]);
  expect(mountOf('/srv/a', list)).toMatchObject({ point: '/srv/a', source: 'server:/export' });
  expect(mountOf('/srv/a', list)?.options.get('vers')).toBe('4.2');
  expect(mountOf('/srv/a', '')).toBeUndefined();
});

const cases: readonly (readonly [type: string, options: string, said: readonly string[], own?: string])[] = [
  ['ext4', 'rw', ['ok server:/export']],
  ['ext4', 'rw', ['note noexec'], 'rw,noexec'],
  ['nfs4', 'rw,vers=4.2,hard,proto=tcp', ['note lookupcache=all']],
  ['nfs4', 'rw,vers=4.2,hard,lookupcache=pos,nolock', ['ok server:/export']],
  ['nfs', 'rw,vers=3,hard,lookupcache=none', ['ok server:/export']],
  ['nfs', 'rw,vers=2,hard,lookupcache=none', ['problem vers=2']],
  ['nfs4', 'rw,soft,lookupcache=pos', ['problem soft']],
  ['nfs4', 'rw,softerr,lookupcache=pos', ['problem softerr']],
  ['nfs4', 'rw,hard,nocto,lookupcache=pos', ['problem nocto']],
  ['nfs4', 'rw,hard,lookupcache=pos,acregmax=60,acdirmax=60', ['ok server:/export']],
  ['nfs4', 'rw,hard,lookupcache=pos,acregmax=600', ['problem acregmax=600']],
  ['nfs4', 'rw,hard,lookupcache=pos,actimeo=600', ['problem acregmax=600']],
  ['nfs4', 'rw,hard,lookupcache=pos,acdirmax=90', ['note acdirmax=90']],
  ['nfs4', 'rw,hard,lookupcache=pos,noac', ['note noac']],
  ['cifs', 'rw,cache=strict,actimeo=1', ['ok server:/export']],
  ['cifs', 'rw,cache=loose', ['problem cache=loose']],
  ['fuse.s3fs', 'rw', ['problem fuse.s3fs']],
  ['fuse.mfs', 'rw', ['ok server:/export']],
];

test.each(cases.map(([type, options, said, own = 'rw']) => ({ type, options, said, own })))(
  '$type mounted with $own and $options',
  ({ type, options, said, own }) => expect(judge(type, options, own)).toEqual(said),
);
