/**
 * Where programs are looked for. Windows writes the variable as it likes, mostly `Path`, and a copy of the environment
 * tells cases apart, which the environment of the process itself does not.
 */
export function searchPath(
  env: Readonly<Record<string, string | undefined>>,
  os: NodeJS.Platform = process.platform,
): string | undefined {
  if (os !== 'win32') return env.PATH;
  const name = Object.keys(env).find((each) => each.toUpperCase() === 'PATH' && env[each] !== undefined);
  return name === undefined ? undefined : env[name];
}
