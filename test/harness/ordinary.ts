import { canRun } from './lock/client.ts';

/** Starts a program that may decide over its own files only, as any user may: it cannot read what a mode forbids. */
export const ORDINARY = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] as const;
/** Why tests with {@link ORDINARY} are skipped, for their title; empty: they run. */
export const noOrdinary = canRun(ORDINARY) ? '' : ' (skipped: this user may not run setpriv here)';
