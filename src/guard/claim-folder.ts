import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unless } from '../base/errors.ts';
import { monotonicMs } from '../base/wait.ts';
import { rename } from '../host/rename.ts';
import type { DeadClaim } from '../recipe/build/resume.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { StepRequest } from '../step/request.ts';
import { outcomeFrom, type PlainOutcome, plainOf } from './messages.ts';

/** What a keeper leaves for the case that it is killed: enough to publish in its place. */
export interface SavedClaim {
  readonly request: StepRequest;
  readonly token: string;
  readonly out: string;
  /** Built for this job alone. */
  readonly private: boolean;
  readonly replaces: string | undefined;
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  /** When it was claimed, on the monotonic clock of this host. */
  readonly sinceMs: number;
}

/** One claim's folder in the job's temporary one, which only this user may enter. */
export class ClaimFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  static make(temp: string): ClaimFolder {
    return new ClaimFolder(mkdtempSync(join(temp, 'build-once-claim-')));
  }

  /** What the keeper prints when nobody listens. */
  get log(): string {
    return join(this.dir, 'log');
  }

  /** Where the keeper listens. */
  get socket(): string {
    return process.platform === 'win32' ? `\\\\.\\pipe\\${basename(this.dir)}` : join(this.dir, 'sock');
  }

  keep(kept: SavedClaim): void {
    this.#write(
      'kept',
      JSON.stringify(kept, (_name, value) => (value === Infinity ? 'Infinity' : value)),
    );
  }

  /** undefined: there is no such claim here. */
  kept(): SavedClaim | undefined {
    const text = this.#read('kept');
    return text === undefined
      ? undefined
      : JSON.parse(text, (_name, value) => (value === 'Infinity' ? Infinity : value));
  }

  /** Leaves how it ended, for whoever asks later. */
  end(outcome: Outcome): void {
    this.#write('ended', JSON.stringify(plainOf(outcome)));
  }

  /** How it ended, for the first who asks. */
  takeEnd(): Outcome | undefined {
    const taken = unless(['ENOENT'], () => {
      rename(join(this.dir, 'ended'), join(this.dir, 'told'));
      return true;
    });
    const text = taken && this.#read('told');
    return text ? outcomeFrom(JSON.parse(text) as PlainOutcome) : undefined;
  }

  /** Notes that a step is told how it ends. @returns false when one was before */
  tell(): boolean {
    const noted = unless(['EEXIST'], () => {
      writeFileSync(join(this.dir, 'told'), '', { flag: 'wx' });
      return true;
    });
    return noted ?? false;
  }

  get isTold(): boolean {
    return this.#read('told') !== undefined;
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.dir, `${name}.draft`), text);
    rename(join(this.dir, `${name}.draft`), join(this.dir, name));
  }

  #read(name: string): string | undefined {
    return unless(['ENOENT', 'ENOTDIR'], () => readFileSync(join(this.dir, name), 'utf8'));
  }
}

/** What is left of a claim whose keeper is dead. */
export function deadClaimOf({ token, out, replaces, sinceMs }: SavedClaim): DeadClaim {
  return { token, out, replaces, buildMs: Math.max(0, Math.round(monotonicMs() - sinceMs)) };
}
