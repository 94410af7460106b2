import type { EntryPaths } from '../store/layout.ts';
import type { Acceptance } from './find/acceptance.ts';
import type { Request } from './request.ts';
import type { Services } from './services.ts';
import type { Tally } from './tally.ts';

/** What the parts of one step share. */
export interface Context {
  readonly request: Request;
  readonly services: Services;
  readonly paths: EntryPaths;
  readonly acceptance: Acceptance;
  readonly tally: Tally;
}
