import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * sha256 over some texts, in hex; they are separated by NUL, which none of them may hold. Not from `node:crypto`:
 * loading that costs 3 ms, a sixth of a whole hit, and a hit digests a few hundred bytes.
 */
export function sha256(...texts: readonly string[]): string {
  return bytesToHex(digest(utf8ToBytes(texts.join('\0'))));
}
