import type { Request } from '../recipe/request.ts';
import type { PoolSpec } from '../remote/pool/redis-pool.ts';

/** What a step asks for: of the recipe, and of the report at its end. */
export interface StepRequest extends Request {
  /** The pool of hosts that share no disk; undefined: there is none. */
  readonly pool: PoolSpec | undefined;
  /** Whether builds are restored from the Actions cache, and saved there too; undefined: neither. */
  readonly remote: 'read-write' | 'read' | undefined;
  /** Whether the job summary gets a table; `auto`: unless the build is simply reused. */
  readonly summary: 'auto' | 'always' | 'never';
  /** Fail if the artifact is missing and this step does not build it. */
  readonly failOnMiss: boolean;
  /** What is odd about the inputs, for warnings. */
  readonly notes: readonly string[];
}
