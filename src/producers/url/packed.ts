import type { Duplex } from 'node:stream';
import { requireAllRead } from './decompress.ts';
import { HEAD_BYTES, isTar } from './format.ts';
import type { Limits } from './limits.ts';
import type { Receiver } from './receiver.ts';
import { Damaged } from './refusal.ts';
import { FinalError } from './trouble.ts';

/** What a compressed file may turn out to be. */
export interface Choices {
  readonly tar: () => Receiver;
  /** Where it holds no archive, it stays packed, as it came. */
  readonly plain: () => Receiver;
}

/**
 * A compressed file, unpacked as it comes. Until the first block is out, what came is kept: if that block is no tar
 * header, the file is not an archive, and is taken as it is.
 */
export class PackedFile implements Receiver {
  readonly #stage: Duplex;
  readonly #limits: Limits;
  readonly #choices: Choices;
  readonly #over: Promise<void>;
  /** Bytes that the stage was given. */
  #given = 0;
  #inner: Receiver | undefined;
  #isPlain = false;
  /** Packed and unpacked bytes, until it is known what they are. */
  #held: Buffer[] = [];
  #head: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(stage: Duplex, limits: Limits, choices: Choices) {
    this.#stage = stage;
    this.#limits = limits;
    this.#choices = choices;
    // Nobody reads from it any more where it ended early; what is wrong with the rest would end this process.
    stage.on('error', () => {});
    this.#over = this.#consume().catch((error) => {
      throw explained(error);
    });
    // Asked for only when there is something to wait for.
    void this.#over.catch(() => {}).then(() => (this.#isOver = true));
  }

  /** Through the stream's buffer, not as its chunks come out: so the next one is unpacked while this one is written. */
  async #consume(): Promise<void> {
    for await (const chunk of this.#stage as AsyncIterable<Buffer>) {
      this.#take(chunk);
      if (this.#isPlain) return;
    }
    requireAllRead(this.#stage, this.#given);
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#isPlain && this.#inner !== undefined) return this.#inner.write(chunk);
    // It may also have turned out to be no archive since the last call: then nothing of it is laid down yet.
    if (this.#inner === undefined) this.#held.push(chunk);
    // What follows the end of a compressed file is no part of it.
    if (!this.#isPlain && !this.#isOver && !this.#feed(chunk)) await this.#drained();
    if (this.#isOver) await this.#over;
    if (this.#isPlain) await this.#becomePlain();
  }

  async end(): Promise<void> {
    if (!this.#isPlain) {
      this.#stage.end();
      await this.#over;
      if (this.#inner === undefined) this.#isPlain = true;
    }
    await this.#becomePlain();
    await this.#inner?.end();
  }

  close(): void {
    this.#stage.destroy();
    this.#inner?.close();
  }

  #feed(chunk: Buffer): boolean {
    this.#given += chunk.length;
    return this.#stage.write(chunk);
  }

  #take(chunk: Buffer): void {
    this.#limits.unpacked(chunk.length);
    void (this.#inner ?? this.#decide(chunk))?.write(this.#head.length > 0 ? this.#head : chunk);
    if (this.#inner !== undefined) this.#head = Buffer.alloc(0);
  }

  #decide(chunk: Buffer): Receiver | undefined {
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    if (this.#head.length < HEAD_BYTES) return undefined;
    if (!isTar(this.#head)) {
      this.#isPlain = true;
      return undefined;
    }
    this.#held = [];
    this.#inner = this.#choices.tar();
    return this.#inner;
  }

  async #becomePlain(): Promise<void> {
    if (!this.#isPlain || this.#inner !== undefined) return;
    this.#stage.destroy();
    this.#inner = this.#choices.plain();
    for (const chunk of this.#held.splice(0)) await this.#inner.write(chunk);
  }

  /** Until it takes more; a part that is no archive it need not take. */
  #drained(): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => this.#stage.once('drain', resolve)), this.#over]);
  }
}

function explained(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof FinalError || code === undefined) return error;
  return /^(?:Z_|ZSTD_|ERR_)/.test(code) ? new Damaged(`${error.message} (${code})`) : error;
}
