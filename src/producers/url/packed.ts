import type { Duplex } from 'node:stream';
import { requireAllRead } from './decompress.ts';
import { HEAD_BYTES } from './format.ts';
import type { Receiver } from './http/receiver.ts';
import { Damaged } from './http/refusal.ts';
import { FinalError } from './http/trouble.ts';
import type { Limits } from './limits.ts';
import { isHeader } from './tar/header.ts';

/** Receivers for what a compressed file may contain. */
export interface Choices {
  readonly tar: () => Receiver;
  /** For a file without an archive in it, which stays packed. */
  readonly plain: () => Receiver;
}

/**
 * Unpacks a compressed file as it arrives. The packed bytes are kept until the first block is unpacked: if that block is
 * not a tar header, the file is no archive and is stored as it arrived.
 */
export class PackedFile implements Receiver {
  readonly #stage: Duplex;
  readonly #limits: Limits;
  readonly #choices: Choices;
  readonly #over: Promise<void>;
  /** Bytes written to the stage. */
  #given = 0;
  #inner: Receiver | undefined;
  #isPlain = false;
  /** The packed bytes, and in `#head` the unpacked ones, until the content is known. */
  #held: Buffer[] = [];
  #head: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(stage: Duplex, limits: Limits, choices: Choices) {
    this.#stage = stage;
    this.#limits = limits;
    this.#choices = choices;
    // After an early end nobody reads the stage, and an error without a listener would end this process.
    stage.on('error', () => {});
    this.#over = this.#consume().catch((error) => {
      throw explained(error);
    });
    // The error is reported by the next call that waits for the end.
    void this.#over.catch(() => {}).then(() => (this.#isOver = true));
  }

  /** Reads through the stream's buffer, so that the next chunk is unpacked while this one is written. */
  async #consume(): Promise<void> {
    for await (const chunk of this.#stage as AsyncIterable<Buffer>) {
      this.#take(chunk);
      if (this.#isPlain) return;
    }
    requireAllRead(this.#stage, this.#given);
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#isPlain && this.#inner !== undefined) return this.#inner.write(chunk);
    // Kept also if the file has turned out to be no archive since the last call: it is written below.
    if (this.#inner === undefined) this.#held.push(chunk);
    // Bytes after the end of a compressed file are ignored.
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

  get isShownWhole(): boolean {
    return this.#inner?.isShownWhole === true;
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
    if (!isHeader(this.#head)) {
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

  /** Resolves when the stage accepts more, or has ended. */
  #drained(): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => this.#stage.once('drain', resolve)), this.#over]);
  }
}

function explained(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof FinalError || code === undefined) return error;
  return /^(?:Z_|ZSTD_|ERR_)/.test(code) ? new Damaged(`${error.message} (${code})`) : error;
}
