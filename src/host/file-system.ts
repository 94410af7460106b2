import {
  existsSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  readdirSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { systemCode, unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';

/** The file system a folder is on. */
export interface FileSystem {
  /** For people: `ext4`, `NFS`, or the magic number in hex. */
  readonly name: string;
  /** Other hosts may see it too, through caches of their own. */
  readonly network: boolean;
  /** In memory, or one container's own: shared with nobody. */
  readonly fleeting: boolean;
  /** Bytes this user may still write. */
  readonly freeBytes: number;
}

/**
 * Magic numbers of statfs(2) on Linux. FUSE counts as network: MooseFS, s3fs, sshfs and GlusterFS are mounted through it. So
 * does every number that is not known, such as WekaFS's: on a disk of one host that costs two minutes after a death, on one of
 * several hosts the other way round would rob the living.
 */
const networked: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0xfe534d42: 'SMB',
  0xff534d42: 'CIFS',
  0x517b: 'SMB',
  0x65735546: 'FUSE',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x01021997: '9p',
  0x47504653: 'GPFS',
  0x7461636f: 'OCFS2',
  0x01161970: 'GFS2',
  0x5346414f: 'AFS',
  0x19830326: 'BeeGFS',
  0x20030528: 'OrangeFS',
};

const local: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'XFS',
  0x9123683e: 'Btrfs',
  0x2fc12fc1: 'ZFS',
  0xf2f52010: 'F2FS',
  0xca451a4e: 'bcachefs',
  0x3153464a: 'JFS',
  0x52654973: 'ReiserFS',
  0x3434: 'NILFS',
  0x7366746e: 'NTFS',
  0x2011bab0: 'exFAT',
  0x4d44: 'FAT',
  0x482b: 'HFS+',
  0x15013346: 'UDF',
  0x73717368: 'SquashFS',
  0xe0f5e1e2: 'EROFS',
  0x9660: 'ISO 9660',
  0x24051905: 'UBIFS',
  0xf15f: 'eCryptfs',
};

const APFS = 0x1a;

const fleeting: Readonly<Record<number, string>> = {
  0x01021994: 'tmpfs',
  0x858458f6: 'ramfs',
  0x794c7630: 'overlay',
  0x61756673: 'aufs',
};

/** What `folder`, a real path, is on. Throws the system's error when it does not exist. */
export function fileSystemOf(folder: string): FileSystem {
  const { type, bavail, bsize } = statfsSync(folder);
  // Node hands out a signed number on some platforms.
  return { ...kindOf(type >>> 0, folder), freeBytes: bavail * bsize };
}

type Kind = Pick<FileSystem, 'name' | 'network' | 'fleeting'>;

/**
 * The numbers are those of Linux. A Mac gives out its own as file systems are loaded, so only the one of its disks is
 * known. Every other file system counts as network: there a dead holder is noticed later, and a living one is never robbed.
 * Windows has none: there the real path of a share, and of a drive letter that stands for one, starts with two
 * backslashes.
 */
export function kindOf(magic: number, folder: string, os: NodeJS.Platform = process.platform): Kind {
  if (os === 'win32') {
    const network = folder.startsWith('\\\\');
    return { name: network ? 'a network share' : 'a local disk', network, fleeting: false };
  }
  const hex = `0x${magic.toString(16)}`;
  if (os === 'darwin') return { name: magic === APFS ? 'APFS' : hex, network: magic !== APFS, fleeting: false };
  const name = networked[magic] ?? local[magic] ?? fleeting[magic] ?? hex;
  return { name, network: !(magic in local || magic in fleeting), fleeting: magic in fleeting };
}

/**
 * Makes a folder and those above it. Not with Node's `recursive`, which on a read-only file system says that the folder
 * does not exist (ENOENT), not why it cannot be made.
 */
export function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (parent !== folder && statSync(parent, { throwIfNoEntry: false }) === undefined) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Makes an NFS client ask its server anew for names that it remembers as missing in `folder`: it does so whenever a
 * folder is opened. One call, however many names are in there; what cannot be opened stays as it is.
 */
export function reopen(folder: string): void {
  try {
    opendirSync(folder).closeSync();
  } catch {
    // The next look fails with the reason.
  }
}

/** Errors of a name that is not there. */
export const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR'];
/** Errors of a name that is not there, or whose folder was removed on the file server a moment ago. */
export const GONE: readonly string[] = [...ABSENT, 'ESTALE'];

/** What is at `path`, links not followed; undefined: nothing. */
export function lookAt(path: string): Stats | undefined {
  return unless(ABSENT, () => lstatSync(path));
}

/** Removes a file or a link. A folder stays: none is ours where a file is expected. Nothing is there: nothing is done. */
export function removeFile(path: string): void {
  if (lookAt(path)?.isDirectory() !== true) unless(ABSENT, () => unlinkSync(path));
}

/**
 * The names in a folder; none if it is not there.
 * @param absent the errors that count as not there
 */
export function listFolder(dir: string, absent = ABSENT): string[] {
  return unless(absent, () => readdirSync(dir)) ?? [];
}

/** Whether `path` is `parent` or below it, by their names alone; both absolute. */
export function isInside(parent: string, path: string): boolean {
  const way = relative(parent, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const SHOWN_NAMES = 10;

/** What is in a folder, for a person who looks for something else in it. */
export function namesIn(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, SHOWN_NAMES).map((name) => shorten(name));
  return [...shown, ...(names.length > SHOWN_NAMES ? ['…'] : [])].join(', ');
}
