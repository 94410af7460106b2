import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unless } from '../base/errors.ts';
import { monotonicMs } from '../base/wait.ts';
import { rename } from '../host/rename.ts';
import type { DeadClaim } from '../recipe/build/resume.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { StepRequest } from '../step/request.ts';
import { outcomeFrom, type PlainOutcome, plainOf } from './messages.ts';

/** What a keeper writes down when it has the claim: enough for another step to publish if the keeper is killed. */
export interface SavedClaim {
  readonly request: StepRequest;
  readonly token: string;
  /** The build folder. */
  readonly out: string;
  /** The build is for this job alone. */
  readonly private: boolean;
  /** The build that was published when the key was claimed. */
  readonly replaces: string | undefined;
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  /** When the key was claimed, in ms of the monotonic clock of this host. */
  readonly sinceMs: number;
}

// Names of files in the folder.
const CLAIM = 'claim.json';
const OUTCOME = 'outcome.json';
/** Exists once a step has been told the outcome; holds it if that step took `outcome.json`. */
const REPORTED = 'reported.json';

/** The folder of one claim, inside the job's temporary folder. Only this user may enter it. */
export class ClaimFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Makes a folder in `temp`. */
  static make(temp: string): ClaimFolder {
    return new ClaimFolder(mkdtempSync(join(temp, 'build-once-claim-')));
  }

  /** The file that gets the keeper's output while no step is connected. */
  get log(): string {
    return join(this.dir, 'log');
  }

  /** The address that the keeper listens at. */
  get socket(): string {
    return process.platform === 'win32' ? `\\\\.\\pipe\\${basename(this.dir)}` : join(this.dir, 'sock');
  }

  saveClaim(claim: SavedClaim): void {
    this.#write(
      CLAIM,
      JSON.stringify(claim, (_name, value) => (value === Infinity ? 'Infinity' : value)),
    );
  }

  /** The saved claim; undefined if there is none in this folder. */
  savedClaim(): SavedClaim | undefined {
    const text = this.#read(CLAIM);
    return text === undefined
      ? undefined
      : JSON.parse(text, (_name, value) => (value === 'Infinity' ? Infinity : value));
  }

  /** Saves the outcome for the step that asks later; where the folder is gone, none can. */
  saveOutcome(outcome: Outcome): void {
    unless(['ENOENT'], () => this.#write(OUTCOME, JSON.stringify(plainOf(outcome))));
  }

  /** The saved outcome; undefined if there is none, or if another step took it. */
  takeOutcome(): Outcome | undefined {
    const taken = unless(['ENOENT'], () => {
      rename(join(this.dir, OUTCOME), join(this.dir, REPORTED));
      return true;
    });
    const text = taken && this.#read(REPORTED);
    return text ? outcomeFrom(JSON.parse(text) as PlainOutcome) : undefined;
  }

  /** Notes that a step is told the outcome. Returns false if one was told before. */
  markReported(): boolean {
    const noted = unless(['EEXIST'], () => {
      writeFileSync(join(this.dir, REPORTED), '', { flag: 'wx' });
      return true;
    });
    return noted ?? false;
  }

  /** Whether a step was told the outcome. */
  get isReported(): boolean {
    return this.#read(REPORTED) !== undefined;
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.dir, `${name}.draft`), text);
    rename(join(this.dir, `${name}.draft`), join(this.dir, name));
  }

  #read(name: string): string | undefined {
    return unless(['ENOENT', 'ENOTDIR'], () => readFileSync(join(this.dir, name), 'utf8'));
  }
}

/** The claim of a dead keeper, as the recipe finishes it. Its build took until now. */
export function deadClaimOf({ token, out, replaces, sinceMs }: SavedClaim): DeadClaim {
  return { token, out, replaces, buildMs: Math.max(0, Math.round(monotonicMs() - sinceMs)) };
}
