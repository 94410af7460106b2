import about from '../../package.json' with { type: 'json' };

/** The version of build-once that this is. */
export function version(): string {
  return about.version;
}
