import { OnceError } from '../base/errors.ts';
import { hasControls } from '../base/format.ts';
import type { Who } from '../base/who.ts';

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

/** What a manifest's text turned out to be. */
export type Reading = { readonly kind: 'whole'; readonly manifest: Manifest } | { readonly kind: 'damaged' };

/**
 * Reads a manifest's text. Unknown fields are fine; text that is no manifest is damaged and may be healed under the lock.
 * @throws OnceError NEWER_FORMAT for a format this version does not know: never rebuilt over.
 */
export function readManifest(text: string, file: string): Reading {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return { kind: 'damaged' };
  const { format } = value as { format?: unknown };
  if (typeof format === 'number' && format > MANIFEST_FORMAT) {
    throw new OnceError(
      'NEWER_FORMAT',
      `${file} has format ${format}, and this version of build-once knows up to ${MANIFEST_FORMAT}. Use the newer version in this workflow too, or give it a \`root\` of its own.`,
    );
  }
  return isManifest(value) ? { kind: 'whole', manifest: value } : { kind: 'damaged' };
}

/** The text of a manifest. */
export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts of a manifest. All but the key and the path, which may hold anything, are shown or put out as they are. */
const strings = ['build', 'scope', 'producer', 'fingerprint', 'createdAt', 'platform', 'bootId'] as const;

function isManifest(value: object): value is Manifest {
  const fields = value as Record<string, unknown>;
  return (
    fields.format === MANIFEST_FORMAT &&
    typeof fields.key === 'string' &&
    typeof fields.path === 'string' &&
    strings.every((name) => isPlain(fields[name])) &&
    [fields.identity, fields.digest].every((each) => each === undefined || isPlain(each)) &&
    [fields.files, fields.bytes].every((each) => each === undefined || isCount(each)) &&
    isCount(fields.buildMs) &&
    isWho(fields.builtBy)
  );
}

/** A text in one line, of a length that no field of ours exceeds. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1000 && !hasControls(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function isWho(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { runUrl, ...others } = value as Partial<Who>;
  return isPlain(runUrl) && Object.values(others).every(isPlain);
}
