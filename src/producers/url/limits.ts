import { formatBytes } from '../../base/format.ts';
import { FinalError } from './http/trouble.ts';

/** Below this size, in bytes, the ratio is not checked: small repetitive files pack a thousandfold. */
const RATIO_FLOOR = 100_000_000;

/** Enforces the limits of a download and of what it unpacks to. */
export class Limits {
  readonly #most: number;
  readonly #ratio: number;
  #received = 0;
  #unpacked = 0;

  constructor({ maxUnpackedBytes, maxRatio }: { readonly maxUnpackedBytes: number; readonly maxRatio: number }) {
    this.#most = maxUnpackedBytes;
    this.#ratio = maxRatio;
  }

  /**
   * Counts received bytes.
   * @throws FinalError if they are too many, also for a file that is not an archive
   */
  received(bytes: number): void {
    this.#received += bytes;
    if (this.#received > this.#most) {
      throw new FinalError(
        `the download is refused: it is larger than max-unpacked (${formatBytes(this.#most)}); if that is expected, raise it`,
      );
    }
  }

  /**
   * Counts unpacked bytes.
   * @throws FinalError if they are too many, or too many for the bytes received
   */
  unpacked(bytes: number): void {
    this.#unpacked += bytes;
    if (this.#unpacked > this.#most) {
      throw new FinalError(
        `the archive is refused: it unpacks to more than max-unpacked (${formatBytes(this.#most)}); if that is expected, raise it`,
      );
    }
    if (this.#unpacked > RATIO_FLOOR && this.#unpacked > this.#ratio * this.#received) {
      throw new FinalError(
        `the archive is refused: it unpacks to more than ${this.#ratio} times its size (max-ratio), like a zip bomb`,
      );
    }
  }
}
