import { type Alias, aliases, aliasNames } from '../../step/inputs/aliases.ts';
import { SECRET } from '../../step/inputs/problem.ts';
import { type InputName, inputNames, inputs } from '../../step/inputs/table.ts';
import { boolean } from '../../step/inputs/values.ts';
import { BadUsage, type OptionTable } from '../verb.ts';

/** Inputs of the action that are no options, and why. */
export const notOptions = {
  'add-path': 'there is no PATH of later steps to add to: PATH="$(build-once run …)/bin:$PATH"',
  'export-env': 'there is no environment of later steps: export JAVA_HOME="$(build-once run …)"',
  'fail-on-cache-miss': 'a miss always shows, by exit code 3',
  remote: 'the cache of GitHub Actions is for actions alone',
  'remote-mode': 'as remote',
  summary: 'there is no job summary',
  'pool-password': 'others can read a command line: --pool-password-env names a variable that has it',
  token: 'the same: --token-env',
} as const satisfies Partial<Record<InputName, string>>;

type NoOption = keyof typeof notOptions;

/** The inputs that are read: also secrets, of which a variable may have the value where no option has. */
export const readInputs = inputNames.filter((name) => SECRET.includes(name) || !isNoOption(name));

const options = inputNames.filter((name) => !isNoOption(name));

/** What the value of an option is. A flag has none, and `--no-<name>` for false. A list may be given more than once. */
export const optionNames = {
  flag: options.filter(isFlag),
  list: options.filter(isList),
  text: options.filter((name) => !isFlag(name) && !isList(name)),
  /** As `--<name>-env`, which names a variable that has the value. */
  secret: SECRET,
  /** Other names of a text, or of a secret. */
  alias: aliasNames,
} as const;

function isNoOption(name: InputName): name is NoOption {
  return name in notOptions;
}

function isFlag(name: string): boolean {
  return isInput(name) && inputs[name].read === boolean;
}

function isList(name: string): boolean {
  return isInput(name) && Array.isArray(inputs[name].usual);
}

function isInput(name: string): name is InputName {
  return Object.hasOwn(inputs, name);
}

/** For `readOptions`. */
export const inputOptions: OptionTable = Object.fromEntries([
  ...optionNames.flag.flatMap((name) => [name, `no-${name}`]).map((name) => [name, { type: 'boolean' as const }]),
  ...[...optionNames.text, ...optionNames.list].map((name) => [name, { type: 'string' as const, multiple: true }]),
  ...optionNames.secret.map((name) => [`${name}-env`, { type: 'string' as const }]),
  ...aliasNames.map((name) => [aliasOption(name), { type: 'string' as const, multiple: !isSecret(name) }]),
]);

/** The option of another name: as that of the input. */
export function aliasOption(name: Alias): string {
  return isSecret(name) ? `${name}-env` : name;
}

function isSecret(name: Alias): boolean {
  return SECRET.includes(aliases[name]);
}

/** What `readOptions` gives for {@link inputOptions}. */
export type GivenOptions = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The inputs as the runner would hand them to the action.
 * @throws BadUsage
 */
export function inputVariables(given: GivenOptions, env: Env): Readonly<Record<string, string>> {
  const texts = [...readInputs, ...aliasNames].map((name) => [name, textOf(name, given, env)] as const);
  const set = texts.filter((pair): pair is [InputName | Alias, string] => pair[1] !== undefined);
  return Object.fromEntries(set.map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text]));
}

function textOf(name: InputName | Alias, given: GivenOptions, env: Env): string | undefined {
  if (isFlag(name)) return flagOf(name, given);
  const secret = fromVariable(name, given, env);
  const texts = [...((given[name] as string[] | undefined) ?? []), ...(secret === undefined ? [] : [secret])];
  if (texts.length > 1 && !isList(name)) throw new BadUsage(`--${name} is given more than once`);
  return texts.length === 0 ? undefined : texts.join('\n');
}

function flagOf(name: string, given: GivenOptions): string | undefined {
  const [yes, no] = [given[name], given[`no-${name}`]];
  if (yes !== undefined && no !== undefined) throw new BadUsage(`--${name} and --no-${name} contradict each other`);
  return yes === undefined && no === undefined ? undefined : String(yes !== undefined);
}

function fromVariable(name: string, given: GivenOptions, env: Env): string | undefined {
  const variable = given[`${name}-env`] as string | undefined;
  if (variable === undefined) return undefined;
  const value = env[variable];
  if (value === undefined) throw new BadUsage(`--${name}-env names ${JSON.stringify(variable)}, which is not set`);
  return value;
}
