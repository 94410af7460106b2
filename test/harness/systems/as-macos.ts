/**
 * Loaded into a job before the action (`--import`): Node on Linux answers as on a Mac, as far as the action can see. The
 * system is called darwin, there is no /proc, and the disk is APFS. What it cannot show: signals, sockets and disks of a Mac.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { pretendToBe } from './without-proc.ts';

/** The number that a Mac gives for APFS. */
const APFS = 0x1a;

pretendToBe('darwin');
const { statfsSync } = fs;
fs.statfsSync = ((path: string) => ({ ...statfsSync(path), type: APFS })) as typeof fs.statfsSync;
syncBuiltinESMExports();
