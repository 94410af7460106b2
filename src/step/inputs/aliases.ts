import { shorten } from '../../base/format.ts';
import { type Problem, problem, type Read, SECRET } from './problem.ts';
import type { InputName } from './table.ts';

/** What actions that many workflows use call an input, and what it is called here. `action.yml` declares these too. */
export const aliases = {
  checksum: 'sha256',
  'fetch-depth': 'depth',
  'github-token': 'token',
  file: 'dockerfile',
  tags: 'image',
} as const satisfies Readonly<Record<string, InputName>>;

export type Alias = keyof typeof aliases;

export const aliasNames = Object.keys(aliases) as readonly Alias[];

/** The inputs of a step under their own names. */
export interface Renamed {
  readonly texts: Readonly<Record<InputName, string>>;
  /** What the step calls an input, where that is not its own name. */
  readonly called: Readonly<Partial<Record<InputName, Alias>>>;
  readonly problems: readonly Problem[];
}

/**
 * Takes the inputs that a step gives under another name.
 * @param given what the step says under that name; empty if nothing
 */
export function underOwnNames(texts: Renamed['texts'], given: (alias: Alias) => string): Renamed {
  const [own, called, problems] = [{ ...texts }, {} as Partial<Record<InputName, Alias>>, [] as Problem[]];
  for (const alias of aliasNames) {
    const [name, text] = [aliases[alias], given(alias).trim()];
    if (text === '' || text === own[name].trim()) continue;
    if (own[name].trim() !== '') {
      problems.push(twice(alias, text, own[name].trim()));
      continue;
    }
    own[name] = alias === 'tags' ? oneTag(text, problems) : text;
    called[name] = alias;
  }
  return { texts: own, called, problems };
}

function twice(alias: Alias, value: string, other: string): Problem {
  const name = aliases[alias];
  const isSecret = SECRET.includes(name);
  const wrong = `and ${name}${isSecret ? '' : ` "${shorten(other, 120)}"`} are one input, and say different things`;
  return { name: alias, value: isSecret ? undefined : value, wrong, instead: 'Write one of the two' };
}

function oneTag(text: string, problems: Problem[]): string {
  const [first = '', ...others] = text.split(/[\r\n,]+/).map((tag) => tag.trim());
  if (others.length > 0) {
    const wrong = 'has several names, and an image has one here';
    problems.push({ name: 'tags', value: text, wrong, instead: 'Write one, and give it the others with docker tag' });
  }
  return first;
}

/** The action that has `tags` always builds. With `image` alone, an image is pulled. */
function tagsAreBuilt(read: Read): Problem | undefined {
  if (read.called('image') !== 'tags' || read.text('context') !== '' || read.text('run') !== '') return undefined;
  return problem(
    read,
    'image',
    'was given without context',
    'Write context: . to build the image, or image: to pull it',
  );
}

/** Who writes that name does not think of another server, and the token must not get there. */
function githubTokenStays(read: Read): Problem | undefined {
  const repository = read.text('repository');
  if (read.called('token') !== 'github-token' || /^(?:[\w.-]+\/[\w.-]+)?$/.test(repository)) return undefined;
  const wrong = 'was given with the address of a repository, which may be on another server';
  return problem(read, 'token', wrong, 'Write owner/name as repository, or token for a token of that server');
}

/** Rules for what a name means elsewhere and not here. */
export const aliasRules: readonly ((read: Read) => Problem | undefined)[] = [tagsAreBuilt, githubTokenStays];
