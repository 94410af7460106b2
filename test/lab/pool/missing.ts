import { spawnSync } from 'node:child_process';
import { redisPrograms } from '../../harness/servers/redis.ts';

/** What this machine lacks for the lab, for people; undefined: nothing. */
export function missing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'Linux and root';
  if (redisPrograms.length === 0) return 'the Debian package redis-server';
  if (spawnSync('ip', ['-V']).status !== 0) return 'the Debian package iproute2';
  if (spawnSync('unshare', ['--net', '--uts', 'true']).status !== 0) return 'the right to make namespaces';
  return undefined;
}
