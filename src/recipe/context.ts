import type { BuildEntry } from '../store/build-entry.ts';
import type { Entry } from '../store/entry.ts';
import type { Acceptance } from './find/acceptance.ts';
import type { Request } from './request.ts';
import type { Services } from './services.ts';
import type { Tally } from './tally.ts';

/** What the phases of one run of the recipe share. */
export interface Context {
  readonly request: Request;
  readonly services: Services;
  readonly entry: Entry;
  readonly acceptance: Acceptance;
  readonly tally: Tally;
}

/** The same for a step that did not find its artifact: it waits or builds. */
export interface BuildContext extends Context {
  readonly entry: BuildEntry;
}
