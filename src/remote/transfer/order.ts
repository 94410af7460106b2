import { asFields, isCount, isShowable } from '../../base/fields.ts';
import { isEntryId } from '../../base/key.ts';

/** Names in the scratch folder that a step and its transfer share. */
export const files = { order: 'order.json', answer: 'answer.json', manifest: 'manifest.json', pack: 'build-once.pack' };

/** What a transfer is at. */
export type Phase = 'pack' | 'ask' | 'send' | 'fetch' | 'unpack';

/** A line of a transfer that begins with this says how far it is: phase, `local` or bytes over the network, and with whom. */
export const PROGRESS = '::progress::';

/** What a transfer is told. */
export type Order = SaveOrder | RestoreOrder;

export interface SaveOrder {
  readonly kind: 'save';
  readonly id: string;
  readonly token: string;
  /** The build. Its manifest is in the scratch folder. */
  readonly tree: string;
  /** Whether it may contain its path, and works only there. */
  readonly bound: boolean;
}

export interface RestoreOrder {
  readonly kind: 'restore';
  readonly id: string;
  /** What is fetched; undefined: the newest. */
  readonly name: string | undefined;
  /** Tokens of builds that would not be taken: they are not fetched. */
  readonly used: readonly string[];
  /** Where the build goes: a private, empty folder. */
  readonly out: string;
  /** What its manifest must say. */
  readonly wanted: { readonly key: string; readonly scope: string; readonly platform: string };
  /** Whether it may contain the path of its manifest, and works only there. */
  readonly bound: boolean;
  readonly groupShared: boolean;
}

/** Why such a build is not taken; continues a sentence that ends with a colon. */
export const USED_NAME =
  'it may work only in the path where it was built, and something is there, or was before: a path is used only once';

/** How a transfer ended. `why` continues a sentence that ends with a colon. */
export type Answer =
  /** `digest` is the sha256 of the pack, in hex. */
  | { readonly kind: 'done'; readonly bytes: number; readonly digest: string }
  /** There is no such build. */
  | { readonly kind: 'absent' }
  /** It cannot be carried, or what came is not what was asked for. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Reads an answer; undefined if it is none. */
export function readAnswer(value: unknown): Answer | undefined {
  const { kind, bytes, digest, why } = asFields(value) ?? {};
  if (kind === 'absent') return { kind };
  if (kind === 'done') return isCount(bytes) && isShowable(digest) ? { kind, bytes, digest } : undefined;
  if (kind === 'refused' || kind === 'failed') return isShowable(why) ? { kind, why } : undefined;
  return undefined;
}

/** All names of the builds of an entry begin with this. */
export function prefixOf(id: string): string {
  return `${id}-`;
}

/** The name of one attempt's build in the remote store: a server may let a second save of one name replace the first. */
export function nameOf(id: string, token: string, digest: string): string {
  return `${prefixOf(id)}${token}-${digest}`;
}

/** Whether a name is that of the build of an attempt. */
export function isNameOf(name: string, id: string, token: string): boolean {
  return name.startsWith(`${prefixOf(id)}${token}-`);
}

/** The digest in a name; undefined if it is not the name of a build of this entry. */
export function digestIn(name: string, id: string): string | undefined {
  if (!isEntryId(id) || !name.startsWith(prefixOf(id))) return undefined;
  return /^[0-9a-f]{12}-([0-9a-f]{64})$/.exec(name.slice(prefixOf(id).length))?.[1];
}
