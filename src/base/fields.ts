import { hasControls } from './format.ts';
import type { Who } from './who.ts';

/** Checks of single values that were read from a file of others. */

/** Most characters of a text that is shown: a name, a link, a reason. */
export const TEXT_LENGTH = 1000;

/** The fields of a JSON object; undefined if the text is no JSON, or not an object. */
export function parseFields(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The fields of an object; undefined if the value is none. */
export function asFields(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** Whether a value is a text that can be shown: bounded, without control characters. */
export function isShowable(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_LENGTH && !hasControls(value);
}

/** Whether a value is a whole number from 0 that is exact. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a value is a {@link Who}. */
export function isWho(value: unknown): value is Who {
  const fields = asFields(value);
  return fields !== undefined && WHO.every((name) => isShowable(fields[name]));
}

const WHO: readonly (keyof Who)[] = ['repository', 'workflow', 'job', 'runUrl', 'runner', 'host'];
