import { formatBytes } from '../../base/format.ts';
import { FinalError } from './trouble.ts';

/** Below this, in bytes, no ratio is a bomb: a small file of one letter packs a thousandfold. */
const RATIO_FLOOR = 100_000_000;

/** Watches how much an archive unpacks to. */
export class Limits {
  readonly #most: number;
  readonly #ratio: number;
  #received = 0;
  #unpacked = 0;

  constructor({ maxUnpackedBytes, maxRatio }: { readonly maxUnpackedBytes: number; readonly maxRatio: number }) {
    this.#most = maxUnpackedBytes;
    this.#ratio = maxRatio;
  }

  /** Bytes as they came. @throws FinalError when they are too many: what is no archive is limited too */
  received(bytes: number): void {
    this.#received += bytes;
    if (this.#received > this.#most) {
      throw new FinalError(
        `the download is refused: it is larger than max-unpacked (${formatBytes(this.#most)}); if that is right, raise it`,
      );
    }
  }

  /** Bytes they unpacked to. @throws FinalError when they are too many */
  unpacked(bytes: number): void {
    this.#unpacked += bytes;
    if (this.#unpacked > this.#most) {
      throw new FinalError(
        `the archive is refused: it unpacks to more than max-unpacked (${formatBytes(this.#most)}); if that is right, raise it`,
      );
    }
    if (this.#unpacked > RATIO_FLOOR && this.#unpacked > this.#ratio * this.#received) {
      throw new FinalError(
        `the archive is refused: it unpacks to more than ${this.#ratio} times its size (max-ratio), as a bomb does`,
      );
    }
  }
}
