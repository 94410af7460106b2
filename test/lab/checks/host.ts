import type { Side } from '../../harness/storm/side.ts';

const ENTER = `printf %s "$1" > /proc/sys/kernel/hostname
[ "$2" = "$3" ] || mount --bind "$2" "$3"
shift 3
exec "$@"`;

/**
 * A side as a host of its own: with a host name, and with the disk mounted where the other hosts have it, for a build
 * is shared among those who see it at the same path.
 *
 * @param root where all hosts have the disk
 */
export function hostOf(side: Side, name: string, root: string): Side {
  const enter = ['unshare', '--uts', '--mount', 'sh', '-ec', ENTER, 'sh', name, side.root, root];
  return { root, wrapper: [...side.wrapper, ...enter] };
}

/** Both sides as hosts. */
export function hostsOf([a, b]: readonly [Side, Side]): readonly [Side, Side] {
  return [hostOf(a, 'host-a', a.root), hostOf(b, 'host-b', a.root)];
}
