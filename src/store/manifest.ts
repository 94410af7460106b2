import { OnceError } from '../base/errors.ts';
import { isCount, isShowable, isWho, parseFields, TEXT_LENGTH } from '../base/fields.ts';
import { shorten } from '../base/format.ts';
import { isToken } from '../base/key.ts';
import type { Who } from '../base/who.ts';
import type { Owner } from '../host/access/owner.ts';
import { RECORD_BYTES, readShared } from '../host/read-shared.ts';

/** Format of what this version writes. Within it fields are only added. */
export const MANIFEST_FORMAT = 1;

/** What is written about a published build; the entry exists when this does. */
export interface Manifest {
  readonly format: number;
  readonly key: string;
  readonly scope: string;
  /** Token of the build it names: the folder beside `entry/`. */
  readonly build: string;
  readonly producer: string;
  /** sha256 over what the producer was told. */
  readonly fingerprint: string;
  readonly identity?: string | undefined;
  /** Regular files and symlinks; undefined when counting took too long. */
  readonly files?: number | undefined;
  /** Sum of the sizes of regular files; undefined when counting took too long. */
  readonly bytes?: number | undefined;
  /** sha256 over names, modes and contents; only from steps with `verify: full`. */
  readonly digest?: string | undefined;
  readonly buildMs: number;
  /** ISO 8601, by the builder's clock; for people. */
  readonly createdAt: string;
  /** Absolute path of the build folder when it was built. */
  readonly path: string;
  readonly platform: string;
  readonly bootId: string;
  readonly builtBy: Who;
}

/** What a manifest's file turned out to be. */
export type Reading =
  | { readonly kind: 'whole'; readonly manifest: Manifest; readonly owner: Owner }
  | { readonly kind: 'absent' }
  /** `why` continues a sentence that begins with the path. */
  | { readonly kind: 'damaged'; readonly why: string }
  /** It may not be read by this user. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads a manifest. Unknown fields are fine; what is no manifest is damaged and may be healed under the lock.
 * @throws OnceError NEWER_FORMAT for a format this version does not know: never rebuilt over. The system's error
 */
export function readManifest(file: string): Reading {
  const found = readShared(file);
  if (found.kind === 'strange') return { kind: 'damaged', why: found.why };
  if (found.kind !== 'text') return found;
  const fields = parseFields(found.text);
  if (fields === undefined) return { kind: 'damaged', why: 'is not a whole manifest' };
  const { format } = fields;
  if (isCount(format) && format > MANIFEST_FORMAT && format <= HIGHEST_FORMAT) throw newerFormat(file, format);
  const name = wrongField(fields);
  if (name === undefined) return { kind: 'whole', manifest: fields as unknown as Manifest, owner: found.owner };
  return { kind: 'damaged', why: `is not a whole manifest: its \`${name}\` is missing or not valid` };
}

/** Formats are counted up by one, so a number above this one is damage. */
const HIGHEST_FORMAT = 1000;

function newerFormat(file: string, format: number): OnceError {
  return new OnceError(
    'NEWER_FORMAT',
    `${file} has format ${format}, and this version of build-once knows up to ${MANIFEST_FORMAT}. Use the newer version in this workflow too, or give it a \`root\` of its own.`,
  );
}

/**
 * The text of a manifest.
 * @throws OnceError BAD_INPUT if {@link readManifest} would call it damaged
 */
export function writeManifest(manifest: Manifest): string {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const name = wrongField({ ...manifest });
  if (name !== undefined) {
    const value = shorten(String(manifest[name]), 200);
    throw new OnceError(
      'BAD_INPUT',
      `The ${name} "${value}" cannot be recorded, and nothing was published. A text has to be one line of at most ${TEXT_LENGTH} characters.`,
    );
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= RECORD_BYTES) return text;
  throw new OnceError(
    'BAD_INPUT',
    `The manifest of "${shorten(manifest.key)}" has ${bytes} bytes, and at most ${RECORD_BYTES} are allowed. Nothing was published. Write a shorter \`key\`.`,
  );
}

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';

function orAbsent(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/** What each field has to be. Those that are shown as they are have no control characters. */
const checks: Readonly<Record<keyof Manifest, Check>> = {
  format: (value) => value === MANIFEST_FORMAT,
  key: isString,
  scope: isString,
  build: (value) => typeof value === 'string' && isToken(value),
  producer: isShowable,
  fingerprint: isShowable,
  identity: orAbsent(isShowable),
  files: orAbsent(isCount),
  bytes: orAbsent(isCount),
  digest: orAbsent(isShowable),
  buildMs: (value) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
  createdAt: isShowable,
  path: isString,
  platform: isShowable,
  bootId: isShowable,
  builtBy: isWho,
};

/** The name of a field that is missing or not valid; undefined: none. */
function wrongField(fields: Readonly<Record<string, unknown>>): keyof Manifest | undefined {
  return (Object.keys(checks) as (keyof Manifest)[]).find((name) => !checks[name](fields[name]));
}
