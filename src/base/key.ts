import { sha256 } from './digest.ts';

/** What names an entry. */
export interface Subject {
  /** The name the user gave. */
  readonly key: string;
  /** Who shares it: a repository, `shared`, or a name. */
  readonly scope: string;
  /** Operating system, architecture and libc, or `any`. */
  readonly platform: string;
  /** May be reused where the shared root has another path. */
  readonly relocatable: boolean;
  /** The shared root, absolute and resolved. */
  readonly root: string;
  /** In place of the root, for an artifact that is not below it: the daemon that has an image, and the image's name. */
  readonly home?: string;
}

const SLUG_LENGTH = 20;
const DIGEST_LENGTH = 20;

/**
 * The folder name of a subject: a readable slug, then 80 bits of sha256 over the exact bytes.
 * Keys that differ in any byte, in case or in Unicode form get different names, also on file systems that fold them.
 */
export function entryId(subject: Subject): string {
  const { scope, platform, root, relocatable, key, home = relocatable ? '' : root } = subject;
  const digest = sha256(scope, platform, home, key);
  return `${slug(key)}-${digest.slice(0, DIGEST_LENGTH)}`;
}

function slug(key: string): string {
  const words = key
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-');
  return words.slice(0, SLUG_LENGTH).replace(/^[-.]+|[-.]+$/g, '') || 'key';
}

/** Whether a name is that of an entry's folder. */
export function isEntryId(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{0,19}-[0-9a-f]{20}$/.test(name);
}

/** Whether an entry's folder may be that of a key, by the readable start of its name. */
export function isIdOf(id: string, key: string): boolean {
  return id.slice(0, -DIGEST_LENGTH - 1) === slug(key);
}

/** A name for one attempt: 12 random hex digits. It is no secret. The `mkdir` of it decides whether it is unique. */
export function newToken(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
}

/** Whether a name is a token. */
export function isToken(name: string): boolean {
  return /^[0-9a-f]{12}$/.test(name);
}

/** Whether a text is the id of a job: 20 hex digits. */
export function isJobId(text: string): boolean {
  return /^[0-9a-f]{20}$/.test(text);
}
