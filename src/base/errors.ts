import { whyRefused } from './refused.ts';

/** What went wrong, as a word that outputs, the journal and the exit code are derived from. */
export type ErrorCode =
  | 'BAD_INPUT'
  | 'BUILD_FAILED'
  | 'SHARED_FAILURE'
  | 'WAIT_TIMEOUT'
  | 'CANCELLED'
  | 'LOCK_LOST'
  | 'NO_SPACE'
  | 'ROOT_UNUSABLE'
  | 'POOL_UNUSABLE'
  | 'KEY_COLLISION'
  | 'NEWER_FORMAT'
  | 'SCRIPT_CHANGED'
  | 'PIN_DIFFERS'
  | 'LINK_TAKEN'
  | 'NESTED_SAME_KEY'
  | 'OWN_CLAIM'
  | 'CLAIM_CYCLE'
  | 'CLAIM_LOST'
  | 'CLAIM_REFUSED'
  | 'DELIVERY_FAILED'
  | 'MISSED'
  | 'INTERNAL';

/** An error meant to be read by a person: the message says what was wrong, the value, where, and what to do. */
export class OnceError extends Error {
  readonly code: ErrorCode;
  /** Exit code of the build script, where there was one. */
  readonly exitCode: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; exitCode?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.name = 'OnceError';
    this.code = code;
    this.exitCode = options.exitCode;
  }
}

/** Names that Node does not know, by their numbers: of those that file systems and calls for files may say. */
const unnamed: Readonly<Record<number, string>> =
  process.platform === 'darwin'
    ? { 69: 'EDQUOT', 70: 'ESTALE', 77: 'ENOLCK' }
    : {
        ...{ 37: 'ENOLCK', 62: 'ETIME', 67: 'ENOLINK', 70: 'ECOMM', 74: 'EBADMSG', 116: 'ESTALE', 117: 'EUCLEAN' },
        ...{ 121: 'EREMOTEIO', 122: 'EDQUOT', 123: 'ENOMEDIUM', 126: 'ENOKEY', 133: 'EHWPOISON' },
      };

/** The `code` of a system error (`ENOENT`), also of those that Node has no name for (`EDQUOT`); else undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errno = 0 } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !code.startsWith('Unknown system error')) return code;
  return unnamed[-errno] ?? `errno ${-errno}`;
}

/** What Windows says where somebody holds a file open, as virus scanners, indexers and backups do for less than 2 s. */
export const HELD_OPEN: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/** The message of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs `action`; a system error with one of `codes` gives undefined instead. */
export function unless<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (codes.includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

const explanations: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there; give the runner user (or its group, with `shared: group`) write access',
  EPERM: 'this user may not do that there; check the owner of the folder, and that it is not sticky (chmod -t)',
  EBUSY:
    'another program uses it, or something is mounted there; leave the cache out of what a virus scanner or an indexer looks at, and run the job again',
  EROFS: 'it is on a read-only file system; mount it writable, or name another `root`',
  ENOSPC: 'the disk is full; free some space, or name another `root`',
  EDQUOT: 'the disk quota is used up; free some space, or name another `root`',
  ENOTDIR: 'a part of that path is a file, not a folder; name a folder as `root`',
  EEXIST: 'there is a file where a folder is needed; name a folder as `root`',
  ENOENT: 'it is not there, or went away while this step was running; mount it, and run the job again',
  EXDEV:
    'that folder belongs to the image of this container or to another mount, and cannot be moved; delete it, or name another `root`',
  ELOOP: 'its links lead in a circle; name a folder as `root`',
  ENAMETOOLONG: 'that path is too long for the file system; name a shorter `root`',
  EIO: 'the disk or the network file system reports an I/O error; see the kernel log of this host',
  EUCLEAN: 'the file system there is damaged; see the kernel log of this host, and run fsck',
  EMFILE: 'this process may open no more files; raise the limit of the runner (ulimit -n)',
  ENFILE: 'this host has no more open files to give; raise fs.file-max, or find out who has them open',
  ESTALE: 'the network file system was remounted or removed; mount it again, and run the job again',
  ENOMEM: 'this host has no memory left; find out what uses it, and run the job again',
};

/** What is to be done about all others, which come from below a file system, or from a file server. */
const UNEXPLAINED =
  'the file system, or the network below it, refuses this call; see the kernel log of this host (dmesg), look at that path and at the server it is on, and run the job again';
/** Calls for an open file, which name no path. Their errors come from its disk, unless it is a connection that was cut. */
const OF_OPEN_FILES = /^(?:read|write|f[a-z]+|close|copyfile)$/;
const OF_CONNECTIONS = ['EPIPE', 'ECONNRESET'];

/** Whether the system refused a call for a file: then it is no mistake of this program. */
function isOfFile(error: unknown): boolean {
  const { errno, syscall, path } = error as NodeJS.ErrnoException;
  if (typeof errno !== 'number' || typeof syscall !== 'string') return false;
  return typeof path === 'string' || (OF_OPEN_FILES.test(syscall) && !OF_CONNECTIONS.includes(systemCode(error) ?? ''));
}

/** What Windows means by these two: also that a file is open, or that this user may make no symbolic link. */
const refusedByWindows =
  'this user may not do that there, or another program has a file there open; give the runner user full control of the folder, and leave it out of what a virus scanner or an indexer looks at';
const linkRefused = 'this user may not make symbolic links; turn on the Developer Mode of Windows';

/**
 * What a system error of a shared folder means and what to do, after a colon; undefined for other errors.
 * @param os the name of the operating system as in Node; a parameter for tests
 */
export function explanationOf(error: unknown, os: NodeJS.Platform = process.platform): string | undefined {
  const code = systemCode(error) ?? '';
  if (os !== 'win32' || !['EACCES', 'EPERM'].includes(code)) {
    return explanations[code] ?? (error instanceof Error && isOfFile(error) ? UNEXPLAINED : undefined);
  }
  return (error as NodeJS.ErrnoException).syscall === 'symlink' ? linkRefused : refusedByWindows;
}

/** Whether `error` is a system error of a file or a folder, which {@link rootError} can explain. */
export function isRootTrouble(error: unknown): boolean {
  return explanationOf(error) !== undefined;
}

/** A file-system error with the path and what to do. @param root undefined where it may be about any other place */
export function rootError(error: unknown, root: string | undefined): OnceError {
  const code = systemCode(error) ?? 'error';
  const { syscall = 'a call', path = root ?? syscall } = error as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const isInRoot = root !== undefined && path.startsWith(root);
  const what = isInRoot ? `The shared cache at ${root} cannot be used: ${code} at ${path}` : `${path}: ${code}`;
  const isPosix = process.platform !== 'win32' && root !== undefined;
  const why = code === 'EACCES' && isPosix ? whyRefused(path, root) : (explanationOf(error) ?? messageOf(error));
  const told = `${what}: ${why}.`;
  return new OnceError(full ? 'NO_SPACE' : 'ROOT_UNUSABLE', told, { cause: error });
}
