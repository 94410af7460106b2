import fs from 'node:fs';

type AnyFunction = (...args: unknown[]) => unknown;

/** Has Node call its system `platform`, and find nothing below /proc. For programs that are loaded before the action. */
export function pretendToBe(platform: NodeJS.Platform): void {
  Object.defineProperty(process, 'platform', { value: platform });
  const functions = fs as unknown as Record<string, AnyFunction>;
  for (const name of ['openSync', 'readFileSync', 'readdirSync', 'readlinkSync', 'statSync', 'lstatSync', 'existsSync'])
    functions[name] = withoutProc(functions[name] as AnyFunction);
}

function withoutProc(original: AnyFunction): AnyFunction {
  return (path, ...rest) => original(/^\/proc(\/|$)/.test(String(path)) ? '/no-proc' : path, ...rest);
}
