import type { Subject } from '../base/key.ts';
import type { CommandSpec, ProducerSpec } from '../producers/spec.ts';
import type { ToolPlace } from '../store/tool/place.ts';

/** What is asked of the recipe: complete, valid, and free of strings that still need reading. */
export interface Request {
  /** false: build privately, as if there were no cache. */
  readonly enabled: boolean;
  readonly subject: Subject;
  /** How to make the artifact; undefined where this step never builds. */
  readonly producer: ProducerSpec | undefined;
  /** Exit 0 means that it exists; undefined: a manifest is all it takes. */
  readonly check: CommandSpec | undefined;
  readonly tool: ToolPlace | undefined;
  readonly policy: Policy;
  readonly delivery: Delivery;
}

export interface Policy {
  /** `build`: reuse, wait or build; `wait`: reuse or wait, never build; `look`: reuse, never wait or build. */
  readonly mode: 'build' | 'wait' | 'look';
  /** Take no build that was there before this request. */
  readonly force: boolean;
  readonly verify: 'off' | 'quick' | 'full';
  /** What to do when this step's script is not the one the entry was built from. */
  readonly onChange: 'warn' | 'rebuild' | 'fail';
  /** Milliseconds for all waiting together; Infinity: no limit. */
  readonly waitTimeoutMs: number;
  readonly onTimeout: 'fail' | 'build';
  /** Milliseconds; Infinity: no limit. */
  readonly buildTimeoutMs: number;
  /** How many failed builds of others (or its own) make this step fail too. */
  readonly attempts: number;
  /** Bytes that must be free before building; 0: not checked. */
  readonly needsFreeBytes: number;
  /** How many builds there may be at one time, for that group of jobs; undefined: any number. */
  readonly slots: { readonly count: number; readonly group: string } | undefined;
  /** When the server of the pool is away: this host decides for itself, or the step fails. */
  readonly onPoolError: 'local' | 'fail';
  /** A published build loses its write bits. */
  readonly readOnly: boolean;
  /** What we create is group-writable. */
  readonly groupShared: boolean;
}

/** What is done with the build in every job, not only in the one that built. */
export interface Delivery {
  /** The job's workspace, absolute; `link` and `copyTo` are below it. */
  readonly workspace: string;
  /** Absolute path of a symlink to make. */
  readonly link: string | undefined;
  /** Absolute path of a private copy to make. */
  readonly copyTo: string | undefined;
  /** Folders below the build, relative. */
  readonly addPath: readonly string[];
  /** Variables to export; the value is a path below the build, relative. */
  readonly exportEnv: readonly { readonly name: string; readonly path: string }[];
}
